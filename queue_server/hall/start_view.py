"""Every screen of a site, as the start page lists them."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from queue_server.domain.rules import Names
from queue_server.domain.state import SiteState, shown
from queue_server.hall.reception.pad_view import has_pad
from queue_server.web import Deps


class Screen(msgspec.Struct, frozen=True, kw_only=True):
    """A page. ``words``: key of its name where it has none of its own; ``number``: the ticket it is about."""

    address: str
    names: Names = {}
    area: Names = {}
    words: str = ""
    number: str = ""


class ScreenGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Pages for the same people. ``words``: key of the heading."""

    words: str
    screens: list[Screen]


def screens_of(deps: Deps, state: SiteState, address: Callable[[str], str]) -> list[ScreenGroup]:
    """What can be opened at a site now; ``address`` makes the link of a page that needs a session."""
    site_id = state.site
    site = deps.settings.sites[site_id]
    staff = f"/staff/{site_id}"
    groups = [
        ScreenGroup(
            words="start.kiosks",
            screens=[
                Screen(address=address(f"/kiosk/{site_id}/{key}"), names=kiosk.names)
                for key, kiosk in site.kiosks.items()
            ],
        ),
        ScreenGroup(
            words="start.displays",
            screens=[
                Screen(address=address(f"/display/{site_id}/{key}"), names=display.names)
                for key, display in site.displays.items()
            ],
        ),
        ScreenGroup(
            words="start.public",
            screens=[
                Screen(address=f"/{site_id}/", words="start.board"),
                *_a_ticket(deps, state),
                Screen(address=f"/{site_id}/share", words="start.share"),
            ],
        ),
        ScreenGroup(
            words="start.staff_pages",
            screens=[
                Screen(address=address("/staff/"), words="start.counters"),
                Screen(address=address(f"{staff}/reception"), words="start.reception"),
                *(
                    [Screen(address=address(f"{staff}/reception/pad"), words="start.pad")]
                    if has_pad(deps, site_id)
                    else []
                ),
                *(
                    Screen(address=address(f"{staff}/counter/{key}"), names=counter.names, area=counter.area)
                    for key, counter in site.counters.items()
                    if counter.kind == "pickup"
                ),
                Screen(address=address(f"{staff}/today"), words="start.today"),
                Screen(address=address(f"{staff}/report"), words="start.report"),
                _why(state, staff, address),
            ],
        ),
    ]
    return [group for group in groups if group.screens]


def _a_ticket(deps: Deps, state: SiteState) -> list[Screen]:
    """The page behind the newest ticket that waits: what its holder sees."""
    waiting = [ticket for ticket in state.tickets.values() if shown(ticket.facts) == "waiting"]
    if not waiting:
        return []
    newest = max(waiting, key=lambda ticket: (ticket.issued_at, ticket.id))
    token = deps.keys.ticket_token(state.site, newest.id)
    return [Screen(address=f"/t/{token}", words="start.ticket", number=newest.number)]


def _why(state: SiteState, staff: str, address: Callable[[str], str]) -> Screen:
    """Why the number that was called last had to wait; before the first call, the page that asks for a number."""
    called = [ticket for ticket in state.tickets.values() if ticket.facts.calls]
    if not called:
        return Screen(address=address(f"{staff}/why"), words="start.why")
    last = max(called, key=lambda ticket: ticket.facts.calls[-1].called)
    return Screen(address=address(f"{staff}/why/{last.number}"), words="start.why_of", number=last.number)
