"""Checks of where a device is: its site, the machine that it hangs on, its address."""

from __future__ import annotations

from queue_server.devices import AddressError, parse_address

from .model import City
from .model_devices import Buttons, Printer
from .reading import Key, Source
from .referring import reference


def placed(source: Source, city: City, at: Key, device: Printer | Buttons) -> None:
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
