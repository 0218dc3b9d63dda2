"""The end of a ticket by its printer's own word: at once, late, never."""

import pytest
from scripted import ASB, COVER, DONE, PAPER, WELL, until


def test_a_ticket_is_confirmed_by_its_printer_and_only_then_the_next_goes_out(fake, desk):
    one = desk()
    assert until(one.well)
    fake.confirms = False
    one.print("A1", "A2")
    assert until(lambda: fake.unanswered == 1)
    assert fake.tickets == ["A1"]
    assert one.results == {}
    fake.confirm()
    assert until(lambda: one.results == {"A1": ("confirmed", "")})
    assert until(lambda: fake.tickets == ["A1", "A2"])
    fake.confirm()
    assert until(lambda: one.results.get("A2") == ("confirmed", ""))
    assert fake.connections == 1


def test_trouble_makes_a_ticket_doubtful_at_once_and_the_printer_may_still_confirm_it(fake, desk):
    one = desk()
    assert until(one.well)
    fake.confirms = False
    one.print("A1")
    assert until(lambda: fake.unanswered == 1)
    fake.trouble(COVER, "cover")
    assert until(lambda: one.results == {"A1": ("unknown", "cover_open")})
    assert one.state == "cover_open"
    assert one.worker.in_trouble
    fake.trouble(WELL, "well")
    fake.confirm()
    assert until(lambda: one.late == ["A1"])
    assert until(lambda: one.state == "ready")
    one.print("A2")
    assert until(lambda: fake.unanswered == 1)
    fake.confirm()
    assert until(lambda: one.results.get("A2") == ("confirmed", ""))
    assert one.late == ["A1"]
    assert fake.connections == 1, "the line was kept"


def test_the_next_ticket_lets_the_last_one_be_confirmed_first(fake, desk):
    one = desk()
    assert until(one.well)
    fake.confirms = False
    one.print("A1")
    assert until(lambda: fake.unanswered == 1)
    fake.trouble(PAPER, "paper")
    assert until(lambda: one.results == {"A1": ("unknown", "paper_out")})
    fake.trouble(WELL, "well")
    assert until(lambda: one.state == "ready")
    one.print("A2")
    assert not until(lambda: len(fake.tickets) > 1, 0.3), "A1 is still being printed"
    fake.finish()
    assert until(lambda: fake.tickets == ["A1", "A2"])
    assert one.late == ["A1"]
    assert until(lambda: one.results.get("A2") == ("confirmed", ""))


def doubtful(fake, desk, **options):
    """A desk whose A1 was given up, while the printer owes its word."""
    one = desk(confirm_s=0.4, **options)
    assert until(one.well)
    fake.confirms = False
    one.print("A1")
    assert until(lambda: one.results == {"A1": ("unknown", "not_confirmed")})
    assert one.state == "ready"
    return one


def test_a_late_word_is_that_of_its_own_ticket(fake, desk):
    one = doubtful(fake, desk)
    fake.confirm()
    assert until(lambda: one.late == ["A1"])
    one.print("A2")
    assert until(lambda: fake.tickets == ["A1", "A2"])
    assert not until(lambda: "A2" in one.results, 0.2)
    fake.confirm()
    assert until(lambda: one.results.get("A2") == ("confirmed", ""))


@pytest.mark.parametrize("forgets", [True, False], ids=["a line that forgets", "a line that remembers"])
def test_a_printer_that_does_not_get_on_gets_nothing_more(fake, desk, forgets):
    fake.forgets = forgets
    one = doubtful(fake, desk)
    one.print("A2")
    assert until(lambda: one.results.get("A2") == ("failed", "timeout"))
    assert until(lambda: ("error", "timeout") in one.told)
    assert one.worker.in_trouble
    assert fake.tickets == ["A1"]
    fake.finish()
    assert until(lambda: one.late == ["A1"]), "every word came"
    assert until(lambda: not one.worker.in_trouble)
    one.print("A3")
    assert until(lambda: one.results.get("A3") == ("confirmed", ""))
    assert fake.connections == 1


def test_the_first_word_of_several_confirms_nothing(fake, desk):
    """Whose it is cannot be known: the one owed may have been lost."""
    one = doubtful(fake, desk)
    one.print("A2")
    assert until(lambda: fake.unanswered == 3), "A1's, and a call of one more than may be on their way"
    fake.confirm()
    assert until(lambda: one.results.get("A2") == ("failed", "timeout"))
    assert one.late == []
    assert fake.tickets == ["A1"]


@pytest.mark.parametrize("lost", [0, 1], ids=["the word still comes", "the word is lost"])
def test_over_a_line_that_remembers_no_word_is_taken_for_another_tickets(fake, desk, lost):
    """As a serial or USB line, and some print servers: what was asked before it was opened anew is answered after."""
    fake.forgets = False
    one = desk(confirm_s=2.0)
    assert until(one.well)
    fake.confirms = False
    one.print("A1")
    assert until(lambda: fake.unanswered == 1)
    fake.hang_up()
    assert until(lambda: one.results == {"A1": ("unknown", "broken")})
    fake.unanswered -= lost
    assert until(lambda: one.state == "ready")
    one.print("A2")
    assert until(lambda: fake.unanswered == 3 - lost)
    fake.confirm()
    assert not until(lambda: len(fake.tickets) > 1 or one.late, 0.5), "it may have been the word on A1"
    while fake.unanswered:
        fake.confirm()
    assert until(lambda: fake.tickets == ["A1", "A2"])
    assert one.late == ([] if lost else ["A1"])
    assert not until(lambda: "A2" in one.results, 0.3)
    fake.confirm()
    assert until(lambda: one.results.get("A2") == ("confirmed", ""))


def test_a_word_of_before_the_server_started_is_not_taken_for_the_first_tickets(fake, desk):
    fake.forgets, fake.unanswered, fake.confirms = False, 1, False
    one = desk()
    assert until(lambda: fake.unanswered == 3)
    fake.confirm()  # the one of before
    one.print("A1")
    assert not until(lambda: fake.tickets, 0.8), "asked once more, and now for two more"
    while fake.unanswered:
        fake.confirm()
    assert until(lambda: fake.tickets == ["A1"])
    assert not until(lambda: one.results, 0.3)
    fake.confirm()
    assert until(lambda: one.results == {"A1": ("confirmed", "")})


def test_a_printer_that_cannot_confirm_is_not_waited_for(fake, desk):
    fake.confirms = False
    one = desk(confirm_s=600)
    assert until(lambda: one.state == "ready")
    one.print("A1", "A2")
    assert until(lambda: len(one.results) == 2)
    assert set(one.results.values()) == {("sent", "")}


def test_silence_after_a_ticket_is_told_when_the_time_is_over(fake, desk):
    one = desk(confirm_s=0.3)
    assert until(one.well)
    fake.confirms, fake.state = False, {}
    one.print("A1")
    assert until(lambda: one.results)
    assert one.results == {"A1": ("unknown", "no_answer")}
    assert ("offline", "no_answer") in one.told


def test_a_cover_is_known_at_once_without_a_question(fake, desk):
    one = desk()
    assert until(lambda: one.state == "ready")
    assert until(lambda: not fake.unanswered)
    fake.say(ASB["cover"])
    assert until(lambda: one.state == "cover_open")
    fake.say(ASB["well"])
    assert until(lambda: one.state == "ready")
    fake.say(b"\x10\x00\x03\x0f")
    assert until(lambda: one.state == "paper_near_end")
    assert [state for state, _ in one.told] == ["ready", "cover_open", "ready", "paper_near_end"]


def test_a_word_that_nobody_waits_for_confirms_nothing(fake, desk):
    one = desk()
    assert until(lambda: one.state == "ready")
    fake.say(DONE * 3)
    fake.confirms = False
    one.print("A1")
    assert until(lambda: fake.unanswered == 1)
    assert one.results == {}
    fake.confirm()
    assert until(lambda: one.results == {"A1": ("confirmed", "")})


def test_a_shared_printer_is_let_go_when_the_ticket_is_out(fake, desk):
    one = desk("?keep=0")
    assert until(lambda: one.state == "ready" and not fake.open_lines)
    one.print("A1")
    assert until(lambda: one.results == {"A1": ("confirmed", "")})
    assert until(lambda: not fake.open_lines)


def test_a_shared_printers_line_is_not_held_for_a_word_that_does_not_come(fake, desk):
    one = desk("?keep=0", confirm_s=0.3, poll_s=0.2)
    assert until(lambda: one.state == "ready" and not fake.open_lines)
    assert fake.watched == 0, "the other program would be told too"
    fake.confirms = False
    one.print("A1")
    assert until(lambda: one.results)
    assert until(lambda: one.state == "ready" and not fake.open_lines)
    assert one.late == []


def test_an_answer_that_is_held_up_is_no_silence(fake, desk):
    one = desk(poll_s=0.2)
    assert until(one.well)
    fake.slow_s = 0.6
    asked = fake.asked
    assert until(lambda: fake.asked > asked + 8)
    assert [state for state, _ in one.told] == ["ready"]


def test_a_torn_change_confirms_no_ticket(fake, desk):
    one = desk()
    assert until(one.well)
    fake.confirms = False
    one.print("A1")
    assert until(lambda: fake.unanswered == 1)
    fake.say(ASB["paper"][:1])
    assert not until(lambda: one.results, 0.4)
    fake.say(ASB["paper"][1:])
    assert until(lambda: one.results == {"A1": ("unknown", "paper_out")})
