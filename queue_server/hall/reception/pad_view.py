"""The emergency pad: which numbers stand on the sheets that are printed beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

import msgspec

from queue_server.domain.rules import Band
from queue_server.domain.state import SiteState
from queue_server.web import Deps

SLIPS = 10
"""Slips of one A4 sheet."""
MOST = 1000
"""Slips of one print."""


class PadBand(msgspec.Struct, frozen=True, kw_only=True):
    """A number series of the pad."""

    id: str
    first: str
    last: str
    first_value: int
    last_value: int


def has_pad(deps: Deps, site: str) -> bool:
    """Whether a site writes numbers by hand when nothing else works."""
    return any(band.emergency for band in deps.settings.sites[site].bands.values())


def pad_bands(state: SiteState) -> list[Band]:
    """The series that are only written by hand."""
    return [] if state.rules is None else [band for band in state.rules.bands.values() if band.emergency]


def shown_bands(state: SiteState) -> list[PadBand]:
    """The same as the page offers them."""
    return [
        PadBand(
            id=band.id,
            first=band.text(band.first),
            last=band.text(band.last),
            first_value=band.first,
            last_value=band.last,
        )
        for band in pad_bands(state)
    ]


def sheets(band: Band, query: Mapping[str, str]) -> list[list[str]]:
    """The numbers of each sheet, by ``from`` and ``count`` of a page's address, within the series."""
    first = _number(query.get("from"), band.first)
    count = min(_number(query.get("count"), SLIPS), MOST)
    values = (n for n in range(max(first, band.first), band.last + 1) if n not in band.skip)
    numbers = [band.text(value) for value in islice(values, count)]
    return [numbers[start : start + SLIPS] for start in range(0, len(numbers), SLIPS)]


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text is not None and text.isdecimal() and 0 < len(text) < 10 else otherwise
