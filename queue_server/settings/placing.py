"""Checks of where a device is: its site, the machine that it hangs on, its address."""

from __future__ import annotations

from posixpath import normpath

from queue_server.devices import HOW_TO_WRITE, PRINTER_PORT, Address, AddressError, parse_address

from .model import City
from .model_devices import Buttons, Printer
from .reading import Key, Source
from .referring import reference


class Addresses:
    """What hangs on each machine: one device is one address, and one address one device."""

    def __init__(self) -> None:
        self._known: list[tuple[str | None, Address, Key]] = []

    def other(self, agent: str | None, address: Address, at: Key) -> Key | None:
        """What has this address already on the machine of ``agent`` (None: the server's); None: nothing has."""
        for machine, known, where in self._known:
            if machine == agent and _same(known, address):
                return where
        self._known.append((agent, address, at))
        return None


def _same(one: Address, other: Address) -> bool:
    """Whether two addresses lead to one device. Pictures and papers that nobody prints share whatever they like."""
    if one.kind in ("serial", "file") and other.kind in ("serial", "file"):
        return normpath(one.path) == normpath(other.path)
    if one.kind != other.kind:
        return False
    if one.kind == "usb":
        same_model = (one.vendor, one.product) == (other.vendor, other.product)
        return same_model and (one.serial == other.serial or not one.serial or not other.serial)
    return one.kind == "tcp" and (one.host, one.port) == (other.host, other.port)


def placed(source: Source, city: City, at: Key, device: Printer | Buttons, addresses: Addresses) -> None:
    """The site, the agent of the same site, the address that no other device has."""
    reference(source, (*at, "site"), "site", device.site, city.sites)
    reference(source, (*at, "agent"), "agent", device.agent, city.agents)
    agent = city.agents.get(device.agent or "")
    if agent is not None and {device.site, agent.site} <= set(city.sites) and agent.site != device.site:
        source.note((*at, "agent"), "other_site", kind="agent", name=device.agent, other=agent.site)
    if source.mistaken((*at, "device")):
        return
    try:
        address = parse_address(device.device, port=None if isinstance(device, Buttons) else PRINTER_PORT)
    except AddressError as error:
        source.note((*at, "device"), "bad_device", reason=error.what, remedy=HOW_TO_WRITE)
        return
    other = addresses.other(device.agent, address, at)
    if other is not None:
        source.note((*at, "device"), "same_address", other=".".join(other))
