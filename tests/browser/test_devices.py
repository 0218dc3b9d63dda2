"""A printer in trouble: what staff see on every page, what the ticket machine says, how the paper still comes."""

import re
import time

import pytest
from at_the_hall import SITE, drawn, hall_options
from at_the_kiosk import PAGE as KIOSK
from at_the_kiosk import purpose
from playwright.sync_api import expect
from simulator import Simulator  # the printers' simulator, beside their tests
from simulator_tcp import TcpPlug

DEVICES = "/staff/city-hall/devices"
OWN = "正面玄関の発券機のプリンター"
SOON = 20_000  # ms: pages ask every five seconds


@pytest.fixture(scope="module")
def machine():
    """The printer of the first ticket machine, at the byte level."""
    machine = Simulator(buffer=65536)
    plug = TcpPlug(machine)
    machine.url = plug.url
    yield machine
    plug.end()
    machine.end()


@pytest.fixture(scope="module")
def hall(module_server, tmp_path_factory, machine):
    """Aobahama whose first ticket machine prints on ``machine``; the other one's printer is not there."""
    tickets = tmp_path_factory.mktemp("tickets")
    sets = (
        f"printers.kiosk1.device={machine.url}",
        "printers.kiosk2.device=tcp://127.0.0.1:9",
        "printers.kiosk2.fallback=reception",
        "sites.city-hall.queue.kiosk_tickets=0",
    )
    options = [part for value in sets for part in ("--set", value)]
    server = module_server("aobahama", *hall_options(tickets), *options)
    server.tickets = tickets
    until(server, "kiosk2", "offline")
    return server


@pytest.fixture(autouse=True)
def well(hall, machine):
    """Each test finds the printer ready, whatever the last one did to it."""
    machine.close_cover()
    machine.new_roll()
    until(hall, "kiosk1", "ready")


def until(hall, printer, state):
    """Wait until the server knows the state of a printer."""
    for _ in range(400):
        found = hall.call("GET", f"{SITE}/devices", role="staff").json["devices"]
        told = next(each["state"] for each in found if (each["kind"], each["id"]) == ("printer", printer))
        if told == state:
            return
        time.sleep(0.05)
    raise AssertionError(f"{printer} is {told}")


def look_now(page):
    """As when somebody comes back to the page."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def ask_now(kiosk):
    kiosk.evaluate("document.querySelector('kiosk-screen').paper.look()")


def card(page, name):
    return page.locator(".device").filter(has=page.get_by_role("heading", name=name, exact=True))


def housing(kiosk):
    """Take a number for housing; what is said of its paper, and the number."""
    purpose(kiosk, "くらし・相談", "市営住宅")
    given = kiosk.locator("[data-screen=given]")
    expect(given).to_be_visible()
    return given.locator("[data-part=paper]"), given.locator("[data-part=number]").inner_text()


# --- staff --------------------------------------------------------------------------------------------------


def test_an_open_cover_stands_on_every_page_of_staff_until_it_is_closed(hall, machine, open_page):
    paths = ("counter/3", "counter/5", "reception", "reception/pad", "today", "department/SHIMIN")
    pages = [open_page(hall, f"/staff/city-hall/{path}", "desk", role="staff") for path in paths]
    bars = [page.locator("device-bar") for page in pages]
    for bar in bars:
        expect(bar).to_contain_text(
            "東口の発券機（国保年金・介護・障害・子ども）のプリンター：つながりません"
        )
        expect(bar).not_to_contain_text(OWN)
    machine.open_cover()
    until(hall, "kiosk1", "cover_open")
    words = re.compile(OWN + r"：カバーが開いています（\d+:\d\dから）。カバーを閉めてください。")
    for bar in bars:
        expect(bar).to_contain_text(words, timeout=SOON)
    machine.close_cover()
    until(hall, "kiosk1", "ready")
    for page, bar in zip(pages, bars, strict=True):
        look_now(page)
        expect(bar).not_to_contain_text(OWN)
    pages[0].get_by_role("link", name="機器を見る").click()
    expect(pages[0].get_by_role("heading", name="機器", exact=True)).to_be_visible()


@pytest.mark.parametrize("path", ["counter/3", "reception", "today"])
def test_no_button_moves_when_a_device_fails_or_is_mended(hall, machine, open_page, path):
    page = open_page(hall, f"/staff/city-hall/{path}", "desk", role="staff")
    page.wait_for_load_state()
    page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
    where = """() => [...document.querySelectorAll('main button, main a, main input')]
      .filter((each) => each.checkVisibility()).map((each) => Math.round(each.getBoundingClientRect().top))"""
    before = page.evaluate(where)
    assert before
    bar = page.locator("device-bar")
    height = bar.bounding_box()["height"]
    machine.open_cover()
    until(hall, "kiosk1", "cover_open")
    look_now(page)
    expect(bar).to_contain_text(OWN)
    assert bar.bounding_box()["height"] > height
    expect(bar.get_by_text(OWN)).to_be_in_viewport(ratio=1)
    assert page.evaluate(where) == before
    page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
    before = page.evaluate(where)
    machine.close_cover()
    until(hall, "kiosk1", "ready")
    look_now(page)
    expect(bar).not_to_contain_text(OWN)
    assert page.evaluate(where) == before


def test_the_page_tells_every_device_and_follows(hall, machine, open_page):
    page = open_page(hall, DEVICES, "desk", role="staff")
    expect(card(page, OWN)).to_contain_text("使えます")
    expect(page.locator("device-bar")).to_have_count(0)
    gone = card(page, "東口の発券機（国保年金・介護・障害・子ども）のプリンター")
    expect(gone).to_contain_text("電源とネットワークのケーブルを確かめてください")
    expect(gone).to_contain_text("使えないときの代わり：総合案内のプリンター")
    machine.new_roll(3000)  # the sensor tells that it ends soon
    until(hall, "kiosk1", "paper_near_end")
    expect(card(page, OWN)).to_contain_text("用紙が残りわずか", timeout=SOON)
    expect(card(page, OWN)).to_contain_text("替えの用紙を用意してください")
    kiosk = open_page(hall, KIOSK, "kiosk", role="kiosk")
    expect(kiosk.locator("[data-part=before]")).to_be_hidden()  # that is told to staff alone
    look_now(page)
    expect(card(page, "正面玄関の発券機")).to_contain_text("動いています")


def test_a_paper_that_broke_off_is_listed_and_reissued_elsewhere(hall, machine, open_page):
    desk = open_page(hall, "/staff/city-hall/counter/22", "desk", role="staff")
    page = open_page(hall, DEVICES, "desk", role="staff")
    kiosk = open_page(hall, KIOSK, "kiosk", role="kiosk")
    machine.roll = 100  # rows: it ends in the middle of the ticket
    paper, number = housing(kiosk)
    expect(paper).to_have_attribute("data-kind", "warning", timeout=SOON)
    until(hall, "kiosk1", "paper_out")
    row = page.locator(f'.unprinted li[data-number="{number}"]')
    look_now(page)
    expect(row).to_contain_text("紙が出たか、分かりません")
    expect(row).to_contain_text("用紙切れ")
    look_now(desk)
    expect(desk.locator("device-bar")).to_contain_text(f"印刷できていない番号（1件）： {number}")
    expect(row.get_by_label("出す場所")).to_have_value("reception")  # what cannot print is not offered
    expect(row.locator("option")).to_have_text(["総合案内のプリンター"])
    row.get_by_role("button", name=f"再発行 {number}").click()
    expect(page.get_by_text(f"{number}を再発行しています（総合案内のプリンター）。")).to_be_visible()
    expect(row).to_have_count(0)
    expect(page.get_by_role("heading", name="機器", exact=True)).to_be_focused()
    drawn(hall.tickets, number).close()
    look_now(desk)
    expect(desk.locator("device-bar")).not_to_contain_text(number)


def test_an_administrator_sees_them_and_gives_no_paper(hall, machine, open_page):
    kiosk = open_page(hall, KIOSK, "kiosk", role="kiosk")
    machine.roll = 100
    _, number = housing(kiosk)
    until(hall, "kiosk1", "paper_out")
    page = open_page(hall, DEVICES, "desk", role="admin")
    expect(page.locator(f'.unprinted li[data-number="{number}"]')).to_be_visible()
    expect(page.get_by_role("button", name="再発行")).to_have_count(0)
    machine.new_roll()  # the printer goes on with what it had: the number has its paper after all
    until(hall, "kiosk1", "ready")
    expect(page.locator(f'.unprinted li[data-number="{number}"]')).to_have_count(0, timeout=SOON)


# --- the ticket machine -------------------------------------------------------------------------------------


def test_without_paper_the_kiosk_says_so_before_and_after_the_tap(hall, machine, open_page):
    kiosk = open_page(hall, KIOSK, "kiosk", role="kiosk")
    kiosk.clock.install()
    kiosk.reload()
    before = kiosk.locator("[data-part=before]")
    expect(before).to_be_hidden()
    machine.open_cover()
    until(hall, "kiosk1", "cover_open")
    kiosk.clock.run_for(6_000)
    expect(before).to_contain_text("ただいま、紙の番号札が出ません。番号は画面に出ます。")
    paper, _ = housing(kiosk)
    expect(paper).to_have_text("紙の番号札を印刷できません。番号をお控えください")
    expect(kiosk.locator("[data-screen=given] [data-part=qr]")).to_be_visible()
    expect(before).to_be_hidden()
    foot = kiosk.get_by_role("contentinfo")
    expect(foot).to_contain_text("お困りのときは、総合案内の職員にお知らせください。")
    kiosk.clock.run_for(300_000)
    expect(paper).to_be_visible()
    kiosk.get_by_role("button", name="番号を控えました").click()
    expect(before).to_be_visible()
    machine.close_cover()
    until(hall, "kiosk1", "ready")
    ask_now(kiosk)
    expect(before).to_be_hidden()


def test_a_paper_that_did_not_come_may_come_after_all(hall, machine, open_page):
    kiosk = open_page(hall, KIOSK, "kiosk", role="kiosk")
    machine.roll = 100
    paper, _ = housing(kiosk)
    expect(paper).to_have_attribute("data-kind", "warning", timeout=SOON)
    expect(kiosk.get_by_role("button", name="番号を控えました")).to_be_visible()
    machine.new_roll()
    expect(paper).to_have_text("番号札をお取りください", timeout=SOON)
    expect(kiosk.get_by_role("button", name="終わる")).to_be_visible()


def test_a_ticket_that_comes_out_elsewhere_says_where(hall, open_page):
    kiosk = open_page(hall, "/kiosk/city-hall/kiosk2", "kiosk", role="kiosk")
    expect(kiosk.locator("[data-part=before]")).to_have_text("番号札は「総合案内のプリンター」から出ます。")
    kiosk.locator("[data-go^=group]:visible").first.click()
    kiosk.locator("[data-service]:enabled:visible").first.click()
    given = kiosk.locator("[data-screen=given]")
    words = "番号札を「総合案内のプリンター」でお取りください"
    expect(given.locator("[data-part=paper]")).to_have_text(words, timeout=SOON)
    drawn(hall.tickets, given.locator("[data-part=number]").inner_text()).close()


def test_the_paper_itself_says_where_it_comes_out_however_late_the_printers_are_asked(hall, open_page):
    kiosk = open_page(hall, "/kiosk/city-hall/kiosk2", "kiosk", role="kiosk")
    well = {"prints": True, "state": "ready", "elsewhere": None}  # as it was before the printer's trouble
    kiosk.route("**/kiosks/kiosk2", lambda route: route.fulfill(json=well))
    ask_now(kiosk)
    expect(kiosk.locator("[data-part=before]")).to_be_hidden()
    kiosk.locator("[data-go^=group]:visible").first.click()
    kiosk.locator("[data-service]:enabled:visible").first.click()
    words = "番号札を「総合案内のプリンター」でお取りください"
    expect(kiosk.locator("[data-screen=given] [data-part=paper]")).to_have_text(words)


# --- the reception ------------------------------------------------------------------------------------------


def given_at(desk, printer):
    """A number given at the reception on a printer; what is said of its paper."""
    desk.locator("select[data-part=printer]").select_option(label=printer)
    desk.get_by_role("checkbox", name="戸籍の届出").check()
    desk.get_by_role("button", name="発行する", exact=True).click()
    expect(desk.locator("[data-part=issued]")).to_be_visible()
    return desk.locator("[data-part=paper]")


def test_the_reception_follows_a_paper_to_its_end(hall, machine, open_page):
    desk = open_page(hall, "/staff/city-hall/reception", "desk", role="staff")
    desk.clock.install()
    desk.reload()
    machine.roll = 100
    paper = given_at(desk, OWN)

    def later(seconds, *states):
        for _ in range(seconds):
            desk.clock.run_for(1000)
            desk.wait_for_timeout(50)  # the answers
            if paper.get_attribute("data-state") in states:
                return
        assert not states, paper.inner_text()

    later(200, "unknown")
    expect(paper).to_contain_text("出たかどうか")
    later(40)
    machine.new_roll()
    until(hall, "kiosk1", "ready")
    later(200, "confirmed")
    expect(paper).to_have_text("番号札を印刷しました。")


def test_the_reception_says_where_a_paper_comes_out(hall, open_page):
    desk = open_page(hall, "/staff/city-hall/reception", "desk", role="staff")
    paper = given_at(desk, "東口の発券機（国保年金・介護・障害・子ども）のプリンター")
    expect(paper).to_have_text("番号札を印刷しました。「総合案内のプリンター」から出ます。")
