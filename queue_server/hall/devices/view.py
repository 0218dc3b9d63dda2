"""What the page of devices shows, and the bar on the other pages of staff."""

from __future__ import annotations

from datetime import datetime

import msgspec

from queue_server import contract
from queue_server.devices.status import WORKING
from queue_server.hall.devices.kiosks import NOT_SEEN
from queue_server.hall.devices.known import devices_of, printer_names
from queue_server.hall.devices.words import SYMBOLS, TONES, DeviceWords, Tone
from queue_server.hall.times import hour_minute
from queue_server.web import Deps
from queue_server.web.page_facts import named

KINDS = ("printer", "kiosk", "buttons", "agent")
"""In the order of the page."""
AGENT_AWAY = "agent_away"


class DeviceLine(msgspec.Struct, frozen=True, kw_only=True):
    """One device, in the reader's words. Times are of the hall's clock; of another day with their date."""

    kind: str
    name: str
    state: str
    tone: Tone
    symbol: str
    word: str
    since: str
    do: str
    waiting: int
    """Papers."""
    fallback: str
    """The printer that takes over; empty without one."""
    agent: str
    """The machine that it hangs on; empty for this server's."""
    gap: tuple[str, str] | None
    """From when to when nothing was heard of it last; None while it is away."""
    by_agent: bool
    """Away only because its agent is."""
    resting: bool
    """A ticket machine that is switched off while the day is closed."""
    notes: list[str]
    """What came from it last and led to nothing."""


class UnprintedLine(msgspec.Struct, frozen=True, kw_only=True):
    """A number whose paper did not come out for certain."""

    ticket: str
    number: str
    printer: str
    """Where it should have come out."""
    state: str
    why: str
    """In words; may be empty."""
    at: str
    reprint_at: str
    """Id of the printer that is offered first; empty when none prints."""


class DevicesView(msgspec.Struct, frozen=True, kw_only=True):
    """The devices of a site now."""

    groups: list[tuple[str, list[DeviceLine]]]
    """By kind; what is in trouble first."""
    unprinted: list[UnprintedLine]
    printers: list[tuple[str, str]]
    """Id and name of those that print now."""

    @property
    def trouble(self) -> list[DeviceLine]:
        """What somebody has to go to; of an agent's devices only the agent while it is away, and no
        ticket machine that rests."""
        lines = [line for _, lines in self.groups for line in lines]
        told = [
            line for line in lines if line.tone in ("warn", "bad") and not (line.by_agent or line.resting)
        ]
        return sorted(told, key=_urgency)


async def devices_view(deps: Deps, site: str, lang: str) -> DevicesView:
    """The view of a known site's devices."""
    words = DeviceWords(deps.texts, lang)
    devices = devices_of(deps, site)
    lines = [_line(deps, site, info, words, lang) for info in devices]
    groups = [(kind, [line for line in lines if line.kind == kind]) for kind in KINDS]
    printing = [
        (info.id, named(info.names, lang))
        for info in devices
        if info.kind == "printer" and info.state in WORKING and deps.printing.state_for(info.id) == "queued"
    ]
    return DevicesView(
        groups=[(kind, sorted(found, key=_urgency)) for kind, found in groups if found],
        unprinted=[
            _unprinted(deps, ticket, words, lang, [printer for printer, _ in printing])
            for ticket in await deps.printing.unprinted(site)
        ],
        printers=printing,
    )


def _urgency(line: DeviceLine) -> int:
    return ("bad", "warn").index(line.tone) if line.tone in ("bad", "warn") else 2


def _line(deps: Deps, site: str, info: contract.DeviceInfo, words: DeviceWords, lang: str) -> DeviceLine:
    tone = TONES[info.state]
    away = info.away
    agents = deps.settings.agents
    return DeviceLine(
        kind=info.kind,
        name=named(info.names, lang),
        state=info.state,
        tone=tone,
        symbol=SYMBOLS[tone],
        word=words.state(info.kind, info.state, info.reason),
        since=_clock(deps, info.since),
        do=words.remedy(info.kind, info.state, info.reason, by_agent=info.agent is not None),
        waiting=info.waiting,
        fallback="" if info.fallback is None else named(printer_names(deps, info.fallback), lang),
        agent="" if info.agent is None else named(agents[info.agent].names, lang) or info.agent,
        gap=None
        if away is None or away.until is None
        else (_clock(deps, away.since), _clock(deps, away.until)),
        by_agent=info.kind != "agent" and info.reason == AGENT_AWAY,
        resting=info.reason == NOT_SEEN and deps.log.view(site).day is None,
        notes=[_note(deps, site, note, words, lang) for note in info.notes],
    )


def _note(deps: Deps, site: str, note: contract.DeviceNote, words: DeviceWords, lang: str) -> str:
    counter = deps.settings.sites[site].counters.get(note.counter)
    return words.note(
        note, note.counter if counter is None else named(counter.names, lang), _clock(deps, note.at)
    )


def _unprinted(
    deps: Deps, ticket: contract.UnprintedTicket, words: DeviceWords, lang: str, printing: list[str]
) -> UnprintedLine:
    known = deps.settings.printers.get(ticket.printer)
    nearest = (ticket.printer, None if known is None else known.fallback, *printing)
    return UnprintedLine(
        ticket=ticket.ticket,
        number=ticket.number,
        printer=ticket.printer if known is None else named(printer_names(deps, ticket.printer), lang),
        state=ticket.state,
        why=words.why(ticket.reason),
        at=_clock(deps, ticket.at),
        reprint_at=next((printer for printer in nearest if printer in printing), ""),
    )


def _clock(deps: Deps, at: str) -> str:
    """RFC 3339 → ``9:05``, or ``11/19 9:05`` when that is not the hall's today."""
    then = datetime.fromisoformat(at).astimezone(deps.zone)
    said = hour_minute(int(then.timestamp() * 1000), deps.zone)
    today = datetime.fromtimestamp(deps.clock.now() / 1000, deps.zone).date()
    return said if then.date() == today else f"{then.month}/{then.day} {said}"
