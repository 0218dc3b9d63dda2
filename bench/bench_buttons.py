"""A press on a serial line → its event on the screens (so it is durable), and the number back on the panel."""

from __future__ import annotations

import os
import select
import socket
import tempfile
import threading
import time
import tty
from pathlib import Path

from . import load
from .beside import BareWrites
from .day import COUNTERS, issuing
from .figures import Figure, percentile
from .server import CONFIG, SITE, Server

TITLE = "Call buttons"
BUDGET_MS = 30.0
PRESSES, QUICK = 1_000, 200
RATE = 50
"""Taps a second at the kiosk meanwhile."""
APART_S = 0.015
PATIENCE_S = 10.0
_EVENTS = {"N": b"event: ticket.called", "F": b"event: ticket.finished"}


class Line:
    """Six call boxes with panels behind a pseudo-terminal."""

    def __init__(self) -> None:
        self.master, self._slave = os.openpty()
        tty.setraw(self._slave)
        self.url = f"serial://{os.ttyname(self._slave)}?flow=none"

    def config(self, folder: Path) -> Path:
        """The configuration of the benchmarks with this line."""
        table = ["[buttons.line]", 'site = "bench"', f'device = "{self.url}"', "[buttons.line.shows]"]
        for name in COUNTERS:
            head = f"02 {name.encode().hex()}"
            table.append(f'{name} = {{ number = "{head} {{digits:3}} 03", empty = "{head} 2D 2D 2D 03" }}')
        for name in COUNTERS:
            for letter, action in (("N", "call-next"), ("F", "finish")):
                sends, released = ((name + sign).encode().hex() for sign in (letter, letter.lower()))
                table.append(
                    f'[[buttons.line.keys]]\nsends = "{sends}"\nreleased = "{released}"\n'
                    f'counter = "{name}"\npress = "{action}"'
                )
        base = (CONFIG / "city.toml").read_text(encoding="utf-8")
        (folder / "city.toml").write_text("\n".join([base, *table]), encoding="utf-8")
        return folder

    def close(self) -> None:
        """Unplug."""
        os.close(self._slave)
        os.close(self.master)


class Watch:
    """When what was waited for came on the hall's event stream, and when the panel was told."""

    def __init__(self, server: Server, line: Line) -> None:
        self._line = line
        self._stream = socket.create_connection(("127.0.0.1", server.port))
        self._stream.sendall(f"GET {SITE}/events HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        self.told, self.shown = threading.Event(), threading.Event()
        self.told_at = self.shown_at = 0.0
        self.wanted = b""
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def expect(self, event: bytes) -> None:
        """From now on."""
        self.told.clear()
        self.shown.clear()
        self.wanted = event

    def end(self) -> None:
        """Stop."""
        self._ended.set()
        self._thread.join()
        self._stream.close()

    def _run(self) -> None:
        tail = b""
        while not self._ended.is_set():
            ready = select.select([self._stream, self._line.master], [], [], 0.05)[0]
            now = time.perf_counter()
            if self._stream in ready:
                tail = tail[-40:] + self._stream.recv(65536)
                if self.wanted and self.wanted in tail:
                    tail, self.wanted, self.told_at = b"", b"", now
                    self.told.set()
            if self._line.master in ready and os.read(self._line.master, 4096):
                self.shown_at = now
                self.shown.set()


def press(line: Line, watch: Watch, times: int) -> tuple[list[float], list[float]]:
    """Next and finish at one counter after the other: ms until the event was told, and until the panel was."""
    told, shown = [], []
    for n in range(times // 2):
        counter = COUNTERS[n % len(COUNTERS)]
        for letter, event in _EVENTS.items():
            watch.expect(event)
            at = time.perf_counter()
            os.write(line.master, (counter + letter + counter + letter.lower()).encode())
            if not (watch.told.wait(PATIENCE_S) and watch.shown.wait(PATIENCE_S)):
                raise RuntimeError(f"press {2 * n}: {letter} at counter {counter} did nothing")
            told.append((watch.told_at - at) * 1000)
            shown.append((watch.shown_at - at) * 1000)
            time.sleep(APART_S)
    return told, shown


def run(quick: bool) -> list[Figure]:
    """The rows."""
    times = QUICK if quick else PRESSES
    line = Line()
    with tempfile.TemporaryDirectory() as folder:
        config = line.config(Path(folder))
        with Server(f"sqlite:///{folder}/bench.db", core=None, config=config) as server:
            kiosk = server.token("kiosk")
            server.open_counters(server.token("staff"))
            load.run(issuing(server, kiosk, 2 * times + 100))
            watch = Watch(server, line)
            press(line, watch, 20)
            with BareWrites(folder) as bare:
                alone, shown = press(line, watch, times)
            seconds = times * (APART_S + 0.03)
            taps = threading.Thread(
                target=load.run, args=(issuing(server, kiosk, int(RATE * seconds), rate=RATE),)
            )
            taps.start()
            with BareWrites(folder) as bare_busy:
                busy, _ = press(line, watch, times // 2)
            taps.join()
            watch.end()
    line.close()
    return [
        _row("press → told to the screens, a quiet hall", alone, bare),
        _row(f"the same with {RATE} kiosk taps a second", busy, bare_busy),
        Figure(
            "press → the panel has its bytes: p50 / p99",
            f"{percentile(shown, 0.5):.0f} / {percentile(shown, 0.99):.0f} ms",
        ),
    ]


def _row(what: str, waits: list[float], bare: BareWrites) -> Figure:
    p99, bare_p99 = percentile(waits, 0.99), percentile(bare.waits_ms, 0.99)
    return Figure(
        f"{what}: p50 / p99 / max",
        f"{percentile(waits, 0.5):.1f} / {p99:.1f} / {max(waits):.1f} ms",
        f"p99 {BUDGET_MS:g} ms",
        f"bare durable write p99 {bare_p99:.1f}, max {max(bare.waits_ms):.1f} ms",
        f"{p99 / bare_p99:.1f} × the bare p99",
        p99 <= BUDGET_MS,
    )
