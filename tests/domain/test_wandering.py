"""A hundred thousand random commands over many days; after each, the rules must hold (see hallkit/audit.py)."""

import pytest
from hallkit.audit import Audit
from hallkit.wander import KINDS, Wanderer

from queue_server.domain.decide import DECIDERS
from queue_server.domain.events import decode
from queue_server.domain.evolve import EVOLVERS, evolve, new_state
from queue_server.domain.refusal import CODES

COMMANDS = 5_000
EVERY = 3
"""Every which command gets the costly checks of the whole state; the cheap ones follow every command."""


@pytest.mark.parametrize("seeds", [range(10), range(10, 20)], ids=str)
def test_no_command_breaks_a_rule(seeds):
    met: set[str] = set()
    for seed in seeds:
        audit = Audit(every=EVERY)
        try:
            Wanderer(seed, audit).run(COMMANDS)
            audit.compare()
            check_a_start_folds_one_day(audit)
        except AssertionError as broken:
            pytest.fail(f"seed {seed}, command {audit.given}: {broken}")
        assert audit.taken > COMMANDS / 3
        met |= set(audit.seen)
    check_that_everything_was_met(met)


def check_a_start_folds_one_day(audit):
    """The state folded from the last DayOpened alone is the one in memory."""
    day = new_state(audit.state.site)
    day.seq = audit.state.opened_seq - 1
    for stored in audit.log[day.seq :]:
        evolve(day, decode(stored))
    day.last_at = max(day.last_at, audit.state.last_at)
    assert day == audit.state


def check_that_everything_was_met(met):
    """Else the random days say less than they seem to."""
    assert set(KINDS) == set(DECIDERS)
    assert {kind.__name__ for kind in EVOLVERS} - met == set()
    assert {"rule due", "rule fairness", "rule chosen"} <= met
    assert set(CODES) - met == set()
