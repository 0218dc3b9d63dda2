"""One recorded day of every release is folded, to the hall that it was: ten years of logs must stay readable."""

import json
from pathlib import Path

import pytest
from hallkit.recorded import EVERY, checkpoints, folded, kinds

from queue_server.domain.events import decode, encode
from queue_server.domain.evolve import EVOLVERS

RECORDED = Path(__file__).parent / "recorded"
DAYS = sorted(RECORDED.glob("day-*.jsonl"))


@pytest.mark.parametrize("day", DAYS, ids=lambda day: day.stem)
def test_a_recorded_day_folds_to_the_hall_it_was(day):
    log = day.read_bytes().splitlines()
    expected = json.loads(day.with_suffix(".folded.json").read_text(encoding="utf-8"))
    for at, (then, now) in enumerate(zip(expected["checkpoints"], checkpoints(log), strict=True), 1):
        assert now == then, f"differs somewhere in events {(at - 1) * EVERY + 1} to {at * EVERY}"
    assert json.loads(json.dumps(folded(log))) == expected["hall"]


@pytest.mark.parametrize("day", DAYS, ids=lambda day: day.stem)
def test_no_field_that_was_ever_written_is_lost(day):
    for line in day.read_bytes().splitlines():
        stored = json.loads(line)
        again = json.loads(encode(decode(line)))
        assert {name: again.get(name, "lost") for name in stored} == stored


def test_some_release_recorded_every_kind_of_event():
    """A new kind of event needs a recorded day: tests/domain/recorded/make.py."""
    recorded = set().union(*(kinds(day.read_bytes().splitlines()) for day in DAYS))
    assert {kind.__name__ for kind in EVOLVERS} - recorded == set()
