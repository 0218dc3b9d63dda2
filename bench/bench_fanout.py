"""A call → the last of many screens, beside bare loops over as many sockets, with the same screens."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from . import bare, load
from .figures import Figure, percentile
from .screens import Screens
from .server import SITE, Server

TITLE = "Call → the last of many screens"
MESSAGE_BYTES = 300
BUDGET_MS = {1_000: 30.0, 5_000: 120.0}
TIMES_C = 3.0


def press(port: int, path: str, token: str = "") -> int:
    """Press once on a connection of its own; when the request was sent (monotonic ns)."""
    line = load.Line(load.Load(port=port, token=token, paths=[path], body="{}", clients=1, total=1), 0)
    line.sock.setblocking(True)
    at = time.monotonic_ns()
    line.send(b"", 0.0)
    while (answer := line.receive()) is None:
        pass
    line.sock.close()
    assert answer[9:12] == b"200", answer
    return at


def rounds(port: int, screens: Screens, times: int, path: str, token: str = "") -> list[list[float]]:
    """For each press the ms until each screen had it, ascending."""
    found = []
    for _ in range(times):
        screens.arm("event: ticket.called")
        at = press(port, path, token)
        found.append([(seen - at) / 1e6 for seen in screens.times()])
        time.sleep(0.05)
    return found


def summary(found: list[list[float]]) -> tuple[float, float, float]:
    """Over all presses: the median screen, the 99 % screen, the median over presses of the last screen."""
    every = [wait for one in found for wait in one]
    return percentile(every, 0.5), percentile(every, 0.99), percentile([one[-1] for one in found], 0.5)


def compiled(folder: str) -> list[str] | None:
    """The C loop, compiled; None without a compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        return None
    program = str(Path(folder, "bare_loop"))
    subprocess.run([compiler, "-O2", "-o", program, str(Path(__file__).with_name("bare_loop.c"))], check=True)
    return [program]


def of_bare(program: list[str], count: int, times: int) -> tuple[float, float, float]:
    """What a bare loop does."""
    with bare.running(program, str(MESSAGE_BYTES)) as loop, Screens(loop.port, count) as screens:
        rounds(loop.port, screens, 2, "/")
        return summary(rounds(loop.port, screens, times, "/"))


def of_server(count: int, times: int) -> tuple[tuple[float, float, float], float]:
    """What the server does, and its memory for each connection in KiB."""
    with tempfile.TemporaryDirectory() as folder, Server(f"sqlite:///{folder}/bench.db") as server:
        token = server.token("staff")
        server.open_counters(token, "1")
        issue = load.Load(
            port=server.port,
            token=token,
            paths=[f"{SITE}/tickets"],
            body='{"service":"service","channel":"staff"}',
            clients=8,
            total=200,
        )
        load.run(issue)
        before = server.rss_mb()
        with Screens(server.port, count) as screens:
            each = (server.rss_mb() - before) * 1024 / count
            path = f"{SITE}/counters/1/call-next"
            rounds(server.port, screens, 2, path, token)
            return summary(rounds(server.port, screens, times, path, token)), each


def run(quick: bool) -> list[Figure]:
    """The rows."""
    times = 10 if quick else 30
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        c_loop = compiled(folder)
        python_loop = [sys.executable, "-m", "bench.bare_loop"]
        for count in (100, 1_000) if quick else (100, 1_000, 5_000):
            (p50, p99, last), each = of_server(count, times)
            limits = [f"asyncio {(a := of_bare(python_loop, count, times))[1]:.1f} ms"]
            ratios = [f"{p99 / a[1]:.1f} × asyncio"]
            met = None
            budget = BUDGET_MS.get(count)
            if c_loop is not None:
                c = of_bare(c_loop, count, times)
                limits.insert(0, f"C {c[1]:.1f} ms (last {c[2]:.1f})")
                ratios.insert(0, f"{p99 / c[1]:.1f} × C")
                if budget is not None:
                    met = p99 <= budget and (count != 1_000 or p99 <= TIMES_C * c[1])
            elif budget is not None:
                met = p99 <= budget
            wanted = f"p99 {budget:g} ms" if budget else ""
            figures.append(
                Figure(
                    f"call → {count:,} screens: p50 / p99 / last",
                    f"{p50:.1f} / {p99:.1f} / {last:.1f} ms, {each:.1f} KiB a screen",
                    wanted + (f", ≤ {TIMES_C:g} × C" if count == 1_000 else ""),
                    ", ".join(limits),
                    ", ".join(ratios),
                    met,
                )
            )
    return figures
