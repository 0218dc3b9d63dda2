"""One configured printer: makes the bytes of a ticket, hands them over, hears what the printer says of itself.

Belongs to one thread; only there are Pillow and the device's library loaded.
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Literal

import msgspec

from printers import escpos
from printers.encoding import encode
from printers.settings import PrinterSettings
from printers.status import ANSWERS, ASK, TELL_CHANGES, WHEN_DONE, Heard, StatusReader
from printers.ticket import TicketPaper
from queue_server.devices import Device, DeviceError, Status, WriteFailed, open_device

_ANSWER_S = 0.3  # a printer answers in a few milliseconds; one that cannot would cost this once
_PROBE_S = 0.5  # an idle printer answers GS r at once
_FRESH_S = 1.0  # an answer so young is believed without asking again
_SLOWEST = 6  # no call of a device that works takes more of its time-outs than this
_SPARE_S = 5.0
_SILENCE_S = (
    0.1  # longer than an adapter keeps a byte back: an answer does not break off so long in its middle
)


class Printer:
    """Settings, encoder, device and what came back from it."""

    def __init__(self, name: str, settings: PrinterSettings) -> None:
        """Opens nothing and loads nothing. Raises AddressError for settings that cannot work."""
        self.name = name
        self._settings = settings
        self._address = settings.address(name)
        self._device: Device | None = None
        self._reader = StatusReader()
        self._told = Status("unknown")
        self._told_at = float("-inf")
        self.talks = False
        """Has answered once: silence then means trouble."""
        self._asked_in_vain = False  # since it was opened
        self._confirms: bool | None = None
        self._probed = False  # since it was opened
        self._garbled = False  # its last answer made no sense
        self._heard_at = 0.0
        self._torn = 0  # length of a job of which a part may lie in the printer
        self._size = 0  # length of the last job
        self._interrupted: TicketPaper | None = None
        self._end: Literal["", "awaited", "told", "lost"] = ""
        """Whether it told the end of the last job: not asked, not yet, yes, never (the line is gone)."""

    def again(self) -> Printer:
        """The same printer with a device of its own, when the thread of this one is given up."""
        other = Printer(self.name, self._settings)
        other.talks, other._confirms, other._interrupted = self.talks, self._confirms, self._interrupted
        other._torn = self._size if self.awaits_end() else self._torn
        return other

    def interrupted(self, paper: TicketPaper) -> None:
        """A process before this one died while it printed this: a part may lie in the printer."""
        self._interrupted = paper

    @property
    def listens(self) -> bool:
        """Whether something may come in unasked now."""
        device = self._device
        return self.talks and device is not None and device.is_open

    @property
    def holds_back(self) -> bool:
        """Whether questions wait behind a ticket that a full printer does not take: silence then says nothing new."""
        return self._address.kind != "serial"

    def limit_s(self, size: int = 0) -> float:
        """Seconds after which a call with so many bytes to write does not come back any more."""
        bits = 10 * size / self._address.baud if self._address.kind == "serial" else 0.0
        return bits + self._address.timeout_s * (_SLOWEST + size / 4096) + _SPARE_S

    def encode(self, paper: TicketPaper) -> bytes:
        """The bytes that print this ticket (a PNG for draw:, nothing for none:)."""
        return encode(self._settings, paper)

    def fonts(self) -> Status | None:
        """Look again for missing fonts: the trouble of a printer that cannot do without; None: there is none."""
        kind = self._address.kind
        mode = self._settings.mode or ("auto" if kind == "serial" else "raster")
        if kind != "draw" and mode != "raster":  # it prints most tickets in its own characters
            return None
        from printers.fonts import FontsMissing, book

        try:
            book(self._settings.fonts)
        except FontsMissing as error:
            return Status("error", "fonts_missing", detail=str(error))
        return None

    def awaits_end(self) -> bool:
        """Whether the printer has yet to say that it printed the last job."""
        return self._end == "awaited"

    def give_up_end(self) -> None:
        """It is not waited for any more: what comes back makes no sense."""
        self._end = ""

    def told_end(self) -> bool:
        """Whether it has said so."""
        return self._end == "told"

    # --- how it is ---

    def look(self, *, before_job: bool = False) -> Status:
        """Open the device if need be and ask the printer how it is. Raises DeviceError when it is out of reach.

        ``before_job``: do not ask again what was answered a moment ago, nor one that did not answer.
        """
        device = self._opened()
        if not device.two_way:
            return Status("ready")
        if not self._address.ask:
            return Status("unknown", "not_asked")
        self._heard(device.listen(0))
        if before_job and time.monotonic() - self._told_at < _FRESH_S and self._told.works:
            return self._told
        if before_job and self._asked_in_vain and not self.talks:
            return Status("unknown", "no_answer")
        status = self._ask(device)
        if status.works and self.talks and not self.awaits_end():
            self._introduce(device, before_job=before_job)
        return status

    def hear(self, within_s: float) -> Status | None:
        """What the printer says unasked, waited for at most so many seconds; None: nothing of how it is.

        What is awaited may come with it. Raises DeviceError when the device is gone.
        """
        device = self._device
        if device is None or not self._address.ask:
            return None
        data = device.listen(within_s)
        if not data and time.monotonic() - self._heard_at > _SILENCE_S:
            self._reader.lapse()
        return self._heard(data).status

    def _opened(self) -> Device:
        if self._device is None:
            # Whether the line is kept is decided here: the end of a ticket comes back on the same line.
            self._device = open_device(msgspec.structs.replace(self._address, keep=True))
        if not self._device.is_open:
            self._forget_line()
            self._device.open()
        return self._device

    def _forget_line(self) -> None:
        """Nothing that was asked on the line before is answered any more."""
        self._reader = StatusReader()
        self._told_at = float("-inf")
        self._asked_in_vain = self._probed = False
        if self.awaits_end():
            self._end, self._torn = "lost", self._size

    def _ask(self, device: Device) -> Status:
        self._reader.asked()
        before, noise, until = self._told_at, False, time.monotonic() + _ANSWER_S
        heard = self._heard(device.ask(ASK, ANSWERS, _ANSWER_S))
        while self._told_at == before and (left := until - time.monotonic()) > 0:
            noise |= heard.noise
            heard = self._heard(device.listen(left))
        self._garbled = self._told_at == before and (noise or heard.noise)
        if self._told_at != before:
            return self._told
        self._reader.lapse()
        self._asked_in_vain = True
        if self._garbled:
            return Status("unknown", "garbled")
        return Status("offline" if self.talks else "unknown", "no_answer")

    def _introduce(self, device: Device, *, before_job: bool) -> None:
        """Let changes be told, and find out once whether the printer tells when it has printed."""
        if self._confirms is None or not (self._confirms or before_job or self._probed):
            self._end, self._probed = "awaited", True
            until = time.monotonic() + _PROBE_S
            self._heard(device.ask(TELL_CHANGES + WHEN_DONE, ANSWERS + 1, _PROBE_S))
            while self.awaits_end() and (left := until - time.monotonic()) > 0:
                self._heard(device.listen(left))
            self._confirms, self._end = self.told_end(), ""
        elif not before_job:  # it may have been off and on again since
            self._heard(device.ask(TELL_CHANGES, ANSWERS, 0.05))

    def _heard(self, data: bytes) -> Heard:
        heard = self._reader.feed(data)
        if data:
            self._heard_at = time.monotonic()
        if heard.status is not None:
            self.talks = True
            self._told, self._told_at, self._garbled = heard.status, time.monotonic(), False
        if heard.done and self.awaits_end():
            self._end, self._confirms = "told", True
        return heard

    # --- printing ---

    def mend(self) -> None:
        """Before a job: finish what a failed one left in the printer. Raises DeviceError; no job has begun then.

        A printer cut off inside a picture takes the next ticket's first bytes for dots. So it is fed as many empty
        bytes as could be missing (outside of a picture they mean nothing), reset, and the torn paper is cut off.
        `awaits_end` tells afterwards whether it is to say that this is done.
        """
        left, self._interrupted = self._interrupted, None
        if left is not None:
            with suppress(Exception):  # what cannot be drawn was not being printed either
                self._torn = max(self._torn, len(self.encode(left)))
        if not self._torn or self._device is None:
            return
        # Whether it tells the end was asked in the middle of what a dead process left: it took that for dots.
        confirms = bool(self._confirms) or (left is not None and self.talks)
        told = TELL_CHANGES + WHEN_DONE if confirms else b""
        self._device.write(bytes(self._torn) + escpos.RESET + escpos.CUT_OFF + told, "mend")
        self._size, self._torn = self._torn, 0
        self._end = "awaited" if confirms else ""

    def send(self, data: bytes, name: str) -> None:
        """Hand the bytes of the job ``name`` to the open device. Raises WriteFailed.

        `awaits_end` tells afterwards whether the printer is to say that it has printed them.
        """
        assert self._device is not None, "look() opens it"
        if self.talks and data.startswith(escpos.RESET):  # which ends what GS a had switched on
            data = escpos.RESET + TELL_CHANGES + data.removeprefix(escpos.RESET)
        try:
            self.hear(0.0)  # what it says before the ticket is no word on it
        except DeviceError as error:
            raise WriteFailed(error.reason, 0, error.detail) from None
        # Asked of a printer that is not understood, it might be answered when it is, and be taken for another ticket's.
        confirms, self._end = bool(self._confirms) and not self._garbled, ""
        self._size = self._torn = 0 if self._address.kind == "draw" else len(data)
        try:
            self._device.write(data + WHEN_DONE if confirms else data, name)
        except WriteFailed as error:
            if not error.written:
                self._torn = 0
            raise
        self._torn = 0
        self._end = "awaited" if confirms else ""

    def release(self) -> None:
        """Between jobs: let go of the device where another program shares the printer."""
        if not self._address.keep:
            self.close()

    def close(self) -> None:
        """Let go of the device; the next `look` opens it again."""
        self._forget_line()
        if self._device is not None:
            self._device.close()
