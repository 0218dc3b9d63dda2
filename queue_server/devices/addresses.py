"""Where a device is: an address is a URL, and a mistake in it is one sentence that names the key and the remedy."""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

Kind = Literal["tcp", "serial", "file", "usb", "draw", "none"]

_WRITE = (
    "write tcp://host:9100, serial:///dev/ttyUSB0?baud=9600&flow=dsrdtr, file:///dev/usb/lp0, "
    "usb://04b8:0e28 (or usb://04b8:0e28/SERIAL), draw:///folder (pictures instead of paper) or none:"
)
_OPTIONS: dict[str, frozenset[str]] = {
    "tcp": frozenset({"timeout", "keep", "ask"}),
    "serial": frozenset({"timeout", "baud", "flow", "ask"}),
    "file": frozenset({"timeout", "ask"}),
    "usb": frozenset({"timeout", "in", "out", "ask"}),
    "draw": frozenset(),
    "none": frozenset(),
}
FLOWS = ("dsrdtr", "rtscts", "xonxoff", "none")


class AddressError(ValueError):
    """A printer's address cannot be used; the message names the key and the remedy."""


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """A checked address. Options a kind does not have keep their defaults and mean nothing to it."""

    kind: Kind
    url: str
    host: str = ""
    port: int = 0
    path: str = ""
    baud: int = 9600
    flow: str = "dsrdtr"
    vendor: int = 0
    product: int = 0
    serial: str = ""
    """usb: the serial number, where several equal devices hang on one machine; empty: there is only one."""
    in_endpoint: int = 0
    """usb: where the device talks, and ``out_endpoint`` where it takes bytes; 0: as its descriptors say."""
    out_endpoint: int = 0
    timeout_s: float = 5.0
    """How long a write may make no progress, and how long opening may take, in seconds."""
    keep: bool = True
    """tcp: keep the connection between tickets; off where another program shares the printer."""
    ask: bool = True
    """Ask the printer for its state (DLE EOT); off for the rare one that prints the question."""


def parse_address(url: str, key: str = "device") -> Address:
    """Check an address without opening anything. ``key`` is the configuration key named in the error."""

    def wrong(what: str) -> AddressError:
        return AddressError(f"{key}: {what} in {url!r}; {_WRITE}")

    try:
        parts = urlsplit(url.strip())
    except ValueError as error:
        raise wrong(str(error)) from None
    kind = parts.scheme
    if kind not in _OPTIONS:
        raise wrong("no known kind of device" if kind else "no kind of device")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    for name in options:
        if name not in _OPTIONS[kind]:
            known = ", ".join(sorted(_OPTIONS[kind])) or "none"
            raise wrong(f"unknown option {name!r} (known: {known})")
    # file://./var/x is a path from where the server was started, file:///var/x one from the root.
    relative = parts.netloc in (".", "..") and kind in ("file", "draw")
    path = (parts.netloc if relative else "") + unquote(parts.path)
    try:
        values = _values(options)
        if kind == "tcp":
            values |= {"host": parts.hostname or "", "port": parts.port or 9100}
        elif kind == "usb":
            vendor, _, product = parts.netloc.partition(":")
            values |= {"vendor": _number(vendor), "product": _number(product)}
            values |= {"serial": unquote(parts.path.removeprefix("/"))}
        else:
            values |= {"path": path}
    except ValueError as error:
        raise wrong(str(error)) from None
    if kind == "tcp" and not parts.hostname:
        raise wrong("no host")
    if kind in ("serial", "file", "draw") and (not path.strip("/.") or not (relative or parts.netloc == "")):
        raise wrong(f"no path ({kind}:///path from the root, three strokes, or {kind}://./path from here)")
    return msgspec.convert({"kind": kind, "url": url.strip(), **values}, Address)


def _values(options: dict[str, str]) -> dict[str, object]:
    """The options as values of `Address`; raises ValueError with what is wrong."""
    values: dict[str, object] = {}
    for name, text in options.items():
        if name == "timeout":
            values["timeout_s"] = _within(name, float(text), 0.1, 60)
        elif name == "baud":
            values["baud"] = int(_within(name, int(text), 300, 4_000_000))
        elif name == "flow":
            if text not in FLOWS:
                raise ValueError(f"flow={text!r} is none of {', '.join(FLOWS)}")
            values["flow"] = text
        elif name in ("in", "out"):
            first = 0x80 if name == "in" else 0  # the direction is a part of an endpoint's number
            values[f"{name}_endpoint"] = int(_within(name, int(text, 0), first + 1, first + 15))
        else:
            if text not in ("0", "1"):
                raise ValueError(f"{name}={text!r} is neither 0 nor 1")
            values[name] = text == "1"
    return values


def _number(text: str) -> int:
    """A vendor's or product's number: four hex digits, as lsusb prints them."""
    if not re.fullmatch("[0-9a-fA-F]{4}", text):
        raise ValueError(f"{text!r} is not a number of four hex digits")
    return int(text, 16)


def _within(name: str, value: float, least: float, most: float) -> float:
    if not least <= value <= most:
        raise ValueError(f"{name}={value:g} is not between {least:g} and {most:g}")
    return value
