"""Where each errand's place in the queue came from: what ``why`` tells apart and the state need not remember.

An errand's *natural* place is made by arrival, target wait, class or appointment. *Moves* (late, back again) gave it
other places since. All times are ms UTC.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import msgspec
from msgspec.structs import replace

from . import events as e
from .state import Errand, SiteState
from .transitions import class_boost

Joined = Literal["issued", "written", "moved", "kept", "ready", "carried"]
"""How an errand came into its queue: with the number; from the emergency pad; transferred as newly arrived, or with
the place it had; as a pick-up that is ready; from an earlier day."""


class Spot(NamedTuple):
    """A place in the order of calls."""

    due: int
    rank: float


class Move(NamedTuple):
    """A place that an errand was given later."""

    how: Literal["returned", "delayed", "prioritised"]
    spot: Spot


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """One errand's natural place, and the moves since."""

    joined: Joined
    arrival: int
    spot: Spot
    boost: int = 0
    slot: int | None = None
    """The appointment that made the place."""
    priority: str | None = None
    moves: tuple[Move, ...] = ()

    @property
    def now(self) -> Spot:
        """Where it stands now."""
        return self.moves[-1].spot if self.moves else self.spot

    @property
    def target(self) -> int:
        """Milliseconds that the natural place lies after the arrival, without the class's boost."""
        return self.spot.due + self.boost - self.arrival


Origins = tuple[Origin, ...]
"""One for each errand of a ticket, by its index."""


class Places:
    """The origins of every ticket of a day. ``fold`` follows the events, each before ``evolve`` takes it."""

    def __init__(self) -> None:
        self.of: dict[str, Origins] = {}
        self._before: dict[str, list[tuple[int, Origins]]] = {}

    def fold(self, state: SiteState, event: e.Event) -> None:
        """Note what ``event`` changes; ``state`` is the state that the event meets."""
        match event:
            case e.DayOpened():
                for ticket in event.carried:
                    self.of.setdefault(
                        ticket.id, tuple([_origin(x, "carried") for x in ticket.facts.errands])
                    )
            case e.TicketIssued():
                assert state.rules is not None
                joined: Joined = "written" if state.rules.bands[event.band].emergency else "issued"
                self.of[event.ticket] = tuple([_origin(x, joined) for x in event.facts.errands])
            case e.TicketRestored():
                self._move(event, event.errand, "returned")
            case e.TicketDelayed():
                self._move(event, event.errand, "delayed")
            case e.TicketPrioritised():
                self._prioritised(state, event)
            case e.TicketTransferred():
                self._transferred(state, event)
            case e.ServiceChanged():
                self._changed(state, event)
            case e.PickupOpened():
                of_class = class_boost(state.tickets[event.ticket].facts)
                pickup = Origin(
                    joined="ready",
                    arrival=event.at,
                    spot=Spot(event.due, event.rank),
                    boost=of_class.boost if of_class else 0,
                    priority=of_class.priority if of_class else None,
                )
                self._put(event, (*self.of[event.ticket], pickup))
            case e.CommandUndone():
                self._undo(event)

    # --- one event ---

    def _move(self, event: Any, index: int, how: Literal["returned", "delayed"]) -> None:
        old, spot = self.of[event.ticket][index], Spot(event.due, event.rank)
        if spot != old.now:
            self._put_one(event, index, replace(old, moves=(*old.moves, Move(how, spot))))

    def _prioritised(self, state: SiteState, event: e.TicketPrioritised) -> None:
        origins = list(self.of[event.ticket])
        for index, errand in enumerate(state.tickets[event.ticket].facts.errands):
            if not errand.open:
                continue
            old = origins[index]
            earlier = Spot(old.now.due + errand.boost - event.boost, old.now.rank)
            if old.moves:
                moves = (*old.moves, Move("prioritised", earlier))
                origins[index] = replace(old, moves=moves, priority=event.priority)
            else:
                origins[index] = replace(old, spot=earlier, boost=event.boost, priority=event.priority)
        self._put(event, tuple(origins))

    def _transferred(self, state: SiteState, event: e.TicketTransferred) -> None:
        facts = state.tickets[event.ticket].facts
        assert facts.errand is not None
        errand, origins = facts.errands[facts.errand], self.of[event.ticket]
        kept = event.rank == errand.rank
        if kept and (errand.lane == "slot" or event.to == errand.service):
            self._put(event, (*origins, origins[facts.errand]))
            return
        made = Origin(
            joined="kept" if kept else "moved",
            arrival=event.arrival,
            spot=Spot(event.due, event.rank),
            boost=errand.boost,
            priority=errand.priority if errand.boost else None,
        )
        self._put(event, (*origins, made))

    def _changed(self, state: SiteState, event: e.ServiceChanged) -> None:
        errand = state.tickets[event.ticket].facts.errands[event.errand]
        old, spot = self.of[event.ticket][event.errand], Spot(event.due, event.rank)
        if errand.lane != "slot":
            joined: Joined = "issued" if old.joined == "carried" else old.joined
            made = replace(old, joined=joined, spot=spot, boost=errand.boost, slot=None, moves=())
        elif old.moves:
            made = replace(old, moves=(*old.moves[:-1], old.moves[-1]._replace(spot=spot)))
        else:
            made = replace(old, spot=spot)
        self._put_one(event, event.errand, made)

    def _undo(self, event: e.CommandUndone) -> None:
        kept = self._before.get(event.ticket or "", [])
        for place, (cmd, origins) in enumerate(kept):
            if cmd == event.undone:
                self.of[event.ticket or ""] = origins
                del kept[place:]
                return

    # --- keeping ---

    def _put_one(self, event: Any, index: int, origin: Origin) -> None:
        origins = self.of[event.ticket]
        self._put(event, (*origins[:index], origin, *origins[index + 1 :]))

    def _put(self, event: Any, origins: Origins) -> None:
        """Replace a ticket's origins, remembering those from before the command for an undo."""
        kept = self._before.setdefault(event.ticket, [])
        if not kept or kept[-1][0] != event.cmd:
            kept.append((event.cmd, self.of[event.ticket]))
        self.of[event.ticket] = origins


def _origin(errand: Errand, joined: Joined) -> Origin:
    return Origin(
        joined=joined,
        arrival=errand.arrival,
        spot=Spot(errand.due, errand.rank),
        boost=errand.boost,
        slot=errand.slot,
        priority=errand.priority if errand.boost else None,
    )
