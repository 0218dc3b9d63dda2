"""One line at the counters: a thread that reads presses, writes what is shown, and opens a lost line again.

The same on the server and on an agent's machine. A serial port is opened exclusively: a second program (another
server on the same database, too) finds it in use and waits, so a press counts once.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable

import msgspec

from queue_server.devices import Device, DeviceError, State, Status, open_device, parse_address
from queue_server.settings.model_devices import ButtonAction

from .presses import Press, Presses
from .settings import ButtonsSettings
from .showing import NOTHING, Shown, filled, frames

logger = logging.getLogger(__name__)

OnPress = Callable[[str, ButtonAction, float], None]
"""``on_press(counter, action, at)``, ``at`` in monotonic seconds; called in the line's thread, must not block."""
OnStatus = Callable[[Status], None]
OnUnknown = Callable[[str], None]
"""``on_unknown(data)``: bytes that stand in no table, as ``FF 00 99``; as ``on_press``, at most once a second."""

LOOK_S = 0.025
"""The longest time without a look at what is to be shown."""
SETTLE_S = 0.2
"""What comes so soon after opening was pressed before: a converter or the system had kept it."""
WRITE_S = 1.0
"""The longest that a write may stand still: meanwhile nobody reads the buttons."""
LAST_S = 0.5
"""For the last bytes to leave the port: closing it drops them. A line of 9,600 baud carries 480 meanwhile."""
REFUSED_S = 1.5
"""A refusal is seen so long before the number is shown again."""
UNKNOWN_S = 1.0
MOST_UNKNOWN = 16
"""Bytes that are told of what came within ``UNKNOWN_S``: the first."""
BLOCKED_S = 10.0
"""After a display that takes nothing, the next attempt."""
BACK_OFF_S = (0.5, 10.0)
"""The first and the longest wait before the line is opened again."""
_STATES: dict[str, State] = {"unplugged": "unplugged", "unreachable": "offline", "broken": "offline"}


class Line:
    """One line. ``show`` and ``refused`` may be called from any thread."""

    def __init__(
        self,
        name: str,
        settings: ButtonsSettings,
        on_press: OnPress,
        on_status: OnStatus,
        on_unknown: OnUnknown = lambda data: None,
    ) -> None:
        """Opens nothing. Raises ``AddressError``."""
        self.name = name
        address = parse_address(settings.device, f"buttons.{name}.device")
        self._address = msgspec.structs.replace(address, timeout_s=min(address.timeout_s, WRITE_S))
        self._settings = settings
        self._on_press = on_press
        self._on_status = on_status
        self._on_unknown = on_unknown
        self._unknown = b""
        self._unknown_told = -math.inf
        self._lock = threading.Lock()
        self._shown: dict[str, Shown] = {}
        self._refusals: list[str] = []
        self._sent: dict[str, tuple[bytes, bytes]] = {}
        """By counter: what was sent last; missing where it must be sent (again)."""
        self._stale = True
        """Something may differ from what was sent."""
        self._again_at: dict[str, float] = {}
        """When a counter's number is to be shown again after a refusal."""
        self._blocked_until = 0.0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"line-{name}", daemon=True)

    def start(self) -> None:
        """Begin. A line without a device (``none:``) has nothing to do."""
        if self._address.kind == "none":
            self._on_status(Status("unknown", "not_asked"))
        else:
            self._thread.start()

    def stop(self) -> None:
        """End; returns when the line is closed, or after a few seconds."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(2 * WRITE_S + LOOK_S)

    def show(self, counter: str, number: str | None, waiting: bool) -> None:
        """What a counter shows from now on; also sent again after a reconnect and every ``repeat_s``."""
        with self._lock:
            self._shown[counter] = Shown(number, waiting)
            self._stale = True

    def blank(self) -> None:
        """Show nobody at any counter: nobody knows any more who is there."""
        for counter in self._settings.shows:
            self.show(counter, *NOTHING)

    def refused(self, counter: str) -> None:
        """Show once that a press could not be done."""
        with self._lock:
            self._refusals.append(counter)

    # --- in the thread ---

    def _run(self) -> None:
        pause = BACK_OFF_S[0]
        while not self._stopping.is_set():
            device = open_device(self._address)
            began = time.monotonic()
            try:
                device.open()
                self._drain(device)
                self._on_status(Status("ready"))
                self._serve(device)
            except DeviceError as error:
                self._on_status(Status(_STATES.get(error.reason, "error"), error.reason, detail=error.detail))
            except Exception as error:
                logger.error("line %s failed: %s", self.name, type(error).__name__, exc_info=error)
                self._on_status(Status("error", "internal"))
            finally:
                device.close()
            if time.monotonic() - began > BACK_OFF_S[1]:
                pause = BACK_OFF_S[0]
            self._stopping.wait(pause)
            pause = min(2 * pause, BACK_OFF_S[1])

    def _drain(self, device: Device) -> None:
        """Throw away what was pressed before the line was open: nobody expects it to happen now."""
        until = time.monotonic() + SETTLE_S
        while (left := until - time.monotonic()) > 0 and not self._stopping.is_set():
            device.listen(left)

    def _serve(self, device: Device) -> None:
        settings = self._settings
        presses = Presses(settings.keys, settings.debounce_ms / 1000, settings.long_ms / 1000)
        with self._lock:
            self._refusals.clear()
        self._send_all_again()
        self._again_at.clear()
        self._blocked_until = 0.0
        repeat_at = time.monotonic() + settings.repeat_s
        # Everything that had come until then has been read, whatever held this thread up since.
        empty_at = time.monotonic()
        while not self._stopping.is_set():
            now = time.monotonic()
            if settings.repeat_s and now >= repeat_at:
                self._send_all_again()
                repeat_at = now + settings.repeat_s
            self._write_what_changed(device, now)
            began = time.monotonic()
            within = max(0.0, min(LOOK_S, presses.next_at(empty_at) - began))
            data = device.listen(within)
            if data:
                found = presses.feed(data, empty_at, time.monotonic())
                empty_at = began
            else:
                empty_at = began + within
                found = presses.settle(empty_at)
            for press in found:
                self._tell(press)
            self._tell_unknown(presses.unknown(), now)
        self._end(device)

    def _end(self, device: Device) -> None:
        """What is shown now would stand there until somebody serves the line again."""
        if self._settings.shows:
            self.blank()
            self._write_what_changed(device, time.monotonic())
            time.sleep(LAST_S)

    def _tell(self, press: Press) -> None:
        try:
            self._on_press(*press)
        except Exception as error:
            logger.error("a press was lost: %s", type(error).__name__, exc_info=error)

    def _tell_unknown(self, data: bytes, now: float) -> None:
        self._unknown = (self._unknown + data)[:MOST_UNKNOWN]
        if self._unknown and now - self._unknown_told >= UNKNOWN_S:
            self._unknown_told = now
            self._on_unknown(self._unknown.hex(" ").upper())
            self._unknown = b""

    def _write_what_changed(self, device: Device, now: float) -> None:
        if now < self._blocked_until:
            with self._lock:
                self._refusals.clear()  # later they would be told of another press
            return
        for counter in [counter for counter, at in self._again_at.items() if now >= at]:
            del self._again_at[counter]
            self._sent.pop(counter, None)
            self._stale = True
        if not self._stale and not self._refusals:
            return
        with self._lock:
            shown = dict(self._shown)
            refusals, self._refusals = self._refusals, []
            self._stale = False
        data = bytearray()
        for counter in refusals:
            if counter in self._settings.shows and (blink := filled(self._settings.shows[counter].refused)):
                data += blink
                self._again_at[counter] = now + REFUSED_S
        for counter, show in self._settings.shows.items():
            if counter in shown:
                wanted = frames(show, shown[counter])
                before = self._sent.get(counter, (b"", b""))
                data += b"".join(frame for frame, old in zip(wanted, before, strict=True) if frame != old)
                self._sent[counter] = wanted
        if data:
            self._write(device, bytes(data))

    def _send_all_again(self) -> None:
        self._sent.clear()
        self._stale = True

    def _write(self, device: Device, data: bytes) -> None:
        try:
            device.write(data, self.name)
        except DeviceError as error:
            if error.reason not in ("timeout", "not_ready") or not device.is_open:
                raise
            # The buttons may well work: the line is kept, and the display gets everything anew later.
            self._on_status(Status("error", error.reason, detail=error.detail))
            self._blocked_until = time.monotonic() + BLOCKED_S
            self._send_all_again()
        else:
            if self._blocked_until:
                self._blocked_until = 0.0
                self._on_status(Status("ready"))
