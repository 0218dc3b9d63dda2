"""A city hall to look at, and what people do there over the API."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Locator, Page, expect

SITE = "/api/v1/sites/city-hall"
FRIDAY_AT_TEN = "2026-11-20T10:00+09:00"
SERVED = {8: 4, 9: 3, 10: 5}
"""Hour → people who came for a certificate on Thursday, each served after ten minutes."""


def hall_options(tickets: Path, clock: str = FRIDAY_AT_TEN) -> list[str]:
    """Options of a server of Aobahama whose printers draw into a folder."""
    printers = ("kiosk1", "kiosk2", "reception", "minami1")
    sets = [("--set", f"printers.{name}.device=draw://{tickets}") for name in printers]
    return ["--clock", clock, *(part for pair in sets for part in pair)]


def counter(server: Any, counter_id: str, action: str, body: Any = None) -> Any:
    """What staff do at a counter of the city hall; the answer's JSON."""
    answer = server.call("POST", f"{SITE}/counters/{counter_id}/{action}", body or {}, role="staff")
    assert answer.status == 200, answer.body
    return answer.json


def drawn(folder: Path, number: str) -> Image.Image:
    """The paper of a number, once the printer has drawn it."""
    until = time.monotonic() + 5
    while time.monotonic() < until:
        for path in folder.glob(f"{number}-*.png"):
            return Image.open(path)
        time.sleep(0.02)
    raise AssertionError(f"no paper of {number}: {sorted(path.name for path in folder.iterdir())}")


def find(desk: Page, number: str) -> Locator:
    """A ticket opened at the reception by its number."""
    desk.locator("#find").fill(number)
    desk.keyboard.press("Enter")
    whole = desk.locator(f'article[data-ticket="{number}"]')
    expect(whole).to_be_visible()
    return whole


def issue(server: Any, service: str, **more: Any) -> Any:
    """A number given by staff at the city hall; the answer's JSON."""
    answer = server.call(
        "POST", f"{SITE}/tickets", {"service": service, "channel": "staff", **more}, role="staff"
    )
    assert answer.status == 201, answer.body
    return answer.json


def step(server: Any, to: str) -> None:
    """The hall's clock leaps to a time of Japan (``2026-11-24T17:02``)."""
    answer = server.call("POST", "/api/v1/clock", {"to": f"{to}+09:00"}, role="admin")
    assert answer.status == 200, answer.body


def live_thursday(server: Any) -> str:
    """A Thursday whose people wait ten minutes for a certificate; then it is Friday at ten. A token of Thursday."""
    server.call("POST", f"{SITE}/day/open", {}, role="staff")
    counter(server, "1", "open")
    for hour, people in SERVED.items():
        step(server, f"2026-11-19T{hour:02}:35")
        for _ in range(people):
            issue(server, "certificates")
        step(server, f"2026-11-19T{hour:02}:45")
        for _ in range(people):
            counter(server, "1", "call-next")
        counter(server, "1", "finish")
    token: str = issue(server, "housing")["token"]
    answer = server.call("POST", f"{SITE}/day/close", {"force": True}, role="staff")
    assert answer.status == 200, answer.body
    step(server, "2026-11-20T10:00")
    server.call("POST", f"{SITE}/day/open", {}, role="staff")
    return token
