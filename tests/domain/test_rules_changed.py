"""The rules are in the state and may change at noon: who is in the hall is not lost."""

from hallkit.hall import MINUTE, Hall
from hallkit.sites import small, with_service, without
from msgspec.structs import replace

from queue_server.domain import commands as c


def test_rules_are_written_when_they_change():
    hall = Hall(small())
    assert hall.do(c.SetRules(rules=small())) == []
    assert hall.kinds(c.SetRules(rules=small(undo_seconds=5))) == ["RulesSet"]
    assert hall.state.rules.undo_seconds == 5


def test_who_waits_keeps_the_due_time_and_newcomers_get_the_new_target():
    hall = Hall(small())
    first = hall.issue("cert")
    hall.do(c.SetRules(rules=with_service(small(), "cert", target_minutes=60)))
    second = hall.issue("cert")
    assert [hall.facts(x).errands[0].due - hall.now for x in (first, second)] == [15 * MINUTE, 60 * MINUTE]


def test_a_removed_service_is_still_called_but_gives_no_number():
    hall = Hall(small())
    number = hall.issue("tax")
    hall.do(c.SetRules(rules=without(small(), services=("tax",))))
    assert hall.refused(hall.issuing("tax")) == "unknown_service"
    assert hall.call_next("1") == number
    hall.do(c.TransferTicket(counter="1", service="cert", keep_place=True))
    assert hall.call_next("2") == number


def test_whoever_waits_in_a_removed_service_may_be_moved():
    hall = Hall(small())
    number = hall.issue("tax")
    hall.do(c.SetRules(rules=without(small(), services=("tax",))))
    hall.do(c.ChangeService(ticket="t1", to="cert"))
    assert hall.call_next("2") == number


def test_at_a_removed_counter_the_ticket_is_finished():
    hall = Hall(small())
    number = hall.issue("cert")
    hall.serve(number, "2")
    hall.do(c.SetRules(rules=without(small(), counters=("2",))))
    hall.do(c.FinishService(counter="2"))
    assert hall.shown(number) == "done"
    assert hall.kinds(c.CloseCounter(counter="2")) == ["CounterClosed"]


def test_a_removed_pick_up_counter_does_not_finish_whom_it_shows():
    """Calling one more there must not count the others as served."""
    hall = Hall(small())
    numbers = [hall.issue("pick", written_number=f"T0{n}") for n in (1, 2, 3)]
    hall.call_next("P")
    hall.call_next("P")
    hall.do(c.SetRules(rules=without(small(), counters=("P",))))
    assert hall.call_next("P") == numbers[2]
    assert hall.numbers_at("P") == numbers


def test_a_new_service_and_counter_work_at_once():
    hall = Hall(without(small(), services=("move",), counters=("3", "4")))
    hall.do(c.SetRules(rules=small()))
    hall.do(c.OpenCounter(counter="3"))
    number = hall.issue("move")
    assert hall.call_next("3") == number


def test_an_appointment_is_called_by_the_rules_of_its_check_in():
    hall = Hall(small())
    early = hall.issue("cert", slot=hall.now + 20 * MINUTE)
    hall.do(c.SetRules(rules=small(appointment_early_minutes=60)))
    later = hall.issue("cert", slot=hall.now + 30 * MINUTE)
    assert hall.call_next("1") == later
    assert hall.shown(early) == "waiting"


def test_the_new_k_counts_the_calls_that_were():
    hall = Hall(with_service(small(), "cert", fairness=5))
    for _ in range(6):
        hall.issue("cert")
    babies = {hall.issue("cert", priority="baby") for _ in range(3)}
    calls = [hall.call_next("1") in babies for _ in range(3)]
    assert calls == [True, False, False]
    hall.do(c.SetRules(rules=with_service(small(), "cert", fairness=3)))
    assert hall.call_next("1") in babies


def test_a_narrower_band_begins_again_within_itself():
    hall = Hall(small())
    for _ in range(5):
        hall.issue("cert")
    rules = small()
    narrow = replace(rules, bands={**rules.bands, "a": replace(rules.bands["a"], last=4)})
    hall.do(c.SetRules(rules=narrow))
    hall.do(c.CancelTicket(ticket="t2"))
    assert hall.issue("cert") == "2"


def test_a_replay_decides_as_the_hall_did():
    """The rules of the moment stand in the log: folding it needs no configuration."""
    hall = Hall(small())
    hall.issue("cert")
    hall.do(c.SetRules(rules=with_service(small(), "cert", target_minutes=1)))
    hall.issue("cert")
    hall.next_day(with_service(small(), "cert", target_minutes=2))
    assert hall.folded_again() == hall.state
