"""How the devices of a site are, and what a ticket machine asks before it gives a number."""

from __future__ import annotations

from typing import Any

from queue_server import contract
from queue_server.hall.devices.known import devices_of, kiosk_now
from queue_server.web import Call, ProblemError


async def show(call: Call[Any]) -> contract.Devices:
    """``GET …/devices``"""
    site = call.state.site
    return contract.Devices(
        devices=devices_of(call.deps, site), unprinted=await call.deps.printing.unprinted(site)
    )


async def kiosk(call: Call[Any]) -> contract.KioskNow:
    """``GET …/kiosks/{kiosk}``: only the machine itself, not somebody who looks at its page, proves it alive."""
    deps, site, kiosk = call.deps, call.state.site, call.params["kiosk"]
    if kiosk not in deps.settings.sites[site].kiosks:
        raise ProblemError("unknown_kiosk", kiosk=kiosk)
    if call.principal.role == "kiosk":
        deps.kiosks.seen(site, kiosk)
    return kiosk_now(deps, site, kiosk)
