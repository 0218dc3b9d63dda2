"""What the resident's page says in each state: where to go, what to do next, by which rule. In one language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from queue_server.domain.rules import Rules
from queue_server.settings import Site
from queue_server.web.absence import when_absent, when_back
from queue_server.web.page_facts import named
from queue_server.web.texts import Texts

STATES = ("waiting", "called", "serving", "held", "no_show", "processing", "done", "cancelled", "expired")
STAIRS = ("up", "down")


def state_words(texts: Texts, lang: str, rules: Rules) -> dict[str, dict[str, str]]:
    """State (also ``ready`` and ``carried``) → its ``title`` and what comes ``next``; {left} is filled in later."""

    def say(key: str, **facts: Any) -> str:
        return texts.get(lang, f"holder.{key}", **facts)

    words = {
        state: {"title": say(f"state_{state}"), "next": say(f"next_{state}", left="{left}")}
        for state in (*STATES, "ready", "carried")
        if state not in ("called", "no_show")
    }
    rule = when_absent(texts, lang, rules)
    words["called"] = {"title": say("state_called"), "next": f"{say('next_called')} {rule}".strip()}
    words["no_show"] = {
        "title": say("state_no_show"),
        "next": f"{say('next_no_show')} {when_back(texts, lang, rules)}",
    }
    return words


def delay_words(texts: Texts, lang: str, rules: Rules) -> dict[str, dict[str, str]]:
    """What "a little late" is called in each state, and what it will do."""
    places = rules.return_places
    absent = "delay_no_show" if places else "delay_no_show_first"
    return {
        state: {
            "button": texts.get(lang, button),
            "words": texts.get(lang, f"holder.{words}", places=moved),
        }
        for state, button, words, moved in (
            ("waiting", "holder.late", "late_words", rules.late_places),
            ("called", "holder.late", "delay_called", rules.late_places),
            ("no_show", "holder.again", absent, places),
        )
    }


def counter_words(texts: Texts, lang: str, site: Site) -> dict[str, dict[str, str]]:
    """Counter → ``name``, ``where`` (floor and area), ``arrow``, ``way`` (go there), ``side`` (it is there)."""
    found = {}
    for key, counter in site.counters.items():
        arrow = counter.arrow
        found[key] = {
            "name": named(counter.names, lang),
            "where": where(named(counter.floor, lang), named(counter.area, lang)),
            "arrow": arrow,
            "way": texts.get(lang, f"holder.arrow_{arrow}") if arrow else "",
            "side": texts.get(lang, f"holder.side_{arrow}") if arrow else "",
        }
    return found


def where(floor: str, area: str) -> str:
    """Floor and area; an area that begins with its floor says both."""
    return area if area.startswith(floor) else f"{floor} {area}".strip()


def meeting_places(
    site: Site, services: Iterable[str], counters: dict[str, dict[str, str]]
) -> dict[str, dict[str, Any]]:
    """Service → the one place where all its counters are: ``where`` and the counters' ``names``; else left out."""
    found = {}
    for service in services:
        there = [counters[key] for key, c in site.counters.items() if service in c.services]
        places = {(words["where"], words["arrow"]) for words in there}
        if len(places) == 1 and there[0]["where"]:
            found[service] = {**there[0], "names": [words["name"] for words in there]}
    return found
