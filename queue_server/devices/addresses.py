"""Where a device is: an address is a URL, and a mistake in it is one sentence that names the key and the remedy."""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import ip_address
from typing import Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

import msgspec

Kind = Literal["tcp", "serial", "file", "usb", "draw", "none"]

HOW_TO_WRITE = (
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
BAUDS = (
    *(300, 600, 1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200),
    *(230_400, 460_800, 500_000, 576_000, 921_600, 1_000_000),
)
"""The speeds that every serial adapter knows."""
PRINTER_PORT = 9100
"""Where network printers take what they print, since HP's JetDirect."""
_HOST = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_])?")


class AddressError(ValueError):
    """A device's address cannot be used; the message names the key and the remedy, ``what`` only what is wrong."""

    def __init__(self, key: str, what: str) -> None:
        super().__init__(f"{key}: {what}; {HOW_TO_WRITE}")
        self.what = what


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


def parse_address(url: str, key: str = "device", *, port: int | None = PRINTER_PORT) -> Address:
    """Check an address without opening anything. ``key`` is the configuration key named in the error.

    ``port`` is the usual one of this kind of device in a network; None: there is none, and it must be written.
    """

    def wrong(what: str) -> AddressError:
        return AddressError(key, f"{what} in {url!r}")

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
            values |= {"host": _host(parts), "port": _port(parts, port)}
        elif kind == "usb":
            vendor, _, product = parts.netloc.partition(":")
            values |= {"vendor": _number(vendor), "product": _number(product)}
            values |= {"serial": unquote(parts.path.removeprefix("/"))}
        else:
            values |= {"path": path}
    except ValueError as error:
        raise wrong(str(error)) from None
    if kind in ("serial", "file", "draw") and (not path.strip("/.") or not (relative or parts.netloc == "")):
        raise wrong(f"no path ({kind}:///path from the root, three strokes, or {kind}://./path from here)")
    return msgspec.convert({"kind": kind, "url": url.strip(), **values}, Address)


def _values(options: dict[str, str]) -> dict[str, object]:
    """The options as values of `Address`; raises ValueError with what is wrong."""
    values: dict[str, object] = {}
    for name, text in options.items():
        if name == "timeout":
            values["timeout_s"] = _within(name, text, float, 0.1, 60)
        elif name == "baud":
            if text not in map(str, BAUDS):
                raise ValueError(f"baud={text!r} is none of {', '.join(map(str, BAUDS))}")
            values["baud"] = int(text)
        elif name == "flow":
            if text not in FLOWS:
                raise ValueError(f"flow={text!r} is none of {', '.join(FLOWS)}")
            values["flow"] = text
        elif name in ("in", "out"):
            first = 0x80 if name == "in" else 0  # the direction is a part of an endpoint's number
            values[f"{name}_endpoint"] = int(
                _within(name, text, lambda number: int(number, 0), first + 1, first + 15)
            )
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


def _within(name: str, text: str, read: Callable[[str], float], least: float, most: float) -> float:
    try:
        value = read(text)
    except ValueError:
        raise ValueError(f"{name}={text!r} is not a number") from None
    if not least <= value <= most:
        raise ValueError(f"{name}={value:g} is not between {least:g} and {most:g}")
    return value


def _host(parts: SplitResult) -> str:
    """The name or the number of a machine; raises ValueError when it can be neither."""
    host = parts.hostname or ""
    if not host:
        raise ValueError("no host")
    if parts.path.strip("/") or parts.username is not None:
        raise ValueError("more than a host and a port")
    if ":" in host or not host.strip("0123456789."):
        try:
            ip_address(host)
        except ValueError:
            raise ValueError(f"{host!r} is no address of a machine") from None
    elif not _HOST.fullmatch(host):
        raise ValueError(f"{host!r} is no name of a machine")
    return host


def _port(parts: SplitResult, usual: int | None) -> int:
    try:
        port = usual if parts.port is None else parts.port
    except ValueError:
        port = 0
    if port is None:
        raise ValueError("no port, and there is no usual one for this device,")
    if port == 0:
        raise ValueError("the port is not a number from 1 to 65535")
    return port
