"""Checks of printers, layouts, call buttons and agents."""

from __future__ import annotations

import re

from queue_server.devices import AddressError, parse_address

from .mistakes import listed
from .model import City
from .model_devices import Buttons, Printer
from .reading import Key, Source
from .referring import reference
from .whole_printers import check_layout, check_printer

PLACEHOLDERS = ("{digits:N}", "{bcd:N}", "{xor}", "{sum}")
_PLACEHOLDER = re.compile(r"\{[^}]*\}")
_KNOWN = re.compile(r"\{(digits|bcd):[1-9]\}|\{xor\}|\{sum\}")


def check_devices(source: Source, city: City) -> None:
    """Note references to nothing, addresses that are none, and tables of bytes that cannot work."""
    for key, printer in city.printers.items():
        _placed(source, city, ("printers", key), printer)
        check_printer(source, city, ("printers", key), key, printer)
    for key, layout in city.layouts.items():
        check_layout(source, city, ("layouts", key), layout)
    for key, agent in city.agents.items():
        reference(source, ("agents", key, "site"), "site", agent.site, city.sites)
    for key, buttons in city.buttons.items():
        _buttons(source, city, ("buttons", key), buttons)


def _placed(source: Source, city: City, at: Key, device: Printer | Buttons) -> None:
    """The site, the agent of the same site, the address."""
    reference(source, (*at, "site"), "site", device.site, city.sites)
    reference(source, (*at, "agent"), "agent", device.agent, city.agents)
    agent = city.agents.get(device.agent or "")
    if agent is not None and device.site in city.sites and agent.site != device.site:
        source.note((*at, "agent"), "other_site", name=device.agent, other=agent.site)
    if source.mistaken((*at, "device")):
        return
    try:
        parse_address(device.device, "the address")
    except AddressError as error:
        source.note((*at, "device"), "bad_device", reason=str(error))


def _buttons(source: Source, city: City, at: Key, buttons: Buttons) -> None:
    _placed(source, city, at, buttons)
    kind = buttons.device.partition(":")[0]
    if kind not in ("serial", "tcp", "none") and not source.mistaken((*at, "device")):
        source.note((*at, "device"), "not_a_line", kind=kind)
    counters = city.sites[buttons.site].counters if buttons.site in city.sites else {}
    sent: dict[str, Key] = {}
    for index, button in enumerate(buttons.keys):
        here = (*at, "keys", str(index))
        if buttons.site in city.sites:
            reference(source, (*here, "counter"), "counter", button.counter, counters)
        if button.long is not None and not button.released.strip():
            source.note((*here, "long"), "no_release")
        for field, written in (("sends", button.sends), ("released", button.released)):
            _sent(source, (*here, field), written, sent, needed=field == "sends")
    for counter, show in buttons.shows.items():
        here = (*at, "shows", counter)
        if buttons.site in city.sites:
            reference(source, here, "counter", counter, counters)
        for field in show.__struct_fields__:
            for name in _PLACEHOLDER.findall(getattr(show, field)):
                if not _KNOWN.fullmatch(name) and not source.mistaken((*here, field)):
                    source.note((*here, field), "unknown_placeholder", name=name, known=listed(PLACEHOLDERS))


def _sent(source: Source, key: Key, written: str, sent: dict[str, Key], *, needed: bool) -> None:
    """Bytes that a box sends: some, plain, and not the beginning of another button's."""
    if source.mistaken(key):
        return
    found = _PLACEHOLDER.search(written)
    code = "".join(written.split()).lower()
    if found is not None:
        source.note(key, "placeholder_here", name=found.group())
    elif not code:
        if needed:
            source.note(key, "no_bytes")
    elif code in sent:
        source.note(key, "same_bytes", name=written)
    elif any(code.startswith(other) or other.startswith(code) for other in sent):
        source.note(key, "bytes_inside", name=written)
    if code:
        sent.setdefault(code, key)
