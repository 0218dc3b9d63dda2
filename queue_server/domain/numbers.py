"""Which number is given: bands, skipped numbers, laps (R-11), and the emergency pad."""

from __future__ import annotations

from .refusal import RefusedError
from .rules import Band, Rules
from .state import SiteState


def next_number(state: SiteState, band: Band) -> tuple[int, int]:
    """(value, lap) of the next free number of a band.

    A number is free while no ticket that has not ended bears it. Raises ``band_exhausted`` with none free.
    """
    here = state.bands[band.id]
    value, lap = here.value, here.lap
    for _ in range(band.last - band.first + 1):
        value += 1
        if value < band.first:
            value = band.first
        elif value > band.last:
            value, lap = band.first, lap + 1
        if value not in here.live and value not in band.skip and not _borne(state, band.text(value)):
            return value, lap
    raise RefusedError("band_exhausted", band=band.id)


def _borne(state: SiteState, number: str) -> bool:
    """True while a ticket bears the number, though it be of another band (yesterday's, or before a reload)."""
    ticket = state.by_number.get(number)
    return ticket is not None and state.tickets[ticket].facts.ended is None


def pad_number(state: SiteState, rules: Rules, written: str) -> tuple[Band, int]:
    """(band, value) of a number written on the emergency pad.

    Raises ``number_not_on_pad`` or, when a ticket of the day has it already, ``number_taken``.
    """
    for band in rules.bands.values():
        if not band.emergency or not written.startswith(band.prefix):
            continue
        digits = written[len(band.prefix) :]
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
            continue
        value = int(digits)
        if band.first <= value <= band.last and value not in band.skip:
            if band.text(value) in state.by_number:
                raise RefusedError("number_taken", number=band.text(value))
            return band, value
    raise RefusedError("number_not_on_pad", number=written)
