"""Every page in every main state: nothing that axe can find, all by Tab alone, no sideways scrolling at 200 %."""

import pytest
from at_the_hall import counter, issue, live_thursday
from at_the_kiosk import PAGE as KIOSK
from at_the_kiosk import kiosk_hall
from every_page import (
    IN_ENGLISH,
    IN_TROUBLE,
    ROWS,
    SCREENS_LIKE_OTHERS,
    STAFF,
    filled_kiosk,
    people_everywhere,
)
from fitness import faults, structure, unfit, whole
from playwright.sync_api import expect

LOADED = """() => ["navigation", "resource"].flatMap((kind) => performance.getEntriesByType(kind))
  .map((entry) => [entry.name, entry.transferSize])"""
SCREENS = "[...document.querySelectorAll('[data-screen]')].map((screen) => screen.dataset.screen)"
SHOW = """name => {
  document.querySelector("kiosk-screen").screens.show(name);
  for (const resting of document.querySelectorAll("[data-calm]")) resting.inert = false;
}"""


@pytest.fixture(scope="module")
def hall(module_server, tmp_path_factory):
    """Aobahama on a Friday at ten with a Thursday behind it and somebody in every list."""
    tickets = tmp_path_factory.mktemp("tickets")
    server = kiosk_hall(module_server, tickets, *IN_TROUBLE, clock="2026-11-19T08:31+09:00")
    server.facts = {"yesterday": live_thursday(server), **people_everywhere(server)}
    return server


@pytest.fixture
def opened(hall, open_page):
    """``opened(name, lang="ja-JP") -> Page``: a page of the table, in its state."""

    def open_(name, lang="ja-JP"):
        row = ROWS[name]
        page = open_page(hall, row.path.format(**hall.facts), row.size, role=row.role, lang=lang)
        expect(page.locator("main")).to_be_visible()
        if row.prepare is not None:
            row.prepare(page, hall.facts)
        return page

    return open_


@pytest.mark.parametrize("name", ROWS)
def test_a_page_is_fit_for_everybody(opened, name):
    assert unfit(opened(name), ROWS[name].size) == {}


@pytest.mark.parametrize("name", IN_ENGLISH)
def test_a_page_is_whole_in_english(opened, name):
    """The same templates in other words: what is left in Japanese, and whether longer words fit."""
    page = opened(name, "en-GB")
    assert whole(page, ROWS[name].size, "en") == {}


@pytest.mark.parametrize("lang", ["ja-JP", "en-GB"])
def test_the_sheets_of_the_pad_are_fit(hall, open_page, lang):
    """They have the size of their paper."""
    path = f"{STAFF}/reception/pad/sheets?band=pad&count=12"
    page = open_page(hall, path, "desk", role="staff", lang=lang)
    assert structure(page, lang[:2]) == []
    assert faults(page) == []


@pytest.mark.parametrize("lang", ["ja-JP", "en-GB"])
def test_every_screen_of_the_ticket_machine_is_fit(hall, open_page, lang):
    kiosk = open_page(hall, KIOSK, "kiosk", role="kiosk", lang=lang)
    filled_kiosk(kiosk, hall)
    names = [name for name in kiosk.evaluate(SCREENS) if name not in SCREENS_LIKE_OTHERS]
    assert len(names) > 15
    wrong = {}
    for name in names:
        kiosk.evaluate(SHOW, name)
        wrong[name] = unfit(kiosk, "kiosk") if lang == "ja-JP" else whole(kiosk, "kiosk", "en")
    assert {name: found for name, found in wrong.items() if found} == {}


@pytest.mark.parametrize(
    "name", ["ticket, family", "board", "kiosk", "desk, at work", "pick-up", "reception"]
)
def test_the_first_load_is_light(opened, name):
    """A phone on a slow line, and an old machine of the hall: under 100 KB each."""
    page = opened(name)
    page.wait_for_timeout(300)
    loaded = dict(page.evaluate(LOADED))
    assert len(loaded) >= 5
    assert all(size > 0 for name, size in loaded.items() if "/static/" in name)
    assert sum(loaded.values()) < 100_000, loaded


def test_movement_rests_for_those_who_asked_for_it(hall, open_page):
    screen = open_page(hall, "/display/city-hall/hall1", "hall", role="display")
    screen.emulate_media(reduced_motion="reduce")
    number = issue(hall, "certificates")["number"]
    counter(hall, "2", "call", {"number": number})
    hero = screen.locator("[data-part=hero]")
    expect(hero).to_have_attribute("data-new", "")
    assert hero.evaluate("e => getComputedStyle(e).animationName") == "none"
    calm = hero.evaluate("e => getComputedStyle(e).backgroundColor")
    assert calm == "rgb(0, 17, 143)"  # still unmistakable: dark blue instead of light
