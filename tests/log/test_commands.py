"""Commands: durable, in order, alone in their failure, answered once."""

import asyncio
import itertools
import time

import pytest

from queue_server.domain import commands as c
from queue_server.domain import events as e
from queue_server.domain.evolve import evolve, new_state
from queue_server.log import CommandFailed, KeyReused, LogUnavailable, UnknownSite
from queue_server.log.fold import decode


async def test_concurrent_commands_share_commits_and_leave_no_gap(hall, url, rows):
    before = hall.log.status()
    outcomes = await asyncio.gather(*[hall.do(hall.issue()) for _ in range(200)])
    after = hall.log.status()
    assert after.commands - before.commands == 200
    assert after.commits - before.commits < 20
    assert [o.seq for o in outcomes] == list(range(5, 205)), "answered in the order in which they came"
    stored = await rows(url, "SELECT seq FROM events ORDER BY seq")
    assert [seq for (seq,) in stored] == list(range(1, 205))
    assert [o.events[0].number for o in outcomes] == [str(n) for n in range(1, 201)]


async def test_an_answered_command_is_in_the_database(hall, url, rows):
    outcome = await hall.do(hall.issue("t1"))
    stored = await rows(
        url, "SELECT site, seq, day, at, cmd, kind, v, data FROM events WHERE kind = 'TicketIssued'"
    )
    event = outcome.events[0]
    assert stored[0][:7] == ("honcho", 5, "2026-11-20", event.at, 5, "TicketIssued", 1)
    assert e.decode(stored[0][7]) == event


async def test_views_are_the_fold_of_what_is_committed(hall, url, rows):
    seen = []
    hall.log.listen(lambda site, events, state: seen.append((site, [x.seq for x in events], state.seq)))
    for _ in range(3):
        await asyncio.gather(*[hall.do(hall.issue()) for _ in range(20)])
        await asyncio.gather(*[hall.do(c.CallNext(counter=n)) for n in ("1", "2", "3", "1", "2")])
    assert [site for site, _, _ in seen] == ["honcho"] * 75
    assert list(itertools.chain(*[seqs for _, seqs, _ in seen])) == list(
        range(5, hall.log.view("honcho").seq + 1)
    )
    assert all(seqs[-1] == at for _, seqs, at in seen), "the state is the one right after the command"
    state = new_state("honcho")
    for event in decode("honcho", [r[0] for r in await rows(url, "SELECT data FROM events ORDER BY seq")]):
        evolve(state, event)
    assert state == hall.log.view("honcho")


async def test_what_is_read_is_never_ahead_of_the_commit(hall, url, rows):
    """While commands run, a listener's event is always in the database already."""
    looked = []

    async def look(seq):
        looked.append((seq, (await rows(url, "SELECT max(seq) FROM events"))[0][0]))

    tasks = []
    hall.log.listen(lambda _site, events, _state: tasks.append(asyncio.ensure_future(look(events[-1].seq))))
    for _ in range(5):
        await asyncio.gather(*[hall.do(hall.issue()) for _ in range(10)])
    await asyncio.gather(*tasks)
    assert len(looked) == 50
    assert all(stored >= seq for seq, stored in looked)


async def test_a_refusal_writes_nothing(hall, url, rows):
    before = await rows(url, "SELECT count(*) FROM events")
    outcome = await hall.do(c.StartService(counter="1"), key="k1")
    assert (outcome.events, outcome.refused.code, outcome.repeated) == ([], "no_ticket_here", False)
    assert await rows(url, "SELECT count(*) FROM events") == before
    again = await hall.do(c.OpenCounter(counter="1"), key="k1", body="other")
    assert again.refused is None, "a key without events is not remembered"


async def test_a_command_that_raises_fails_alone(hall, caplog):
    bad = c.IssueTicket(ticket="t-bad", token_hash="h", services=(["x"],), channel="kiosk")
    results = await asyncio.gather(
        hall.do(hall.issue("t1")), hall.do(bad), hall.do(hall.issue("t2")), return_exceptions=True
    )
    assert [type(r).__name__ for r in results] == ["Outcome", "CommandFailed", "Outcome"]
    assert isinstance(results[1], CommandFailed)
    assert results[2].seq == results[0].seq + 1
    assert "t-bad" not in caplog.text
    assert "IssueTicket" in caplog.text


async def test_a_command_that_is_folded_half_leaves_nothing(hall, url, rows, monkeypatch, caplog):
    """The second event of a command cannot be folded: its first one is taken back, its neighbours stand."""
    from queue_server.log import projections

    def breaking(state, event):
        if type(event) is e.TicketCalled and event.ticket == "t2":
            raise RuntimeError("secret of a resident")
        evolve(state, event)

    monkeypatch.setattr(projections, "evolve", breaking)
    await hall.do(hall.issue("t1"))
    await hall.do(c.CallNext(counter="1"))
    results = await asyncio.gather(
        hall.do(hall.issue("t2"), key="k2"),
        hall.do(c.CallNext(counter="1")),  # finishes t1, then fails to call t2
        hall.do(hall.issue("t2"), key="k2"),
        hall.do(hall.issue("t3")),
        return_exceptions=True,
    )
    assert [type(r).__name__ for r in results] == ["Outcome", "CommandFailed", "Outcome", "Outcome"]
    assert results[2].repeated
    assert "secret of a resident" not in caplog.text
    monkeypatch.undo()
    state = hall.log.view("honcho")
    assert state.tickets["t1"].facts.place == "called"
    assert (await hall.do(c.CallNext(counter="1"))).events[1].ticket == "t2"
    stored = await rows(url, "SELECT ticket, state FROM tickets ORDER BY ticket")
    assert stored == [("t1", "done"), ("t2", "called"), ("t3", "waiting")]


async def test_a_repeated_key_answers_once(hall, url, rows, opened):
    issue = hall.issue("t1")
    first = await hall.do(issue, key="k")
    second = await hall.do(issue, key="k")
    assert (second.events, second.seq, second.repeated) == (first.events, first.seq, True)
    with pytest.raises(KeyReused):
        await hall.do(issue, key="k", body="other")
    assert (await rows(url, "SELECT count(*) FROM tickets"))[0][0] == 1


async def test_a_key_repeated_within_one_batch_answers_once(hall):
    issue = hall.issue("t1")
    commits = hall.log.status().commits
    outcomes = await asyncio.gather(*[hall.do(issue, key="k") for _ in range(5)])
    assert hall.log.status().commits - commits <= 2
    assert [o.repeated for o in outcomes] == [False, True, True, True, True]
    assert all(o.events == outcomes[0].events for o in outcomes)


async def test_a_key_is_known_after_a_restart_until_the_day_ends(url, opened, new_hall):
    hall = new_hall(await opened(url))
    await hall.open_day()
    await hall.do(hall.issue("t0"))
    first = await hall.do(c.CallNext(counter="1"), key="call")
    await hall.do(hall.issue("t1"))
    second = await hall.do(c.CallNext(counter="1"), key="call 2")  # two events
    await hall.log.close()

    again = new_hall(await opened(url))
    await again.open_day()
    assert (await again.do(c.CallNext(counter="1"), key="call")).events == first.events
    repeated = await again.do(c.CallNext(counter="1"), key="call 2")
    assert (repeated.events, len(repeated.events), repeated.repeated) == (second.events, 2, True)
    await again.do(c.FinishService(counter="1"))
    await again.do(c.CloseDay(force=True))
    await again.open_day("2026-11-21", again.log.now())
    assert not (await again.do(again.issue(), key="call")).repeated


async def test_only_served_sites_take_commands(hall):
    with pytest.raises(UnknownSite):
        await hall.log.execute("elsewhere", c.CallNext(counter="1"))
    with pytest.raises(UnknownSite):
        hall.log.view("elsewhere")


async def test_sites_are_independent_and_share_commits(hall, new_hall, url, rows):
    other = new_hall(hall.log, "kita")
    await other.open_day()
    commits = hall.log.status().commits
    await asyncio.gather(*[h.do(h.issue()) for _ in range(20) for h in (hall, other)])
    assert hall.log.status().commits - commits < 10
    stored = await rows(url, "SELECT site, count(*), max(seq) FROM events GROUP BY site ORDER BY site")
    assert stored == [("honcho", 24, 24), ("kita", 24, 24)]
    assert hall.log.sites == ("honcho", "kita")


async def test_hall_time_never_runs_backwards(hall, clock):
    first = await hall.do(hall.issue())
    clock.at -= 600_000
    second = await hall.do(hall.issue())
    assert second.events[0].at == first.events[0].at


async def test_a_listener_that_raises_disturbs_nobody(hall, caplog):
    seen = []

    def bad(_site, _events, _state):
        raise ValueError("somebody's name")

    hall.log.listen(bad)
    hall.log.listen(lambda _site, events, _state: seen.append(events[0].seq))
    outcome = await hall.do(hall.issue())
    assert seen == [outcome.seq]
    assert "ValueError" in caplog.text
    assert "somebody's name" not in caplog.text


async def test_a_view_that_somebody_changed_is_replaced(hall):
    hall.log.view("honcho").seq += 7
    outcome = await hall.do(hall.issue())
    await hall.log.ensure_site("honcho")
    assert hall.log.view("honcho").seq == outcome.seq
    assert (await hall.do(hall.issue())).seq == hall.log.view("honcho").seq


async def test_a_caller_who_goes_away_takes_nothing_back(hall):
    task = asyncio.ensure_future(hall.do(hall.issue("t1")))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await hall.do(hall.issue("t2"))
    assert {"t1", "t2"} <= hall.log.view("honcho").tickets.keys()


async def test_a_command_that_is_not_worth_deciding_any_more(hall):
    now = time.monotonic()
    with pytest.raises(LogUnavailable, match="late"):
        await hall.do(hall.issue("t1"), "k1", until=now - 1)
    assert "t1" not in hall.log.view("honcho").tickets
    done = await hall.do(hall.issue("t2"), "k2", until=now + 60)
    again = await hall.do(hall.issue("t2"), "k2", until=now - 1)
    assert (again.repeated, again.seq) == (True, done.seq), "what is in the log is answered from it"
