"""A printer in trouble, and a hall that goes on: paper, cover, cable, power, silence."""

import pytest
from scene import numbers_on

pytestmark = pytest.mark.real_process

TICKET_ROWS = 950
"""Of a ticket as a picture on 80 mm paper; more than so many rows are one paper more."""


@pytest.mark.parametrize("whole", [True, False], ids=["the printer has it all", "the printer has a part"])
def test_paper_out_in_the_middle_of_the_queue(hall, whole):
    """A large buffer takes the whole ticket and prints the rest later; with a small one the rest never goes out."""
    scene, machine, _ = hall(
        roll=3 * TICKET_ROWS + 400, near_end=2 * TICKET_ROWS, buffer=60_000 if whole else 2048
    )
    numbers = scene.issue(7)
    torn, rest = numbers[3], numbers[4:]
    scene.wait_told("paper_out")
    assert ("kiosk1", "paper_near_end", "") in scene.seen, scene.seen
    scene.wait(lambda: scene.states(torn) == ["unknown"], "the torn one is doubtful at once")
    scene.wait(lambda: torn in scene.unprinted(), "and staff know which")
    scene.work()
    assert [scene.given[number]["print"]["state"] for number in scene.issue(2)] == ["unavailable"] * 2
    assert scene.told()[0] == "paper_out", "all that was done while the paper was out"
    scene.judge()

    machine.new_roll()
    scene.wait_told("ready")
    assert {state for _, state, _ in scene.seen} <= {"ready", "paper_near_end", "paper_out", "cover_open"}, (
        scene.seen
    )
    scene.wait(lambda: [scene.states(number) for number in rest] == [["confirmed"]] * 3, "the others")
    if whole:
        assert scene.states(torn) == ["confirmed"], "it went on where it stopped, and said so"
        assert [numbers_on(paper) for paper in machine.papers] == [[number] for number in numbers]
    else:
        assert scene.states(torn) == ["unknown"]
        scene.reprint(torn)
        scene.wait(lambda: scene.states(torn) == ["unknown", "confirmed"], "asked for by staff")
    scene.judge()


def test_a_cover_opened_in_the_middle_of_a_ticket(hall):
    scene, machine, _ = hall(serial=115_200, mode="text", rows_per_s=1500.0)
    first, second = scene.issue(2)
    assert machine.wait_rows(250)
    machine.open_cover()
    scene.wait_told("cover_open")
    scene.wait(lambda: scene.states(first) == ["unknown"], "the torn one is doubtful at once")
    assert scene.unprinted() == {first}
    scene.work()
    assert scene.told()[0] == "cover_open"
    scene.judge()

    machine.close_cover()
    scene.wait_told("ready")
    scene.settled()
    scene.wait(lambda: scene.states(first) == ["confirmed"], "the rest came out")
    assert scene.states(second) == ["confirmed"]
    scene.judge()


def test_unplugged_in_the_middle_of_a_write(hall):
    scene, machine, plug = hall(serial=4 * 115_200, mode="raster", address="baud=115200")
    first, second = scene.issue(2)
    assert machine.wait_rows(300)
    plug.unplug()
    scene.wait_told("unplugged")
    scene.wait(lambda: scene.states(first) == ["unknown"], "part of it went out")
    assert first in scene.unprinted()
    scene.work()
    assert scene.told()[0] == "unplugged"

    plug.plug()
    scene.wait_told("ready")
    scene.settled()
    assert scene.states(first) == ["unknown"], "never printed again by itself"
    assert scene.states(second) == ["confirmed"]
    scene.judge()
    scene.reprint(first)
    scene.wait(lambda: scene.states(first) == ["unknown", "confirmed"], "asked for by staff")
    assert first not in scene.unprinted()
    scene.judge()


@pytest.mark.parametrize("how", ["prints and says nothing", "stands still"])
def test_a_silent_printer(hall, how):
    scene, machine, _ = hall(rows_per_s=3000.0)
    (before,) = scene.issue(1)
    scene.wait(lambda: scene.states(before) == ["confirmed"], "one while it was well")
    if how == "stands still":
        machine.hang()
    else:
        machine.silent = True
    (doubtful,) = scene.issue(1)
    scene.wait(lambda: scene.told()[0] in ("offline", "error"), "silence is told")
    scene.work()
    scene.wait(lambda: scene.states(doubtful) != ["sending"], "given up")
    assert scene.states(before) == ["confirmed"]
    scene.judge()

    machine.hang(False)
    machine.silent = False
    scene.wait_told("ready")
    scene.settled()
    scene.judge()
    (after,) = scene.issue(1)
    scene.wait(lambda: scene.states(after) == ["confirmed"], "one when it is well again")
    scene.judge()


def test_a_printer_switched_off_and_on(hall):
    scene, machine, _ = hall(rows_per_s=3000.0)
    first, second = scene.issue(2)
    assert machine.wait_rows(300)
    machine.switch_off()
    scene.wait_told("offline")
    scene.wait(lambda: scene.states(first) == ["unknown"], "what it had received is forgotten")
    scene.work()
    assert scene.told()[0] == "offline"

    machine.switch_on()
    scene.wait_told("ready")
    scene.settled()
    assert scene.states(first) == ["unknown"]
    assert scene.states(second) == ["confirmed"]
    scene.judge()

    machine.switch_off()  # between two tickets, and so shortly that nobody was told
    machine.switch_on()
    (third,) = scene.issue(1)
    scene.wait(lambda: scene.states(third) in (["confirmed"], ["unknown"]), "one more")
    machine.open_cover()
    scene.wait_told("cover_open")
    machine.close_cover()
    scene.wait_told("ready")
    scene.judge()
