"""What the tests of the ticket machine share: a hall with a staff PIN, and what people do at the machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from at_the_hall import FRIDAY_AT_TEN, SITE, hall_options

PAGE = "/kiosk/city-hall/kiosk1"
PIN = "4711"


def kiosk_hall(module_server: Any, tickets: Path, *options: str, clock: str = FRIDAY_AT_TEN) -> Any:
    """Aobahama with a staff mode at its first kiosk, which does not rest however often it is used."""
    sets = (
        "sites.city-hall.kiosks.kiosk1.staff_pin=env:AOBAHAMA_KIOSK_PIN",
        "sites.city-hall.queue.kiosk_tickets=0",
        *options,
    )
    more = [part for value in sets for part in ("--set", value)]
    given = {"AOBAHAMA_KIOSK_PIN": PIN}
    server = module_server("aobahama", *hall_options(tickets, clock), *more, env=given)
    server.tickets = tickets
    return server


def tickets(server: Any) -> list[dict[str, Any]]:
    """The day's tickets, as staff see them."""
    return server.call("GET", f"{SITE}/tickets", role="staff").json["tickets"]


def scanned(server: Any, code: str) -> dict[str, Any]:
    """What the paper with this code is now."""
    return server.call("POST", f"{SITE}/scan", {"code": code}, role="staff").json


def hold_to_reader(page: Any, code: str) -> None:
    """The QR reader types what it reads, and Enter, wherever the focus is."""
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def open_staff_mode(page: Any, pin: str = PIN) -> None:
    """The corner button, the PIN, and open."""
    page.get_by_role("button", name="職員用").click()
    for digit in pin:
        page.locator(f'[data-digit="{digit}"]').click()
    page.get_by_role("button", name="開く").click()


def purpose(page: Any, category: str, name: str) -> None:
    """A category, then a purpose in it."""
    page.get_by_role("button", name=category).click()
    page.locator("[data-purposes]:not([hidden])").get_by_role("button", name=name).click()
