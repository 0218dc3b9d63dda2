"""The public board's rows: every service with its people, its wait, and whether numbers are given."""

from __future__ import annotations

from typing import Any

from queue_server import contract
from queue_server.domain.promise import COARSE, SOON, STEP
from queue_server.domain.rules import Rules
from queue_server.hall.residents.crowd import LEVELS, MINUTES, PEOPLE, crowd
from queue_server.hall.times import milliseconds
from queue_server.settings import Site
from queue_server.web.page_facts import named
from queue_server.web.texts import Texts


def groups(
    site: Site, rules: Rules, board: contract.Board, now: int, only: str | None = None
) -> list[dict[str, Any]]:
    """The services by category, in the configuration's order: ``anchor``, ``names``, ``rows``; or ``only`` one."""
    found: dict[str | None, list[dict[str, Any]]] = {key: [] for key in (*site.categories, None)}
    for service in board.services:
        known = site.services.get(service.id)
        if known is None or known.is_pickup or only not in (None, service.id):
            continue
        found.setdefault(known.category, []).append(
            {
                "id": service.id,
                "names": known.names,
                "hint": known.closed_hint,
                "waiting": service.waiting,
                "estimate": coarse(service.estimate),
                "last": service.last_called,
                "open": service.open,
                "state": state_of(service, now, rules.last_ticket_minutes),
                "closes": None if service.closes_at is None else service.closes_at[11:16],
                "crowd": crowd(known, service.waiting, service.estimate) if service.attended else None,
            }
        )
    return [
        {
            "anchor": f"category-{key or 'other'}",
            "names": {} if key is None else site.categories[key].names,
            "rows": rows,
        }
        for key, rows in found.items()
        if rows
    ]


def coarse(estimate: contract.Estimate | None) -> contract.Estimate | None:
    """Long ranges in steps of five minutes, as the tickets tell them."""
    if estimate is None or estimate.high_minutes <= COARSE:
        return estimate
    low, high = estimate.low_minutes, estimate.high_minutes
    return contract.Estimate(low_minutes=low - low % STEP, high_minutes=high + -high % STEP)


def state_of(service: contract.BoardService, now: int, last_minutes: int) -> str:
    """Whether and why not: ``hours``, ``estimate``, ``cap``, ``rests``, ``closing`` (soon), ``open``."""
    if service.stopped is not None:
        return service.stopped
    if service.waiting and not service.attended:
        return "rests"
    if service.closes_at is not None and milliseconds(service.closes_at) - now <= last_minutes * 60_000:
        return "closing"
    return "open"


STATES = ("hours", "estimate", "cap", "rests", "closing", "open", "always")


def board_words(texts: Texts, lang: str, site: Site, rules: Rules) -> dict[str, Any]:
    """What the page's script needs to say the same as the server, in one language."""
    return {
        "states": {state: texts.get(lang, f"site.state_{state}") for state in STATES},
        "levels": {level: texts.get(lang, f"site.level_{level}") for level in LEVELS},
        "people": PEOPLE,
        "minutes": MINUTES,
        "crowd": {
            key: [{"from": step.from_, "text": named(step.text, lang)} for step in service.crowd]
            for key, service in site.services.items()
            if service.crowd
        },
        "counters": {key: named(counter.names, lang) for key, counter in site.counters.items()},
        "estimate": texts.get(lang, "site.estimate"),
        "within": texts.get(lang, "site.within"),
        "none": texts.get(lang, "site.none_called"),
        "soon": {"text": texts.get(lang, "site.soon"), "minutes": SOON},
        "coarse": {"above": COARSE, "step": STEP},
        "last_minutes": rules.last_ticket_minutes,
    }
