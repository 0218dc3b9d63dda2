"""Every page of the hall in each of its main states: where it is, on what it is looked at, and how one gets there."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, NamedTuple

from at_the_hall import SITE, counter, issue
from at_the_kiosk import PAGE as KIOSK
from at_the_kiosk import PIN, hold_to_reader
from playwright.sync_api import expect

STAFF = "/staff/city-hall"
DESK = STAFF + "/counter"


class Row(NamedTuple):
    """One page in one state. ``path`` may name a fact of the hall in braces."""

    path: str
    size: str = "desk"
    role: str | None = "staff"
    prepare: Callable[[Any, dict[str, str]], None] | None = None


def phone(path: str) -> Row:
    """A page that anybody opens on a phone."""
    return Row(path, "phone", None)


def screen(name: str) -> Row:
    """A screen of the hall."""
    return Row(f"/display/city-hall/{name}", "hall", "display")


def wrong_password(page: Any, _: dict[str, str]) -> None:
    for label, typed in (("ログイン名", "tanaka"), ("パスワード", "wrong")):
        page.get_by_label(label).fill(typed)
    page.get_by_role("button", name="ログイン", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()


def chosen(page: Any, facts: dict[str, str]) -> None:
    """Numbers typed at the pick-up: one ready, one called already, one that nobody has."""
    page.locator("#entry-number").fill(f"{facts['ready']} {facts['called_pickup']} 888")
    page.keyboard.press("Enter")
    expect(page.locator("[data-part=chips] li")).to_have_count(3)


def unfolded(page: Any, _: dict[str, str]) -> None:
    """Everything that can be folded out is out, and something in the list is ticked."""
    for fold in page.locator("details > summary").all():
        fold.click()
    box = page.locator("table input[type=checkbox]")
    if box.count():
        box.first.check()


def gone_wrong(page: Any, _: dict[str, str]) -> None:
    """Something that cannot be was asked for."""
    page.locator("#find").fill("888")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(visible=True).first).to_be_visible()


def dialog(key: str) -> Callable[[Any, dict[str, str]], None]:
    """What a key opens."""

    def prepare(page: Any, _: dict[str, str]) -> None:
        page.keyboard.press("Escape")  # out of a field, where letters are letters
        page.keyboard.press(key)
        expect(page.locator("dialog:modal")).to_be_visible()

    return prepare


def another_call(page: Any, _: dict[str, str]) -> None:
    page.locator("[data-now-part=queues] [data-act=call]").first.click()
    expect(page.locator("dialog:modal")).to_be_visible()


ROWS: dict[str, Row] = {
    "start": phone("/"),
    "start for staff": Row("/"),
    "board": phone("/city-hall/"),
    "board, one service": phone("/city-hall/?service=certificates"),
    "board, every day and hour": Row("/city-hall/?service=certificates", "desk", None, unfolded),
    "board of the branch": phone("/minami-center/"),
    "share": Row("/city-hall/share", "desk", None),
    "share, one service": phone("/city-hall/share?service=moving"),
    "embed": phone("/city-hall/embed"),
    "embed, one service": phone("/city-hall/embed?service=moving"),
    **{
        f"ticket, {state}": phone(f"/t/{{{state}}}")
        for state in (
            "waiting",
            "called",
            "serving",
            "held",
            "absent",
            "working",
            "ready_called",
            "done",
            "cancelled",
            "carried",
            "family",
        )
    },
    "ticket, asking to cancel": Row("/t/{waiting}", "phone", None, unfolded),
    "ticket of yesterday": phone("/t/{yesterday}"),
    "ticket, unknown": phone("/t/AAAAAAAAAAAAAAAAAAAAAA"),
    "page, unknown": phone("/nowhere"),
    "not for this role": Row(f"{STAFF}/reception", "desk", "display"),
    "sign-in": Row("/staff/", "desk", None),
    "sign-in, wrong": Row("/staff/", "phone", None, wrong_password),
    "staff list": Row("/staff/"),
    "desk, closed": Row(f"{DESK}/4"),
    "desk, nobody there": Row(f"{DESK}/13"),
    "desk, called": Row(f"{DESK}/12"),
    "desk, at work": Row(f"{DESK}/3"),
    "desk, on a tablet": Row(f"{DESK}/3", "tablet"),
    "desk, paused": Row(f"{DESK}/14"),
    "desk, opened by another": Row(f"{DESK}/1?token={{other}}", "desk", None),
    "desk, unknown": Row(f"{DESK}/99"),
    "desk, who may not hear": Row(f"{DESK}/21", prepare=dialog("a")),
    "desk, closing": Row(f"{DESK}/13", prepare=dialog("c")),
    "desk, another call": Row(f"{DESK}/12", prepare=another_call),
    "desk, services": Row(f"{DESK}/3", prepare=dialog("v")),
    "desk, transfer": Row(f"{DESK}/3", prepare=dialog("t")),
    "desk, department": Row(f"{DESK}/3", prepare=dialog("d")),
    "desk, pause": Row(f"{DESK}/3", prepare=dialog("b")),
    "desk, keys": Row(f"{DESK}/3", prepare=dialog("?")),
    "pick-up": Row(f"{DESK}/5", prepare=chosen),
    "pick-up, on a tablet": Row(f"{DESK}/5", "tablet", prepare=chosen),
    "pick-up, services": Row(f"{DESK}/5", prepare=dialog("v")),
    "reception": Row(f"{STAFF}/reception"),
    "reception, with a ticket": Row(f"{STAFF}/reception?number={{number}}", prepare=unfolded),
    "reception, with one called": Row(
        f"{STAFF}/reception?number={{called_number}}", "tablet", prepare=unfolded
    ),
    "reception, not found": Row(f"{STAFF}/reception", prepare=gone_wrong),
    "pad": Row(f"{STAFF}/reception/pad"),
    "department": Row(f"{STAFF}/department/SHIMIN"),
    "department, nothing to do": Row(f"{STAFF}/department/ZEI", "tablet"),
    "devices": Row(f"{STAFF}/devices"),
    "devices, on a phone": Row(f"{STAFF}/devices", "phone"),
    "devices, on a tablet, by the administrator": Row(f"{STAFF}/devices", "tablet", "admin"),
    "devices of the branch": Row("/staff/minami-center/devices"),
    "today": Row(f"{STAFF}/today", prepare=unfolded),
    "today, on a phone": Row(f"{STAFF}/today", "phone"),
    "today, closed": Row("/staff/minami-center/today"),
    "report": Row(f"{STAFF}/report?date=2026-11-19"),
    "report of today": Row(f"{STAFF}/report", "tablet"),
    "why": Row(f"{STAFF}/why"),
    "why, one number": Row(f"{STAFF}/why/{{passed}}"),
    "why, unknown number": Row(f"{STAFF}/why/ZZZ"),
    "kiosk": Row(KIOSK, "kiosk", "kiosk"),
    "kiosk, east": Row("/kiosk/city-hall/kiosk2", "kiosk", "kiosk"),
    "kiosk of the branch": Row("/kiosk/minami-center/minami1", "kiosk", "kiosk"),
    "kiosk, not enrolled": Row(KIOSK, "desk", None),
    "screen, hall": screen("hall1"),
    "screen, two languages": screen("info"),
    "screen, counter": screen("counter3"),
    "screen, pick-up": screen("pickup"),
}
"""The pad's sheets stand apart: they have the size of their paper."""

IN_ENGLISH = [
    *("start", "board, one service", "board, every day and hour", "share", "embed, one service"),
    *("ticket, waiting", "ticket, called", "ticket, absent", "ticket, family", "ticket, done"),
    *("ticket of yesterday", "page, unknown", "sign-in", "staff list", "desk, closed", "desk, at work"),
    *(
        "desk, opened by another",
        "desk, who may not hear",
        "desk, another call",
        "desk, services",
        "desk, transfer",
    ),
    *(
        "desk, department",
        "desk, pause",
        "desk, keys",
        "pick-up",
        "reception, with a ticket",
        "pad",
        "department",
    ),
    *(
        "devices",
        "today",
        "today, closed",
        "report",
        "why",
        "why, one number",
        "why, unknown number",
        "kiosk",
    ),
    "kiosk, not enrolled",
]
SCREENS_LIKE_OTHERS = {f"group-{n}" for n in range(3, 9)}
"""Screens of the ticket machine that differ from another only in their words."""


def filled_kiosk(kiosk: Any, hall: Any) -> None:
    """Puts something on every screen of the ticket machine, whatever its language."""
    body = {"services": ["seal", "pension"], "channel": "kiosk", "kiosk": "kiosk1"}
    code = hall.call("POST", f"{SITE}/tickets", body, role="kiosk").json["token"]
    kiosk.locator("[data-go=needs]").first.click()
    kiosk.locator("[data-need]").first.click()
    kiosk.locator("[data-act=needs-done]").click()
    kiosk.locator("[data-go=group-4]").click()
    kiosk.locator("[data-service=pension]").click()
    kiosk.locator("[data-act=issue]:visible").click()
    expect(kiosk.locator("[data-screen=given]")).to_be_visible()
    kiosk.locator("[data-go=pin]").click()
    for digit in PIN:
        kiosk.locator(f'[data-digit="{digit}"]').click()
    kiosk.locator("[data-act=pin-enter]").click()
    expect(kiosk.locator("[data-screen=staff]")).to_be_visible()
    hold_to_reader(kiosk, code)
    expect(kiosk.locator("[data-screen=found]")).to_be_visible()
    kiosk.locator("[data-scan=wrong-service]").click()
    expect(kiosk.locator("[data-screen=found-instead]")).to_be_visible()


def act(hall: Any, path: str, body: Any = None) -> Any:
    """A POST of staff below the site; its JSON."""
    answer = hall.call("POST", f"{SITE}/{path}", body or {}, role="staff")
    assert answer.status in (200, 201), answer.body
    return answer.json


def called(hall: Any, counter_id: str, service: str, *then: str, **more: Any) -> dict[str, Any]:
    """A ticket that a counter calls, and what follows there."""
    ticket: dict[str, Any] = issue(hall, service, **more)
    counter(hall, counter_id, "call", {"number": ticket["number"]})
    for action in then:
        counter(hall, counter_id, action)
    return ticket


IN_TROUBLE = ("printers.kiosk2.device=tcp://127.0.0.1:9", "printers.kiosk2.expires_s=1")
"""Options of a hall with a printer that is not there: its pages of staff say so, its ticket machine too."""


def without_paper(hall: Any) -> None:
    """Numbers whose paper does not come, once staff are told so."""
    tickets = [issue(hall, "water") for _ in range(2)]
    for ticket in tickets:
        act(hall, f"tickets/{ticket['id']}/reprint", {"printer": "kiosk2"})
    until = time.monotonic() + 20
    while time.monotonic() < until:
        found = hall.call("GET", f"{SITE}/devices", role="staff").json
        if {row["number"] for row in found["unprinted"]} == {ticket["number"] for ticket in tickets}:
            return
        time.sleep(0.05)
    raise AssertionError(found)


def people_everywhere(hall: Any) -> dict[str, str]:
    """Fills the city hall, so that every list has somebody in it; tokens and numbers by the names of ``ROWS``."""
    for counter_id in ("1", "2", "3", "5", "8", "12", "13", "14", "21", "22", "32"):
        counter(hall, counter_id, "open")
    facts = {
        "done": called(hall, "32", "water", "start", "finish")["token"],
        "held": called(hall, "22", "housing", "hold")["token"],
        "absent": called(hall, "22", "housing", "recall", "no-show")["token"],
        "working": called(hall, "22", "housing", "await-pickup")["token"],
        "called": called(hall, "12", "child-allowance", needs=["wheelchair"])["token"],
    }
    called(hall, "21", "school", needs=["hearing", "sign"], lang="en")
    cancelled = issue(hall, "water")
    act(hall, f"tickets/{cancelled['id']}/cancel")
    carried = issue(hall, "water")
    act(hall, f"tickets/{carried['id']}/carry")
    family = act(
        hall,
        "tickets",
        {"services": ["moving", "health-insurance", "nursery"], "channel": "staff", "lang": "vi"},
    )
    counter(hall, "8", "call", {"number": family["number"]})
    counter(hall, "8", "hand-off", {"department": "KOKUHO", "title": "保険証"})
    counter(hall, "8", "finish")
    for priority, needs in (("infant", ["wheelchair", "infant"]), (None, ["hearing"]), (None, ["sight"])):
        issue(hall, "moving", needs=needs, units=2, lang="vi", priority=priority)
        issue(hall, "koseki", priority=priority)
    for action in ("hold", "no-show"):
        counter(hall, "3", "call-next")
        counter(hall, "3", action)
    passed = called(hall, "1", "certificates")
    note = {"service": "moving", "keep_place": True, "note": "ID checked"}
    counter(hall, "1", "transfer", note)
    facts["serving"] = called(hall, "3", "moving", "recall", "start", needs=["writing"], priority="infant")[
        "token"
    ]
    picked = [issue(hall, "certificates", needs=["writing"]) for _ in range(6)]
    for ticket in picked:
        counter(hall, "2", "call", {"number": ticket["number"]})
        counter(hall, "2", "await-pickup")
    numbers = [ticket["number"] for ticket in picked]
    counter(hall, "5", "call-many", {"numbers": numbers[:3]})
    counter(hall, "5", "no-show", {"number": numbers[0]})
    for handoff in hall.call("GET", f"{SITE}/departments/SHIMIN/handoffs", role="staff").json["handoffs"]:
        if handoff["ticket"]["number"] in numbers[4:]:
            act(hall, f"handoffs/{handoff['id']}/done")
    for service in ("nursery", "nursery", "pension", "child-allowance"):
        issue(hall, service)
    waiting = [issue(hall, "certificates") for _ in range(3)][-1]
    counter(hall, "14", "pause", {"reason": "lunch"})
    without_paper(hall)
    return facts | {
        "waiting": waiting["token"],
        "number": waiting["number"],
        "called_number": numbers[1],
        "ready_called": picked[1]["token"],
        "called_pickup": numbers[2],
        "ready": numbers[4],
        "cancelled": cancelled["token"],
        "carried": carried["token"],
        "family": family["token"],
        "passed": passed["number"],
        "other": hall.token("staff", "city-hall"),
    }
