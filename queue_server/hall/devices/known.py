"""What is known of a site's devices, in the shape of the contract. Times are the hall's."""

from __future__ import annotations

from queue_server import contract
from queue_server.contract import Names
from queue_server.hall.devices.kiosks import kiosk_key
from queue_server.hall.times import rfc3339
from queue_server.web import Deps
from queue_server.web.device_book import Gap, Known
from queue_server.web.page_facts import named


def devices_of(deps: Deps, site: str) -> list[contract.DeviceInfo]:
    """Every device of a site, in the order in which they were made known."""
    return [_info(deps, known) for known in deps.devices.of(site)]


def states_of_all(deps: Deps) -> dict[str, list[dict[str, str]]]:
    """By site, what ``/healthz`` tells staff of every device: kind, id, state, reason, since (the hall's time)."""
    told: dict[str, list[dict[str, str]]] = {site: [] for site in deps.settings.sites}
    for known in deps.devices.all():
        info = _info(deps, known)
        told[known.site].append(
            {
                "kind": info.kind,
                "id": info.id,
                "state": info.state,
                "reason": info.reason,
                "since": info.since,
            }
        )
    return told


def hall_time(deps: Deps, real_ms: int) -> int:
    """The hall's time at a moment of real time (ms UTC): they differ while a day is played."""
    return int(deps.clock.now() - (deps.clock.real() - real_ms) * deps.clock.speed)


def printer_names(deps: Deps, printer: str) -> Names:
    """How people call a printer: by its own names, else as that of its kiosk, else by its id."""
    configured = deps.settings.printers.get(printer)
    if configured is None:  # it was in an earlier configuration
        return {"ja": printer}
    if configured.names:
        return configured.names
    for kiosk in deps.settings.sites[configured.site].kiosks.values():
        if kiosk.printer == printer:
            return {
                lang: deps.texts.get(lang, "devices.printer_of", name=named(kiosk.names, lang))
                for lang in deps.languages.offered
                if deps.texts.has_pages(lang)
            }
    return {"ja": printer}


def kiosk_now(deps: Deps, site: str, kiosk: str) -> contract.KioskNow:
    """What a known kiosk should know before it gives a number."""
    printer = deps.settings.sites[site].kiosks[kiosk].printer
    known = None if printer is None else deps.devices.get("printer", printer)
    paper = deps.printing.state_for(printer)
    prints = paper == "queued"
    away = known is not None and not known.status.works
    fallback = None if known is None else known.fallback
    return contract.KioskNow(
        prints=prints,
        state="none" if known is None or paper == "none" else known.status.state,
        elsewhere=printer_names(deps, fallback) if prints and away and fallback is not None else None,
    )


def _info(deps: Deps, known: Known) -> contract.DeviceInfo:
    return contract.DeviceInfo(
        id=known.id.removeprefix(kiosk_key(known.site, "")) if known.kind == "kiosk" else known.id,
        kind=known.kind,
        names=dict(printer_names(deps, known.id) if known.kind == "printer" else known.names),
        state=known.status.state,
        reason=known.status.reason,
        since=_at(deps, known.status.since_ms),
        agent=known.agent,
        fallback=known.fallback,
        waiting=deps.printing.waiting(known.id) if known.kind == "printer" else 0,
        away=None if known.gap is None else _away(deps, known.gap),
        notes=[
            contract.DeviceNote(
                what=note.what,
                at=_at(deps, note.at_ms),
                data=note.data,
                counter=note.counter,
                action=note.action,
                code=note.code,
            )
            for note in known.notes
        ],
    )


def _away(deps: Deps, gap: Gap) -> contract.Away:
    return contract.Away(
        since=_at(deps, gap.since_ms), until=None if gap.until_ms is None else _at(deps, gap.until_ms)
    )


def _at(deps: Deps, real_ms: int) -> str:
    return rfc3339(hall_time(deps, real_ms), deps.zone)
