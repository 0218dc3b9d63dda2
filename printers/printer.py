"""One configured printer: makes the bytes of a ticket, hands them over, hears what the printer says of itself.

Belongs to one thread; only there are Pillow and the device's library loaded.
"""

from __future__ import annotations

import time
from contextlib import suppress

import msgspec

from printers import escpos
from printers.encoding import encode, missing_fonts
from printers.settings import PrinterSettings
from printers.status import ANSWERS, ASK, TELL_CHANGES, WHEN_DONE, Heard, StatusReader
from printers.ticket import TicketPaper
from printers.words import Words
from queue_server.devices import Device, DeviceError, Status, WriteFailed, open_device

_ANSWER_S = 0.3  # a printer answers in a few milliseconds; one that cannot would cost this once
_KNOWN_ANSWER_S = (
    1.0  # one that has answered before may be held up: a radio link that saves power, a busy processor
)
_PROBE_S = 0.5  # an idle printer answers GS r at once
_FRESH_S = 1.0  # an answer so young is believed without asking again
_SLOWEST = 6  # no call of a device that works takes more of its time-outs than this
_SPARE_S = 5.0
_NOT_READY = "it answers, and its ready line (DSR) is down: flow=none, or a cable that has this line"
_SILENCE_S = (
    0.1  # longer than an adapter keeps a byte back: an answer rarely breaks off so long in its middle
)
_QUIET_S = 0.2  # words that are asked for in one piece come milliseconds after one another


class Printer:
    """Settings, encoder, device and what came back from it."""

    def __init__(self, name: str, settings: PrinterSettings) -> None:
        """Opens nothing and loads nothing. Raises AddressError for settings that cannot work."""
        self.name = name
        self._settings = settings
        self._address = settings.address(name)
        # Not where another program shares the printer: it would be told too.
        self._tell_changes = TELL_CHANGES if self._address.keep else b""
        self._device: Device | None = None
        self._reader = StatusReader()
        self._told = Status("unknown")
        self._told_at = float("-inf")
        self.talks = False  # has answered once: silence then means trouble
        self._asked_in_vain = self._probed = False  # since it was opened
        self._words = Words()
        self.confirms: bool | None = None  # whether it tells when it has printed; None: not known
        self._held_back = False  # it held its ready line down, and was not seen to lift it
        self.line_lost = False  # since the last `send` or `tidy`
        self.garbled = False  # its last answer made no sense
        self._heard_at = self._word_at = 0.0
        self._torn = 0  # length of a job of which a part may lie in the printer
        self._size = 0  # length of the last job, until it has told the end
        self._interrupted: TicketPaper | None = None

    def again(self) -> Printer:
        """The same printer with a device of its own, when the thread of this one is given up."""
        other = Printer(self.name, self._settings)
        other.talks, other.confirms, other._interrupted = self.talks, self.confirms, self._interrupted
        other._words, other._torn = self._words.copy(), max(self._torn, self._size)
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
        return missing_fonts(self._settings)

    def in_step(self) -> bool:
        """Whether no word on what was printed can come any more."""
        return self._words.in_step

    def all_told(self) -> bool:
        """Whether the printer has told the end of all that it was asked about."""
        return self._words.in_step and self._words.complete

    # --- how it is ---

    def look(self, *, before_job: bool = False, waiting: bool = False) -> Status:
        """Open the device if need be and ask the printer how it is. Raises DeviceError when it is out of reach.

        ``before_job``: do not ask again what was answered a moment ago, nor one that did not answer. ``waiting``: a
        ticket is being printed.
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
        if status.works and self._held_back and not device.ready:  # it answers, and takes nothing
            return Status("offline", "not_ready", detail=_NOT_READY)
        self._held_back = False
        if status.works and self.talks and not waiting:
            self._introduce(device, before_job=before_job)
        return status

    def hear(self, within_s: float) -> Status | None:
        """What the printer says unasked, waited for at most so many seconds; None: nothing of how it is.

        Words on what is printed may come with it. Raises DeviceError when the device is gone.
        """
        device = self._device
        if device is None or not self._address.ask:
            return None
        data = device.listen(within_s)
        status = self._heard(data).status
        silent_s = 0.0 if data else time.monotonic() - self._heard_at
        if silent_s > _SILENCE_S:
            self._reader.lapse()
        if silent_s > _QUIET_S and self._words.answered:
            status = self._ask(device)
        return status

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
        self._torn, self._size = max(self._torn, self._size), 0
        self.line_lost = True

    def _ask(self, device: Device) -> Status:
        self._reader.asked()
        within_s = _KNOWN_ANSWER_S if self.talks else _ANSWER_S
        quiet = time.monotonic() - self._word_at > _QUIET_S
        before, noise, until = self._told_at, False, time.monotonic() + within_s
        heard = self._heard(device.ask(ASK, ANSWERS, within_s))
        while self._told_at == before and (left := until - time.monotonic()) > 0:
            noise |= heard.noise
            heard = self._heard(device.listen(left))
        self.garbled = self._told_at == before and (noise or heard.noise)
        if self._told_at != before:
            if quiet and self._words.answered:  # it answered behind every word on its way
                self._words.quiet()
                self._size = 0
            return self._told
        self._reader.lapse()
        self._asked_in_vain = True
        if self.garbled:
            return Status("unknown", "garbled")
        return Status("offline" if self.talks else "unknown", "no_answer")

    def _introduce(self, device: Device, *, before_job: bool) -> None:
        """Let changes be told, and find out once whether the printer tells when it has printed."""
        if self.confirms is None or not (self.confirms or before_job or self._probed):
            self._probed = True
            self._write(device, self._tell_changes + WHEN_DONE * self._words.call(), "probe")
            until = time.monotonic() + _PROBE_S
            while not (self._words.answered or self.in_step()) and (left := until - time.monotonic()) > 0:
                self.hear(left)
            self.confirms = bool(self.confirms)
        elif not before_job and self._tell_changes:  # it may have been off and on again since
            self._heard(device.ask(self._tell_changes, ANSWERS, 0.05))

    def _heard(self, data: bytes) -> Heard:
        heard = self._reader.feed(data)
        if data:
            self._heard_at = time.monotonic()
        if heard.status is not None:
            self.talks = True
            self._told, self._told_at, self.garbled = heard.status, time.monotonic(), False
        if heard.done and not self.in_step():
            self.confirms, self._word_at = True, time.monotonic()
            self._words.heard(heard.done)
            if self.all_told():
                self._size = self._torn = 0
        return heard

    # --- printing ---

    def left_over(self) -> int:
        """Length of the job of which a part may lie in the printer; 0: of none."""
        left, self._interrupted = self._interrupted, None
        if left is not None:
            with suppress(Exception):  # what cannot be drawn was not being printed either
                self._torn = max(self._torn, len(self.encode(left)))
                # What was asked of it up to now it may have taken for dots.
                self.confirms = self.confirms or None
        return self._torn

    def tidy(self) -> bool:
        """Before a job: finish what a failed one left in the printer, and let it come in step.

        A printer cut off inside a picture takes the next ticket's first bytes for dots. So it is fed as many empty
        bytes as could be missing (outside of a picture they mean nothing), reset, and the torn paper is cut off.
        Whether it is to say now that it is through. Raises DeviceError; no job has begun then.
        """
        assert self._device is not None, "look() opens it"
        torn = self.left_over()
        asks = self.talks and self.confirms is not False and not self.garbled and not self.in_step()
        data = b""
        if torn:
            data = bytes(torn) + escpos.RESET + escpos.CUT_OFF + (self._tell_changes if self.talks else b"")
            self._words.printing()
        if asks:
            data += WHEN_DONE * self._words.call()
        if not data:
            return False
        self._torn, self.line_lost = max(torn, len(data)), False
        try:
            self._write(self._device, data, "tidy")
        except WriteFailed as error:
            if not error.written:
                self._torn = torn
            raise
        self._torn, self._size = 0, torn if asks else 0
        return asks

    def send(self, data: bytes, name: str) -> bool:
        """Hand the bytes of the job ``name`` to the open device. Raises WriteFailed.

        Whether the printer is to say now that it has printed them.
        """
        assert self._device is not None, "look() opens it"
        if self.talks and data.startswith(escpos.RESET):  # which ends what GS a had switched on
            data = escpos.RESET + self._tell_changes + data.removeprefix(escpos.RESET)
        try:
            self.hear(0.0)  # a line that is gone is found out before the first byte
        except DeviceError as error:
            raise WriteFailed(error.reason, 0, error.detail) from None
        asks = bool(self.confirms) and not self.garbled and self.in_step()
        if asks:
            self._words.ticket()
        else:
            self._words.printing()
        self.line_lost, self._size = False, 0
        self._torn = 0 if self._address.kind == "draw" else len(data)
        try:
            self._write(self._device, data + WHEN_DONE if asks else data, name)
        except WriteFailed as error:
            if not error.written:
                self._torn = 0
                if asks:
                    self._words.withdrawn()
            raise
        self._torn, self._size = 0, len(data) if asks else 0
        return asks

    def _write(self, device: Device, data: bytes, name: str) -> None:
        try:
            device.write(data, name)
        except WriteFailed as error:
            self._held_back = error.reason == "not_ready"
            raise

    def release(self) -> None:
        """Between jobs: let go of the device where another program shares the printer."""
        if not self._address.keep:
            self.close()

    def close(self) -> None:
        """Let go of the device; the next `look` opens it again."""
        device, self._device = self._device, None
        self._forget_line()
        if device is not None:
            device.close()
