"""Slow lines, noise, a second printer, and a server that dies: whose paper is whose stays right."""

import random

import pytest
from scene import numbers_on

pytestmark = pytest.mark.real_process

LIES = {"paper_near_end", "paper_out", "cover_open", "error", "unplugged"}


def test_thirty_tickets_wait_for_a_slow_serial_line(hall):
    """9,600 baud, all eight times as fast: wire, paper and blade."""
    scene, machine, _ = hall(serial=8 * 9600, mode="text", rows_per_s=16_000.0, address="baud=9600")
    numbers = scene.issue(30)
    scene.work(3)
    (waiting,) = [
        d["waiting"] for d in scene.staff_see()["devices"] if d["id"] == "kiosk1" and d["kind"] == "printer"
    ]
    assert waiting > 0, "the hall was faster than the line"
    scene.settled()
    assert [found for paper in machine.papers for found in numbers_on(paper)][:30] == numbers
    assert {state for _, state, _ in scene.seen} <= {"ready", "unknown"}, scene.seen
    assert {row.state for row in scene.rows()} == {"confirmed"}
    scene.judge()


def test_answers_that_make_no_sense(hall):
    scene, machine, _ = hall(serial=115_200, mode="text")
    scene.issue(2)
    scene.settled()
    before = len(scene.seen)
    machine.noise = random.Random(4)
    noisy = scene.issue(2)
    scene.work(2)
    scene.settled()
    assert not {state for _, state, _ in scene.seen[before:]} & LIES, scene.seen
    scene.judge()
    machine.noise = None
    scene.issue(1)  # it may still find noise of before on the line
    scene.settled()
    (after,) = scene.issue(1)
    scene.wait(lambda: scene.states(after) == ["confirmed"], "understood again")
    scene.wait_told("ready")
    assert [len(scene.states(number)) for number in noisy] == [1, 1], "nothing was tried again"
    scene.judge()


def test_a_second_printer_takes_over(hall):
    scene, first, _ = hall(rows_per_s=3000.0, buffer=60_000, second=True)
    second = scene.machines["kiosk2"]
    torn, *rest = scene.issue(4)
    assert first.wait_rows(300)
    first.open_cover()
    scene.wait_told("cover_open")
    scene.settled()
    assert scene.states(torn) == ["unknown"]
    assert [numbers_on(paper) for paper in second.papers] == [[number] for number in rest]
    assert scene.unprinted() == {torn}
    scene.work(2)
    assert scene.told()[0] == "cover_open"
    assert scene.told("kiosk2")[0] == "ready"
    scene.settled()
    second.open_cover()
    scene.wait_told("cover_open", "kiosk2")
    (nowhere,) = scene.issue(1)
    assert scene.given[nowhere]["print"]["state"] == "unavailable"
    scene.judge()

    second.close_cover()
    scene.wait_told("ready", "kiosk2")
    first.close_cover()
    scene.wait_told("ready")
    scene.wait(lambda: scene.states(torn) == ["confirmed"], "its rest came out")
    before = len(second.papers)
    (home,) = scene.issue(1)
    scene.wait(lambda: scene.states(home) == ["confirmed"], "at its own printer again")
    assert len(second.papers) == before
    scene.judge()


@pytest.mark.parametrize("printed", [True, False], ids=["and the paper came", "and the paper did not come"])
def test_a_server_killed_between_sent_and_confirmed(hall, printed):
    scene, machine, _ = hall(rows_per_s=400.0, buffer=60_000)
    first, second = scene.issue(2)
    scene.wait(lambda: machine.received > 8000, "the printer has it")
    assert machine.wait_rows(200)
    scene.server.kill()
    if printed:
        machine.rows_per_s = 20_000.0
        assert machine.wait_papers(1)
    else:
        machine.switch_off()
        machine.rows_per_s = 20_000.0
        machine.switch_on()
    scene.server.restart()
    scene.wait_told("ready")
    scene.settled()
    assert scene.states(first) == ["unknown"], "nobody knows: not printed again by itself"
    assert scene.states(second) == ["confirmed"]
    assert scene.unprinted() == {first}
    scene.judge()
    scene.reprint(first)
    scene.wait(lambda: scene.states(first) == ["unknown", "confirmed"], "asked for by staff")
    assert scene.unprinted() == set()
    scene.judge()


def test_a_server_killed_in_the_middle_of_a_write(hall):
    """The next server finds a printer that takes whatever comes for the rest of a picture."""
    scene, machine, plug = hall(serial=4 * 115_200, mode="raster", address="baud=115200")
    first, second = scene.issue(2)
    assert machine.wait_rows(100)
    scene.server.kill()
    plug.unplug()  # the whole machine went, with what its port had not sent yet
    plug.plug()
    assert machine.in_slot is not None
    assert not machine.papers, "torn in the middle"
    scene.server.restart()
    scene.wait(lambda: scene.states(second) == ["confirmed"], "the next")
    assert scene.states(first) == ["unknown"]
    scene.judge()


def test_the_word_of_an_old_ticket_is_not_taken_for_a_new_one(hall):
    """The cable is kicked while the printer still prints what it has: its answer comes over the next connection."""
    scene, machine, plug = hall(rows_per_s=350.0, buffer=60_000)
    first, second = scene.issue(2)
    scene.wait(lambda: machine.received > 8000, "the printer has it")
    assert machine.wait_rows(200)
    plug.kick()
    scene.wait(lambda: scene.states(first) == ["unknown"], "nobody knows")
    machine.wait_papers(1)
    machine.rows_per_s = 2000.0
    scene.wait(lambda: machine.in_slot is not None and numbers_on(machine.in_slot) == [second], "the next")
    machine.open_cover()
    scene.wait_told("cover_open")
    assert scene.states(second) != ["confirmed"], scene.known()
    scene.judge()
    machine.close_cover()
    scene.wait(lambda: scene.states(second) == ["confirmed"], "its own word")
    scene.settled()
    scene.judge()
