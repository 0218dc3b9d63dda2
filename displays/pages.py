"""``/display/{site}/{display}``: the screens of a hall. What changes on them follows the public stream."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from queue_server.domain.state import SiteState
from queue_server.settings import Display, languages_of
from queue_server.web import Deps, ProblemError
from queue_server.web.enrolment import enrolled
from queue_server.web.page_facts import render

ROLES = ("display", "kiosk", "staff", "admin")
MOST_LANGUAGES = 2
"""More languages at once would make every number smaller than ten metres allow."""


def routes(deps: Deps) -> list[web.RouteDef]:
    """The pages of the screens."""

    async def show(request: web.Request) -> web.Response:
        return await _show(deps, request)

    return [web.get("/display/{site}/{display}", show)]


async def _show(deps: Deps, request: web.Request) -> web.Response:
    """A screen, drawn as the hall is now. Raises 404, 401, 403; ``?token=`` enrols the screen."""
    site_id = request.match_info["site"]
    site = deps.settings.sites.get(site_id)
    display = None if site is None else site.displays.get(request.match_info["display"])
    if site is None or display is None:
        raise ProblemError("not_found")
    await enrolled(deps, request, ROLES)
    state = deps.log.view(site_id)
    board: dict[str, Any] = json.loads(deps.boards.encoded(site_id))
    counters = {} if state.rules is None else state.rules.counters
    services = {} if state.rules is None else state.rules.services
    languages = _languages(deps, display)
    return render(
        deps,
        request,
        "display.html",
        lang=languages[0],
        site_id=site_id,
        site=site,
        display=display,
        seq=board["seq"],
        shown_languages=languages,
        calls=[call for call in board["calls"] if _shows(display, call["counter"])],
        numbers={counter["id"]: counter["numbers"] for counter in board["counters"]},
        statuses={counter["id"]: counter["status"] for counter in board["counters"]},
        services=[s for s in board["services"] if not services[s["id"]].is_pickup],
        state_of=_state_of,
        names_of={key: service.names for key, service in services.items()},
        counters={key: counter for key, counter in counters.items() if _shows(display, key)},
        notice=board["notice"],
        back_texts={tag: deps.texts.get(tag, "display.taken_back") for tag in languages},
        facts={"board": board, "counters": _counter_names(state)},
    )


def _languages(deps: Deps, display: Display) -> list[str]:
    """The languages of a screen that have texts, the first ones."""
    wanted = languages_of(deps.settings, display)
    return [tag for tag in wanted if deps.texts.has_pages(tag)][:MOST_LANGUAGES] or ["ja"]


def _state_of(service: dict[str, Any]) -> str:
    """How a service of the board is: ``rests`` (people wait and no counter calls), ``open``, ``ended``, ``closed``."""
    if service["waiting"] and not service["attended"]:
        return "rests"
    if service["open"] and service["stopped"] is None:
        return "open"
    return "ended" if service["open"] else "closed"


def _shows(display: Display, counter: str) -> bool:
    return not display.counters or counter in display.counters


def _counter_names(state: SiteState) -> dict[str, dict[str, dict[str, str]]]:
    rules = {} if state.rules is None else state.rules.counters
    return {key: {"names": counter.names, "area": counter.area} for key, counter in rules.items()}
