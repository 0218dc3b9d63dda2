"""Work of the agent that must outlive any mistake of ours: without it a device would stand still, unnoticed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

logger = logging.getLogger("matanai.agent")

AGAIN_S = 5.0


async def lasting(what: str, work: Callable[[], Awaitable[None]]) -> None:
    """Do ``work()``, which has no end, until cancelled; what it fails of is logged, and it begins again."""
    while True:
        try:
            await work()
        except Exception:
            logger.exception("%s has failed; trying again", what)
        await asyncio.sleep(AGAIN_S)
