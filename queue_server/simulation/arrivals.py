"""Who comes on a day, and when: drawn once, from a seed, before the hall opens."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

import msgspec

from .plan import HandOffPlan, ServicePlan, SitePlan, minute_of

MINUTE = 60_000
HALF_HOUR = 30
SPREAD = 0.45
"""Of service times: the standard deviation of their logarithm."""


class Course(msgspec.Struct, kw_only=True):
    """What happens at the counter for one service of a visit."""

    seconds: float
    pickup: bool = False
    transfer: str | None = None
    hand_offs: tuple[HandOffPlan, ...] = ()
    held: bool = False


class Visit(msgspec.Struct, kw_only=True):
    """One resident's visit. ``at``: ms UTC."""

    at: int
    services: tuple[str, ...]
    kiosk: str | None
    """None: the reception gives the number."""
    lang: str | None = None
    priority: str | None = None
    needs: str | None = None
    absent: bool = False
    comes_back: bool = False
    patience_minutes: float | None = None
    asks_late: bool = False
    courses: dict[str, Course] = {}


def arrivals(plan: SitePlan, midnight: int, random: Random) -> list[Visit]:
    """Every visit of a day that begins at ``midnight`` (ms UTC), in order of time."""
    visits = [
        _visit(plan, service, midnight, random)
        for service, of_service in plan.services.items()
        for _ in range(of_service.per_day)
    ]
    visits.sort(key=lambda visit: visit.at)
    return visits


def course(plan: ServicePlan, random: Random, held: float = 0.0) -> Course:
    """What will happen at the counter to one who comes for the service."""
    return Course(
        seconds=plan.minutes * 60 * random.lognormvariate(-SPREAD * SPREAD / 2, SPREAD),
        pickup=random.random() < plan.pickup,
        transfer=chosen(plan.transfer, random),
        hand_offs=tuple(part for part in plan.hand_offs if random.random() < part.share),
        held=random.random() < held,
    )


def _visit(plan: SitePlan, service: str, midnight: int, random: Random) -> Visit:
    of_service = plan.services[service]
    also = [other for other, share in of_service.also.items() if random.random() < share]
    services = (service, *also)
    absent = random.random() < plan.absent
    kiosk = plan.kiosks[0]
    if of_service.kiosk is not None and random.random() < 0.7:
        kiosk = of_service.kiosk
    priority = chosen(plan.priorities, random)
    needs = chosen(plan.needs, random)
    return Visit(
        at=midnight + round(_moment(plan, of_service, random) * MINUTE),
        services=services,
        kiosk=None if of_service.reception or priority or needs else kiosk,
        lang=chosen(plan.languages, random),
        priority=priority,
        needs=needs,
        absent=absent,
        comes_back=absent and random.random() < 0.5,
        patience_minutes=random.uniform(15, 40) if random.random() < plan.gives_up else None,
        asks_late=random.random() < plan.late,
        courses={s: course(plan.services[s], random, plan.held) for s in services},
    )


def _moment(plan: SitePlan, service: ServicePlan, random: Random) -> float:
    """The minute of the day of an arrival, by the weights of the half hours within the service's window."""
    begin, end = (minute_of(text) for text in service.window or (plan.opens, plan.closes))
    opens = minute_of(plan.opens)
    while True:
        half = random.choices(range(len(plan.weights)), plan.weights)[0]
        moment = opens + (half + random.random()) * HALF_HOUR
        if begin <= moment < end:
            return moment


def chosen(shares: Mapping[str, float], random: Random) -> str | None:
    """One of the keys by its share of everybody; None for the rest."""
    draw = random.random()
    for key, share in shares.items():
        draw -= share
        if draw < 0:
            return key
    return None
