"""What is owed: rows that a reader plans and a channel settles.

    pending ──take──▶ sending ──sent──▶ sent
       ▲                 ├────failed (again later)──▶ pending
       │                 ├────failed (for good)─────▶ failed
       │                 ├────unknown───────────────▶ unknown    nobody knows whether it arrived
       └────lapsed───────┘                                       the process died in between
    pending ──expire──▶ expired
    unavailable: noted, never owed

Real time drives leases and retries; hall time, in which the day is counted, drives expiry.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable, Sequence
from typing import Any, Literal

import msgspec

from .log import Log
from .store import Row
from .tables import DELIVERIES
from .work import Transaction

NAMESPACE = uuid.UUID("6f0c2f5e-7f0b-5d57-9d0e-2b9d2c0a5a51")
"""Of every delivery id, for good: another one would send everything again."""


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One thing owed to one addressee. ``body`` is JSON text without personal data."""

    id: str
    """From ``delivery_id``: planning it twice keeps one."""
    site: str
    seq: int
    """The event that planned it: deliveries of a channel are taken in this order."""
    channel: str
    kind: str
    address: str
    """A printer, or a reference to a private row; never the address itself."""
    expires_at: int
    """Hall time, ms UTC: later than this it is worth nothing."""
    body: str = "{}"
    ticket: str | None = None
    not_before: int = 0
    """Real time, ms UTC."""
    state: Literal["pending", "unavailable"] = "pending"
    """``unavailable``: nothing could deliver it, so that it is not owed; it is only noted."""


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery that this process has taken on. ``tries`` counts this one."""

    id: str
    site: str
    seq: int
    channel: str
    kind: str
    address: str
    expires_at: int
    body: str
    ticket: str | None
    tries: int


def delivery_id(*parts: str | int) -> str:
    """An id (UUID text) that only depends on the parts: site, ticket, kind, seq of the call, addressee …"""
    return str(uuid.uuid5(NAMESPACE, "\0".join(map(str, parts))))


def _real_now() -> int:
    return time.time_ns() // 1_000_000


class Deliveries:
    """The deliveries of one log. ``real`` gives real time in ms UTC."""

    def __init__(self, log: Log, real: Callable[[], int] = _real_now) -> None:
        self._log = log
        self._real = real
        self._planned: dict[str, asyncio.Event] = {}

    # --- planning ---

    def insert(self, tx: Transaction, deliveries: Sequence[Delivery]) -> None:
        """Within a transaction: owe these; what is owed already stays as it is."""
        now = self._real()
        tx.insert(
            DELIVERIES,
            [
                (
                    *(d.id, d.site, d.seq, d.channel, d.ticket, d.kind, d.address, d.body),
                    *(d.state, 0, d.not_before, d.expires_at, now, now),
                )
                for d in {d.id: d for d in deliveries}.values()
            ],
        )

    async def plan(self, deliveries: Sequence[Delivery]) -> None:
        """Owe these, in a transaction of their own, and wake their channels. Raises ``LogUnavailable``."""
        await self._log.run(lambda tx: self.insert(tx, deliveries))
        self.announce(deliveries)

    def announce(self, deliveries: Sequence[Delivery]) -> None:
        """Wake the channels of deliveries that have been committed."""
        for channel in {d.channel for d in deliveries}:
            self._event(channel).set()

    async def planned(self, channel: str, seconds: float) -> None:
        """Wait until something was planned for the channel since the last call, at most so long."""
        event = self._event(channel)
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            pass
        event.clear()

    def _event(self, channel: str) -> asyncio.Event:
        return self._planned.setdefault(channel, asyncio.Event())

    # --- delivering ---

    async def take(
        self, channel: str, *, lease_seconds: float, limit: int = 50, address: str | None = None
    ) -> list[Taken]:
        """Take on what is due and not expired, in order of planning; nobody else gets it for the lease.

        Settle each with ``sent``, ``failed`` or ``unknown``. Raises ``LogUnavailable``.
        """
        now = self._real()
        parameters: dict[str, Any] = {
            "channel": channel,
            "now": now,
            "hall": self._log.now(),
            "lease_until": now + int(lease_seconds * 1000),
            "limit": limit,
        }
        name = "take_deliveries"
        if address is not None:
            name, parameters["address"] = "take_deliveries_for", address
        rows = await self._log.run(lambda tx: tx.fetch(name, **parameters))
        rows.sort(key=lambda row: (row["site"], row["seq"], row["id"]))
        return [msgspec.convert({f: row[f] for f in Taken.__struct_fields__}, Taken) for row in rows]

    async def sent(self, id: str) -> bool:  # noqa: A002
        """It arrived; False when it had been settled by somebody else."""
        return await self._settle(id, "sent", None, 0)

    async def failed(self, id: str, reason: str, *, again_in_seconds: float | None) -> bool:  # noqa: A002
        """It did not arrive; to be tried again after so long, or with None never (it makes no sense)."""
        if again_in_seconds is None:
            return await self._settle(id, "failed", reason, 0)
        return await self._settle(id, "pending", reason, self._real() + int(again_in_seconds * 1000))

    async def unknown(self, id: str, reason: str) -> bool:  # noqa: A002
        """Nobody knows whether it arrived, and a second time would do harm: a person decides."""
        return await self._settle(id, "unknown", reason, 0)

    async def _settle(self, id: str, state: str, reason: str | None, next_at: int) -> bool:  # noqa: A002
        values = {"id": id, "state": state, "reason": reason, "next_at": next_at, "now": self._real()}
        return await self._log.run(lambda tx: tx.execute("settle_delivery", **values)) > 0

    async def expire(self, channel: str) -> int:
        """Give up what is pending and too late; how many."""
        values = {"channel": channel, "hall": self._log.now(), "now": self._real(), "reason": "too_late"}
        return await self._log.run(lambda tx: tx.execute("expire_deliveries", **values))

    async def lapse(self, channel: str, to: Literal["pending", "unknown"]) -> int:
        """Decide about what was taken on by a process that died (its lease is over); how many.

        ``pending`` where a second time is harmless (the channel knows the id), ``unknown`` where it is not (paper).
        """
        values = {"channel": channel, "state": to, "now": self._real(), "reason": "interrupted"}
        return await self._log.run(lambda tx: tx.execute("lapse_deliveries", **values))

    async def next_at(self, channel: str) -> int | None:
        """When the next pending delivery is due (real time, ms UTC); None when nothing is pending."""
        found: int | None = (await self._log.read("next_delivery", channel=channel))[0]["next_at"]
        return found

    async def of_ticket(self, site: str, ticket: str) -> list[Row]:
        """Every delivery of a ticket, oldest first, as rows."""
        return await self._log.read("deliveries_of_ticket", site=site, ticket=ticket)
