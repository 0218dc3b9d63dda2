"""The fake printers and sample papers of the device tests."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import msgspec
import pytest

sys.path.insert(0, str(Path(__file__).parent))  # emulator.py, fakes.py and reading.py lie beside the tests
sys.path.append(str(Path(__file__).parents[2]))  # bench/ starts a PostgreSQL

from boxes import Box
from desk import desk, fake  # noqa: F401 - fixtures
from fakes import FakePrinter, PtyPrinter, TcpPrinter
from scene import Scene
from simulator import Simulator
from simulator_pty import PtyPlug
from simulator_tcp import TcpPlug
from spooling import Hall, TableStore

from printers.jobs import PrintJob, plan_print
from printers.ticket import TicketPaper

PAPERS = Path(__file__).parent / "papers"


@pytest.fixture
def paper() -> Callable[..., TicketPaper]:
    """A sample ticket by name, with changes: ``paper("ja", number="7")``."""

    def load(name: str, **changes: Any) -> TicketPaper:
        sample = msgspec.json.decode((PAPERS / f"{name}.json").read_bytes(), type=TicketPaper)
        return msgspec.structs.replace(sample, **changes)

    return load


@pytest.fixture
def job(paper: Callable[..., TicketPaper]) -> Callable[..., PrintJob]:
    """A paper that is owed: ``job("A001", printer="kiosk2", life_s=400)``."""

    def make(
        number: str = "A001",
        *,
        printer: str = "kiosk1",
        kind: Any = "ticket",
        seq: int = 1,
        life_s: float = 180.0,
        **changes: Any,
    ) -> PrintJob:
        now = time.time_ns() // 1_000_000
        return plan_print(
            site="hall",
            ticket_id=f"id-{number}",
            number=number,
            kind=kind,
            printer=printer,
            seq=seq,
            paper=paper("ja", number=number, **changes),
            at_ms=now,
            expires_ms=now + int(life_s * 1000),
        )

    return make


@pytest.fixture
def store(tmp_path: Path) -> Iterator[TableStore]:
    """The table of deliveries of a new log."""
    made = TableStore(f"sqlite:///{tmp_path}/hall.db")
    yield made
    made.close()


@pytest.fixture
def small_hall(store: TableStore) -> Iterator[Callable[..., Hall]]:
    """Spool and workers over the table: ``small_hall({"kiosk1": url}, over=another table)``."""
    made: list[Hall] = []

    def make(urls: dict[str, str], *, over: TableStore | None = None, **options: Any) -> Hall:
        made.append(new := Hall(over or store, urls, **options))
        return new

    yield make
    for one in made:
        one.stop()
    for other in {one.store for one in made} - {store}:
        other.close()


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
def box(tmp_path: Path) -> Iterator[Box]:
    """A line of buttons and panels, plugged in."""
    made = Box(tmp_path)
    yield made
    if made.path.exists():
        made.unplug()


@pytest.fixture
def hall(running_server: Callable[..., Any], tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """A server with simulated printers: ``hall(…) -> (scene, machine of kiosk1, its plug)``, found ready.

    ``serial``: the pace of a serial line in baud, else it hangs on the network; ``mode``; ``address``: more options
    of the device's address; ``second``: a second printer, kiosk2, takes over; the rest is for `Simulator`.
    """
    with ExitStack() as stack:

        def make(
            *,
            serial: int = 0,
            mode: str = "raster",
            address: str = "",
            second: bool = False,
            expires_s: int = 180,
            **options: Any,
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
            settings.append(f"printers.kiosk1.expires_s={expires_s}")
            server = running_server("bench", *(part for value in settings for part in ("--set", value)))
            scene = stack.enter_context(Scene(server, machines))
            return scene, machines["kiosk1"], plugs[0]

        yield make
