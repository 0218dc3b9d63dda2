"""Call boxes, lamps and panels on a pseudo-terminal, and a city that has one."""

from __future__ import annotations

import os
import re
import select
import threading
import time
import tty
from collections.abc import Callable
from pathlib import Path

SHOWN = re.compile(rb"\x02([0-9A-Z])([0-9-]{2,3}|E1|L[01])\x03")
"""What the panels of these tests understand: STX, the counter, digits, dashes, a refusal or the lamp, ETX."""
WAIT_S = 20.0
GAP_S = 0.2


def until(true: Callable[[], object], what: str = "") -> None:
    """Wait for something that must come."""
    end = time.monotonic() + WAIT_S
    while not true():
        assert time.monotonic() < end, what or "it did not come"
        time.sleep(0.002)


class Box:
    """A line of buttons and panels. ``path`` stays the same when it is plugged in again, as udev makes it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "line"
        self.frames: list[tuple[str, str]] = []
        """(counter, what was shown), in order."""
        self._pressed: dict[str, float] = {}
        self._master = self._slave = -1
        self._reader: threading.Thread | None = None
        self.plug()

    def plug(self) -> None:
        """A new pseudo-terminal under the same path."""
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        fresh = self.path.with_suffix(".new")
        fresh.symlink_to(os.ttyname(self._slave))
        fresh.rename(self.path)
        self._reader = threading.Thread(target=self._read, args=(self._master,), daemon=True)
        self._reader.start()

    def unplug(self) -> None:
        """Gone, with the path."""
        self.path.unlink(missing_ok=True)
        master, self._master = self._master, -1
        assert self._reader is not None
        self._reader.join()
        os.close(self._slave)
        os.close(master)

    def send(self, code: str, times: int = 1) -> None:
        """The bytes of a button, with bounces; a second press of one comes when that is no bounce any more."""
        time.sleep(max(0.0, self._pressed.get(code, 0.0) + GAP_S - time.monotonic()))
        self._pressed[code] = time.monotonic()
        os.write(self._master, bytes.fromhex(code) * times)

    def shown(self, counter: str) -> str | None:
        """What the panel of a counter shows now; None before the first time."""
        return self._last(counter, lambda what: what[0] not in "LE")

    def lamp(self, counter: str) -> bool | None:
        """Whether the lamp of a counter is on."""
        last = self._last(counter, lambda what: what[0] == "L")
        return None if last is None else last == "L1"

    def _last(self, counter: str, kind: Callable[[str], bool]) -> str | None:
        return next((what for where, what in reversed(self.frames) if where == counter and kind(what)), None)

    def refusals(self, counter: str) -> int:
        """How often the box of a counter showed that a press was not done."""
        return self.frames.count((counter, "E1"))

    def _read(self, master: int) -> None:
        rest = b""
        while self._master == master:
            # never waits in read(): that would keep a line alive that is closed meanwhile
            try:
                ready, _, _ = select.select([master], [], [], 0.01)
                data = os.read(master, 4096) if ready else b""
            except (OSError, ValueError):
                return
            rest += data
            for found in SHOWN.finditer(rest):
                self.frames.append((found[1].decode(), found[2].decode()))
            rest = rest[rest.rfind(b"\x03") + 1 :]


def city(folder: Path, base: Path, box: str, *, counters: str, keys: str = "", more: str = "") -> Path:
    """A configuration like ``base`` with a line ``box`` whose every counter has buttons N (next), F, S and U."""
    folder.mkdir(parents=True, exist_ok=True)
    text = base.read_text(encoding="utf-8")
    table = [
        "[buttons.box]",
        'site = "bench"',
        f'device = "{box}"',
        more,
        "[buttons.box.shows]",
    ]
    for name in counters:
        head = f"02 {name.encode().hex()}"
        table.append(
            f'{name} = {{ number = "{head} {{digits:3}} 03", empty = "{head} 2D 2D 2D 03", '
            f'waiting = "{head} 4C 31 03", idle = "{head} 4C 30 03", refused = "{head} 45 31 03" }}'
        )
    for name in counters:
        for letter, action in ACTIONS.items():
            sends, released = ((name + sign).encode().hex() for sign in (letter, letter.lower()))
            table.append(
                f'[[buttons.box.keys]]\nsends = "{sends}"\nreleased = "{released}"\n'
                f'counter = "{name}"\npress = "{action}"'
            )
    (folder / "city.toml").write_text("\n".join([text, *table, keys]), encoding="utf-8")
    return folder


ACTIONS = {
    "N": "call-next",
    "F": "finish",
    "S": "start",
    "U": "undo",
    "O": "open",
    "C": "close",
    "R": "recall",
}


def button(counter: str, letter: str) -> str:
    """The codes of a button of ``city`` that is pressed and let go."""
    return (counter + letter + counter + letter.lower()).encode().hex()
