"""Two counters press at the same moment, again and again: each must get somebody else, and the right one."""

from __future__ import annotations

import json
import random

from . import load
from .day import issuing
from .server import SITE, Server

PORTION = 100


def line(server: Server, token: str, counter: str) -> load.Line:
    """A kept connection that presses ``call-next`` at a counter."""
    path = f"{SITE}/counters/{counter}/call-next"
    found = load.Line(load.Load(server.port, token, [path], "{}", clients=1, total=1), 0)
    found.sock.setblocking(True)
    found.sock.settimeout(30)
    return found


def number(found: load.Line) -> int | None:
    """The number that a press was answered with."""
    while (answer := found.receive()) is None:
        pass
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head[9:12] == b"200", answer
    ticket = json.loads(body)["ticket"]
    return None if ticket is None else int(ticket["number"])


def pairs(servers: list[Server], token: str, count: int) -> list[str]:
    """Race ``count`` pairs, one press at each of two counters; what went wrong.

    Counter 1 presses at the first server, counter 2 at the last (the same one, or another on the same database).
    Nobody may wait when this begins.
    """
    wrong = []
    lines = [line(servers[0], token, "1"), line(servers[-1], token, "2")]
    try:
        waiting: list[int] = []
        for pair in range(count):
            if not waiting:
                taken = load.run(
                    issuing(servers[0], token, min(PORTION, count - pair) * 2, clients=2), core=None
                )
                waiting = sorted(taken.numbers)
            order = random.sample(lines, 2)
            for one in order:
                one.send(b"", 0.0)
            got = sorted(number(one) or 0 for one in lines)
            if got != waiting[:2]:
                wrong.append(f"pair {pair + 1} got {got}, but next were {waiting[:2]}")
            del waiting[:2]
    finally:
        for one in lines:
            one.sock.close()
    return wrong
