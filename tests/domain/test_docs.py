"""The pages that are printed from the core are those that are committed."""

from pathlib import Path

import pytest

from queue_server.domain import events, moves, vocabulary
from queue_server.domain.decide import DECIDERS
from queue_server.domain.events import Event
from queue_server.domain.evolve import EVOLVERS
from queue_server.domain.refusal import CODES

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("page", "table"), [("moves", moves.table), ("events", vocabulary.table)])
def test_the_page_is_what_the_code_says(page, table):
    committed = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
    assert committed == table(), f"docs/{page}.md is old: run `.venv/bin/python tools/domain_docs.py`"


def test_every_command_and_event_has_its_line_and_sentence():
    lines = vocabulary.table().splitlines()
    for kind in [*DECIDERS, *EVOLVERS]:
        (line,) = [x for x in lines if x.startswith(f"| `{kind.__name__}` |")]
        assert line.rstrip(" |")[-1] in ".)", line


def test_every_event_of_the_union_is_folded_and_every_command_decided():
    assert set(EVOLVERS) == set(Event.__args__)
    assert set(events.VERSIONS) <= {kind.__name__ for kind in EVOLVERS}


def test_every_row_of_the_moves_names_what_exists():
    for move in moves.MOVES:
        assert move.command in DECIDERS
        assert move.event in EVOLVERS
        assert move.refusal in CODES
