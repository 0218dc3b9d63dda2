"""Fifty kiosk taps a second, sent on time: how long until the number."""

from __future__ import annotations

import tempfile

from . import load
from .beside import BareWrites
from .day import issuing
from .figures import Figure, percentile
from .server import Server

TITLE = "Kiosk"
RATE = 50
SECONDS = 20
BUDGET_MS = 20.0


def waits(server: Server, token: str, seconds: float) -> load.Result:
    """Taps of 16 kiosks, one every 20 ms in all."""
    return load.run(issuing(server, token, int(RATE * seconds), rate=RATE))


def run(quick: bool) -> list[Figure]:
    """The rows."""
    with tempfile.TemporaryDirectory() as folder, Server(f"sqlite:///{folder}/bench.db", core=None) as server:
        token = server.token("kiosk")
        waits(server, token, 1)
        alone = load.run(issuing(server, token, 200, clients=1))
        with BareWrites(folder) as bare:
            found = waits(server, token, 5 if quick else SECONDS)
    p99, bare_p99 = found.wait_ms(0.99), percentile(bare.waits_ms, 0.99)
    return [
        Figure(
            f"tap → number, {RATE} a second: p50 / p99 / max",
            f"{found.wait_ms(0.5):.1f} / {p99:.1f} / {max(found.waits_ms):.1f} ms",
            f"p99 {BUDGET_MS:g} ms",
            f"one client without a pause p50 {alone.wait_ms(0.5):.1f} ms; "
            f"bare durable write p99 {bare_p99:.1f}, max {max(bare.waits_ms):.1f} ms",
            f"{p99 / bare_p99:.1f} × the bare p99",
            p99 <= BUDGET_MS,
        )
    ]
