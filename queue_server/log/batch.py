"""The commands of one transaction, decided in memory: what is to be written and what is to be answered."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable, Sequence
from typing import Any

from queue_server.domain.decide import decide
from queue_server.domain.events import Event
from queue_server.domain.refusal import Refused

from .errors import CommandFailed, KeyReused, LogUnavailable
from .fold import SiteLog, decode, fold_rows, load, rows_of
from .private import Cipher
from .projections import Projector
from .records import IdempotencyKey, Outcome
from .store import Store
from .work import CommandWork, sealed

logger = logging.getLogger(__name__)


class Batch:
    """Collects the rows of one transaction. ``events`` are in the order in which they happened."""

    def __init__(
        self, store: Store, sites: dict[str, SiteLog], cipher: Cipher, now: Callable[[], int]
    ) -> None:
        self._store = store
        self._sites = sites
        self._cipher = cipher
        self._now = now
        self._decided: dict[tuple[str, int], tuple[Sequence[Event], IdempotencyKey | None]] = {}
        self.rows: list[tuple[Any, ...]] = []
        self.private: dict[tuple[str, str], tuple[Any, ...]] = {}
        self.projector = Projector()
        self.events: list[tuple[str, Sequence[Event]]] = []

    @property
    def changed(self) -> list[str]:
        """Sites that get new events."""
        return sorted({site for site, _first in self._decided})

    def catch_up(self, sites: Sequence[str]) -> None:
        """Fold what other processes have committed. Raises ``StorageFailed`` and ``Damaged``."""
        for site in sites:
            log = self._sites[site]
            rows = self._store.tuples("to_fold", {"site": site, "after": log.state.seq})
            if rows:
                self.events.append((site, fold_rows(log, rows)))

    def repeat(self, work: CommandWork) -> bool:
        """Answer the work from the log if its key is known there; whether it was."""
        held = None if work.key is None else self._sites[work.site].state.keys.get(work.key.key)
        if work.key is None or held is None:
            return False
        body, first, last = held
        if body != work.key.body:
            work.error = KeyReused()
            return True
        decided = self._decided.get((work.site, first))
        if decided is not None:
            events = list(decided[0])
        else:
            stored = {"site": work.site, "after": first - 1, "upto": last, "limit": last - first + 1}
            events = decode(work.site, [row[2] for row in self._store.tuples("events_between", stored)])
        work.result, work.error = Outcome(events, last, repeated=True), None
        return True

    def decide(self, work: CommandWork) -> None:
        """Decide one command and fold what follows from it. What raises fails alone."""
        if self.repeat(work):
            return
        if work.until is not None and time.monotonic() > work.until:
            work.error = LogUnavailable("late")
            return
        log = self._sites[work.site]
        state = log.state
        first = state.seq + 1
        try:
            answer = decide(state, work.command, max(self._now(), state.last_at))
            if isinstance(answer, Refused) or not answer:
                refused = answer if isinstance(answer, Refused) else None
                work.result = Outcome([], state.seq, refused)
                return
            rows = rows_of(work.site, log.day, answer, work.key)
            private = sealed(self._cipher, state.last_at, work.site, work.private) if work.private else ()
        except Exception as error:
            self._failed(work, error)
            return
        try:
            log.day = self.projector.fold(state, log.day, answer)
        except Exception as error:
            self._failed(work, error)
            self._fold_again(work.site)
            return
        if work.key is not None:
            log.remember(*work.key, first, state.seq)
        self.rows += rows
        for row in private:
            self.private[row[0], row[1]] = row
        self.events.append((work.site, answer))
        self._decided[work.site, first] = (answer, work.key)
        work.result = Outcome(answer, state.seq)

    @staticmethod
    def _failed(work: CommandWork, error: Exception) -> None:
        name = type(work.command).__name__
        logger.error("command %s of site %s failed: %s", name, work.site, describe(error))
        work.error = CommandFailed(name, work.site)

    def _fold_again(self, site: str) -> None:
        """A command was folded half: back to the committed state and what this batch had added to it."""
        log = load(self._store, site)
        log.published = self._sites[site].published
        for (of, first), (events, key) in self._decided.items():
            if of == site:
                log.day = self.projector.fold(log.state, log.day, events)
                if key is not None:
                    log.remember(*key, first, log.state.seq)
        self._sites[site] = log


def describe(error: BaseException) -> str:
    """The type of an error and where it arose; never its text, which may quote personal data."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"
