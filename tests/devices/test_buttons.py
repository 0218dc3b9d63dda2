"""Call buttons and panels on a pseudo-terminal, with a real server behind them."""

import sqlite3
import threading
import time
from contextlib import closing

import pytest
from bench_hall import BASE, SITE, at_counter, events, issue, state
from boxes import button, city, until

from buttons.line import Line
from buttons.settings import ButtonsSettings

LONG = '[[buttons.box.keys]]\nsends = "50"\nreleased = "51"\ncounter = "5"\npress = "recall"\nlong = "pause"'
pytestmark = pytest.mark.real_process


@pytest.fixture
def hall(box, tmp_path, running_server):
    """A server with the line, and its counters open."""

    def start(*, counters="123456", opened="123456", more="", keys=LONG, options=()):
        config = city(
            tmp_path / "city", BASE, f"serial://{box.path}?flow=none", counters=counters, more=more, keys=keys
        )
        server = running_server(config, *options)
        for counter in opened:
            assert server.call("POST", f"{SITE}/counters/{counter}/open", {}, role="staff").status == 200
        until(lambda: state(server)["state"] == "ready")
        return server

    return start


def test_a_press_calls_and_the_panel_shows_it(hall, box):
    server = hall()
    until(lambda: box.shown("1") == "---" and box.lamp("1") is False)
    first, second = issue(server, 2)
    until(lambda: box.lamp("1") is True, "somebody waits")
    box.send(button("1", "N"))
    until(lambda: box.shown("1") == f"{int(first):03}")
    assert at_counter(server, "1") == ("open", [first])
    assert events(server, "TicketCalled")[-1][1:] == ("1", "device:box")
    assert box.shown("2") == "---"
    box.send(button("1", "S"))
    until(lambda: events(server, "ServiceStarted"))
    box.send(button("1", "N"))  # served: the next one may come at once
    until(lambda: box.shown("1") == f"{int(second):03}" and box.lamp("1") is False)
    box.send(button("1", "U"))
    until(lambda: box.shown("1") == f"{int(first):03}", "undo takes the number back")
    box.send(button("1", "F"))
    until(lambda: box.shown("1") == "---")


def test_a_hurried_second_press_skips_nobody(hall, box):
    server = hall()
    first, *_ = issue(server, 3)
    box.send(button("1", "N"))
    until(lambda: box.shown("1") == f"{int(first):03}")
    time.sleep(0.2)  # no bounce any more
    box.send(button("1", "N"))
    until(lambda: box.refusals("1") == 1)
    assert at_counter(server, "1") == ("open", [first])
    assert box.shown("1") == f"{int(first):03}"
    called = len(box.frames)
    until(lambda: ("1", f"{int(first):03}") in box.frames[called:], "shown again after the refusal")


def test_a_button_and_a_page_that_meet_skip_nobody(hall, box):
    """The log is held up, so both were pressed before either was done."""
    server = hall(counters="1", opened="1")
    first, *_ = issue(server, 3)
    call = f"{SITE}/counters/1/call-next"
    page = threading.Thread(target=server.call, args=("POST", call, {"seen": []}), kwargs={"role": "staff"})
    with closing(sqlite3.connect(server.database.removeprefix("sqlite:///"), isolation_level=None)) as base:
        base.execute("BEGIN IMMEDIATE")
        page.start()
        time.sleep(0.5)
        box.send(button("1", "N"))
        time.sleep(0.3)
        base.execute("ROLLBACK")
    page.join()
    until(lambda: box.refusals("1") == 1)
    assert at_counter(server, "1") == ("open", [first])
    assert events(server, "TicketFinished") == []
    assert server.call("POST", call, {"seen": []}, role="staff").json["code"] == "counter_changed"


def test_a_jammed_button_calls_one_person(hall, box):
    keys = '[[buttons.box.keys]]\nsends = "50"\ncounter = "1"\npress = "call-next"'
    server = hall(counters="1", opened="1", keys=keys)
    issue(server, 3)
    end = time.monotonic() + 4.0  # longer than a call keeps the next one off
    while time.monotonic() < end:
        box.send("50")
        time.sleep(0.25)
    until(lambda: box.shown("1") == "001")
    assert [kind for kind, *_ in events(server, "TicketCalled", "TicketFinished")] == ["TicketCalled"]


def test_what_cannot_be_done_is_refused_at_the_box(hall, box):
    server = hall(opened="12")
    box.send(button("1", "N"))
    until(lambda: box.refusals("1") == 1, "nobody waits")
    box.send(button("1", "R"))
    until(lambda: box.refusals("1") == 2, "nobody to recall")
    issue(server, 2)
    box.send(button("3", "N"))
    until(lambda: box.refusals("3") == 1, "a closed counter calls nobody")
    assert at_counter(server, "3") == ("closed", [])
    assert box.lamp("3") is False, "it could call nobody"
    box.send(button("3", "O"))
    until(lambda: box.lamp("3") is True)
    box.send(button("3", "N"))
    until(lambda: box.shown("3") == "001")
    opened = events(server, "CounterOpened")
    box.send(button("2", "O"))
    box.send(button("2", "N"))
    until(lambda: box.shown("2") == "002")
    assert events(server, "CounterOpened") == opened, "an open counter keeps its services"


def test_a_long_press_is_another_action(hall, box):
    server = hall()
    issue(server)
    box.send(button("5", "N"))
    until(lambda: box.shown("5") == "001")
    box.send("50 51 50 51")
    until(lambda: events(server, "TicketRecalled"))
    box.send("50")
    until(lambda: at_counter(server, "5")[0] == "paused")
    box.send("51")
    assert len(events(server, "TicketRecalled")) == 1


def test_a_lost_line_comes_back_right_and_nothing_is_made_up_for(hall, box):
    server = hall()
    first, _ = issue(server, 2)
    box.unplug()
    until(lambda: state(server)["state"] == "unplugged")
    staff = server.call("POST", f"{SITE}/counters/1/call-next", {}, role="staff")
    assert staff.json["ticket"]["number"] == first
    box.frames.clear()
    box.plug()
    box.send(button("2", "N"))  # before anybody listens
    until(lambda: state(server)["state"] == "ready")
    until(lambda: box.shown("1") == f"{int(first):03}" and box.shown("2") == "---" and box.lamp("2"))
    box.send(button("3", "N"))
    until(lambda: box.shown("3") == "002")
    assert [counter for _, counter, _ in events(server, "TicketCalled")] == ["1", "3"]


def test_a_server_that_ends_leaves_no_number_behind(hall, box):
    server = hall(counters="1", opened="1")
    issue(server, 2)
    box.send(button("1", "N"))
    until(lambda: box.shown("1") == "001" and box.lamp("1"))
    assert server.stop() == 0
    until(lambda: box.shown("1") == "---" and box.lamp("1") is False)


def test_what_was_pressed_while_the_server_was_down_is_not_done(hall, box):
    server = hall()
    issue(server, 2)
    box.send(button("1", "N"))
    until(lambda: box.shown("1") == "001")
    server.kill()
    box.send(button("2", "N"), 3)
    box.frames.clear()
    server.restart()
    until(
        lambda: box.shown("1") == "001" and box.shown("2") == "---" and box.lamp("2"), "right after the start"
    )
    box.send(button("3", "N"))
    until(lambda: box.shown("3") == "002")
    assert [counter for _, counter, _ in events(server, "TicketCalled")] == ["1", "3"]


def test_a_panel_that_was_off_gets_everything_again(hall, box):
    hall(counters="1", opened="1", more="repeat_s = 1")
    until(lambda: box.frames.count(("1", "---")) >= 3)


def test_a_second_program_leaves_the_line_alone(hall, box):
    server = hall()
    issue(server)
    seen = []
    settings = ButtonsSettings(device=f"serial://{box.path}?flow=none")
    second = Line("second", settings, lambda *press: seen.append(press), seen.append)
    second.start()
    try:
        until(lambda: seen)
        assert (seen[0].state, seen[0].reason) == ("error", "busy")
        box.send(button("1", "N"))
        until(lambda: box.shown("1") == "001")
        assert len({status.state for status in seen}) == 1
    finally:
        second.stop()


def test_a_thousand_bouncing_presses_are_a_thousand_calls(hall, box):
    """Each press arrives three to five times; a counter's next one comes when its panel has answered."""
    counters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    keys = "\n".join(
        f'[sites.bench.counters.{name}]\nnames = {{ ja = "{name}", en = "{name}" }}\nservices = ["service"]'
        for name in counters
    )
    server = hall(counters=counters, opened=counters, keys=keys, more="debounce_ms = 25")
    issue(server, 1000)
    until(lambda: all(box.shown(name) == "---" for name in counters))
    presses, again, called = 0, 0, dict.fromkeys(counters, 0)
    before: dict[str, tuple[str, float]] = dict.fromkeys(counters, ("", 0.0))
    end = time.monotonic() + 120
    while True:
        pressed = ""
        for name in counters:
            now, what, (answered, at) = time.monotonic(), box.shown(name), before[name]
            if what == answered:  # what the panel showed when the button was pressed
                if now < at + 3.5:
                    continue
                again += 1  # as a person would
            elif what == "---":
                if sum(called.values()) == 1000:
                    before[name] = ("", now)
                    continue
                called[name] += 1
            presses += 1
            pressed += button(name, "N" if what == "---" else "F") * (3 + presses % 3)
            before[name] = (what, now)
        if pressed:
            box.send(pressed)
        if sum(called.values()) == 1000 and not any(answered for answered, _ in before.values()):
            break  # every press was answered, and everybody is finished
        assert time.monotonic() < end
        time.sleep(0.01)
    assert [where for where, what in box.frames if what == "E1"] == []
    found = [counter for _, counter, _ in events(server, "TicketCalled")]
    assert {name: found.count(name) for name in counters} == called
    assert len(events(server, "TicketFinished")) == 1000
    assert again <= 10, "a press that is lost must be as rare as a machine that stands still"


def noted(server):
    """What the line's card tells of presses that led to nothing: kind → the rest."""
    devices = server.call("GET", f"{SITE}/devices", role="staff").json["devices"]
    line = next(each for each in devices if each["kind"] == "buttons")
    return {note["what"]: note for note in line["notes"]}


def said(server, words):
    """How many lines of the log name the line and say that."""
    return sum("buttons box: " in line and words in line for line in server.log.read_text().splitlines())


def test_bytes_of_no_table_and_refused_presses_are_seen(hall, box):
    server = hall()
    box.send("FF 00 99")
    until(lambda: "unknown_bytes" in noted(server))
    assert noted(server)["unknown_bytes"]["data"] == "FF 00 99"
    for beginning in ("02", "02 31"):  # of a code whose rest never comes
        box.send(beginning)
        until(lambda wanted=beginning: noted(server)["unknown_bytes"]["data"] == wanted)
    assert said(server, "bytes that stand in no table") == 1
    assert said(server, "bytes that stand in no table: FF 00 99") == 1
    box.send(button("1", "N"))
    until(lambda: "refused_press" in noted(server))
    told = noted(server)["refused_press"]
    assert (told["counter"], told["action"], told["code"]) == ("1", "call-next", "nobody_waits")
    assert said(server, "call-next at counter 1 was refused: nobody_waits") == 1
    page = server.call("GET", "/staff/bench/devices", role="staff").body.decode()
    assert "02 31" in page
    assert "次のかたを呼ぶ" in page
    assert "お待ちのかたがいません" in page


def test_noise_is_told_once_a_second_at_most_and_hides_no_press(hall, box):
    server = hall()
    issue(server)
    box.send("FF 00 99", times=500)
    box.send(button("1", "N"))
    until(lambda: box.shown("1") == "001")
    until(lambda: "unknown_bytes" in noted(server))
    assert len(bytes.fromhex(noted(server)["unknown_bytes"]["data"])) <= 16
    assert said(server, "bytes that stand in no table") == 1
