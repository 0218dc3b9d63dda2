"""The least that a durable POST costs with these libraries: aiohttp, one writer thread, a shared SQLite commit.

``python -m bench.bare_post PORT FILE``: each POST inserts one row of about the size of an event and answers 40 bytes.
No rules, no state, no checks.
"""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import sys
import threading

from aiohttp import web

ROW = "x" * 500
ANSWER = b'{"id":"0123456789abcdef","number":"1234"}'

Waiting = asyncio.Future


def write(file: str, loop: asyncio.AbstractEventLoop, waiting: queue.SimpleQueue[Waiting]) -> None:
    """The thread: everything that is queued goes into one commit."""
    db = sqlite3.connect(file, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, data TEXT)")

    def wake(done: list[Waiting]) -> None:
        for future in done:
            future.set_result(None)

    while True:
        taken = [waiting.get()]
        try:
            while len(taken) < 256:
                taken.append(waiting.get_nowait())
        except queue.Empty:
            pass
        db.execute("BEGIN IMMEDIATE")
        db.executemany("INSERT INTO rows (data) VALUES (?)", [(ROW,)] * len(taken))
        db.execute("COMMIT")
        loop.call_soon_threadsafe(wake, taken)


async def serve(port: int, file: str) -> None:
    """Until killed."""
    loop = asyncio.get_running_loop()
    waiting: queue.SimpleQueue[Waiting] = queue.SimpleQueue()
    threading.Thread(target=write, args=(file, loop, waiting), daemon=True).start()

    async def post(request: web.Request) -> web.Response:
        await request.read()
        future = loop.create_future()
        waiting.put(future)
        await future
        return web.Response(body=ANSWER, content_type="application/json")

    app = web.Application()
    app.router.add_post("/", post)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2]))
