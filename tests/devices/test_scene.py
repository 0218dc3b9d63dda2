"""The judge of the scenarios: what must not happen does not escape it."""

import copy

import pytest
from scene import is_reissue, numbers_on

pytestmark = pytest.mark.real_process


@pytest.mark.parametrize("mode", ["raster", "text"])
def test_the_judge_sees_what_must_not_happen(hall, mode):
    scene, machine, _ = hall(mode=mode)
    first, second = scene.issue(2)
    scene.wait(lambda: scene.states(second) == ["confirmed"], "printed")
    scene.judge()
    papers = list(machine.papers)
    assert [numbers_on(paper) for paper in papers] == [[first], [second]]

    machine.papers.append(papers[0])
    with pytest.raises(AssertionError, match="two papers alike"):
        scene.judge()
    machine.papers[:] = papers[:1]
    with pytest.raises(AssertionError, match="on no paper"):
        scene.judge()
    machine.papers[:] = [papers[0], _joined(*papers)]
    with pytest.raises(AssertionError, match="one paper bears"):
        scene.judge()
    machine.papers[:] = papers
    scene.given["999"] = {**scene.given[first], "number": "999"}
    with pytest.raises(AssertionError, match="not in the log"):
        scene.judge()
    del scene.given["999"]
    scene.reprint(first)
    scene.wait(lambda: scene.states(first) == ["confirmed", "confirmed"], "printed again")
    assert [is_reissue(paper) for paper in machine.papers] == [False, False, True]
    scene.judge()
    machine.papers.append(machine.papers[2])
    with pytest.raises(AssertionError, match="nobody asked for"):
        scene.judge()


def _joined(upper, lower):
    """Two tickets on one paper, as when nothing cut them."""
    paper = copy.copy(upper)
    paper.lines = [*upper.lines, *lower.lines]
    paper.parts = [*upper.parts, *((x, y + upper.height, part) for x, y, part in lower.parts)]
    paper.height = upper.height + lower.height
    return paper
