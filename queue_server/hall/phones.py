"""The live pages of residents: each ticket's stream carries the ticket as its holder sees it.

What happens to a ticket is sent at once; its place in the queue, which others move, at most a second later; the
minutes, which the clock moves, within ten seconds. A view that did not change is not sent. One encoded message
serves everybody who watches the same ticket. The wait that was told last is kept here, so that it does not drift up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import msgspec
from aiohttp import web

from queue_server.domain.events import Event
from queue_server.domain.promise import Promise, Told, chapter, estimate_told
from queue_server.domain.state import SiteState, Ticket
from queue_server.hall.api.holder import holder_ticket
from queue_server.web import Deps

PLACES_SECONDS = 1.0
TOGETHER = 100
"""Tickets that are looked at without letting others have their turn: a few milliseconds."""
MINUTES_ROUNDS = 10
"""In so many rounds every watched ticket is looked at, also when nothing happens."""


class Phones:
    """Follows the log for the tickets that somebody watches."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._encode = msgspec.json.Encoder().encode
        self._sent: dict[tuple[str, str], bytes] = {}
        self._moved: set[str] = set()
        self._round = 0
        self._promises: dict[tuple[str, str], tuple[tuple[int, bool, int | None], Promise]] = {}
        deps.log.listen(self._happened)

    async def serve(self, request: web.Request, site: str, ticket: str) -> web.StreamResponse:
        """The stream of one ticket: the view now, then every change."""
        return await self._deps.hub.serve_key(
            request, (site, ticket), lambda: self._view(site, ticket, again=True) or b""
        )

    def told(self, state: SiteState, ticket: Ticket) -> Told:
        """The wait to tell its holder now; what was told before in the same chapter of the visit binds."""
        key, now_in = (state.site, ticket.id), chapter(ticket)
        kept_in, promise = self._promises.get(key, (None, None))
        told = estimate_told(state, ticket, self._deps.clock.now(), promise if kept_in == now_in else None)
        if told.promise is None:
            self._promises.pop(key, None)
        else:
            self._promises[key] = (now_in, told.promise)
        return told

    async def run(self) -> None:
        """Send moved places and minutes until cancelled."""
        while True:
            await asyncio.sleep(PLACES_SECONDS)
            moved, self._moved = self._moved, set()
            self._round = (self._round + 1) % MINUTES_ROUNDS
            for at, (site, ticket) in enumerate(self._deps.hub.watched_keys()):
                if at % TOGETHER == 0:
                    await asyncio.sleep(0)  # a full hall's phones must not keep a kiosk waiting
                if site in moved or at % MINUTES_ROUNDS == self._round:
                    self._send(site, ticket)
            self._forget()

    def _happened(self, site: str, events: Sequence[Event], state: SiteState) -> None:
        self._moved.add(site)
        for event in events:
            ticket = getattr(event, "ticket", None)
            if ticket is not None and self._deps.hub.watches((site, ticket)):
                self._send(site, ticket)

    def _send(self, site: str, ticket: str) -> None:
        data = self._view(site, ticket, again=False)
        if data is not None:
            self._deps.hub.publish_key((site, ticket), "ticket", data)

    def _view(self, site: str, ticket: str, *, again: bool) -> bytes | None:
        """The encoded view; None when it is not news, or when the day of the ticket is over."""
        state = self._deps.log.view(site)
        found = state.tickets.get(ticket)
        if found is None:
            return None
        view = holder_ticket(self._deps, state, found)
        compared = self._encode(msgspec.structs.replace(view, seq=0))
        if again:  # only to a new viewer: the others may not have seen this one yet
            self._sent.setdefault((site, ticket), compared)
        elif self._sent.get((site, ticket)) == compared:
            return None
        else:
            self._sent[site, ticket] = compared
        return self._encode(view)

    def _forget(self) -> None:
        watched = set(self._deps.hub.watched_keys())
        for key in self._sent.keys() - watched:
            del self._sent[key]
        if self._round == 0:
            for site, ticket in [*self._promises]:
                found = self._deps.log.view(site).tickets.get(ticket)
                if found is None or found.facts.ended is not None:
                    del self._promises[site, ticket]
