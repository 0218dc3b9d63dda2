"""The agent at work: asks what it drives, follows a stream for each device, and begins again when a line is lost."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

from queue_server import contract

from .following import Following
from .lasting import lasting
from .link import Away, Link, Patience, Refused
from .machine import Papers
from .outcomes import Outcomes

logger = logging.getLogger("matanai.agent")

LAST_WORDS_S = 3.0
"""At the end, the longest time in which outcomes are still told."""


async def run(link: Link) -> None:
    """Drive the devices that the server's configuration gives this agent, until cancelled."""
    patience = Patience()
    outcomes = Outcomes(link)
    telling = asyncio.create_task(lasting("telling outcomes", outcomes.run))
    try:
        setup = await _first_setup(link, patience)
        torn: Papers = {}
        while True:
            devices = [
                *(f"printer {name}" for name in setup.printers),
                *(f"line {name}" for name in setup.buttons),
            ]
            logger.info(
                "%s knows this agent as %s: %s", link.url, setup.agent, ", ".join(devices) or "no devices"
            )
            following = Following(link, patience, outcomes, setup)
            setup, torn = await following.until_changed(torn)
            logger.info("the configuration has changed")
    finally:
        telling.cancel()
        with suppress(Away, Refused, TimeoutError):
            async with asyncio.timeout(LAST_WORDS_S):
                await outcomes.all_told()


async def _first_setup(link: Link, patience: Patience) -> contract.AgentSetup:
    """Wait for the network, the server and a token that it takes, however long."""
    said = ""
    while True:
        try:
            setup = await link.get("/api/v1/agent", contract.AgentSetup)
        except (Away, Refused) as error:
            if str(error) != said:
                said = str(error)
                logger.warning("%s; trying again", said)
            await patience.pause()
        else:
            patience.through()
            return setup
