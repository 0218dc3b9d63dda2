"""From bytes and times to presses: codes found in a stream, contacts that bounce, long presses. Pure.

Times are monotonic seconds. A byte's moment is known only as a span: it came after the line was last seen empty
(``since``) and before it was read (``now``). A reader that was held up must not turn a bounce into a second press, so
the early end of the span decides whether a signal is a bounce, and the late end begins the next quiet time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from queue_server.settings.model_devices import ButtonAction, ButtonKey

REPEATS_S = 1.2
"""A button that does not say when it is let go, and sends the same again so soon, is still pressed, or jammed."""
STALE_S = 0.5
"""The rest of a code comes within this time, or its beginning was noise."""


class Press(NamedTuple):
    """What somebody wants at a counter. ``at``: the earliest that the button can have been pressed."""

    counter: str
    action: ButtonAction
    at: float


class Presses:
    """The buttons of one line."""

    def __init__(self, keys: Sequence[ButtonKey], debounce_s: float, long_s: float) -> None:
        buttons = [_Button(key, debounce_s, long_s) for key in keys]
        self._buttons = buttons
        self._codes = {bytes.fromhex(button.key.sends): button.down for button in buttons} | {
            bytes.fromhex(button.key.released): button.up for button in buttons if button.key.released.strip()
        }
        self._rest = b""
        self._rest_at = 0.0
        self._unknown = bytearray()

    def feed(self, data: bytes, since: float, now: float) -> list[Press]:
        """What the bytes mean that came between ``since`` and ``now``."""
        found = self.settle(since)
        rest = self._rest + data
        while rest:
            code = next((code for code in self._codes if rest.startswith(code)), None)
            if code is not None:
                found += self._codes[code](since, now)
                rest = rest[len(code) :]
            elif any(code.startswith(rest) for code in self._codes):
                break  # the beginning of a code
            else:  # noise
                self._unknown.append(rest[0])
                rest = rest[1:]
        self._rest, self._rest_at = rest, now
        return found

    def settle(self, now: float) -> list[Press]:
        """Presses that time alone has decided: a long one, the end of a short one that could have been long."""
        if self._rest and now - self._rest_at > STALE_S:
            self._unknown += self._rest
            self._rest = b""
        return [press for button in self._buttons for press in button.settle(now)]

    def unknown(self) -> bytes:
        """What came since the last time of asking and is no code of the table."""
        unknown, self._unknown = bytes(self._unknown), bytearray()
        return unknown

    def next_at(self, now: float) -> float:
        """When, after ``now``, the next quiet time or press ends; infinite when nothing is under way.

        Whoever reads must look up at that moment: then the span of a byte never reaches over it.
        """
        ends = (end for button in self._buttons for end in button.ends())
        return min((end for end in ends if end > now), default=math.inf)


class _Button:
    """One button: the contact as it was last signalled, and the press that is not decided yet."""

    def __init__(self, key: ButtonKey, debounce_s: float, long_s: float) -> None:
        self.key = key
        self._debounce = debounce_s
        self._long = long_s
        self._signal = -math.inf
        """When the last signal came, bounces too."""
        self._held = False
        """Pressed; only a button with a code for letting go is."""
        self._down = 0.0
        self._up: float | None = None
        """Let go then, unless it proves to be a bounce."""
        self._up_since = 0.0
        self._open = False
        """Neither short nor long yet."""
        self._two_way = bool(key.released.strip())
        self._again = long_s if self._two_way else max(debounce_s, REPEATS_S)
        """The same code so soon after the last is no other press, whatever lies between."""

    def down(self, since: float, now: float) -> list[Press]:
        """The code of the pressed button."""
        begin = max(since, self._signal)
        found = self.settle(begin)
        bounced = begin < self._signal + self._debounce
        repeated = begin < self._signal + self._again
        self._signal = now
        if not self._two_way:
            return found if repeated else [*found, self._press(self.key.press, since)]
        if self._held:
            self._up = None
            # Some boxes send again and again while a button is held. After a long silence the code for letting go
            # was lost, and this is another press.
            if repeated:
                return found
        elif bounced:
            return found
        self._held, self._down = True, now
        self._open = self.key.long is not None
        return found if self._open else [*found, self._press(self.key.press, since)]

    def up(self, since: float, now: float) -> list[Press]:
        """The code of the button let go."""
        found = self.settle(max(since, self._signal))
        self._signal = now
        if self._held:
            self._up, self._up_since = now, since
        return found

    def settle(self, now: float) -> list[Press]:
        """What is decided at ``now``."""
        if not self._held:
            return []
        if self._up is not None:
            if now < self._up + self._debounce:
                return []
            self._up, self._held = None, False
            return self._decide(self.key.press, self._up_since)
        if now >= self._down + self._long and self.key.long is not None:
            return self._decide(self.key.long, self._down + self._long)
        return []

    def ends(self) -> tuple[float, float, float]:
        """The ends of the quiet times after the last signal, and the moment at which a press is a long one."""
        return self._signal + self._debounce, self._signal + self._again, self._down + self._long

    def _decide(self, action: ButtonAction, at: float) -> list[Press]:
        was_open, self._open = self._open, False
        return [self._press(action, at)] if was_open else []

    def _press(self, action: ButtonAction, at: float) -> Press:
        return Press(self.key.counter, action, at)
