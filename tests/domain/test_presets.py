"""Which services the counters take at certain times."""

from hallkit.hall import Hall
from hallkit.sites import small

from queue_server.domain import commands as c

LUNCH = {"1": ("move",), "3": ("move", "tax")}


def services(hall):
    return {key: counter.facts.services for key, counter in hall.state.counters.items()}


def test_counters_at_work_take_the_preset_and_then_their_own_again():
    hall = Hall(small())
    before = services(hall)
    hall.do(c.CloseCounter(counter="3"))
    event = hall.do(c.ApplyPreset(preset="lunch"))[0]
    assert event.services == {"1": ("move",)}
    assert services(hall)["1"] == ("move",)
    hall.do(c.OpenCounter(counter="3"))
    assert services(hall)["3"] == LUNCH["3"]
    hall.do(c.ApplyPreset(preset=None))
    assert services(hall) == before
    assert hall.state.preset is None


def test_one_counter_takes_a_preset_alone():
    hall = Hall(small())
    hall.do(c.OpenCounter(counter="1", preset="lunch"))
    assert services(hall)["1"] == ("move",)
    assert hall.state.preset is None
    assert hall.refused(c.OpenCounter(counter="2", preset="lunch")) == "unknown_preset"


def test_what_somebody_chose_meanwhile_is_not_touched_before_the_next_change():
    hall = Hall(small())
    hall.do(c.ApplyPreset(preset="lunch"))
    hall.do(c.OpenCounter(counter="1", services=("cert",)))
    assert services(hall)["1"] == ("cert",)
    hall.do(c.ApplyPreset(preset=None))
    assert services(hall)["1"] == ("cert", "tax")


def test_an_undo_after_the_change_leaves_the_new_services():
    hall = Hall(small())
    number = hall.issue("cert")
    hall.call_next("1")
    hall.do(c.ApplyPreset(preset="lunch"))
    hall.do(c.Undo(counter="1"))
    assert hall.shown(number) == "waiting"
    assert services(hall)["1"] == ("move",)


def test_the_next_day_begins_without_a_preset():
    hall = Hall(small())
    hall.do(c.ApplyPreset(preset="lunch"))
    hall.next_day()
    assert hall.state.preset is None
    assert hall.refused(c.ApplyPreset(preset="gone")) == "unknown_preset"


def test_counters_leave_a_preset_that_the_rules_dropped():
    hall = Hall(small())
    hall.do(c.ApplyPreset(preset="lunch"))
    hall.do(c.SetRules(rules=small(presets={})))
    hall.do(c.ApplyPreset(preset=None))
    assert hall.state.preset is None
    assert services(hall)["1"] == small().counters["1"].services
