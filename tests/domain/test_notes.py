"""What a counter writes for the next one goes with the errand, as a reference."""

import pytest
from hallkit.hall import Hall
from hallkit.sites import small

from queue_server.domain import commands as c


@pytest.fixture
def hall():
    return Hall(small())


def test_a_note_goes_with_the_errand_that_is_passed_on(hall):
    number = hall.issue("cert", "move")
    hall.call_next("1")
    hall.do(c.TransferTicket(counter="1", service="tax", keep_place=True, note="ref"))
    assert [x.note for x in hall.facts(number).errands] == [None, None, "ref"]
    assert hall.folded_again() == hall.state


def test_the_next_counter_passes_on_its_own_note_or_none(hall):
    number = hall.issue("cert")
    hall.call_next("1")
    hall.do(c.TransferTicket(counter="1", service="tax", keep_place=True, note="ref"))
    hall.call_next("4")
    hall.do(c.TransferTicket(counter="4", service="move", keep_place=True))
    assert [x.note for x in hall.facts(number).errands] == [None, "ref", None]


def test_an_undone_transfer_leaves_no_note(hall):
    number = hall.issue("cert")
    hall.call_next("1")
    hall.do(c.TransferTicket(counter="1", service="tax", keep_place=True, note="ref"))
    hall.do(c.Undo(counter="1"))
    assert [x.note for x in hall.facts(number).errands] == [None]
