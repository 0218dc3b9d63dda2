"""A process that issues tickets as fast as it can and says which ones were answered; the test kills it."""

import asyncio
import itertools
import sys
import time

from queue_server.domain import commands as c
from queue_server.domain.rules import Band, Counter, Rules, Service
from queue_server.log import IdempotencyKey, Log

RULES = Rules(
    site="honcho",
    names={"ja": "honcho"},
    bands={"a": Band(id="a", first=1, last=99_999)},
    services={"cert": Service(id="cert", names={"ja": "cert"}, band="a")},
    counters={"1": Counter(id="1", names={"ja": "1"}, services=("cert",))},
)


async def main(url: str) -> None:
    log = await Log.open(url, now=lambda: time.time_ns() // 1_000_000, key=bytes(32))
    await log.ensure_site("honcho")
    await log.execute("honcho", c.OpenDay(day="2026-11-20", starts=log.now(), rules=RULES))
    numbers = itertools.count(1)

    async def caller() -> None:
        for n in numbers:
            issue = c.IssueTicket(ticket=f"t{n}", token_hash=f"h{n}", services=("cert",), channel="kiosk")
            outcome = await log.execute("honcho", issue, IdempotencyKey(f"k{n}", "b"))
            print(f"t{n} {outcome.seq}", flush=True)

    await asyncio.gather(*[caller() for _ in range(8)])


asyncio.run(main(sys.argv[1]))
