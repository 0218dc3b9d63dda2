"""A hundred thousand random commands over many days; after each, the rules must hold (see hallkit/audit.py)."""

import pytest
from hallkit.audit import Audit
from hallkit.wander import KINDS, Wanderer

from queue_server.domain.decide import DECIDERS
from queue_server.domain.events import decode
from queue_server.domain.evolve import EVOLVERS, evolve, new_state
from queue_server.domain.refusal import CODES

SEEDS = range(20)
COMMANDS = 5_000
EVERY = 3
"""Every which command gets the costly checks of the whole state; the cheap ones follow every command."""

pytestmark = pytest.mark.xdist_group("wandering")  # its last test needs what all others met

seen: dict[int, dict[str, int]] = {}


@pytest.mark.parametrize("seed", SEEDS)
def test_no_command_breaks_a_rule(seed):
    audit = Audit(every=EVERY)
    wanderer = Wanderer(seed, audit)
    try:
        wanderer.run(COMMANDS)
        audit.compare()
    except AssertionError as broken:
        pytest.fail(f"seed {seed}, command {audit.given}: {broken}")
    assert audit.taken > COMMANDS / 3
    seen[seed] = audit.seen
    if seed == SEEDS[-1]:
        check_a_start_folds_one_day(audit)


def check_a_start_folds_one_day(audit):
    """The state folded from the last DayOpened alone is the one in memory."""
    day = new_state(audit.state.site)
    for event in map(decode, audit.log[audit.state.opened_seq - 1 :]):
        if event.seq == audit.state.opened_seq:
            day.seq = event.seq - 1
        evolve(day, event)
    day.last_at = max(day.last_at, audit.state.last_at)
    assert day == audit.state


def test_the_random_days_meet_every_command_event_and_refusal():
    """Else the test above says less than it seems to."""
    if set(seen) != set(SEEDS):
        pytest.skip("needs every seed of the test above in this process")
    assert set(KINDS) == set(DECIDERS)
    met = {what for of_seed in seen.values() for what in of_seed}
    assert {kind.__name__ for kind in EVOLVERS} - met == set()
    assert {"rule due", "rule fairness", "rule chosen"} <= met
    assert set(CODES) - met == set()
