"""What one address may miss and one token may hit in a minute. In memory: a restart forgives."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from aiohttp import web

WINDOW_SECONDS = 60.0


class Window:
    """Counts by key within one minute; then everybody starts again."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.most = most
        self._clock = clock
        self._ends = clock() + WINDOW_SECONDS
        self._counts: dict[str, int] = {}

    def _turn(self) -> None:
        now = self._clock()
        if now >= self._ends:
            self._counts.clear()
            self._ends = now + WINDOW_SECONDS

    def count(self, key: str) -> bool:
        """Count one; whether that was still allowed."""
        self._turn()
        counted = self._counts.get(key, 0) + 1
        self._counts[key] = counted
        return counted <= self.most

    def full(self, key: str) -> bool:
        """Whether one more would be too many."""
        self._turn()
        return self._counts.get(key, 0) >= self.most

    def retry_after(self) -> int:
        """Whole seconds until everybody starts again, at least 1."""
        return max(1, int(self._ends - self._clock()) + 1)


class Limits:
    """The limits of a process. ``trusted``: addresses or networks of proxies whose X-Forwarded-For is believed."""

    def __init__(self, *, misses: int, hits: int, trusted: Sequence[str] = ()) -> None:
        self.misses = Window(misses)
        self.hits = Window(hits)
        self._trusted: list[IPv4Network | IPv6Network] = [ip_network(text, strict=False) for text in trusted]

    def address(self, request: web.BaseRequest) -> str:
        """Whom a miss is counted against: an IPv4 address, or the /64 of an IPv6 one."""
        address = request.remote or ""
        if self._trusted and self._is_trusted(address):
            forwarded = request.headers.get("X-Forwarded-For", "")
            for hop in reversed([part.strip() for part in forwarded.split(",") if part.strip()]):
                address = hop
                if not self._is_trusted(hop):
                    break
        return _network(address)

    def _is_trusted(self, address: str) -> bool:
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self._trusted)


def _network(address: str) -> str:
    if ":" not in address:
        return address
    try:
        parsed = ip_address(address.split("%")[0])
    except ValueError:
        return address
    if parsed.version == 6 and parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ip_network((parsed, 64), strict=False).network_address)
