"""Which service of the site plays which service of the record."""

from __future__ import annotations

from collections.abc import Sequence

from queue_server.contract import SiteInfo

from .recorded import RecordUnreadable


def map_services(recorded: Sequence[str], site: SiteInfo, wanted: Sequence[str]) -> dict[str, str]:
    """Recorded → site service: as ``wanted`` says (``RECORDED=SERVICE``), else by the same id, else in order.

    Services that only a pick-up counter calls take no part. When the record has more services than the site, the
    order begins again. Raises ``RecordUnreadable`` for a wish that cannot be.
    """
    at_desks = {
        service for counter in site.counters if counter.kind == "desk" for service in counter.services
    }
    there = [service.id for service in site.services if service.id in at_desks]
    if not there:
        raise RecordUnreadable(f"the site {site.id} has no service at a desk")
    found = dict(_wish(text, recorded, there, site.id) for text in wanted)
    for name in recorded:
        if name not in found and name in there:
            found[name] = name
    rest = [service for service in there if service not in found.values()] or there
    left = [name for name in recorded if name not in found]
    found.update((name, rest[index % len(rest)]) for index, name in enumerate(left))
    return {name: found[name] for name in recorded}


def _wish(text: str, recorded: Sequence[str], there: Sequence[str], site: str) -> tuple[str, str]:
    name, equals, service = (part.strip() for part in text.partition("="))
    if not equals or not name or not service:
        raise RecordUnreadable(f"--map {text}: write RECORDED=SERVICE")
    if name not in recorded:
        raise RecordUnreadable(f"--map {text}: the record has {', '.join(recorded)}")
    if service not in there:
        raise RecordUnreadable(f"--map {text}: the site {site} has {', '.join(there)}")
    return name, service
