"""The simulated day: drawn from a seed, within hours, and of things that the sample city has."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

import pytest

from queue_server import demo, settings
from queue_server.hall.needs import NEEDS
from queue_server.simulation.arrivals import arrivals
from queue_server.simulation.plan import DayPlan, load_plan, minute_of

MIDNIGHT = 1_800_000_000_000


@pytest.fixture(scope="module")
def plan() -> DayPlan:
    return load_plan(Path(demo.__file__).with_name("day.toml"))


def test_the_plan_names_only_what_the_sample_city_has(plan: DayPlan) -> None:
    city = settings.load(Path(__file__).parents[2] / "config" / "aobahama")
    assert set(plan.sites) == set(city.sites)
    for site_id, day in plan.sites.items():
        site = city.sites[site_id]
        services = set(day.services)
        assert services | {s for x in day.services.values() for s in (*x.also, *x.transfer)} <= set(
            site.services
        )
        assert set(day.desks) | {day.pickup_counter or "1"} <= set(site.counters)
        assert {*day.kiosks, *(x.kiosk for x in day.services.values() if x.kiosk)} <= set(site.kiosks)
        assert set(day.departments) <= set(site.departments)
        assert {p.department for x in day.services.values() for p in x.hand_offs} <= set(day.departments)
        assert set(day.priorities) <= set(site.priorities)
        assert set(day.languages) <= set(city.languages)
        assert set(day.needs) | {x.needs for x in day.families if x.needs} <= set(NEEDS)
        named = {s for x in day.families for s in x.services} | {x.service for x in day.crowds}
        named |= {s for x in day.services.values() for s in x.mistaken}
        named |= {x.service for x in (day.pad, day.child) if x is not None}
        assert named <= services
        assert {notice for notice in day.notices.values() if notice} <= set(city.notices)
        assert {*day.pauses, *([day.rest_reason] if day.rest_reason else [])} <= set(site.pause_reasons)
        assert day.unwell in {None, *site.priorities}
        assert day.child is None or day.child.kiosk in site.kiosks
        emergency = [band for band in site.bands.values() if band.emergency]
        assert day.pad is None or emergency
        assert len(day.weights) * 30 >= minute_of(day.closes) - minute_of(day.opens)
        served = {s for desk in day.desks for s in site.counters[desk].services}
        assert services <= served, services - served


def test_every_part_of_the_work_has_a_department(plan: DayPlan) -> None:
    for day in plan.sites.values():
        waits_for_paper = any(service.pickup for service in day.services.values())
        assert not waits_for_paper or day.pickup_counter is not None


def test_a_seed_draws_one_day(plan: DayPlan) -> None:
    day = plan.sites["city-hall"]
    visits = arrivals(day, MIDNIGHT, Random("a"))
    assert visits == arrivals(day, MIDNIGHT, Random("a"))
    assert visits != arrivals(day, MIDNIGHT, Random("b"))
    assert [v.at for v in visits] == sorted(v.at for v in visits)
    expected = Counter({s: x.per_day for s, x in day.services.items()})
    for family in day.families:
        expected[family.services[0]] += family.per_day
    for crowd in day.crowds:
        expected[crowd.service] += crowd.count
    assert Counter(v.services[0] for v in visits) == expected
    for visit in visits:
        begin, end = day.services[visit.services[0]].window or (day.opens, day.closes)
        minute = (visit.at - MIDNIGHT) / 60_000
        assert minute_of(begin) <= minute < minute_of(end) + 0.001
        assert set(visit.courses) == set(visit.services)
        assert 1 <= visit.units <= max(1, day.services[visit.services[0]].units)
        assert visit.mistaken != visit.services[0]
        assert visit.absent or visit.back is None
    morning = sum(v.at < MIDNIGHT + 12 * 3_600_000 for v in visits)
    assert 0.4 < morning / len(visits) < 0.6


def test_a_day_has_everybody_whom_a_hall_meets(plan: DayPlan) -> None:
    day = plan.sites["city-hall"]
    visits = arrivals(day, MIDNIGHT, Random("a"))
    met = {
        "a family with three errands": sum(len(v.services) == 3 for v in visits),
        "needs, told to the kiosk": sum(v.needs is not None and v.kiosk is not None for v in visits),
        "another language": sum(v.lang not in (None, "ja") for v in visits),
        "priority": sum(v.priority is not None for v in visits),
        "a wrong purpose at a kiosk": sum(bool(v.mistaken and v.kiosk) for v in visits),
        "several copies": sum(v.units > 1 for v in visits),
        "a little late": sum(v.asks_late for v in visits),
        "gives up": sum(v.patience_minutes is not None for v in visits),
        "feels unwell": sum(v.worsens_minutes is not None for v in visits),
        "absent and back by the paper": sum(v.back == "scan" for v in visits),
        "absent and gone": sum(v.absent and v.back is None for v in visits),
        "at the reception": sum(v.kiosk is None for v in visits),
        "a paper to wait for": sum(c.pickup for v in visits for c in v.courses.values()),
        "sent on": sum(c.transfer is not None for v in visits for c in v.courses.values()),
        "back tomorrow": sum(c.tomorrow for v in visits for c in v.courses.values()),
    }
    assert [who for who, count in met.items() if not count] == []
    late = [v for v in visits if v.services == ("moving",) and v.at > MIDNIGHT + minute_of("16:55") * 60_000]
    assert len(late) >= 14
