"""Commands while a printer is in trouble: the longest answer, beside the same load with a printer that is well."""

from __future__ import annotations

import contextlib
import importlib
import random
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import load
from .beside import BareWrites
from .day import issuing
from .figures import Figure
from .server import ROOT, Server

TITLE = "Printers in trouble"
LIMIT_MS = 50.0
RATE = 50
"""Taps a second at the kiosk whose printer it is; the printer manages some four."""
INTO_S = 0.5
"""When the trouble begins, seconds after the load."""
WELL_S = 1.5
"""How long it lasts."""


@dataclass(frozen=True)
class Trouble:
    """What happens to a simulated printer and its plug, and how it ends."""

    what: str
    begin: Callable[[Any, Any], None]
    end: Callable[[Any, Any], None]
    serial: bool = False


def nothing(machine: Any, plug: Any) -> None:
    """All is well."""


def _noise(machine: Any, plug: Any) -> None:
    machine.noise = random.Random(1)


def _quiet(machine: Any, plug: Any) -> None:
    machine.noise = None
    machine.silent = False


def _silence(machine: Any, plug: Any) -> None:
    machine.silent = True


def _last_rows(machine: Any, plug: Any) -> None:
    machine.roll = 300


TROUBLES = (
    Trouble("paper out in the middle of a ticket", _last_rows, lambda m, p: m.new_roll()),
    Trouble("cover opened", lambda m, p: m.open_cover(), lambda m, p: m.close_cover()),
    Trouble("hangs", lambda m, p: m.hang(), lambda m, p: m.hang(False)),
    Trouble("silent", _silence, _quiet),
    Trouble("switched off and on", lambda m, p: m.switch_off(), lambda m, p: m.switch_on()),
    Trouble("cable kicked", lambda m, p: p.kick(), nothing),
    Trouble("answers are noise", _noise, _quiet),
    Trouble(
        "serial, unplugged in the middle of a write", lambda m, p: p.unplug(), lambda m, p: p.plug(), True
    ),
    Trouble("serial, 9,600 baud", nothing, nothing, True),
)


@contextlib.contextmanager
def simulated(folder: str, serial: bool) -> Iterator[tuple[Any, Any]]:
    """A simulated printer of the device tests and its plug, at the speed of a real one."""
    sys.path.append(str(ROOT / "tests" / "devices"))
    machine = importlib.import_module("simulator").Simulator(rows_per_s=2000.0, cut_s=0.15)
    if serial:
        plug = importlib.import_module("simulator_pty").PtyPlug(machine, Path(folder), paced=9600)
    else:
        plug = importlib.import_module("simulator_tcp").TcpPlug(machine)
    try:
        yield machine, plug
    finally:
        plug.end()
        machine.end()


def during(trouble: Trouble | None, seconds: float, *, serial: bool) -> tuple[load.Result, float]:
    """Fifty taps a second, the trouble in the middle of them; and the longest bare durable write meanwhile, in ms."""
    with tempfile.TemporaryDirectory() as folder, simulated(folder, serial) as (machine, plug):
        options = "?timeout=1&flow=xonxoff&baud=9600" if serial else "?timeout=1"
        settings = [f"printers.kiosk1.device={plug.url}{options}", "printers.kiosk1.mode=" + "text" * serial]
        with Server(f"sqlite:///{folder}/bench.db", settings=settings, core=None) as server:
            token = server.token("kiosk")
            load.run(issuing(server, token, 2, rate=RATE))  # the first loads fonts and libraries
            if not machine.wait_papers(2):
                raise RuntimeError("the printer that is well does not print")
            timers = []
            if trouble is not None:
                until = INTO_S + max(WELL_S, seconds / 2)
                timers = [
                    threading.Timer(INTO_S, trouble.begin, (machine, plug)),
                    threading.Timer(until, trouble.end, (machine, plug)),
                ]
            for timer in timers:
                timer.start()
            with BareWrites(folder) as bare:
                found = load.run(issuing(server, token, int(RATE * seconds), rate=RATE))
            for timer in timers:
                timer.join()
            if found.refused:
                raise RuntimeError(f"{found.refused} numbers were refused, the first with {found.first}")
            return found, max(bare.waits_ms)


def run(quick: bool) -> list[Figure]:
    """The rows."""
    seconds = 3.0 if quick else 8.0
    well = {serial: during(None, seconds, serial=serial)[0] for serial in (False, True)}
    figures = []
    for trouble in TROUBLES:
        found, bare_ms = during(trouble, seconds, serial=trouble.serial)
        beside = well[trouble.serial]
        longest = max(found.waits_ms)
        figures.append(
            Figure(
                f"longest answer at {RATE} taps/s; the kiosk's printer: {trouble.what}",
                f"{longest:.1f} ms (p99 {found.wait_ms(0.99):.1f})",
                f"{LIMIT_MS:g} ms",
                f"printer well {max(beside.waits_ms):.1f} ms (p99 {beside.wait_ms(0.99):.1f}); "
                f"longest bare durable write {bare_ms:.1f} ms",
                f"{longest / max(beside.waits_ms):.1f} ×",
                longest <= LIMIT_MS,
            )
        )
    return figures
