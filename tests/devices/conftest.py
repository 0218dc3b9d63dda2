"""The fake printers and sample papers of the device tests."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

sys.path.insert(0, str(Path(__file__).parent))  # emulator.py, fakes.py and reading.py lie beside the tests

from fakes import FakePrinter, PtyPrinter, TcpPrinter

from printers.ticket import TicketPaper

PAPERS = Path(__file__).parent / "papers"


@pytest.fixture
def paper() -> Callable[..., TicketPaper]:
    """A sample ticket by name, with changes: ``paper("ja", number="7")``."""

    def load(name: str, **changes: Any) -> TicketPaper:
        sample = msgspec.json.decode((PAPERS / f"{name}.json").read_bytes(), type=TicketPaper)
        return msgspec.structs.replace(sample, **changes)

    return load


@pytest.fixture(scope="session")
def texts() -> dict[str, Any]:
    """Japanese words for tests, kept out of the code."""
    return msgspec.json.decode((PAPERS / "words" / "texts.json").read_bytes())


@pytest.fixture
def printers() -> Iterator[list[FakePrinter]]:
    """Fake printers to be ended with the test."""
    made: list[FakePrinter] = []
    yield made
    for printer in made:
        printer.hang.clear()
        printer.end()


@pytest.fixture
def tcp(printers: list[FakePrinter]) -> Callable[..., TcpPrinter]:
    """Makes network printers."""

    def make(**options: Any) -> TcpPrinter:
        printers.append(printer := TcpPrinter(**options))
        return printer

    return make


@pytest.fixture
def pty(printers: list[FakePrinter]) -> Callable[..., PtyPrinter]:
    """Makes serial printers."""

    def make(**options: Any) -> PtyPrinter:
        printers.append(printer := PtyPrinter(**options))
        return printer

    return make
