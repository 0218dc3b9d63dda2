"""What a printer says of itself, read from the bytes that come back from it.

Four kinds of bytes share the line, told apart by the bits that are fixed in each (Epson's ESC/POS reference, DLE EOT,
GS a, GS r):

==============  ===========================  ================================================================
0xx1xx10        answer to DLE EOT n          at once, also from a printer that is off line
0xx1xx00        first byte of an ASB status  unasked at every change, once GS a has switched it on; three more
0xx0xxxx        its other bytes, or the      three right after the first byte of an ASB status belong to it
                answer to GS r 1             carried out in its turn: everything before it is printed and cut
0x11, 0x13      XON, XOFF
==============  ===========================  ================================================================
"""

from __future__ import annotations

from typing import NamedTuple

from queue_server.devices import Status

ASK = b"\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04"
"""DLE EOT 1 to 4: printer, cause of off line, error, paper."""
ANSWERS = 4
"""Bytes that answer `ASK`, and bytes of an ASB status."""
TELL_CHANGES = b"\x1da\x0e"
"""GS a: tell changes of line, error and paper from now on (and how it is now); ended by ESC @ and by power-off."""
WHEN_DONE = b"\x1dr\x01"
"""GS r 1: answered when everything before it is printed, and not while the paper is out."""


class Heard(NamedTuple):
    """What the bytes of one reading said."""

    status: Status | None = None
    """The last complete word of the printer on how it is."""
    done: int = 0
    """Answers to GS r 1 that came."""
    noise: bool = False
    """Something came that no printer says."""


class StatusReader:
    """Takes the bytes as they come, in pieces of any length. Pure: no clock, no device.

    One byte that makes no sense (a wrong baud rate, a cable that is being pulled) throws doubt on all around it:
    the piece it came in and everything after it is dropped until the line was silent once (`lapse`).
    """

    def __init__(self) -> None:
        self._answers: bytearray | None = None
        """Answers to DLE EOT so far; None when none are expected."""
        self._asb = bytearray()
        """A change so far. A line may pause in its middle (a box between serial line and network, a radio link), and
        its rest looks like the end of a ticket: so it is waited for through a silence, until the printer has answered
        a question asked after that."""
        self._paused = self._asked_since = False
        """Whether the line was silent in the middle of a change; whether the question came after that."""
        self._doubt = False

    def asked(self) -> None:
        """`ASK` is sent now: the next four answers belong to it."""
        self._answers = bytearray()
        self._asked_since = self._paused

    def lapse(self) -> None:
        """The line was silent: answers that are still missing do not come any more."""
        self._answers = None
        self._paused = bool(self._asb)
        self._doubt = False

    def feed(self, data: bytes) -> Heard:
        """Read the next bytes."""
        if not data:
            return Heard()
        if self._doubt or not all(map(_known, data)):
            self._answers, self._doubt = None, True
            self._asb.clear()
            return Heard(noise=True)
        status: Status | None = None
        done = 0
        for byte in data:
            if byte & 0x93 == 0x12:
                status = self._answer(byte) or status
            elif byte & 0x93 == 0x10:
                self._asb[:] = (byte,)  # one that was cut short is given up
                self._paused = self._asked_since = False
            elif byte & 0x90:
                continue  # XON, XOFF
            elif self._asb:
                self._asb.append(byte)
                if len(self._asb) == ANSWERS:
                    status = automatic(bytes(self._asb))
                    self._asb.clear()
            elif not byte & 0x0C:  # with these bits it would say that the paper is out: then nothing is done
                done += 1
        return Heard(status, done)

    def _answer(self, byte: int) -> Status | None:
        if self._answers is None:
            return None  # too late, or to a question that stood in a picture
        self._answers.append(byte)
        if len(self._answers) < ANSWERS:
            return None
        told, self._answers = bytes(self._answers), None
        if self._asked_since:
            self._asb.clear()
        return real_time(told)


def _known(byte: int) -> bool:
    return byte in (0x11, 0x13) or (not byte & 0x80 and (not byte & 0x10 or byte & 0x03 in (0, 2)))


def real_time(told: bytes) -> Status:
    """How a printer is by its four answers to `ASK`."""
    printer, cause, error, paper = told
    return _status(
        cover=cause & 0x04,
        paper_out=paper & 0x60 or cause & 0x20,
        blade=error & 0x08,
        broken=error & 0x24,
        hot=error & 0x40,
        other=cause & 0x40,
        offline=printer & 0x08,
        near_end=paper & 0x0C,
        detail=f"DLE EOT 1-4: {told.hex(' ')}",
    )


def automatic(told: bytes) -> Status:
    """How a printer is by the four bytes of an ASB status."""
    printer, error, paper, _ = told
    return _status(
        cover=printer & 0x20,
        paper_out=paper & 0x0C,
        blade=error & 0x08,
        broken=error & 0x24,
        hot=error & 0x40,
        other=0,
        offline=printer & 0x08,
        near_end=paper & 0x03,
        detail=f"ASB: {told.hex(' ')}",
    )


def said(status: Status) -> bool:
    """Whether a trouble is the printer's own word, not what its line or its silence shows."""
    return (
        status.state in ("paper_out", "cover_open")
        or status.reason in ("blade", "printer_error", "overheated")
        or (status.state, status.reason) == ("offline", "")
    )


def _status(
    *,
    cover: int,
    paper_out: int,
    blade: int,
    broken: int,
    hot: int,
    other: int,
    offline: int,
    near_end: int,
    detail: str,
) -> Status:
    """The word for what staff must do first."""
    if cover:
        return Status("cover_open", detail=detail)
    if paper_out:
        return Status("paper_out", detail=detail)
    if blade:
        return Status("error", "blade", detail=detail)
    if hot and not broken:  # it goes on by itself when it has cooled down
        return Status("error", "overheated", detail=detail)
    if broken or other:
        return Status("error", "printer_error", detail=detail)
    if offline:
        return Status("offline", detail=detail)
    return Status("paper_near_end" if near_end else "ready", detail=detail)
