"""What makes a page fit for everybody: checks that every page of the hall must pass in each of its states."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe

HERE = Path(__file__).parent
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
KEYS = (HERE / "fitness.js").read_text(encoding="utf-8")
JAPANESE = re.compile("[\u3041-\u30ff\u4e00-\u9fff]")
TARGETS = {"kiosk": 80, "desk": 44, "tablet": 44, "phone": 44}
"""Pixels that a button is high at least, by the kind of screen."""

NARROW = {"phone": [(320, 640), (195, 422)], "hall": [], "kiosk": [(540, 960), (320, 640)]}
"""What 200 % and 400 % leave of a screen. Screens of the hall are looked at, not used."""


def faults(page: Any) -> list[str]:
    """What axe finds, one line a rule."""
    return [
        f"{fault['id']}: {[node['html'][:160] for node in fault['nodes']]}"
        for fault in Axe().run(page, options=RULES).response["violations"]
    ]


def by_tab(page: Any) -> dict[str, list[str]]:
    """Goes once round the page with Tab alone: what was not reached, what does not show that it has the focus, what
    hides behind something else while it has it, what comes out of its order."""
    page.evaluate(KEYS)
    for _ in range(page.evaluate("fitness.begin()")):
        page.keyboard.press("Tab")
    found: dict[str, list[str]] = page.evaluate("fitness.end()")
    return {what: which for what, which in found.items() if which}


def small(page: Any, least: int) -> list[str]:
    """Buttons and fields that are lower than a finger needs."""
    page.evaluate(KEYS)
    found: list[str] = page.evaluate("least => fitness.small(least)", least)
    return found


def sideways(page: Any, size: str) -> list[str]:
    """At which widths the page scrolls sideways. Puts the screen back as it was."""
    was = page.viewport_size
    found = []
    for width, height in NARROW.get(size, [(683, 450), (320, 640)]):
        page.set_viewport_size({"width": width, "height": height})
        reach = page.evaluate("document.documentElement.scrollWidth")
        if reach > width:
            wide = page.evaluate("width => fitness.wide(width)", width)
            found.append(f"{reach} at {width}: {wide}")
    if found or NARROW.get(size, True):
        page.set_viewport_size(was)
    return found


def structure(page: Any, lang: str) -> list[str]:
    """What is wrong with the language, the title and the headings."""
    page.evaluate(KEYS)
    found: dict[str, Any] = page.evaluate("fitness.structure()")
    wrong = []
    if found["lang"] != lang:
        wrong.append(f"lang={found['lang']}")
    if not found["title"].strip() or "None" in found["title"]:
        wrong.append(f"title={found['title']!r}")
    if len(found["first"]) != 1:
        wrong.append(f"h1: {found['first']}")
    if found["keys"]:
        wrong.append(f"keys of texts: {found['keys']}")
    if lang == "en" and (words := [text for text in found["texts"] if JAPANESE.search(text)]):
        wrong.append(f"not in English: {words}")
    return wrong


def whole(page: Any, size: str, lang: str) -> dict[str, Any]:
    """What is wrong with the page's words and with the room that they take."""
    found: dict[str, Any] = {"structure": structure(page, lang), "sideways": sideways(page, size)}
    return {what: which for what, which in found.items() if which}


def unfit(page: Any, size: str) -> dict[str, Any]:
    """Everything that is wrong with a Japanese page as it stands; empty when it is fit."""
    found: dict[str, Any] = {"axe": faults(page)} | whole(page, size, "ja")
    if size != "hall":
        found |= {"small": small(page, TARGETS[size]), **by_tab(page)}
    return {what: which for what, which in found.items() if which}
