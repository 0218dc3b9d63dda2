"""A worker in front of a scripted printer: what became of its jobs, and what it told of its printer."""

import pytest
from scripted import Scripted

from printers.printer import Printer
from printers.settings import PrinterSettings
from printers.worker import Task, Worker


@pytest.fixture
def fake():
    made = Scripted()
    yield made
    made.end()


class Desk:
    """A worker with what became of its jobs and what it told of its printer."""

    def __init__(self, url, paper, **options):
        self.told, self.results, self.late = [], {}, []
        self._paper = paper
        self.worker = Worker(
            Printer("p", PrinterSettings(device=url, mode="text")),
            on_status=lambda name, status: self.told.append((status.state, status.reason)),
            **{"poll_s": 600.0, "back_off_s": (0.1,), **options},
        )
        self._short(self.worker)
        self.worker.start()

    @staticmethod
    def _short(worker):
        worker._hand.printer.encode = lambda paper: b"\x1b@<" + paper.number.encode() + b">"

    def print(self, *numbers):
        for number in numbers:
            task = Task(
                number,
                self._paper("ja", number=number),
                lambda: True,
                lambda result, number=number: self.results.update({number: (result.state, result.reason)}),
                lambda number=number: self.late.append(number),
            )
            assert self.worker.submit(task)

    def well(self):
        """Ready, and nothing is on its way from it that was asked for before."""
        return self.state == "ready" and self.worker._hand.printer.in_step()

    @property
    def state(self):
        return self.worker.status.state


@pytest.fixture
def desk(fake, paper):
    made = []

    def make(query="", **options):
        made.append(new := Desk(fake.url + query, paper, **options))
        return new

    yield make
    for one in made:
        assert one.worker.stop(10)
