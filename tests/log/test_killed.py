"""A killed server: every answered command is there, none twice."""

import asyncio
import sys
from pathlib import Path

import pytest

from queue_server.log import IdempotencyKey

CHILD = Path(__file__).with_name("child.py")


@pytest.mark.real_process
async def test_every_answered_command_survives_a_kill(url, opened, new_hall, rows):
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        str(CHILD),
        url,
        stdout=asyncio.subprocess.PIPE,
        cwd=CHILD.parents[2],
        env={"PYTHONPATH": str(CHILD.parents[2]), "PATH": "/usr/bin:/bin"},
    )
    answered = {}
    async for line in child.stdout:
        ticket, seq = line.decode().split()
        answered[ticket] = int(seq)
        if len(answered) == 300:
            child.kill()
            break
    rest = (await child.stdout.read()).decode().rpartition("\n")[0].split("\n")  # said before it died
    answered |= {ticket: int(seq) for ticket, seq in (line.split() for line in rest if line)}
    await child.wait()

    hall = new_hall(await opened(url))
    await hall.log.ensure_site("honcho")
    stored = dict(await rows(url, "SELECT ticket, issued_at FROM tickets"))
    assert answered.keys() <= stored.keys()
    events = [seq for (seq,) in await rows(url, "SELECT seq FROM events ORDER BY seq")]
    assert events == list(range(1, len(events) + 1))
    assert len(stored) == len(events) - 1, "none twice, none half"
    for ticket in ("t1", "t300"):
        key = IdempotencyKey(f"k{ticket[1:]}", "b")
        again = await hall.log.execute("honcho", hall.issue(ticket), key)
        assert (again.seq, again.repeated) == (answered[ticket], True)
