"""``kill -9`` under load: every acknowledged command is there afterwards, and none is there twice."""

import pytest

from bench.kills import under_kills

pytestmark = [pytest.mark.real_process, pytest.mark.xdist_group("scale")]

KILLS = 5


async def test_five_kills_under_load_lose_nothing_and_repeat_nothing(database, serve):
    journal, wrong = await under_kills(serve(database), KILLS)
    assert wrong == []
    assert len(journal.issued) > 100
    assert len(journal.called) > 50
    assert journal.repeats > 0  # the kills did interrupt requests
