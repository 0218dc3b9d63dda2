"""What the server has to be told about jobs: kept in memory until it knows, the last word on each job only.

Not on disk: what a machine knew that lost power becomes ``unknown`` at the server, which is the truth.
"""

from __future__ import annotations

import asyncio
import logging
import threading

from queue_server import contract

from .link import Away, Link, Refused

logger = logging.getLogger("matanai.agent")

AGAIN_S = (0.5, 1.0, 2.0, 4.0)
NOT_OURS = ("unknown_job", "unknown_device", "invalid_body", "not_found")
"""The server will never take it: the job has been erased, or the printer hangs elsewhere now."""


class Outcomes:
    """Last words by job. ``put`` from any thread; the rest on the event loop."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._loop = asyncio.get_running_loop()
        self._lock = threading.Lock()
        self._words: dict[str, tuple[str, str, contract.JobOutcomeBody]] = {}
        """Job → printer, where to tell it, what."""
        self._telling = asyncio.Lock()
        self._put = asyncio.Event()

    def put(self, printer: str, job: str, path: str, word: contract.JobOutcomeBody) -> None:
        """Tell this at ``path``, now or when the server can be reached, instead of any earlier word on the job."""
        with self._lock:
            self._words[job] = (printer, path, word)
        self._loop.call_soon_threadsafe(self._put.set)

    def jobs(self, printer: str) -> set[str]:
        """The jobs of a printer about which the server does not know the last word."""
        with self._lock:
            return {job for job, (of, _, _) in self._words.items() if of == printer}

    async def tell(self, job: str) -> None:
        """Tell what is to be told about one job, if anything is. Raises ``Away``, ``Refused``."""
        async with self._telling:
            with self._lock:
                found = self._words.get(job)
            if found is None:
                return
            try:
                await self._link.post(found[1], contract.JobAnswer, found[2])
            except Refused as error:
                if error.code not in NOT_OURS:
                    raise
                logger.warning("the server does not take the outcome of a job: %s", error)
            with self._lock:
                if self._words.get(job) is found:
                    del self._words[job]

    async def run(self) -> None:
        """Tell everything, until cancelled."""
        while True:
            await self._put.wait()
            self._put.clear()
            failures = 0
            while True:
                try:
                    await self.all_told()
                    break
                except (Away, Refused):
                    await asyncio.sleep(AGAIN_S[min(failures, len(AGAIN_S) - 1)])
                    failures += 1

    async def all_told(self) -> None:
        """Tell everything once. Raises ``Away``, ``Refused``."""
        with self._lock:
            jobs = list(self._words)
        for job in jobs:
            await self.tell(job)
