"""The table of deliveries over a real log, and a small hall of printers, for the tests of the spool."""

import asyncio
import shutil
import threading
import time
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import msgspec

from printers.printer import Printer
from printers.settings import PrinterSettings
from printers.spool import Spool, stop_all
from printers.table import CHANNEL, Store
from printers.upkeep import Upkeep
from printers.worker import Worker
from queue_server.log import Deliveries, Delivery, Log, LogUnavailable

SECRET = bytes(range(32))


class SkippingClock:
    """Hall time and real time, which the test moves on."""

    speed = 1.0

    def __init__(self):
        self.skip_ms = 0
        self.real_skip_ms = 0

    def now(self):
        return time.time_ns() // 1_000_000 + self.skip_ms

    def real(self):
        return self.now() + self.real_skip_ms


class TableStore(Store):
    """The log's own table, as one process sees it; ``fail_on``: states that cannot be written just now."""

    def __init__(self, url, holder="me", clock=None, agents=()):
        self.url = url
        self.clock = clock or SkippingClock()
        self.history = []
        self.fail_on = set()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.order = {}
        self.qr = {}
        self.log = self.wait(Log.open(url, now=self.clock.now, key=SECRET))
        self.deps = SimpleNamespace(
            log=self.log,
            clock=self.clock,
            figures=SimpleNamespace(papers=Counter()),
            ticket_url=lambda site, ticket: self.qr.get(ticket, "https://example.jp/t/x"),
            settings=SimpleNamespace(printers={name: SimpleNamespace(agent="pc") for name in agents}),
        )
        self.holder = holder
        super().__init__(self.deps, self.loop, holder)

    def wait(self, work):
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(20)

    def read(self, name, **values):
        return self.wait(self.log.read(name, **values))

    def add(self, job):
        paper = msgspec.json.encode(msgspec.structs.replace(job.paper, number=job.number)).decode()
        self.qr[job.ticket_id] = job.paper.qr
        one = Delivery(
            id=job.id,
            site=job.site,
            seq=self.order.setdefault(job.id, len(self.order) + 1),
            channel=CHANNEL,
            kind=job.kind,
            address=job.printer,
            expires_at=job.expires_ms,
            body=paper,
            ticket=job.ticket_id,
        )
        self.wait(Deliveries(self.log).plan([one]))

    def begin(self, job_id, printer):
        if "sending" in self.fail_on:
            raise LogUnavailable("disk_full")
        taken = super().begin(job_id, printer)
        if taken:
            self.history.append((self.row(job_id)["number"], "sending", ""))
        return taken

    def mark(self, job_id, state, reason="", *, next_at=None):
        if state in self.fail_on:
            raise LogUnavailable("disk_full")
        taken = super().mark(job_id, state, reason, next_at=next_at)
        if taken:
            self.history.append((self.row(job_id)["number"], state, reason))
        return taken

    def row(self, job_id):
        (found,) = self.read("delivery", id=job_id)
        return {**found, "number": msgspec.json.decode(found["body"])["number"]}

    def state(self, job):
        found = self.row(job.id)["state"]
        return "queued" if found == "pending" else found

    def as_found_after_a_crash(self, holder="the next"):
        """What the next process finds: the file as it is now (a commit is whole or not there)."""
        file = Path(self.url.removeprefix("sqlite:///"))
        other = file.with_name(f"found-{file.name}")

        def copy(tx):
            for end in ("", "-wal"):
                if Path(f"{file}{end}").exists():
                    shutil.copy(f"{file}{end}", f"{other}{end}")

        self.wait(self.log.run(copy))
        return TableStore(f"sqlite:///{other}", holder)

    def close(self):
        self.wait(self.log.close())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


class Hall:
    """Spool and workers over a store, with a clock that can be moved on."""

    def __init__(self, store, urls, **options):
        self.store = store
        self.workers = {}
        self.told = []
        for name, url in urls.items():
            printer = Printer(name, PrinterSettings(device=url, mode="text"))
            self.workers[name] = Worker(printer, poll_s=0.1, back_off_s=(0.1,), on_status=self._status)
        self.spool = Spool(
            store,
            self.workers,
            store.clock.real,
            **options,
            on_result=lambda job, state, reason: self.told.append((job.number, state, reason)),
        )

        self.upkeep = Upkeep(store.deps, self.workers, store.holder)

    def _status(self, name, status):
        self.spool.status_changed(name, status)

    def printer(self, name):
        """The printer that a worker has in hand."""
        return self.workers[name]._hand.printer

    def keep_up(self):
        """One look of the upkeep."""
        self.store.wait(self.upkeep.look())

    def run(self):
        for worker in self.workers.values():
            worker.start()
        self.keep_up()
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
        assert stop_all(self.workers.values(), 3)
