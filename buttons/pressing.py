"""A press becomes the same command as the page's: once, or never.

There is nobody to ask at a button, so what the counter's page prevents is refused here: a second press of the same
button while the first is on its way, and a call so soon after another that it must be a double press (it would finish
somebody who has not even come, and skip them). Of two calls that meet, from wherever, the core refuses the second. A
press is worth something only now: what cannot be made durable within `WORTH_S` is not done at all.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import get_args

import msgspec

from queue_server import contract
from queue_server.domain import commands as c
from queue_server.domain.events import Event, TicketCalled
from queue_server.domain.state import SiteState
from queue_server.log import CommandFailed, IdempotencyKey, KeyReused, LogUnavailable, Outcome, UnknownSite
from queue_server.settings.model_devices import ButtonAction
from queue_server.web import Deps
from queue_server.web.references import new_reference

logger = logging.getLogger(__name__)

WORTH_S = 2.0
"""Later than this nobody expects any more that a press does something."""
DOUBLE_S = 3.0
"""As on the counter's page: the next one is not called so soon after a call."""
AGAIN_S = 0.1
"""After a command that was not surely written, it is given again with the same key."""
REMEMBERED = 500
"""Answers that are kept for an agent that asks again."""

_COMMANDS: dict[ButtonAction, Callable[[str], c.CounterCommand]] = {
    "call-next": lambda counter: c.CallNext(counter=counter),
    "recall": lambda counter: c.Recall(counter=counter),
    "start": lambda counter: c.StartService(counter=counter),
    "finish": lambda counter: c.FinishService(counter=counter),
    "hold": lambda counter: c.HoldTicket(counter=counter),
    "no-show": lambda counter: c.MarkNoShow(counter=counter),
    "await-pickup": lambda counter: c.AwaitPickup(counter=counter, handoff=new_reference("h")),
    "undo": lambda counter: c.Undo(counter=counter),
    "open": lambda counter: c.OpenCounter(counter=counter),
    "pause": lambda counter: c.PauseCounter(counter=counter),
    "close": lambda counter: c.CloseCounter(counter=counter),
}
assert set(_COMMANDS) == set(get_args(ButtonAction))

_Counter = tuple[str, str]
"""Site and counter."""


class Pressing:
    """Takes the presses of every line. On the event loop."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._called: dict[_Counter, float] = {}
        """When a counter called last: monotonic seconds, as the hall's own time may stand or run."""
        self._on_its_way: dict[_Counter, list[ButtonAction]] = {}
        self._turns: dict[_Counter, asyncio.Lock] = {}
        self._answers: OrderedDict[str, tuple[str, asyncio.Task[contract.PressAnswer]]] = OrderedDict()
        deps.log.listen(self._happened)

    async def press(
        self, site: str, device: str, counter: str, action: ButtonAction, *, at: float, key: IdempotencyKey
    ) -> contract.PressAnswer:
        """Do what a button says that was pressed ``at`` (monotonic seconds).

        The same ``key`` is the same press, however often it comes. Raises ``KeyReused``.
        """
        body, task = self._answers.get(key.key, (key.body, None))
        if body != key.body:
            raise KeyReused
        if task is None:
            work = self._in_turn(site, device, counter, action, at, key)
            task = asyncio.create_task(work, name=f"press {device}")
            self._answers[key.key] = (key.body, task)
            while len(self._answers) > REMEMBERED:
                self._answers.popitem(last=False)
        return await asyncio.shield(task)

    async def _in_turn(
        self, site: str, device: str, counter: str, action: ButtonAction, at: float, key: IdempotencyKey
    ) -> contract.PressAnswer:
        """Presses of one counter follow one another; a second one of the same button does not wait."""
        where = (site, counter)
        under_way = self._on_its_way.setdefault(where, [])
        if action in under_way:
            return _refused("double_press")
        under_way.append(action)
        try:
            async with self._turns.setdefault(where, asyncio.Lock()):
                return await self._act(site, device, counter, action, at, key)
        finally:
            under_way.remove(action)

    async def _act(
        self, site: str, device: str, counter: str, action: ButtonAction, at: float, key: IdempotencyKey
    ) -> contract.PressAnswer:
        state = await self._view(site, at + WORTH_S)
        if state is None or time.monotonic() > at + WORTH_S:
            return _refused("too_late")
        if action == "call-next" and self._is_double(state, counter, at):
            return _refused("double_press")
        if action == "open" and _is_open(state, counter):
            return contract.PressAnswer(
                done=True, code=None
            )  # taking it over would drop its services of today
        command = msgspec.structs.replace(_COMMANDS[action](counter), by=f"device:{device}")
        if isinstance(command, c.CallNext):  # somebody else's call may be under way, which no view shows yet
            command = msgspec.structs.replace(command, seen=_numbers_at(state, counter))
        try:
            outcome = await self._surely(site, command, key, at + WORTH_S)
        except LogUnavailable as error:
            logger.warning("a press at line %s was not done: %s", device, error)
            return _refused("too_late" if error.reason == "late" else "unavailable")
        except CommandFailed:
            return _refused("internal")
        if outcome.refused is not None:
            return _refused(outcome.refused.code)
        if action == "call-next" and not outcome.events:
            return _refused("nobody_waits")
        return contract.PressAnswer(done=True, code=None)

    async def _view(self, site: str, until: float) -> SiteState | None:
        """The state of the site, which may be on its way back; None when it is not there in time."""
        while time.monotonic() <= until:
            try:
                return self._deps.log.view(site)
            except UnknownSite:
                await asyncio.sleep(AGAIN_S)
        return None

    async def _surely(self, site: str, command: c.Command, key: IdempotencyKey, until: float) -> Outcome:
        """The outcome of the command, given again while it is not known. Raises ``LogUnavailable`` when it is late."""
        while True:
            try:
                return await self._deps.log.execute(site, command, key, until=until)
            except (LogUnavailable, UnknownSite) as error:
                if time.monotonic() > until:
                    raise error if isinstance(error, LogUnavailable) else LogUnavailable("late") from None
                await asyncio.sleep(AGAIN_S)

    def _is_double(self, state: SiteState, counter: str, at: float) -> bool:
        """Whether the counter has just called somebody who is not served yet."""
        called = self._called.get((state.site, counter))
        found = state.counters.get(counter)
        if called is None or found is None or at > called + DOUBLE_S:
            return False
        return any(state.tickets[ticket].facts.place == "called" for ticket in found.facts.tickets)

    def _happened(self, site: str, events: Sequence[Event], state: SiteState) -> None:
        for event in events:
            if isinstance(event, TicketCalled) and event.counter is not None:
                self._called[site, event.counter] = time.monotonic()


def _is_open(state: SiteState, counter: str) -> bool:
    found = state.counters.get(counter)
    return found is not None and found.facts.status == "open"


def _numbers_at(state: SiteState, counter: str) -> tuple[str, ...]:
    found = state.counters.get(counter)
    return () if found is None else tuple(state.tickets[ticket].number for ticket in found.facts.tickets)


def _refused(code: str) -> contract.PressAnswer:
    return contract.PressAnswer(done=False, code=code)
