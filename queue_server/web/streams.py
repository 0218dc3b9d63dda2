"""Live streams (server-sent events): an event is encoded once, and the same bytes go to every viewer.

No task and no queue per viewer: a publication is a loop over sockets. What one commit brought goes out in one write a
viewer. Who cannot keep up is dropped, never waited for, and comes back with ``Last-Event-ID``.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence

from aiohttp import HttpVersion11, web

from .problems import ProblemError, unavailable

logger = logging.getLogger(__name__)

KEPT = 1_000
"""How far back a reader may resume."""
TICK_SECONDS = 5.0
SLOW_BYTES = 256 * 1024
"""Unsent bytes after which a viewer is dropped."""
AT_ONCE = 200
"""Viewers that get their tick before the loop may do something else."""
RETRY_MS = (1_000, 4_000)
"""A browser waits this long before it connects again: not all of them at once."""

HEADERS = {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

Frames = tuple[bytes, bytes]
"""The same message plain and as an HTTP chunk."""
Published = tuple[int, str, bytes]
"""A public event: seq, name, JSON."""
History = Callable[[int, int], Awaitable[Sequence[Published]]]
"""``history(after, upto)``: the public events with ``after < seq <= upto``, from the log."""
Key = tuple[str, str]
"""Site and ticket."""


def framed(name: str, data: bytes, seq: int | None = None) -> Frames:
    """One message. ``data`` is JSON without line breaks; without ``seq`` it does not move the reader's place."""
    return _both(_message(name, data, seq))


def _message(name: str, data: bytes, seq: int | None) -> bytes:
    head = f"event: {name}\ndata: " if seq is None else f"id: {seq}\nevent: {name}\ndata: "
    return b"%b%b\n\n" % (head.encode(), data)


def _both(plain: bytes) -> Frames:
    return plain, b"%x\r\n%b\r\n" % (len(plain), plain)


class Viewer:
    """One open stream. ``chunked``: over HTTP/1.1; an old proxy gets plain bytes until the connection ends."""

    __slots__ = ("chunked", "closed", "transport")

    def __init__(self, transport: asyncio.WriteTransport, *, chunked: bool) -> None:
        self.transport = transport
        self.chunked = chunked
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def close(self) -> None:
        """Let the handler end."""
        if not self.closed.done():
            self.closed.set_result(None)


class _Site:
    """The viewers of a site's public events, and the last of these events."""

    __slots__ = ("floor", "history", "loading", "owed", "ring", "viewers")

    def __init__(self, floor: int) -> None:
        self.viewers: set[Viewer] = set()
        self.owed: list[bytes] = []
        """Messages that the viewers get as soon as the event loop has done what it is at."""
        self.ring: deque[Published] = deque(maxlen=KEPT)
        self.floor = floor
        """The ring holds every public event after this seq."""
        self.history: tuple[History, int] | None = None
        """How to get the events from before the start, and the seq from which they belong to the day."""
        self.loading: asyncio.Future[None] | None = None


class Hub:
    """Every stream of the process.

    ``most``: streams at one time. ``head(site)``: the seq of the site's log. ``tick(site)``: JSON of a tick.
    """

    def __init__(self, *, most: int, head: Callable[[str], int], tick: Callable[[str], bytes]) -> None:
        self._most = most
        self._head = head
        self._tick = tick
        self._sites: dict[str, _Site] = {}
        self._keys: dict[Key, set[Viewer]] = {}
        self._closing = False
        self.open_streams = 0
        self.dropped = 0

    # --- what happens at a site ---

    def add_site(self, site: str, *, seq: int, day_from: int, history: History) -> None:
        """Begin to serve a site whose log is at ``seq`` and whose day began after ``day_from``.

        ``history`` is asked once, when a reader comes back whose last event is older than this process.
        """
        channel = self._sites[site] = _Site(seq)
        channel.history = (history, max(day_from, seq - KEPT))

    def publish(self, site: str, seq: int, name: str, data: bytes) -> None:
        """Send a public event (``data``: its JSON) to all viewers of the site. A new day forgets the old one."""
        channel = self._sites[site]
        if name == "day.opened":
            channel.ring.clear()
            channel.floor, channel.history = seq, None
        else:
            if len(channel.ring) == KEPT:
                channel.floor = channel.ring[0][0]
            channel.ring.append((seq, name, data))
        if channel.viewers:
            if not channel.owed:
                asyncio.get_running_loop().call_soon(self._flush, channel)
            channel.owed.append(_message(name, data, seq))

    def _flush(self, channel: _Site) -> None:
        """One write a viewer for all that was published since the last."""
        if channel.owed:
            frames = _both(b"".join(channel.owed))
            channel.owed.clear()
            self._send(channel.viewers, frames)

    async def serve(
        self, request: web.Request, site: str, after: int | None, board: Callable[[], bytes]
    ) -> web.StreamResponse:
        """The public events of a site after ``after`` (or ``Last-Event-ID``, which wins), else from its board.

        Raises 503 ``too_many_streams``.
        """
        channel = self._sites[site]
        after = _last_event_id(request, after)
        if after is not None and after < channel.floor and channel.history is not None:
            await self._recall(channel)

        def first() -> Iterable[Frames]:
            self._flush(channel)  # what is owed to the others is told here by the board or the ring
            head = self._head(site)
            if after is None or not channel.floor <= after <= head:
                return (framed("reset", board(), head),)
            return [framed(name, data, seq) for seq, name, data in channel.ring if seq > after]

        return await self._live(request, lambda: channel.viewers, first)

    async def _recall(self, channel: _Site) -> None:
        """Fill the ring from the log: once, for everybody who comes back after a restart."""
        if channel.loading is None:
            channel.loading = asyncio.ensure_future(self._load(channel))
        await asyncio.shield(channel.loading)

    async def _load(self, channel: _Site) -> None:
        assert channel.history is not None
        asked, upto = channel.history, channel.floor
        history, after = asked
        try:
            found = await history(after, upto)
        except Exception as error:
            logger.warning("events from before the start cannot be read: %s", type(error).__name__)
            channel.loading = None
            return
        if channel.history is not asked or channel.floor != upto:
            return  # another day began, or the ring ran over meanwhile
        channel.history = None
        channel.floor = after
        merged = [*found, *channel.ring]
        if len(merged) > KEPT:
            channel.floor = merged[-KEPT - 1][0]
        channel.ring = deque(merged, maxlen=KEPT)

    # --- what happens to one ticket ---

    def watches(self, key: Key) -> bool:
        """Whether anybody looks at this ticket."""
        return key in self._keys

    def watched_keys(self) -> list[Key]:
        """The tickets that somebody looks at."""
        return list(self._keys)

    def publish_key(self, key: Key, name: str, data: bytes) -> None:
        """Send a message to those who look at one ticket."""
        viewers = self._keys.get(key)
        if viewers:
            self._send(viewers, framed(name, data))

    async def serve_key(
        self, request: web.Request, key: Key, first: Callable[[], bytes], name: str = "ticket"
    ) -> web.StreamResponse:
        """The messages about one ticket, beginning with ``first()``. Raises 503 ``too_many_streams``."""
        try:
            return await self._live(
                request, lambda: self._keys.setdefault(key, set()), lambda: (framed(name, first()),)
            )
        finally:
            if not self._keys.get(key, True):
                del self._keys[key]

    # --- viewers ---

    async def _live(
        self, request: web.Request, room: Callable[[], set[Viewer]], first: Callable[[], Iterable[Frames]]
    ) -> web.StreamResponse:
        if self._closing:
            raise unavailable()
        if self.open_streams >= self._most:
            raise ProblemError("too_many_streams").retry_after(random.randint(5, 30))
        self.open_streams += 1
        try:
            response = web.StreamResponse(headers=HEADERS)
            await response.prepare(request)
            transport = request.transport
            if not isinstance(transport, asyncio.WriteTransport) or self._closing:
                return response  # gone already
            viewer = Viewer(transport, chunked=request.version >= HttpVersion11)
            # nothing is awaited between the first messages and ``add``: no event can fall between
            begin = b"retry: %d\n\n" % random.randint(*RETRY_MS)
            frames = _both(b"".join([begin, *(plain for plain, _ in first())]))
            transport.write(frames[viewer.chunked])
            viewers = room()
            viewers.add(viewer)
            try:
                await viewer.closed
            finally:
                viewers.discard(viewer)
            return response
        finally:
            self.open_streams -= 1

    def _send(self, viewers: Iterable[Viewer], frames: Frames) -> None:
        plain, chunk = frames
        gone: list[Viewer] = []
        for viewer in viewers:
            transport = viewer.transport
            if transport.is_closing():
                gone.append(viewer)
                continue
            transport.write(chunk if viewer.chunked else plain)
            if transport.get_write_buffer_size() > SLOW_BYTES:
                gone.append(viewer)
        for viewer in gone:
            if not viewer.transport.is_closing():
                self.dropped += 1
                viewer.transport.abort()
            viewer.close()

    # --- the process ---

    async def run(self) -> None:
        """Send ticks until cancelled."""
        while True:
            await asyncio.sleep(TICK_SECONDS)
            await self.tick_all()

    async def tick_all(self) -> None:
        """One tick to everybody, some viewers at a time."""
        for site, channel in list(self._sites.items()):
            self._flush(channel)  # no tick overtakes an event that it counts
            frames = framed("tick", self._tick(site))
            viewers = [*channel.viewers]
            for key, watching in self._keys.items():
                if key[0] == site:
                    viewers.extend(watching)
            for start in range(0, len(viewers), AT_ONCE):
                self._send(viewers[start : start + AT_ONCE], frames)
                await asyncio.sleep(0)

    def close(self) -> None:
        """End every stream; no new ones are taken."""
        self._closing = True
        for viewers in (*(channel.viewers for channel in self._sites.values()), *self._keys.values()):
            for viewer in viewers:
                viewer.close()


def _last_event_id(request: web.BaseRequest, after: int | None) -> int | None:
    """Where the reader is: its own address says where it began, the header where it came to."""
    header = request.headers.get("Last-Event-ID")
    if header is None:
        return after
    return int(header) if header.isascii() and header.isdigit() and len(header) < 19 else None
