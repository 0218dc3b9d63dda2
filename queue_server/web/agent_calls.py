"""What every agent asks and tells, whatever hangs on it: which devices it drives, and how they are."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import msgspec

from queue_server import contract

from .call import Call


async def setup(call: Call[Any]) -> contract.AgentSetup:
    """``GET /api/v1/agent``: the agent's devices with their settings, from the server's configuration."""
    agents = call.deps.agents
    name = agents.of(call)
    agents.heard(name)
    settings = call.deps.settings
    found = contract.AgentSetup(
        agent=name,
        site=settings.agents[name].site,
        **{field: msgspec.to_builtins(describe(name)) for field, describe in agents.setups.items()},
        fallbacks={
            printer: configured.fallback
            for printer, configured in settings.printers.items()
            if configured.agent == name and configured.fallback is not None
        },
        revision="",
    )
    revision = sha256(msgspec.json.encode(found, order="deterministic")).hexdigest()[:16]
    return msgspec.structs.replace(found, revision=revision)


async def status(call: Call[contract.DeviceStatusBody]) -> contract.Nothing:
    """``POST …/devices/{device}/status``: how it is, and that it is heard of."""
    agents = call.deps.agents
    device = agents.device(call, call.body.kind)
    agents.told(agents.of(call), call.body.kind, device, call.body)
    return contract.Nothing()


HANDLERS = {"agent": setup, "device.status": status}
