"""Checks of call buttons, lamps and number panels: bytes that cannot work."""

from __future__ import annotations

import re

from .mistakes import listed
from .model import City
from .model_devices import Buttons, ButtonShow
from .placing import Addresses, placed
from .reading import Key, Source
from .referring import reference

PLACEHOLDERS = ("{digits:N}", "{bcd:N}", "{xor}", "{sum}")
HALVES = (("number", "empty"), ("waiting", "idle"))
"""What shows a thing, and what ends that."""
_PLACEHOLDER = re.compile(r"\{[^}]*\}")
_KNOWN = re.compile(r"\{(digits|bcd):[1-9]\}|\{xor\}|\{sum\}")
_CHECKS = ("{xor}", "{sum}")


def check_buttons(source: Source, city: City, at: Key, buttons: Buttons, addresses: Addresses) -> None:
    """Note references to nothing, a device that is no line, buttons and shows that cannot be told apart."""
    placed(source, city, at, buttons, addresses)
    kind = buttons.device.partition(":")[0]
    if kind not in ("serial", "tcp", "none") and not source.mistaken((*at, "device")):
        source.note((*at, "device"), "not_a_line", kind=kind)
    counters = city.sites[buttons.site].counters if buttons.site in city.sites else None
    sent: dict[str, Key] = {}
    for index, button in enumerate(buttons.keys):
        here = (*at, "keys", str(index))
        if counters is not None:
            reference(source, (*here, "counter"), "counter", button.counter, counters)
        if button.long is not None and not button.released.strip():
            source.note((*here, "long"), "no_release")
        for field, written in (("sends", button.sends), ("released", button.released)):
            _sent(source, (*here, field), written, sent, needed=field == "sends")
    shown: dict[str, str] = {}
    for counter, show in buttons.shows.items():
        here = (*at, "shows", counter)
        if counters is not None:
            reference(source, here, "counter", counter, counters)
        _halves(source, here, show)
        for field in show.__struct_fields__:
            _shown(source, (*here, field), getattr(show, field), shown)


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


def _halves(source: Source, at: Key, show: ButtonShow) -> None:
    """What is shown must end: a panel, or a lamp, of which only one half is written keeps it for ever."""
    for pair in HALVES:
        there = [name for name in pair if getattr(show, name).strip() or source.mistaken((*at, name))]
        if len(there) == 1:
            (missing,) = set(pair) - set(there)
            source.note((*at, missing), "half_shown", name=there[0], missing=missing)


def _shown(source: Source, key: Key, written: str, shown: dict[str, str]) -> None:
    """Bytes for a device: placeholders where they say something, and not what means another thing on this line."""
    if source.mistaken(key):
        return
    counter, field = key[-2:]
    for found in _PLACEHOLDER.finditer(written):
        name = found.group()
        if not _KNOWN.fullmatch(name):
            source.note(key, "unknown_placeholder", name=name, known=listed(PLACEHOLDERS))
        elif name in _CHECKS:
            if not written[: found.start()].strip():
                source.note(key, "nothing_before", name=name)
        elif field != "number":
            source.note(key, "no_number_here", name=name)
    code = "".join(written.split()).lower()
    if not code:
        return
    other = shown.setdefault(code, f"{counter}.{field}")
    # a box of several counters may have one buzzer for all
    if other != f"{counter}.{field}" and not (field == "refused" and other.endswith(".refused")):
        source.note(key, "same_shown", other=other)
