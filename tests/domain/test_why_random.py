"""「なぜ？」 on a thousand random days, against what a bystander wrote down (see hallkit/recollect.py)."""

from random import Random
from typing import get_args

import pytest
from hallkit.hall import HOUR, STARTS
from hallkit.recollect import Notebook
from hallkit.wander import Wanderer

from queue_server.domain import commands as c
from queue_server.domain.why import explain
from queue_server.domain.why_reasons import Code

DAYS, BATCHES = 1_000, 10
COMMANDS = 110
ASKED = 4
"""Of how many tickets a day the story is asked for: those that were passed most."""


def random_day(seed: int) -> tuple[Notebook, int]:
    """A day with its counters open from the start, and the index in its log at which the last day begins."""
    rng = Random(seed)
    notes = Notebook()
    wanderer = Wanderer(f"why {seed}", notes)
    rules = rng.choice(wanderer.proposals.rules)
    notes.give(c.OpenDay(day="first", starts=STARTS, rules=rules), STARTS + 8 * HOUR)
    for counter in notes.state.counters:
        if rng.random() < 0.8:
            notes.give(c.OpenCounter(counter=counter, by="ann"), wanderer.now)
    wanderer.run(COMMANDS)
    opened = [i for i, event in enumerate(notes.log) if type(event).__name__ == "DayOpened"]
    first = opened[-1]
    while opened and notes.log[opened[-1]].day == notes.log[first].day:
        first = opened.pop()
    return notes, first


@pytest.mark.parametrize("batch", range(BATCHES))
def test_why_agrees_with_an_independent_recomputation(batch):
    met: set[str] = set()
    asked = 0
    for seed in range(batch * DAYS // BATCHES, (batch + 1) * DAYS // BATCHES):
        notes, first = random_day(seed)
        events = notes.log[first:]
        here = sorted(notes.state.tickets, key=lambda key: -len(notes.passed(key)))
        for key in here[:ASKED]:
            story = explain("hall", events, key)
            told = [(one.seq, one.number, one.reason.code) for one in story.passed]
            since = events[0].seq
            expected = [x for x in notes.passed(key) if x[0] > since]
            assert told == expected, f"seed {seed}, ticket {key}"
            met |= {code for *_, code in told}
            asked += len(told)
    assert asked > 500
    assert {"other_service", "chosen", "shorter_target", "priority"} <= met


RARE = {"order_kept", "same_time"}
"""Nobody is issued in the same millisecond by chance; `test_why.py` has these."""


def test_the_random_days_meet_every_reason():
    """Else the agreement says less than it seems to."""
    met: set[str] = set()
    for seed in range(400):
        notes, _ = random_day(seed)
        met |= {code for key in notes.state.tickets for *_, code in notes.passed(key)}
    assert set(get_args(Code)) - met <= RARE
