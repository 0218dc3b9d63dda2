"""The day's tickets as the reception lists them: filtered and cut into pages by the server."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from zoneinfo import ZoneInfo

import msgspec

from queue_server.domain import commands as c
from queue_server.domain.moves import BY_COMMAND
from queue_server.domain.rules import MINUTE, Names
from queue_server.domain.state import SiteState, Ticket, open_services, shown
from queue_server.hall.times import hour_minute
from queue_server.web import Deps

ROWS = 30
"""Rows of a page: five thousand tickets of a day never stand in one."""
LEFT = ("called", "serving", "waiting", "held", "no_show", "processing")
STATES = (*LEFT, "done", "cancelled", "expired")


class ListFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants to see: ``state`` one of ``STATES``, ``left`` (not ended) or ``all``."""

    state: str = "left"
    service: str = ""
    text: str = ""
    """Numbers, or a part of a number or of a purpose's name."""
    page: int = 1

    @classmethod
    def of(cls, query: Mapping[str, str]) -> ListFilter:
        """From a page's address; what makes no sense is left out."""
        state, page = query.get("state", "left"), query.get("page", "1")
        return cls(
            state=state if state in (*STATES, "all") else "left",
            service=query.get("service", "")[:64],
            text=query.get("q", "")[:500],
            page=int(page) if page.isdecimal() and 0 < len(page) < 6 else 1,
        )


class ListRow(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket of the day."""

    number: str
    state: str
    services: list[Names]
    issued: str
    minutes: int
    """Since it was issued; of an ended ticket, until it ended."""
    channel: str
    kiosk: Names | None
    counter: Names | None
    has_needs: bool
    may_cancel: bool
    """Whether it may be given up together with others."""
    latest: bool
    """False for a ticket whose number was given again since: the number leads to the later one."""


class ListView(msgspec.Struct, frozen=True, kw_only=True):
    """One page of the list."""

    chosen: ListFilter
    rows: list[ListRow]
    found: int
    page: int
    pages: int


def list_view(deps: Deps, state: SiteState, chosen: ListFilter) -> ListView:
    """The page that somebody chose, the last number given first."""
    found = _found(state, chosen)
    pages = max(1, -(-len(found) // ROWS))
    page = min(chosen.page, pages)
    now, zone = deps.clock.now(), deps.zone
    kiosks = {key: kiosk.names for key, kiosk in deps.settings.sites[state.site].kiosks.items()}
    return ListView(
        chosen=chosen,
        rows=[_row(state, t, now, zone, kiosks) for t in found[(page - 1) * ROWS : page * ROWS]],
        found=len(found),
        page=page,
        pages=pages,
    )


def _found(state: SiteState, chosen: ListFilter) -> list[Ticket]:
    words = _words(chosen.text)
    services = {} if state.rules is None else state.rules.services
    named = {key: _plain(" ".join(service.names.values())) for key, service in services.items() if words}
    found = []
    for ticket in reversed(state.tickets.values()):
        facts = ticket.facts
        if chosen.state == "left":
            if facts.ended is not None:
                continue
        elif chosen.state != "all" and shown(facts) != chosen.state:
            continue
        if chosen.service and all(errand.service != chosen.service for errand in facts.errands):
            continue
        if words:
            number = _plain(ticket.number)
            names = " ".join(named.get(errand.service, "") for errand in facts.errands)
            if not _matches(words, number, names):
                continue
        found.append(ticket)
    return found


def _matches(words: list[str], number: str, names: str) -> bool:
    """Several words with a digit in each are numbers, any of them will do; else each must be found somewhere."""
    if len(words) > 1 and all(any(sign.isdigit() for sign in word) for word in words):
        return number in words
    return all(word in number or word in names for word in words)


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[\s,\u3001]+", _plain(text)) if word]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _row(state: SiteState, ticket: Ticket, now: int, zone: ZoneInfo, kiosks: dict[str, Names]) -> ListRow:
    facts = ticket.facts
    rules = state.rules
    services = open_services(facts) or tuple(dict.fromkeys(errand.service for errand in facts.errands))
    status = shown(facts)
    until = now if facts.ended_at is None else facts.ended_at
    counter = None if rules is None or facts.counter is None else rules.counters.get(facts.counter)
    return ListRow(
        number=ticket.number,
        state=status,
        services=[] if rules is None else [rules.services[s].names for s in services if s in rules.services],
        issued=hour_minute(ticket.issued_at, zone),
        minutes=max(0, until - ticket.issued_at) // MINUTE,
        channel=ticket.channel,
        kiosk=kiosks.get(ticket.kiosk or ""),
        counter=None if counter is None else counter.names,
        has_needs=ticket.needs is not None,
        may_cancel=status in BY_COMMAND[c.CancelTickets].allowed,
        latest=state.by_number.get(ticket.number) == ticket.id,
    )
