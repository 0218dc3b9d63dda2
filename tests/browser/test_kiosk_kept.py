"""A number without paper is on the screen only: nothing takes it away before somebody says that it is noted."""

import re

import pytest
from at_the_hall import SITE, issue
from at_the_kiosk import PAGE, hold_to_reader, kiosk_hall, open_staff_mode, purpose, tickets
from playwright.sync_api import expect

KEPT = "Object.keys(sessionStorage).length"


@pytest.fixture(scope="module")
def hall(module_server, tmp_path_factory):
    """Its first ticket machine cannot print, the second one can."""
    gone = "printers.kiosk1.device=file:///nowhere/printer"
    return kiosk_hall(module_server, tmp_path_factory.mktemp("tickets"), gone)


@pytest.fixture
def kiosk(hall, open_page):
    """The machine with a number that is on its screen only; the number is ``kiosk.number``."""
    kiosk = open_page(hall, PAGE, "kiosk", role="kiosk")
    purpose(kiosk, "健康保険・年金", "国民年金")
    expect(given(kiosk)).to_be_visible()
    kiosk.number = number(kiosk).inner_text()
    return kiosk


def given(kiosk):
    return kiosk.locator("[data-screen=given]")


def number(kiosk):
    return given(kiosk).locator("[data-part=number]")


def still_there(kiosk):
    """The number, a picture of its code that can be read, and the button."""
    expect(given(kiosk)).to_be_visible()
    expect(number(kiosk)).to_have_text(kiosk.number)
    kiosk.wait_for_function("document.querySelector('[data-part=qr]').naturalWidth > 0")
    expect(given(kiosk).locator("[data-part=done]")).to_be_visible()


def test_it_stays_in_another_language(kiosk):
    kiosk.get_by_role("link", name="English").click()
    expect(kiosk.locator("html")).to_have_attribute("lang", "en")
    still_there(kiosk)
    expect(given(kiosk)).to_contain_text("Your number")
    kiosk.go_back()
    kiosk.go_forward()
    still_there(kiosk)
    kiosk.get_by_role("button", name=re.compile("noted", re.IGNORECASE)).click()
    expect(kiosk.get_by_role("heading", name="ご用件のボタンを押してください")).to_be_visible()
    assert kiosk.evaluate(KEPT) == 0
    kiosk.reload()
    expect(kiosk.get_by_role("heading", name="ご用件のボタンを押してください")).to_be_visible()


def test_it_stays_while_the_server_is_away(kiosk):
    kiosk.route("**/*", lambda route: route.abort())
    with kiosk.expect_event("requestfailed", lambda request: "lang=en" in request.url):
        kiosk.get_by_role("link", name="English").click()
    expect(given(kiosk)).to_be_visible()
    expect(number(kiosk)).to_have_text(kiosk.number)
    assert "/kiosk/" in kiosk.url


def test_the_next_ones_paper_is_read_and_it_comes_back(hall, kiosk):
    other = issue(hall, "water")
    hold_to_reader(kiosk, other["url"])
    expect(kiosk.locator("[data-part=found-number]")).to_have_text(other["number"])
    kiosk.get_by_role("button", name="終わる").click()
    still_there(kiosk)
    hold_to_reader(kiosk, f"{hall.url}/t/AAAAAAAAAAAAAAAAAAAAAA")
    kiosk.get_by_role("button", name="最初にもどる").click()
    still_there(kiosk)
    hold_to_reader(kiosk, other["url"])
    kiosk.get_by_role("button", name="用件を選び直す").click()
    purpose(kiosk, "健康保険・年金", "国民年金")
    expect(kiosk.locator("[data-part=found-number]")).to_have_text(other["number"])
    kiosk.get_by_role("button", name="終わる").click()
    still_there(kiosk)


def test_a_scan_that_nobody_ends_gives_it_back(hall, kiosk):
    kiosk.clock.install()
    hold_to_reader(kiosk, issue(hall, "water")["url"])
    expect(kiosk.locator("[data-screen=found]")).to_be_visible()
    kiosk.clock.run_for(46_000)
    expect(kiosk.get_by_role("dialog")).to_be_visible()
    kiosk.clock.run_for(21_000)
    still_there(kiosk)


def test_staff_mode_and_a_new_load_give_it_back(kiosk):
    open_staff_mode(kiosk)
    expect(kiosk.locator("[data-screen=staff]")).to_be_visible()
    kiosk.locator("[data-screen=staff] [data-act=leave]").click()
    still_there(kiosk)
    kiosk.keyboard.press("Escape")
    kiosk.reload()
    still_there(kiosk)
    kiosk.goto("about:blank")  # as the keeper of the machine does while the server is away
    kiosk.go_back()
    still_there(kiosk)


def test_a_new_load_before_the_answer_gives_the_same_number(hall, open_page):
    kiosk = open_page(hall, PAGE, "kiosk", role="kiosk")
    before = {ticket["number"] for ticket in tickets(hall)}
    lost = []

    def lose_the_first(route):
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch().json()["number"])
            kiosk.evaluate("location.reload()")

    kiosk.route(f"**{SITE}/tickets", lose_the_first)
    purpose(kiosk, "健康保険・年金", "国民年金")
    expect(given(kiosk)).to_be_visible()
    expect(number(kiosk)).to_have_text(lost[0])
    assert {ticket["number"] for ticket in tickets(hall)} - before == set(lost)


def test_a_number_on_paper_is_not_kept(hall, open_page):
    kiosk = open_page(hall, PAGE.replace("kiosk1", "kiosk2"), "kiosk", role="kiosk")
    purpose(kiosk, "健康保険・年金", "国民年金")
    expect(given(kiosk)).to_contain_text("番号札をお取りください")
    mine = number(kiosk).inner_text()
    kiosk.get_by_role("link", name="English").click()
    expect(given(kiosk)).to_contain_text("Your number")
    expect(number(kiosk)).to_have_text(mine)
    expect(kiosk.get_by_role("button", name="Finish")).to_be_visible()
    hold_to_reader(kiosk, issue(hall, "water")["url"])
    expect(kiosk.locator("[data-screen=found]")).to_be_visible()
    assert kiosk.evaluate(KEPT) == 0
    kiosk.get_by_role("button", name="Finish").click()
    expect(kiosk.get_by_role("heading", name="ご用件のボタンを押してください")).to_be_visible()
    assert kiosk.evaluate(KEPT) == 0
