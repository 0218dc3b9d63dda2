"""What a printer says of itself: the real-time status of ESC/POS, and the state staff are shown."""

from __future__ import annotations

from typing import Literal

import msgspec

State = Literal["ready", "offline", "error", "unknown"]


class Status(msgspec.Struct, frozen=True):
    """State of one device."""

    state: State
    """``ready`` prints; ``offline`` cannot be reached; ``error`` is reached but does not print; ``unknown``."""
    reason: str = ""
    """A code for the catalogues: ``paper_end cover_open printer_error not_ready timeout unreachable no_answer …``;
    with ``ready`` it may be ``paper_near_end``."""
    since_ms: int = 0
    """When this state and reason began, in the worker's clock (milliseconds)."""
    detail: str = ""
    """For the log: what the system said. No address of a ticket, no name."""


ASK = (b"\x10\x04\x01", b"\x10\x04\x02", b"\x10\x04\x03", b"\x10\x04\x04")
"""DLE EOT 1 to 4: printer, cause of offline, error, paper. Answered even by a printer that is offline."""


def is_answer(byte: int) -> bool:
    """Whether a byte has the fixed bits of a DLE EOT answer (0xx1xx10)."""
    return byte & 0x93 == 0x12


def read(answers: bytes) -> Status:
    """The state told by the four answers to `ASK`, in order; fewer, or noise between them, is ``unknown``."""
    told = [byte for byte in answers if is_answer(byte)]
    if len(told) < len(ASK):
        return Status("unknown", "no_answer")
    printer, cause, error, paper = told[:4]
    if cause & 0x04:
        return Status("error", "cover_open")
    if paper & 0x60 or cause & 0x20:
        return Status("error", "paper_end")
    if error & 0x28:  # blade stuck, or an error only a power cycle mends
        return Status("error", "printer_error", detail=f"DLE EOT 3: {error:#04x}")
    if error & 0x40 or cause & 0x40:  # head too hot and the like: it goes on by itself
        return Status("error", "not_ready", detail=f"DLE EOT 3: {error:#04x}")
    if printer & 0x08:
        return Status("error", "not_ready", detail=f"DLE EOT 1: {printer:#04x}")
    if paper & 0x0C:
        return Status("ready", "paper_near_end")
    return Status("ready")
