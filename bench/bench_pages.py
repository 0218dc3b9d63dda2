"""The pages in a real Chromium: a tap at the kiosk, a key at the counter, until the number is painted.

40 purposes in 8 categories, and 500 people wait. The time runs in the page itself, from the event's own time stamp to
the frame that shows the number. The limit is a bare page in the same browser before the same server: one button, one
fetch of an answer that is always the same, one number.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize

from . import load
from .browser import PATIENCE_MS, bare_page, chromium, time_to_show
from .figures import Figure, percentile
from .server import CONFIG, SITE, Server

TITLE = "Pages"
CATEGORIES, PURPOSES = 8, 40
WAITING = 500
TIMES, WARM_UP = 200, 10
BUDGET_MS = 150.0
KIOSK: ViewportSize = {"width": 1080, "height": 1920}
DESK: ViewportSize = {"width": 1366, "height": 900}


def city(folder: Path) -> Path:
    """The configuration ``config/bench`` with 40 purposes, all of them at every counter."""
    names = [f"purpose{number}" for number in range(1, PURPOSES + 1)]
    text = (CONFIG / "city.toml").read_text(encoding="utf-8")
    text = text.replace('services = ["service"]', f"services = {json.dumps(names)}")
    text = text.replace(
        "[sites.bench.services.service]", '[sites.bench.services.purpose1]\ncategory = "group1"'
    )
    for group in range(1, CATEGORIES + 1):
        text += (
            f'\n[sites.bench.categories.group{group}]\nnames = {{ ja = "{group}", en = "Group {group}" }}\n'
        )
    for number, name in enumerate(names[1:], 1):
        text += f'\n[sites.bench.services.{name}]\nband = "main"\ncategory = "group{group_of(number)}"\n'
        text += f'names = {{ ja = "{number + 1}", en = "Purpose {number + 1}" }}\n'
    (folder / "city.toml").write_text(text, encoding="utf-8")
    return folder


def group_of(purpose: int) -> int:
    """The category, from 1, of a purpose, from 0."""
    return purpose * CATEGORIES // PURPOSES + 1


def fill(server: Server, token: str, total: int) -> None:
    """So many people wait, as many for each purpose."""
    for purpose in range(1, PURPOSES + 1):
        body = json.dumps({"service": f"purpose{purpose}", "channel": "kiosk", "kiosk": "kiosk1"})
        load.run(load.Load(server.port, token, [f"{SITE}/tickets"], body, 4, -(-total // PURPOSES)))


def opened(browser: Browser, address: str, size: ViewportSize) -> Page:
    """A page of its own, on a screen that can be touched."""
    page = browser.new_context(viewport=size, has_touch=True, locale="ja-JP").new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(address)
    return page


def tap(page: Page, selector: str) -> None:
    """A finger in the middle of what is shown there."""
    page.locator(selector).tap()


def taps(page: Page, times: int) -> list[float]:
    """Milliseconds of each tap on a purpose, the next one every time, so that each screen of purposes is met."""
    found = []
    for turn in range(times):
        number = turn % PURPOSES
        purpose = f'[data-service="purpose{number + 1}"]'
        tap(page, f'[data-go="group-{group_of(number)}"]')
        page.locator(purpose).wait_for()
        box = page.locator(purpose).bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        spent, _ = time_to_show(
            page,
            "pointerdown",
            "[data-screen=given] [data-part=number]",
            lambda x=x, y=y: page.touchscreen.tap(x, y),
        )
        found.append(spent)
        tap(page, "[data-part=done]")
        page.locator("[data-screen=home]").wait_for()
    return found


def keys(page: Page, times: int, place: str, *, finish: bool = False) -> list[float]:
    """Milliseconds of each press of N, a quarter of a second after the page came to rest.

    ``finish``: whoever was called is finished first: so soon after a call the counter calls nobody else.
    """
    found = []
    for _ in range(times):
        spent, _ = time_to_show(page, "keydown", place, lambda: page.keyboard.press("n"))
        found.append(spent)
        if finish:
            page.keyboard.press("f")
            page.locator(place).wait_for(state="detached")
        page.wait_for_timeout(250)
    return found


def bare_taps(page: Page, times: int) -> list[float]:
    """The same on the bare page."""
    return [
        time_to_show(page, "pointerdown", "output", lambda: page.touchscreen.tap(200, 200))[0]
        for _ in range(times)
    ]


def row(what: str, waits: list[float], bare: list[float]) -> Figure:
    """A row of the table."""
    p50, p99 = percentile(waits, 0.5), percentile(waits, 0.99)
    bare50, bare99 = percentile(bare, 0.5), percentile(bare, 0.99)
    return Figure(
        f"{what}, {PURPOSES} purposes, {WAITING} waiting: p50 / p99 of {len(waits)}",
        f"{p50:.0f} / {p99:.0f} ms",
        f"p99 {BUDGET_MS:g} ms",
        f"bare page {bare50:.0f} / {bare99:.0f} ms",
        f"{p50 / bare50:.1f} × p50, {p99 / bare99:.1f} × p99",
        p99 <= BUDGET_MS,
    )


def run(quick: bool) -> list[Figure]:
    """The rows."""
    times = 40 if quick else TIMES
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = f"sqlite:///{folder}/bench.db"
        with Server(database, core=None, config=city(folder)) as server, chromium() as browser:
            kiosk_token, staff_token = server.token("kiosk"), server.token("staff")
            server.open_counters(staff_token)
            fill(server, kiosk_token, WAITING)
            address = f"http://127.0.0.1:{server.port}"

            bare = opened(browser, "about:blank", KIOSK)
            bare_page(bare, f"{address}/healthz")
            bare_taps(bare, WARM_UP)
            tapped = bare_taps(bare, times)
            keys(bare, WARM_UP, "output")
            pressed = keys(bare, times, "output")
            bare.close()

            kiosk = opened(browser, f"{address}/kiosk/bench/kiosk1?token={kiosk_token}", KIOSK)
            taps(kiosk, WARM_UP)
            given = taps(kiosk, times)
            kiosk.close()

            number = "[data-now-part=here] [data-part=number]"
            desk = opened(browser, f"{address}/staff/bench/counter/1?token={staff_token}", DESK)
            keys(desk, WARM_UP, number, finish=True)
            called = keys(desk, times, number, finish=True)
            desk.close()
    return [row("kiosk: tap → number", given, tapped), row("console: N → number", called, pressed)]
