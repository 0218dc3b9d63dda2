"""What is sent to the lamp, display or panel of a counter. Pure.

A template is the city's: bytes as pairs of hex digits, ``{digits:3}`` and ``{bcd:2}`` for the number, ``{xor}`` and
``{sum}`` for the check byte of everything before it.
"""

from __future__ import annotations

import functools
import operator
import re
from typing import NamedTuple

from queue_server.domain import queue
from queue_server.domain.state import SiteState, Ticket
from queue_server.settings.model_devices import ButtonShow

_PART = re.compile(r"\{(?P<name>[a-z]+)(?::(?P<size>\d+))?\}|(?P<byte>[0-9A-Fa-f]{2})")
_DIGITS = "0123456789"


class Shown(NamedTuple):
    """What a counter shows."""

    number: str | None
    """Who is called there or served, as the paper says it; None: nobody."""
    waiting: bool
    """Somebody waits whom the counter could call."""


NOTHING = Shown(None, False)


def frames(show: ButtonShow, shown: Shown) -> tuple[bytes, bytes]:
    """What to send for the number and for the lamp; empty where the city wrote nothing."""
    return (
        filled(show.empty if shown.number is None else show.number, shown.number),
        filled(show.waiting if shown.waiting else show.idle, shown.number),
    )


def filled(template: str, number: str | None = None) -> bytes:
    """The bytes of a template for a number (``A012``).

    A display has so many places and no letters: it shows the last digits, with zeros before a short number.
    """
    digits = "".join(letter for letter in number or "" if letter in _DIGITS)
    sent = bytearray()
    for part in _PART.finditer(template):
        name, size = part["name"], int(part["size"] or 0)
        if part["byte"]:
            sent.append(int(part["byte"], 16))
        elif name == "digits":
            sent += _last(digits, size).encode()
        elif name == "bcd":
            sent += bytes.fromhex(_last(digits, 2 * size))
        elif name == "xor":
            sent.append(functools.reduce(operator.xor, sent, 0))
        elif name == "sum":
            sent.append(sum(sent) & 0xFF)
    return bytes(sent)


def _last(digits: str, places: int) -> str:
    return digits[-places:].rjust(places, "0")


def shown(state: SiteState, counter: str, now: int) -> Shown:
    """What a counter shows at ``now`` (hall time, ms UTC): of several at a pick-up counter, who was called last."""
    found = state.counters.get(counter)
    if found is None:
        return NOTHING
    here = [state.tickets[ticket] for ticket in found.facts.tickets]
    last = max(here, key=_last_called, default=None)
    can_call = state.day is not None and found.facts.status == "open"
    return Shown(
        None if last is None else last.number,
        can_call and queue.next_for(state, found, now) is not None,
    )


def _last_called(ticket: Ticket) -> int:
    call = ticket.facts.calls[-1]
    return call.called if call.recalled is None else call.recalled
