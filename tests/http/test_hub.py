"""The hub behind the streams: who cannot keep up is dropped, and holds nobody up."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import ClientSession, web

from queue_server.web import streams
from queue_server.web.streams import Hub

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def board() -> bytes:
    return b'{"board":true}'


async def nothing(after: int, upto: int) -> list[streams.Published]:
    return []


@asynccontextmanager
async def serving(hub: Hub, *more: Handler) -> AsyncIterator[str]:
    """The hub behind a real socket, at the site ``s`` and the ticket ``s/t``; ``more`` by their names."""

    async def site(request: web.Request) -> web.StreamResponse:
        return await hub.serve(request, "s", None, board)

    async def ticket(request: web.Request) -> web.StreamResponse:
        return await hub.serve_key(request, ("s", "t"), board)

    app = web.Application()
    app.add_routes([web.get("/site", site), web.get("/ticket", ticket)])
    app.add_routes([web.get(f"/{handler.__name__}", handler) for handler in more])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        hub.close()
        await runner.cleanup()


def hub_at(seq: int, head: int | None = None) -> Hub:
    hub = Hub(most=100, head=lambda _site: head or seq, tick=lambda _site: b"{}")
    hub.add_site("s", seq=seq, day_from=0, history=nothing)
    return hub


async def test_a_slow_reader_is_dropped_and_others_go_on():
    hub = hub_at(1)
    async with serving(hub) as url, ClientSession() as session:
        _reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rsplit(":", 1)[1]), limit=1024)
        writer.transport.pause_reading()  # a phone that went into a tunnel
        writer.write(b"GET /site HTTP/1.1\r\nHost: x\r\n\r\n")
        quick = await session.get(url + "/site")
        await quick.content.readuntil(b"\n\n")
        big = b'"' + b"x" * 50_000 + b'"'
        for seq in range(2, 600):
            hub.publish("s", seq, "ticket.called", big)
            while b"ticket.called" not in await quick.content.readuntil(b"\n\n"):
                pass
            if hub.dropped:
                break
        assert hub.dropped == 1
        hub.publish("s", 1_000, "ticket.called", b'"after"')
        while b'"after"' not in await quick.content.readuntil(b"\n\n"):
            pass
        for _ in range(100):
            if hub.open_streams == 1:
                break
            await asyncio.sleep(0.01)
        assert hub.open_streams == 1
        writer.close()
        quick.close()


async def test_nobody_watches_a_ticket_that_was_left():
    hub = hub_at(1)
    async with serving(hub) as url, ClientSession() as session:
        first, second = await session.get(url + "/ticket"), await session.get(url + "/ticket")
        for viewer in (first, second):
            await viewer.content.readuntil(b"\n\n")
        assert hub.watched_keys() == [("s", "t")]
        first.close()
        hub.publish_key(("s", "t"), "ticket", b'"one"')
        await second.content.readuntil(b'"one"')
        second.close()
        for _ in range(100):
            await hub.tick_all()
            if not hub.watched_keys():
                break
            await asyncio.sleep(0.01)
        assert hub.watched_keys() == []
        assert hub.open_streams == 0


async def test_another_day_is_not_resumed():
    hub = hub_at(10, head=13)
    hub.publish("s", 11, "ticket.called", b'"old day"')
    hub.publish("s", 12, "day.opened", b'"day"')
    hub.publish("s", 13, "ticket.called", b'"new day"')

    async def events(after: int) -> bytes:
        async with (
            ClientSession() as session,
            session.get(url + "/site", headers={"Last-Event-ID": str(after)}) as r,
        ):
            return await r.content.readuntil(b"\n\n") + await r.content.readuntil(b"\n\n")

    async with serving(hub) as url:
        assert b"reset" in await events(10)
        assert b"reset" in await events(11)
        assert b'"new day"' in await events(12)


async def test_events_from_before_the_start_are_asked_for_once():
    asked = []

    async def history(after: int, upto: int) -> list[streams.Published]:
        asked.append((after, upto))
        await asyncio.sleep(0.01)
        return [(seq, "ticket.called", b'"%d"' % seq) for seq in range(after + 1, upto + 1)]

    hub = Hub(most=100, head=lambda _site: 5_001, tick=lambda _site: b"{}")
    hub.add_site("s", seq=5_000, day_from=4_500, history=history)

    async def first(after: int) -> bytes:
        async with (
            ClientSession() as session,
            session.get(url + "/site", headers={"Last-Event-ID": str(after)}) as r,
        ):
            return await r.content.readuntil(b"\n\n") + await r.content.readuntil(b"\n\n")

    async with serving(hub) as url:
        hub.publish("s", 5_001, "ticket.called", b'"5001"')
        found = await asyncio.gather(*[first(after) for after in (4_499, 4_500, 4_999, 5_000)])
        assert asked == [(4_500, 5_000)]
        assert [
            name in text
            for name, text in zip((b"reset", b'"4501"', b'"5000"', b'"5001"'), found, strict=True)
        ] == [True] * 4


async def test_who_comes_between_an_event_and_its_sending_gets_it_once():
    hub = hub_at(10, head=12)

    async def late(request: web.Request) -> web.StreamResponse:
        hub.publish("s", 11, "ticket.called", b'"eleven"')
        hub.publish("s", 12, "ticket.called", b'"twelve"')
        return await hub.serve(request, "s", 10, board)

    async def until_last(response) -> bytes:
        return await response.content.readuntil(b'"last"')

    async with serving(hub, late) as url, ClientSession() as session:
        early = await session.get(url + "/site")
        await early.content.readuntil(b"\n\n")
        newcomer = await session.get(url + "/late")
        await newcomer.content.readuntil(b"\n\n")
        hub.publish("s", 13, "ticket.called", b'"last"')
        for response in (early, newcomer):
            text = await until_last(response)
            assert text.count(b'"eleven"') == text.count(b'"twelve"') == 1
            assert text.index(b'"eleven"') < text.index(b'"twelve"')
            response.close()
