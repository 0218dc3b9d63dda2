"""An agent whose setup changes while a printer has stopped taking bytes."""

import asyncio
import socket
import time

import msgspec
import pytest
from stand_in import SSE, Server

from printers import escpos
from queue_server.agent import machine, running
from queue_server.agent.link import Link


class Deaf:
    """A network printer that takes connections, and bytes only when it is told to."""

    def __init__(self):
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(4)
        self._listener.setblocking(False)
        self.url = f"tcp://127.0.0.1:{self._listener.getsockname()[1]}?ask=0&timeout=60"

    async def line(self):
        """The next connection, as soon as a byte is there."""
        found, _ = await asyncio.get_running_loop().sock_accept(self._listener)
        found.setblocking(False)
        while True:
            try:
                if found.recv(1, socket.MSG_PEEK):
                    return found
            except BlockingIOError:
                await asyncio.sleep(0.01)

    def end(self):
        self._listener.close()


async def rest(line):
    """What still comes, until the line is closed or nothing has come for a while."""
    data = b""
    try:
        async with asyncio.timeout(20):
            while part := await asyncio.get_running_loop().sock_recv(line, 65536):
                data += part
    except ConnectionError:
        pass
    line.close()
    return data


@pytest.fixture
def deaf():
    made = [Deaf() for _ in range(4)]
    yield made
    for printer in made:
        printer.end()


def job(paper, name, number):
    data = {
        "id": f"{name}-{number}",
        "kind": "ticket",
        "number": number,
        "seconds": 600,
        "paper": paper(name),
    }
    return b"event: job\ndata: %b\n\n" % msgspec.json.encode(data)


def test_nobody_writes_beside_the_printers_next_owner(deaf, paper, monkeypatch):
    """What the last owner had begun is torn off there: it is unknown, and the next ticket comes out whole."""
    monkeypatch.setattr(machine, "STOP_S", 0.5)
    printer = deaf[0]
    first = SSE, b": 1\n\n" + job(paper, "zh", "1")
    second = SSE, b": 1\n\n" + job(paper, "en", "2")

    async def lines():
        async with Server(printer.url, first, second) as server, Link(server.url, "t") as link:
            agent = asyncio.create_task(running.run(link))
            old = await printer.line()
            server.change()
            async with asyncio.timeout(30):
                new = await printer.line()
            left = await rest(old)
            fresh = b""
            async with asyncio.timeout(20):
                while escpos.CUT_OFF not in fresh:
                    fresh += await asyncio.get_running_loop().sock_recv(new, 65536)
            agent.cancel()
            reading = asyncio.create_task(rest(new))
            await asyncio.gather(agent, reading, return_exceptions=True)
            return left, fresh, server.outcomes

    left, fresh, outcomes = asyncio.run(lines())
    assert ("zh-1", "unknown", "interrupted") in outcomes
    assert fresh.startswith(bytes(len(left) + 1)), "more empty bytes than could be missing"


def test_stopping_has_one_bound_for_all_printers(deaf, paper, monkeypatch):
    monkeypatch.setattr(machine, "STOP_S", 0.5)
    answers = [(SSE, b": 1\n\n" + job(paper, "zh", number)) for number in "1234"]

    async def seconds():
        urls = [printer.url for printer in deaf]
        async with Server(urls[0], *answers, more=urls[1:]) as server, Link(server.url, "t") as link:
            agent = asyncio.create_task(running.run(link))
            lines = [await printer.line() for printer in deaf]
            began = time.monotonic()
            agent.cancel()
            await asyncio.gather(agent, return_exceptions=True)
            for line in lines:
                line.close()
            assert {state for _, state, _ in server.outcomes} == {"sending", "unknown"}
            return time.monotonic() - began

    assert asyncio.run(seconds()) < 10, "one after another would take 20 s"
