"""The fake printers and sample papers of the device tests."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import msgspec
import pytest

sys.path.insert(0, str(Path(__file__).parent))  # emulator.py, fakes.py and reading.py lie beside the tests

from fakes import FakePrinter, PtyPrinter, TcpPrinter
from scene import Scene
from simulator import Simulator
from simulator_pty import PtyPlug
from simulator_tcp import TcpPlug

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


@pytest.fixture
def hall(running_server: Callable[..., Any], tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """A server with simulated printers: ``hall(…) -> (scene, machine of kiosk1, its plug)``, found ready.

    ``serial``: the pace of a serial line in baud, else it hangs on the network; ``mode``; ``address``: more options
    of the device's address; ``second``: a second printer, kiosk2, takes over; the rest is for `Simulator`.
    """
    with ExitStack() as stack:

        def make(
            *, serial: int = 0, mode: str = "raster", address: str = "", second: bool = False, **options: Any
        ) -> Any:
            machines: dict[str, Simulator] = {}
            settings: list[str] = []
            plugs = []
            for name in ("kiosk1", "kiosk2")[: 1 + second]:
                machine = Simulator(**options)
                stack.callback(machine.end)
                plug = PtyPlug(machine, tmp_path, paced=serial) if serial else TcpPlug(machine)
                stack.callback(plug.end)
                query = "&".join(filter(None, ("timeout=1", "flow=xonxoff" * bool(serial), address)))
                machines[name] = machine
                plugs.append(plug)
                settings += [f"device={plug.url}?{query}", f"mode={mode}", "site=bench"]
                settings[-3:] = [f"printers.{name}.{part}" for part in settings[-3:]]
            if second:
                settings.append("printers.kiosk1.fallback=kiosk2")
            server = running_server("bench", *(part for value in settings for part in ("--set", value)))
            scene = stack.enter_context(Scene(server, machines))
            return scene, machines["kiosk1"], plugs[0]

        yield make
