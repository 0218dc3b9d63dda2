"""Checks of printers, layouts, call buttons and agents."""

from __future__ import annotations

from .model import City
from .placing import Addresses, placed
from .reading import Source
from .referring import reference
from .whole_buttons import check_buttons
from .whole_printers import check_layout, check_printer


def check_devices(source: Source, city: City) -> None:
    """Note references to nothing, addresses that are none, and tables of bytes that cannot work."""
    addresses = Addresses()
    for key, printer in city.printers.items():
        placed(source, city, ("printers", key), printer, addresses)
        check_printer(source, city, ("printers", key), key, printer)
    for key, layout in city.layouts.items():
        check_layout(source, city, ("layouts", key), layout)
    for key, agent in city.agents.items():
        reference(source, ("agents", key, "site"), "site", agent.site, city.sites)
    for key, buttons in city.buttons.items():
        check_buttons(source, city, ("buttons", key), buttons, addresses)
