"""Who comes on a day, and when: drawn once, from a seed, before the hall opens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random

import msgspec

from .plan import HandOffPlan, ServicePlan, SitePlan, minute_of

MINUTE = 60_000
HALF_HOUR = 30
SPREAD = 0.45
"""Of service times: the standard deviation of their logarithm."""
AT_RECEPTION = 0.5
"""Share of those with needs who go to the reception; the others tell the kiosk."""
AT_FAR_KIOSK = 0.7
"""Share that takes the number at the kiosk beside the counter, where there is one."""
SEVERAL = 0.3
"""Share that asks for more than one where that is possible."""


class Course(msgspec.Struct, kw_only=True):
    """What happens at the counter for one service of a visit."""

    seconds: float
    pickup: bool = False
    transfer: str | None = None
    hand_offs: tuple[HandOffPlan, ...] = ()
    held: bool = False
    tomorrow: bool = False
    """Held until the next day: a paper is missing."""


class Visit(msgspec.Struct, kw_only=True):
    """One resident's visit. ``at``: ms UTC."""

    at: int
    services: tuple[str, ...]
    kiosk: str | None
    """None: the reception gives the number."""
    mistaken: str | None = None
    """Takes a number for this first."""
    units: int = 1
    lang: str | None = None
    priority: str | None = None
    needs: str | None = None
    absent: bool = False
    back: str | None = None
    """How somebody absent comes back; None: never."""
    patience_minutes: float | None = None
    asks_late: bool = False
    worsens_minutes: float | None = None
    courses: dict[str, Course] = {}


def arrivals(plan: SitePlan, midnight: int, random: Random) -> list[Visit]:
    """Every visit of a day that begins at ``midnight`` (ms UTC), in order of time."""
    visits = [
        _visit(plan, services, midnight, minute, random, needs)
        for services, minute, needs in _who_comes(plan, random)
    ]
    visits.sort(key=lambda visit: visit.at)
    return visits


def course(plan: ServicePlan, random: Random, held: float = 0.0, tomorrow: float = 0.0) -> Course:
    """What will happen at the counter to one who comes for the service."""
    return Course(
        seconds=plan.minutes * 60 * random.lognormvariate(-SPREAD * SPREAD / 2, SPREAD),
        pickup=random.random() < plan.pickup,
        transfer=chosen(plan.transfer, random),
        hand_offs=tuple(part for part in plan.hand_offs if random.random() < part.share),
        held=random.random() < held,
        tomorrow=random.random() < tomorrow,
    )


def _who_comes(plan: SitePlan, random: Random) -> Iterator[tuple[tuple[str, ...], float, str | None]]:
    """(services, minute of the day, needs) of every visit."""
    for service, of_service in plan.services.items():
        for _ in range(of_service.per_day):
            also = [other for other, share in of_service.also.items() if random.random() < share]
            needs = chosen(plan.needs, random)
            yield (service, *also), _moment(plan, of_service.window, random), needs
    for family in plan.families:
        for _ in range(family.per_day):
            yield family.services, _moment(plan, family.window, random), family.needs
    for crowd in plan.crowds:
        begin, end = (minute_of(text) for text in crowd.window)
        for _ in range(crowd.count):
            yield (crowd.service,), random.uniform(begin, end), None


def _visit(
    plan: SitePlan,
    services: tuple[str, ...],
    midnight: int,
    minute: float,
    random: Random,
    needs: str | None,
) -> Visit:
    first = plan.services[services[0]]
    kiosk = plan.kiosks[0]
    if first.kiosk is not None and random.random() < AT_FAR_KIOSK:
        kiosk = first.kiosk
    priority = chosen(plan.priorities, random)
    at_reception = first.reception or priority or (needs and random.random() < AT_RECEPTION)
    absent = random.random() < plan.absent
    return Visit(
        at=midnight + round(minute * MINUTE),
        services=services,
        kiosk=None if at_reception else kiosk,
        mistaken=chosen(first.mistaken, random),
        units=random.randint(2, first.units) if first.units > 1 and random.random() < SEVERAL else 1,
        lang=chosen(plan.languages, random),
        priority=priority,
        needs=needs,
        absent=absent,
        back=chosen(plan.back, random) if absent else None,
        patience_minutes=random.uniform(15, 40) if random.random() < plan.gives_up else None,
        asks_late=random.random() < plan.late,
        worsens_minutes=random.uniform(4, 10) if random.random() < plan.worsens else None,
        courses={s: course(plan.services[s], random, plan.held, plan.tomorrow) for s in services},
    )


def _moment(plan: SitePlan, window: tuple[str, str] | None, random: Random) -> float:
    """The minute of the day of an arrival, by the weights of the half hours within the window."""
    begin, end = (minute_of(text) for text in window or (plan.opens, plan.closes))
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
