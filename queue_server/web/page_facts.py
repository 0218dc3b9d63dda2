"""What every page knows: the reader's language, names in it, hall time, and whether that time is the real one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aiohttp import web

from .deps import Deps


def page_facts(deps: Deps, request: web.Request) -> dict[str, Any]:
    """The context of a page.

    ``lang`` is the language the texts are in; ``languages`` those with texts; ``name(names)`` the reader's name of
    something of the configuration; ``text(tag, key)`` a text in a given language; ``now`` hall time in ms UTC,
    ``clock`` the same as ``9:05``; ``simulated`` the speed of a hall time that is not the real one, else None.
    """
    asked = deps.languages.of(request)
    languages = [tag for tag in deps.languages.offered if deps.texts.has_pages(tag)] or ["ja"]
    lang = asked if asked in languages else _nearest(asked, languages)
    now = deps.clock.now()
    return {
        "lang": lang,
        "languages": languages,
        "name": lambda names: named(names, lang),
        "text": deps.texts.get,
        "settings": deps.settings,
        "now": now,
        "speed": deps.clock.speed,
        "clock": datetime.fromtimestamp(now / 1000, deps.zone).strftime("%H:%M"),
        "simulated": f"{deps.clock.speed:g}" if deps.clock.simulated else None,
    }


def render(
    deps: Deps, request: web.Request, template: str, *, status: int = 200, **context: Any
) -> web.Response:
    """A page with what every page knows and what this one adds."""
    facts = page_facts(deps, request) | context
    return deps.pages.render(request, template, status=status, **facts)


def named(names: Mapping[str, str], lang: str) -> str:
    """The name in a language, else in Japanese, else the first one; empty when there is none."""
    return names.get(lang) or names.get("ja") or next(iter(names.values()), "")


def _nearest(asked: str, languages: list[str]) -> str:
    """The language for a reader whose own has no texts yet: plain Japanese reads Japanese, others English."""
    if not asked.startswith("ja") and "en" in languages:
        return "en"
    return languages[0]
