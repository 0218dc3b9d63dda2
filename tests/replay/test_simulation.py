"""The simulated day: drawn from a seed, within hours, and of things that the sample city has."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

import pytest

from queue_server import demo, settings
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
    assert Counter(v.services[0] for v in visits) == {s: x.per_day for s, x in day.services.items()}
    for visit in visits:
        begin, end = day.services[visit.services[0]].window or (day.opens, day.closes)
        minute = (visit.at - MIDNIGHT) / 60_000
        assert minute_of(begin) <= minute < minute_of(end) + 0.001
        assert set(visit.courses) == set(visit.services)
    morning = sum(v.at < MIDNIGHT + 12 * 3_600_000 for v in visits)
    assert 0.4 < morning / len(visits) < 0.6
    assert any(len(v.services) > 1 for v in visits)
    assert any(v.absent for v in visits)
    assert any(v.kiosk is None for v in visits)
