"""Checks of printers and of what stands on their tickets."""

from __future__ import annotations

from pathlib import PurePath

from .mistakes import did_you_mean, listed
from .model import City
from .model_devices import Layout, Printer
from .png import png_size
from .printer_models import model_names, model_size, other_paper, paper_size
from .reading import Key, Source
from .referring import reference, unique

NEEDED = ("reissue", "number")
"""What no ticket may be without: its number, and the mark that tells a second paper from the first."""
WIDTHS = (256, 1024)
RESOLUTIONS = (100, 255)
"""What the command that sets a printer's unit can say is 255 at most."""
LOGO_MARGIN = 8
"""Dots left white at either side of the paper."""
LOGO_BYTES = 100_000
"""Every agent is sent the logo with its printer's settings."""


def check_printer(source: Source, city: City, at: Key, name: str, printer: Printer) -> None:
    """Note references to nothing, and paper that no printer has."""
    reference(source, (*at, "layout"), "layout", printer.layout, city.layouts)
    reference(source, (*at, "fallback"), "printer", printer.fallback, city.printers)
    other = city.printers.get(printer.fallback or "")
    if printer.fallback == name:
        source.note((*at, "fallback"), "own_fallback")
    elif other is not None and other.agent != printer.agent:
        source.note((*at, "fallback"), "other_machine", name=printer.fallback)
    elif other is not None and {printer.site, other.site} <= set(city.sites) and other.site != printer.site:
        source.note((*at, "fallback"), "other_site", kind="printer", name=printer.fallback, other=other.site)
    paper = other_paper(printer.model)
    if paper is not None:
        facts = dict(zip(("name", "paper", "other"), paper, strict=True))
        source.note((*at, "model"), "no_such_paper", **facts)
    elif printer.model and model_size(printer.model) is None:
        known = model_names()
        hint = did_you_mean(printer.model, known)
        source.note((*at, "model"), "unknown_model", name=printer.model, hint=hint, known=listed(known))
    for key, value, (least, most) in (("width", printer.width, WIDTHS), ("dpi", printer.dpi, RESOLUTIONS)):
        if value and not least <= value <= most and not source.mistaken((*at, key)):
            source.note((*at, key), "bad_value", value=value, expected=f"0, or from {least} to {most}")


def check_layout(source: Source, city: City, at: Key, layout: Layout) -> None:
    """Note a ticket without its number, fields that come twice, and a logo that cannot be printed."""
    if not source.mistaken((*at, "fields")):
        for name in NEEDED:
            if name not in layout.fields:
                source.note((*at, "fields"), "field_missing", name=name)
        unique(source, (*at, "fields"), [name for name in layout.fields if name != "rule"])
    if layout.logo and not source.mistaken((*at, "logo")):
        _logo(source, city, at, layout)


def _logo(source: Source, city: City, at: Key, layout: Layout) -> None:
    key = (*at, "logo")
    if PurePath(layout.logo).is_absolute() or ".." in PurePath(layout.logo).parts:
        source.note(key, "bad_logo", name=layout.logo, reason="it is not in the city's folder")
        return
    try:
        data = (source.folder / layout.logo).read_bytes()
        width, height = png_size(data)
    except OSError as error:
        source.note(key, "bad_logo", name=layout.logo, reason=(error.strerror or str(error)).lower())
        return
    except ValueError as error:
        source.note(key, "bad_logo", name=layout.logo, reason=str(error))
        return
    if len(data) > LOGO_BYTES:
        source.note(key, "logo_too_big", name=layout.logo, size=len(data), most=LOGO_BYTES)
    for name, printer in city.printers.items():
        if printer.layout != at[-1]:
            continue
        room = paper_size(printer.model, printer.width, printer.dpi)[0] - 2 * LOGO_MARGIN
        if width > room or height > room:
            facts = {"name": layout.logo, "width": width, "height": height, "room": room, "printer": name}
            source.note(key, "logo_too_wide", **facts)
            return
