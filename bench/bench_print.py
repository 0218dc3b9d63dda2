"""Kiosk tap → last byte at the printer, beside the wire's own time; and the API while a printer hangs."""

from __future__ import annotations

import tempfile
import time

from . import load
from .beside import BareWrites
from .day import issuing
from .figures import Figure, percentile
from .paper import Network, SerialLine, Wire
from .server import SITE, Server

TITLE = "Paper"
BAUD = 115_200
NETWORK_MS, SERIAL_MORE_MS, HANGING_MS = 150.0, 50.0, 50.0
RATE = 50


def printed(server: Server, token: str, wire: Wire, times: int) -> list[float]:
    """Tap, wait for the cut, tap again: ms of each."""
    found = []
    body = {"service": "service", "channel": "kiosk", "kiosk": "kiosk1"}
    for n in range(times):
        cuts = len(wire.cuts)
        at = time.monotonic_ns()
        status, answer = server.ask("POST", f"{SITE}/tickets", body, token)
        assert (status, answer["print"]["state"]) == (201, "queued"), answer
        if not wire.wait(cuts + 1):
            raise RuntimeError(f"ticket {n + 1} was not printed")
        found.append((wire.cuts[cuts] - at) / 1e6)
        time.sleep(0.02)
    return found


def on(wire: Wire, times: int) -> tuple[list[float], float]:
    """The ms of each ticket on a server with this printer, and the bytes of one."""
    with tempfile.TemporaryDirectory() as folder:
        device = f"printers.kiosk1.device={wire.url}"
        with Server(f"sqlite:///{folder}/bench.db", settings=[device], core=None) as server:
            token = server.token("kiosk")
            printed(server, token, wire, 2)  # the first loads fonts and libraries
            before = wire.bytes
            found = printed(server, token, wire, times)
            return found, (wire.bytes - before) / times


def beside(wire: Network, seconds: float) -> tuple[load.Result, float]:
    """Fifty taps a second at the kiosk of this printer; and the longest bare durable write meanwhile, in ms."""
    with tempfile.TemporaryDirectory() as folder:
        device = f"printers.kiosk1.device={wire.url}"
        with Server(f"sqlite:///{folder}/bench.db", settings=[device], core=None) as server:
            token = server.token("kiosk")
            load.run(issuing(server, token, RATE, rate=RATE))
            with BareWrites(folder) as bare:
                found = load.run(issuing(server, token, int(RATE * seconds), rate=RATE))
            return found, max(bare.waits_ms)


def run(quick: bool) -> list[Figure]:
    """The rows."""
    times = 10 if quick else 50
    network, line = Network(), SerialLine(BAUD)
    hanging, well = Network(hangs=True), Network()
    try:
        raster, raster_bytes = on(network, times)
        text, text_bytes = on(line, times)
        hung, bare_ms = beside(hanging, 4 if quick else 10)
        fine, _ = beside(well, 4 if quick else 10)
    finally:
        for wire in (network, line, hanging, well):
            wire.end()
    p99, wire_ms = percentile(raster, 0.99), text_bytes * 10 / BAUD * 1000
    more, longest = percentile(text, 0.99) - wire_ms, max(hung.waits_ms)
    return [
        Figure(
            f"tap → last byte, network raster ({raster_bytes / 1000:.1f} kB): p50 / p99",
            f"{percentile(raster, 0.5):.0f} / {p99:.0f} ms",
            f"p99 {NETWORK_MS:g} ms",
            met=p99 <= NETWORK_MS,
        ),
        Figure(
            f"tap → last byte, serial text ({text_bytes:.0f} bytes, {BAUD:,} baud): p50 / p99",
            f"{percentile(text, 0.5):.0f} / {percentile(text, 0.99):.0f} ms",
            f"the wire + {SERIAL_MORE_MS:g} ms",
            f"the wire {wire_ms:.0f} ms",
            f"wire + {more:.0f} ms",
            more <= SERIAL_MORE_MS,
        ),
        Figure(
            f"longest answer at {RATE} taps/s while the kiosk's printer hangs",
            f"{longest:.1f} ms (p99 {hung.wait_ms(0.99):.1f})",
            f"{HANGING_MS:g} ms",
            f"with a printer that prints {max(fine.waits_ms):.1f} ms (p99 {fine.wait_ms(0.99):.1f}); "
            f"longest bare durable write {bare_ms:.1f} ms",
            f"{longest / max(fine.waits_ms):.1f} ×",
            longest <= HANGING_MS,
        ),
    ]
