"""In a word, how crowded a service is (R-32): a city's own words by the number waiting, else three general ones."""

from __future__ import annotations

from typing import NamedTuple

from queue_server import contract, settings

PEOPLE = (5, 15)
MINUTES = (15, 30)
"""From so many people waiting, or so long a wait, it is "somewhat crowded" and "crowded"."""
LEVELS = ("quiet", "some", "full")


class Crowd(NamedTuple):
    """What is said: a city's ``text``, or the general ``level``."""

    level: str | None
    text: settings.Names


def crowd(service: settings.Service, waiting: int, estimate: contract.Estimate | None) -> Crowd | None:
    """What to say with so many waiting; None when a city's own words do not begin yet.

    The general words look at the wait too: four people at a desk that takes an hour for each are not few.
    """
    if service.crowd:
        reached = [step for step in service.crowd if step.from_ <= waiting]
        return Crowd(None, max(reached, key=lambda step: step.from_).text) if reached else None
    minutes = 0 if estimate is None else (estimate.low_minutes + estimate.high_minutes) / 2
    level = max(sum(waiting >= bound for bound in PEOPLE), sum(minutes >= bound for bound in MINUTES))
    return Crowd(LEVELS[level], {})
