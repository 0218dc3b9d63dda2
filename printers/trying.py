"""One sample on a real printer, without a server and without a number, for whoever sets the printer up."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import msgspec

from printers.printer import Printer
from printers.settings import PrinterSettings
from printers.status import said
from printers.tasks import Result, Task
from printers.ticket import TicketPaper
from printers.worker import Worker
from queue_server.devices import Status

_STATES = {
    "ready": "ready",
    "paper_near_end": "ready, and its paper is near the end",
    "paper_out": "out of paper",
    "cover_open": "its cover is open",
    "offline": "off line or out of reach",
    "error": "does not work",
    "unplugged": "not there",
    "unknown": "does not tell how it is",
}
_RESULTS = {
    "confirmed": "printed, as the printer has confirmed",
    "sent": "sent; this printer does not tell whether it has printed: look at the paper",
    "unknown": "sent in part or as a whole, and the printer does not confirm it: look at the paper",
    "failed": "not printed",
}
_HELD = "another program holds it: stop the server or the agent that drives it, then try again"
_ONE_AT_A_TIME = (
    "a network printer speaks with one program at a time, and may be silent while a server drives it"
)
_REMEDIES = {
    "busy": _HELD,
    "not_allowed": "this user may not open it: run this as root, or as the user of the service",
    "unreachable": f"check address, cable and power; {_ONE_AT_A_TIME}",
    "no_answer": _ONE_AT_A_TIME,
    "garbled": "what it answers makes no sense: check the model and, on a serial line, the baud rate",
}


def try_out(name: str, settings: PrinterSettings, paper: TicketPaper, tell: Callable[[str], None]) -> bool:
    """Print one paper with the server's own code; whether nothing is known to have gone wrong.

    ``tell`` is given one line for each thing that the printer says, in any thread: how it is, at first and at each
    change, and what became of the paper. Raises AddressError. Ends in finite time, whatever the printer does.
    """
    logging.getLogger("printers").addHandler(logging.NullHandler())  # the lines say it all
    network = settings.address(name).kind == "tcp"
    known, ended = threading.Event(), threading.Event()
    results: list[Result] = []

    def say(text: str, reason: str, detail: str = "") -> None:
        tell(f"{name}: {text}" + (f" ({reason})" if reason else "") + (f": {detail}" if detail else ""))

    def on_status(_: str, status: Status) -> None:
        say(_STATES[status.state], status.reason, "" if status.works or said(status) else status.detail)
        if status.reason in _REMEDIES and (network or status.reason != "no_answer"):
            tell(f"{name}: {_REMEDIES[status.reason]}")
        known.set()

    def done(result: Result) -> None:
        results.append(result)
        ended.set()

    worker = Worker(Printer(name, settings), on_status=on_status)
    worker.start()
    try:
        _wait(worker, known)
        if not worker.status.works:
            say(_RESULTS["failed"], "")
            return False
        worker.submit(Task("sample", paper, start=lambda: True, done=done))
        _wait(worker, ended)
    finally:
        worker.stop()
    result = results[0]
    say(_RESULTS[result.state], result.reason, result.detail if result.state == "failed" else "")
    return result.state in ("confirmed", "sent")


def as_sample(paper: TicketPaper, mark: str) -> TicketPaper:
    """The paper with a mark at its top and over its number, so that nobody takes it for a ticket."""
    return msgspec.structs.replace(
        paper, reissue=mark, labels=msgspec.structs.replace(paper.labels, number=mark)
    )


def _wait(worker: Worker, event: threading.Event) -> None:
    """Until it happens; the worker gives up by itself whatever hangs."""
    while not event.wait(1.0):
        worker.watch()
