"""What ``bare_loop.c`` does, in asyncio: the least that sending one message to many sockets costs in Python.

``python -m bench.bare_loop PORT MESSAGE_BYTES``
"""

from __future__ import annotations

import asyncio
import sys

MARK = b"event: ticket.called\n"
HELLO = b"HTTP/1.1 200 OK\r\n\r\n"
DONE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
screens: list[asyncio.Transport] = []
message = b""


class Bare(asyncio.Protocol):
    """A screen, or whoever presses."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """``G…`` becomes a screen, ``P…`` has the message sent to all."""
        if data[:1] == b"G":
            screens.append(self.transport)
            self.transport.write(HELLO)
        elif data[:1] == b"P":
            for screen in screens:
                screen.write(message)
            self.transport.write(DONE)


async def serve(port: int) -> None:
    """Until killed."""
    server = await asyncio.get_running_loop().create_server(Bare, "127.0.0.1", port, backlog=4096)
    await server.serve_forever()


if __name__ == "__main__":
    message = MARK + b"x" * (int(sys.argv[2]) - len(MARK) - 2) + b"\n\n"
    asyncio.run(serve(int(sys.argv[1])))
