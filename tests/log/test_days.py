"""The events of one day, wherever its log is."""

from queue_server.domain import commands as c
from queue_server.domain import events as e
from queue_server.log import days, events_of_day, marks_of_day

FRIDAY, SATURDAY = "2026-11-20", "2026-11-21"


async def two_days(hall):
    """A Friday that was closed by mistake and opened again, and the Saturday after it."""
    await hall.open_day(FRIDAY)
    await hall.do(hall.issue())
    await hall.do(c.CloseDay(force=True))
    await hall.open_day(FRIDAY)
    await hall.do(hall.issue())
    await hall.do(c.CloseDay(force=True))
    await hall.open_day(SATURDAY)
    await hall.do(hall.issue())


async def test_a_day_goes_from_its_opening_to_the_next_day(hall, monkeypatch):
    await two_days(hall)
    friday = await events_of_day(hall.log, hall.site, FRIDAY)
    saturday = await events_of_day(hall.log, hall.site, SATURDAY)
    assert [x.day for x in friday + saturday if isinstance(x, e.DayOpened)] == [FRIDAY, FRIDAY, SATURDAY]
    assert isinstance(saturday[0], e.DayOpened)
    assert [x.seq for x in friday + saturday] == list(range(1, hall.log.view(hall.site).seq + 1))
    assert await events_of_day(hall.log, hall.site, "2026-11-19") == []
    monkeypatch.setattr(days, "CHUNK", 3)
    assert await events_of_day(hall.log, hall.site, FRIDAY) == friday


async def test_the_marks_are_the_same_events_without_the_tickets(hall):
    await two_days(hall)
    whole = await events_of_day(hall.log, hall.site, FRIDAY)
    marks = await marks_of_day(hall.log, hall.site, FRIDAY)
    assert marks == [
        x
        for x in whole
        if isinstance(x, e.DayOpened | e.DayClosed | e.CounterOpened | e.OutageMarked | e.CommandUndone)
    ]
    assert await marks_of_day(hall.log, hall.site, "2026-11-19") == []
