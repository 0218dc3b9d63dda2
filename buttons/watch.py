"""Helps to find out what a box sends: the bytes as they come, and rows for the configuration at the end."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from queue_server.devices import Address, Device, DeviceError, open_device

QUIET_S = 0.04
"""What comes closer together was sent together."""
LOOK_S = 0.5

HELP = (
    "Press each button twice, slowly (for a long press: hold it for two seconds, let go). "
    "Ctrl-C ends this and prints rows for the configuration."
)
REMEDIES = {
    "unplugged": "there is no such port: is the cable in? Linux lists ports under /dev/serial/by-id",
    "unreachable": "nobody answers there: is the converter on, and the address right?",
    "busy": "another program has it: stop matanai serve or matanai agent first",
    "not_allowed": "this user may not open it: add the user to the group dialout, or run this as the service's user",
}


class CannotWatch(Exception):
    """The line cannot be opened, or is gone; the message says what to do."""


class Codes:
    """What came so far, told apart by silence. Pure."""

    def __init__(self) -> None:
        self._came: list[bytes] = []

    def add(self, burst: bytes) -> str:
        """What to say of bytes that came together."""
        code, times = repeated(burst)
        note = " (new)" if code not in self._came else ""
        again = f"  {times} times: it bounced, or repeats itself" if times > 1 else ""
        self._came.append(code)
        return f"{written(code)}{again}{note}"

    def rows(self, name: str = "box") -> str:
        """Rows for ``[buttons.<id>]``; codes that always come as a pair are pressing and letting go."""
        found = []
        for code in dict.fromkeys(self._came):
            if self._let_go_of(code) is not None:
                continue
            up = next((other for other in self._came if self._let_go_of(other) == code), None)
            released = "" if up is None else f'released = "{written(up)}"\n'
            found.append(
                f'[[buttons.{name}.keys]]\nsends = "{written(code)}"\n{released}counter = "…"\npress = "call-next"'
            )
        return "\n\n".join(found)

    def _let_go_of(self, code: bytes) -> bytes | None:
        """The code that always comes right before this one and is always followed by it."""
        came = self._came
        before = {came[i - 1] if i else b"" for i, one in enumerate(came) if one == code}
        if len(before) != 1 or b"" in before or code in before or came.count(code) < 2:
            return None
        first = before.pop()
        after = {came[i + 1] for i, one in enumerate(came[:-1]) if one == first}
        return first if after == {code} else None


def repeated(burst: bytes) -> tuple[bytes, int]:
    """The shortest code that makes the burst when it is repeated, and how often."""
    for size in range(1, len(burst) + 1):
        times, rest = divmod(len(burst), size)
        if not rest and burst[:size] * times == burst:
            return burst[:size], times
    return burst, 1


def written(code: bytes) -> str:
    """As the configuration writes it."""
    return code.hex(" ").upper()


def watch(address: Address, say: Callable[[str], None]) -> None:
    """Say what comes until Ctrl-C, then the rows. Raises ``CannotWatch``."""
    device = open_device(address)
    codes = Codes()
    try:
        device.open()
        say(HELP)
        while True:
            burst = _burst(device)
            if burst:
                say(f"{datetime.now():%H:%M:%S.%f}"[:-3] + "  " + codes.add(burst))  # noqa: DTZ005 - on this machine
    except KeyboardInterrupt:
        say("\n" + (codes.rows() or "Nothing came. Are baud rate and cable right?"))
    except DeviceError as error:
        remedy = REMEDIES.get(error.reason, error.detail or error.reason)
        raise CannotWatch(f"{address.url}: {remedy}") from None
    finally:
        device.close()


def _burst(device: Device) -> bytes:
    burst = device.listen(LOOK_S)
    until = time.monotonic() + QUIET_S
    while burst and (left := until - time.monotonic()) > 0:
        if more := device.listen(left):
            burst += more
            until = time.monotonic() + QUIET_S
    return burst
