"""Deciding and folding one command with 500 people waiting, beside a sorted list without any rule.

``python -m bench core``, or alone: ``python -m bench.bench_core``. Every issue is followed by a call, so the
queue keeps its length; finished tickets stay in the state as they do in a real day.
"""

from __future__ import annotations

import time
from bisect import insort
from collections.abc import Iterator
from itertools import cycle

from queue_server.domain import commands as c
from queue_server.domain.decide import decide
from queue_server.domain.events import TicketCalled, TicketIssued
from queue_server.domain.evolve import evolve, new_state
from queue_server.domain.refusal import Refused
from queue_server.domain.rules import Band, Counter, PriorityClass, Rules, Service
from queue_server.domain.state import Errand, SiteState, TicketFacts

from .figures import Figure, plain

TITLE = "The core: decide + evolve with 500 waiting, in process"
BUDGET = 50.0
"""Microseconds (DESIGN §7)."""
WAITING = 500
STEP = 700
"""Milliseconds of hall time between two commands."""


def hall(services: int, counters: int, each: int) -> Rules:
    """``each`` services a counter, two more of them only helped where there are enough."""
    ids = [f"s{n}" for n in range(services)]

    def some(counter: int, first: int, last: int) -> tuple[str, ...]:
        return tuple(dict.fromkeys(ids[(counter + n) % services] for n in range(first, last)))

    helped = 2 if services > each + 2 else 0
    return Rules(
        site="bench",
        names={},
        bands={x: Band(id=x, first=1, last=99_999, prefix=f"{x}-") for x in ids},
        services={x: Service(id=x, names={}, band=x) for x in ids},
        counters={
            str(n): Counter(
                id=str(n), names={}, services=some(n, 0, each), helps=some(n, each, each + helped)
            )
            for n in range(counters)
        },
        priorities={"class": PriorityClass(id="class", names={}, boost_minutes=20)},
    )


def issues(services: int, start: int, mixed: bool) -> Iterator[tuple[c.IssueTicket, int]]:
    """(command, now) one after the other; ``mixed``: every fourth of a class, every tenth an appointment."""
    now = start
    for n in range(10_000_000):
        now += STEP
        kind = n % 20 if mixed else 1
        yield (
            c.IssueTicket(
                ticket=f"t{n}",
                token_hash=f"h{n}",
                services=(f"s{n % services}",),
                channel="kiosk",
                priority="class" if kind % 4 == 0 else None,
                slot=now + 600_000 if kind in (3, 13) else None,
            ),
            now,
        )


def give(state: SiteState, command: c.Command, now: int) -> None:
    """What the writer does with a command, without the log."""
    result = decide(state, command, now)
    assert not isinstance(result, Refused), result
    for event in result:
        evolve(state, event)


def measured(services: int, counters: int, each: int, mixed: bool, rounds: int) -> tuple[float, float]:
    """Microseconds of one issue and of one call-next."""
    rules = hall(services, counters, each)
    state = new_state("bench")
    start = 1_800_000_000_000
    always = ((start, start + 86_400_000),)
    hours: dict[str, tuple[tuple[int, int], ...]] = dict.fromkeys(rules.services, always)
    give(state, c.OpenDay(day="2027-01-15", starts=start, rules=rules, hours=hours), start)
    for counter in rules.counters:
        give(state, c.OpenCounter(counter=counter), start)
    commands = issues(services, start, mixed)
    for _ in range(WAITING):
        give(state, *next(commands))
    calls = cycle([c.CallNext(counter=counter) for counter in rules.counters])
    issuing = calling = 0.0
    for _ in range(rounds):
        command, now = next(commands)
        began = time.perf_counter()
        give(state, command, now)
        middle = time.perf_counter()
        give(state, next(calls), now)
        calling += time.perf_counter() - middle
        issuing += middle - began
    return issuing / rounds * 1e6, calling / rounds * 1e6


def bare(rounds: int) -> tuple[float, float]:
    """The same events into and out of one sorted list, with no rule: microseconds of one issue and one call."""
    queue: list[tuple[int, int, str]] = []
    tickets: dict[str, TicketFacts] = {}
    issuing = calling = 0.0
    for n in range(rounds + WAITING):
        now, ticket = n * STEP, f"t{n}"
        began = time.perf_counter()
        facts = TicketFacts(errands=(Errand(service="s", arrival=now, due=now, rank=float(n)),))
        TicketIssued(
            seq=n, at=now, cmd=n, ticket=ticket, number=str(n), service="s", state="waiting", facts=facts,
            token_hash=ticket, channel="kiosk", band="s", value=n, lap=1,
        )  # fmt: skip
        tickets[ticket] = facts
        insort(queue, (now, n, ticket))
        issuing += time.perf_counter() - began
        if n < WAITING:
            issuing = 0.0
            continue
        began = time.perf_counter()
        due, seq, first = queue.pop(0)
        TicketCalled(
            seq=n, at=now, cmd=n, ticket=first, number=str(seq), service="s", state="called", counter="1",
            errand=0, due=due, rule="due",
        )  # fmt: skip
        calling += time.perf_counter() - began
    return issuing / rounds * 1e6, calling / rounds * 1e6


HALLS = {
    "1 service, 6 counters": (1, 6, 1, False),
    "1 service, 6 counters, classes and appointments": (1, 6, 1, True),
    "20 services, 25 counters": (20, 25, 4, False),
    "20 services, 25 counters, classes and appointments": (20, 25, 4, True),
}


def run(quick: bool = False) -> list[Figure]:
    """One row for issue and one for call-next in each hall."""
    rounds = 1_000 if quick else 5_000
    bare(rounds)
    limits = bare(rounds)
    figures = []
    for name, shape in HALLS.items():
        for what, took, limit in zip(("issue", "call-next"), measured(*shape, rounds), limits, strict=True):
            figures.append(
                Figure(
                    what=f"{what}: {name}",
                    measured=f"{took:.1f} µs",
                    budget=f"{BUDGET:.0f} µs",
                    limit=f"{limit:.1f} µs",
                    ratio=f"{took / limit:.1f}",
                    met=took <= BUDGET,
                )
            )
    return figures


def main() -> None:
    """Measure and print."""
    print(TITLE)
    print(plain(run()))


if __name__ == "__main__":
    main()
