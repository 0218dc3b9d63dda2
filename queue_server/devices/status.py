"""How a device is, in words that staff are told."""

from __future__ import annotations

from typing import Literal

import msgspec

State = Literal[
    "ready", "paper_near_end", "paper_out", "cover_open", "offline", "error", "unplugged", "unknown"
]
"""``unplugged``: its port or its USB device is not there. ``offline``: it cannot be reached over the network, does not
answer any more, or says that it is off line. ``error``: it is there and does not work. ``unknown``: it does not
tell."""
WORKING: frozenset[State] = frozenset({"ready", "paper_near_end", "unknown"})
"""States in which it is worth trying: what does not talk may well work."""


class Status(msgspec.Struct, frozen=True):
    """State of one device since a moment."""

    state: State
    reason: str = ""
    """A code for the log and the catalogues that says more than the state: ``blade``, ``overheated``, ``timeout``,
    ``no_answer``, ``not_asked``, ``starting``, ``agent_away`` …; often empty."""
    since_ms: int = 0
    """When this state and reason began: real time, ms UTC."""
    detail: str = ""
    """For the log: what the system said. No address of a ticket, no name."""

    @property
    def works(self) -> bool:
        """Whether it is worth handing it something."""
        return self.state in WORKING
