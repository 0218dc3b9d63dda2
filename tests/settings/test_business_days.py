"""Which days and hours a site is open (R-45)."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import jpholiday
import pytest

from queue_server import settings
from queue_server.settings.business_days import is_public_holiday

TOKYO = ZoneInfo("Asia/Tokyo")
CITY_2 = """
[hours.nth_week]
2-sat = ["9:00-12:30"]
[hours.dates]
2026-12-27 = ["9:00-12:00", "13:00-15:00"]
2026-11-24 = []
2026-12-30 = ["9:00-12:00"]
2027-03-31 = ["8:30-19:00"]
[hours.services.s1]
week.thu = ["8:30-19:00"]
open_on_holidays = ["sat"]
[hours.services.s2]
week.weekdays = ["9:00-16:45"]
nth_week.2-sat = []
dates.2026-11-24 = ["13:00-14:00"]
"""


def spans_of(city, day, service="s1", site="hall"):
    """Spans as local texts such as ``0830-1715``; None when the site is closed."""
    found = settings.hours(city, site, date.fromisoformat(day))
    if found is None:
        return None
    assert found.spans is not None
    return [
        "-".join(f"{datetime.fromtimestamp(at / 1000, TOKYO):%H%M}" for at in span)
        for span in found.spans[service]
    ]


@pytest.fixture
def city(write_city):
    return settings.load(write_city({"sites/hall/z-hours.toml": CITY_2}))


@pytest.mark.parametrize(
    ("day", "s1", "s2"),
    [
        ("2026-11-20", ["0830-1715"], ["0900-1645"]),  # Friday
        ("2026-11-19", ["0830-1900"], ["0900-1645"]),  # Thursday
        ("2026-11-22", None, None),  # Sunday
        ("2026-11-14", ["0900-1230"], []),  # second Saturday
        ("2026-11-07", None, None),  # first Saturday
        ("2026-11-21", None, None),  # third Saturday
        ("2026-11-23", None, None),  # labour thanksgiving day, a Monday
        ("2026-09-21", None, None),  # respect for the aged day
        ("2026-09-22", None, None),  # a day between two holidays
        ("2026-09-23", None, None),  # autumnal equinox
        ("2026-05-06", None, None),  # substitute holiday
        ("2026-12-28", ["0830-1715"], ["0900-1645"]),
        ("2026-12-29", None, None),
        ("2026-12-31", None, None),
        ("2027-01-03", None, None),
        ("2027-01-04", ["0830-1715"], ["0900-1645"]),
        ("2026-12-27", ["0900-1200", "1300-1500"], ["0900-1200", "1300-1500"]),  # opened on a Sunday
        ("2026-12-30", ["0900-1200"], ["0900-1200"]),  # a date goes before the year end
        ("2027-03-31", ["0830-1900"], ["0830-1900"]),  # hours of one date
        ("2026-11-24", [], ["1300-1400"]),  # closed, except the service with its own date
        ("2029-08-11", ["0900-1230"], []),  # second Saturday and mountain day: only s1 opens
    ],
)
def test_hours_of_a_day(city, day, s1, s2):
    assert spans_of(city, day) == s1
    assert spans_of(city, day, "s2") == s2


def test_a_saturday_that_is_a_holiday_is_closed_unless_the_city_says_otherwise(write_city):
    folder = write_city({"sites/hall/z-hours.toml": "[hours.nth_week]\n2-sat = ['9:00-12:30']"})
    assert settings.hours(settings.load(folder), "hall", date(2029, 8, 11)) is None
    kept = settings.load(folder, ["sites.hall.hours.open_on_holidays=sat"])
    assert spans_of(kept, "2029-08-11") == ["0900-1230"]


def test_times_of_a_day(city):
    found = settings.hours(city, "hall", date(2026, 11, 19))

    def at(hour, minute):
        return int(datetime(2026, 11, 19, hour, minute, tzinfo=TOKYO).timestamp() * 1000)

    assert found == settings.HoursOfDay(
        day="2026-11-19",
        starts=at(0, 0),
        open_from=at(8, 0),
        closes=at(19, 0),
        spans={"s1": ((at(8, 30), at(19, 0)),), "s2": ((at(9, 0), at(16, 45)),)},
    )
    assert settings.local_date(city, at(0, 0)) == date(2026, 11, 19)
    assert settings.local_date(city, at(0, 0) - 1) == date(2026, 11, 18)


def test_a_day_may_end_at_midnight_and_begins_no_earlier(write_city):
    city = settings.load(write_city({}), ['sites.hall.hours.week.sun=["0:00-24:00"]'])
    found = settings.hours(city, "hall", date(2026, 11, 22))
    assert found is not None
    assert found.open_from == found.starts
    assert found.closes == found.starts + 24 * 3_600_000


def test_hours_follow_the_clocks_of_the_time_zone(write_city):
    overrides = ["time_zone=Europe/Berlin", "sites.hall.hours.week.sun=1:00-12:00"]
    city = settings.load(write_city({}), overrides)
    found = settings.hours(city, "hall", date(2026, 3, 29))  # 2:00 becomes 3:00
    assert found is not None
    assert found.closes is not None
    assert found.closes - found.starts == 11 * 3_600_000


def test_always_open(write_city):
    city = settings.load(write_city({}), ["sites.hall.hours.always_open=true"])
    found = settings.hours(city, "hall", date(2027, 1, 1))
    assert found is not None
    assert (found.spans, found.closes, found.open_from) == (None, None, found.starts)
    assert settings.next_business_day(city, "hall", date(2026, 12, 31)) == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("after", "following"),
    [
        ("2026-11-19", "2026-11-20"),
        ("2026-11-20", "2026-11-24"),
        ("2026-12-28", "2026-12-30"),
        ("2026-12-30", "2027-01-04"),
    ],
)
def test_the_next_business_day(city, after, following):
    assert settings.next_business_day(city, "hall", date.fromisoformat(after)) == date.fromisoformat(
        following
    )


def test_no_next_business_day_when_all_dates_are_past(write_city):
    site = '[hours.dates]\n2026-04-01 = ["9:00-10:00"]\n'
    folder = write_city({})
    text = (folder / "sites/hall/site.toml").read_text()
    (folder / "sites/hall/site.toml").write_text(
        text.replace('[hours.week]\nweekdays = ["8:30-17:15"]\n', site)
    )
    city = settings.load(folder)
    assert settings.next_business_day(city, "hall", date(2026, 3, 31)) == date(2026, 4, 1)
    assert settings.next_business_day(city, "hall", date(2026, 4, 1)) is None


def test_two_libraries_agree_on_every_public_holiday():
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(3 * 366)]
    assert [d for d in days if is_public_holiday(d)] == [d for d in days if jpholiday.is_holiday(d)]
