"""A table of deliveries in memory and a small hall of printers, for the tests of the spool."""

import copy
import threading
import time

import msgspec

from printers.printer import Printer
from printers.settings import PrinterSettings
from printers.spool import Spool
from printers.worker import Worker


class MemoryStore:
    """A `JobStore` as the log keeps one."""

    def __init__(self) -> None:
        self.rows: dict[str, dict] = {}
        self.history: list[tuple[str, str, str]] = []
        self.fail_on: set[str] = set()
        self._lock = threading.Lock()

    def add(self, job):
        self.rows.setdefault(job.id, {"job": job, "state": "queued", "next_at": 0, "tries": 0})

    def take(self, now, printer, limit):
        with self._lock:
            due = [
                row
                for row in self.rows.values()
                if row["state"] == "queued" and row["next_at"] <= now and row["job"].printer == printer
            ][:limit]
            return [msgspec.structs.replace(row["job"], tries=row["tries"]) for row in due]

    def sending(self, printer):
        with self._lock:
            return [
                row["job"]
                for row in self.rows.values()
                if row["state"] == "sending" and row["job"].printer == printer
            ]

    def mark(self, job_id, state, reason="", *, next_at=None):
        with self._lock:
            if state in self.fail_on:
                raise OSError("disk full")
            row = self.rows[job_id]
            if row["state"] not in ("queued", "sending") and (row["state"], state) != (
                "unknown",
                "confirmed",
            ):
                return False
            if state == "sending" and row["state"] == "sending":
                return False
            row["state"] = state
            if state == "queued":
                row["next_at"] = next_at or 0
                row["tries"] += 1
            self.history.append((row["job"].number, state, reason))
            return True

    def state(self, job):
        return self.rows[job.id]["state"]

    def as_found_after_a_crash(self):
        """What the next process reads: rows, but nobody's memory of having taken any."""
        other = MemoryStore()
        with self._lock:
            other.rows = copy.deepcopy(self.rows)
        return other


class Hall:
    """Spool and workers over a store, with a clock that can be moved on."""

    def __init__(self, store, urls, **options):
        self.store = store
        self.skip_ms = 0
        self.workers = {}
        self.told = []
        for name, url in urls.items():
            printer = Printer(name, PrinterSettings(device=url, mode="text"))
            self.workers[name] = Worker(printer, poll_s=0.1, back_off_s=(0.1,), on_status=self._status)
        self.spool = Spool(
            store,
            self.workers,
            self.now,
            **options,
            on_result=lambda job, state, reason: self.told.append((job.number, state, reason)),
        )

    def _status(self, name, status):
        self.spool.status_changed(name, status)

    def printer(self, name):
        """The printer that a worker has in hand."""
        return self.workers[name]._hand.printer

    def now(self):
        return time.time_ns() // 1_000_000 + self.skip_ms

    def run(self):
        for worker in self.workers.values():
            worker.start()
        self.spool.recover()
        self.spool.start(0.05)
        return self

    def until(self, condition, within=20.0):
        end = time.monotonic() + within
        while not condition() and time.monotonic() < end:
            self.spool.wake()
            time.sleep(0.01)
        assert condition(), (self.store.history, [(n, w.status) for n, w in self.workers.items()])

    def stop(self):
        assert self.spool.stop(3)
        stopped = [worker.stop(3) for worker in self.workers.values()]
        assert all(stopped)
