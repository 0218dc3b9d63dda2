"""The staff mode behind the PIN, the QR reader, and the machine with the keyboard alone."""

import re

import pytest
from at_the_hall import SITE, issue
from at_the_kiosk import PAGE, PIN, hold_to_reader, kiosk_hall, open_staff_mode, purpose, scanned, tickets
from playwright.sync_api import expect


@pytest.fixture(scope="module")
def hall(module_server, tmp_path_factory):
    pin = "sites.city-hall.kiosks.kiosk2.staff_pin=env:AOBAHAMA_KIOSK_PIN"
    return kiosk_hall(module_server, tmp_path_factory.mktemp("tickets"), pin)


# --- the staff mode -----------------------------------------------------------------------------------------


def test_staff_see_how_full_it_is_and_print_again(hall, open_page):
    issue(hall, "koseki")
    kiosk = open_page(hall, PAGE, "kiosk", role="kiosk")
    purpose(kiosk, "くらし・相談", "市営住宅")
    expect(kiosk.get_by_text("番号札をお取りください", exact=True)).to_be_visible(timeout=15_000)
    number = kiosk.locator("[data-part=number]").inner_text()
    kiosk.locator("[data-part=done]").click()
    open_staff_mode(kiosk)
    expect(kiosk.get_by_text(re.compile(r"プリンター：使えます（\d+:\d\dから）"))).to_be_visible()
    expect(kiosk.locator(".desk__queues")).to_contain_text("戸籍の届出")
    row = kiosk.locator(".desk__numbers > li").filter(has_text=number)
    expect(row).to_contain_text("印刷済み")
    row.get_by_role("button", name=f"{number}を再印刷").click()
    expect(kiosk.get_by_text(f"{number}を印刷しています")).to_be_visible()
    for _ in range(150):
        if len(list(hall.tickets.glob(f"{number}-*.png"))) == 2:
            break
        kiosk.wait_for_timeout(100)
    assert len(list(hall.tickets.glob(f"{number}-*.png"))) == 2


def test_it_ends_by_itself_and_forgets_the_pin(hall, open_page):
    kiosk = open_page(hall, PAGE, "kiosk", role="kiosk")
    kiosk.clock.install()
    kiosk.get_by_role("button", name="職員用").click()
    kiosk.keyboard.type(PIN)  # a keyboard works as well as the pad
    kiosk.keyboard.press("Enter")
    expect(kiosk.get_by_role("heading", name="お待ちのかた")).to_be_visible()
    kiosk.clock.run_for(45_000)
    expect(kiosk.locator("[data-part=staff-idle]")).to_contain_text("秒で終わります")
    kiosk.clock.run_for(16_000)
    expect(kiosk.get_by_role("heading", name="ご用件のボタンを押してください")).to_be_visible()
    assert kiosk.locator(".desk__numbers > li").count() == 0
    kiosk.get_by_role("button", name="職員用").click()
    kiosk.get_by_role("button", name="開く").click()
    expect(kiosk.get_by_role("heading", name="お待ちのかた")).to_be_hidden()


def test_five_wrong_pins_lock_it_for_the_right_one_too(hall, open_page):
    kiosk = open_page(hall, "/kiosk/city-hall/kiosk2", "kiosk", role="kiosk")
    open_staff_mode(kiosk, "1234")
    expect(kiosk.get_by_text("あと4回まちがえると")).to_be_visible()
    for _ in range(4):
        body = {"pin": "0000"}
        hall.call("POST", f"{SITE}/kiosks/kiosk2/staff/look", body, role="kiosk")
    for digit in PIN:
        kiosk.locator(f'[data-digit="{digit}"]').click()
    kiosk.get_by_role("button", name="開く").click()
    expect(kiosk.get_by_text("あと約5分お待ちください")).to_be_visible()


def test_without_a_pin_there_is_no_staff_mode(bench_server, open_page):
    kiosk = open_page(bench_server, "/kiosk/bench/kiosk1", "kiosk", role="kiosk")
    expect(kiosk.get_by_role("button", name="職員用")).to_have_count(0)


# --- the reader ---------------------------------------------------------------------------------------------


def test_the_reader_presses_no_button_and_believes_no_bare_number(hall, open_page):
    ticket = issue(hall, "water")
    kiosk = open_page(hall, PAGE, "kiosk", role="kiosk")
    kiosk.get_by_role("button", name="健康保険・年金").click()
    kiosk.locator('[data-service="pension"]').focus()
    before = len(tickets(hall))
    hold_to_reader(kiosk, ticket["token"].replace("_", "="))  # a reader set to another keyboard
    expect(kiosk.locator("[data-part=found-number]")).to_have_text(ticket["number"])
    assert len(tickets(hall)) == before
    kiosk.get_by_role("button", name="終わる").click()
    hold_to_reader(kiosk, ticket["number"])
    expect(kiosk.locator("[data-screen=found]")).to_be_hidden()
    hold_to_reader(kiosk, f"{hall.url}/t/AAAAAAAAAAAAAAAAAAAAAA")
    expect(kiosk.get_by_role("heading", name="番号札を読み取れませんでした")).to_be_visible()


def test_the_reader_is_heard_on_every_screen(hall, open_page):
    """It types a whole address fast, with the shift key where a letter is large, and Enter."""
    ticket = issue(hall, "water")
    kiosk = open_page(hall, PAGE, "kiosk", role="kiosk")
    found = kiosk.locator("[data-screen=found]")
    names = kiosk.evaluate("[...document.querySelectorAll('[data-screen]')].map((s) => s.dataset.screen)")
    before = len(tickets(hall))
    for name in names:
        if name in ("busy", "resting"):  # a number is on its way, or nobody may use the machine
            continue
        kiosk.evaluate("name => document.querySelector('kiosk-screen').screens.show(name)", name)
        hold_to_reader(kiosk, ticket["url"])
        expect(found, name).to_be_visible()
        expect(kiosk.locator("[data-part=found-number]"), name).to_have_text(ticket["number"])
        kiosk.evaluate("document.querySelector('kiosk-screen').reset()")
    kiosk.evaluate("document.querySelector('[data-part=still]').showModal()")
    hold_to_reader(kiosk, ticket["url"])
    expect(found).to_be_visible()
    expect(kiosk.locator("[data-part=still]")).to_be_hidden()
    assert len(tickets(hall)) == before
    assert scanned(hall, ticket["token"])["ticket"]["state"] == "waiting"


def test_a_holder_changes_the_language_prints_large_and_cancels(hall, open_page):
    ticket = issue(hall, "water")
    kiosk = open_page(hall, PAGE, "kiosk", role="kiosk")
    hold_to_reader(kiosk, ticket["url"])
    found = kiosk.locator("[data-screen=found]")
    found.get_by_role("button", name="言語を変える").click()
    kiosk.locator("[data-screen=found-language]").get_by_role("button", name="English").click()
    expect(found).to_contain_text("これからのご案内は、この言語になります。")
    found.get_by_role("button", name="大きな文字で印刷する").click()
    expect(found).to_contain_text("大きな文字の番号札を印刷しています。")
    found.get_by_role("button", name="番号札を取り消す").click()
    expect(kiosk.get_by_role("heading", name=f"番号札 {ticket['number']} を取り消しますか")).to_be_visible()
    kiosk.get_by_role("button", name="取り消さない").click()
    found.get_by_role("button", name="番号札を取り消す").click()
    kiosk.get_by_role("button", name="取り消す", exact=True).click()
    expect(found).to_contain_text("番号札を取り消しました。")
    expect(found.locator("[data-may]:visible")).to_have_count(0)


# --- with the keyboard alone --------------------------------------------------------------------------------


def test_two_purposes_with_the_keyboard_alone(hall, open_page):
    kiosk = open_page(hall, PAGE, "kiosk", role="kiosk")

    def press(name, key="Enter"):
        expect(kiosk.locator("[data-calm][inert]:visible")).to_have_count(0)  # buttons rest for a moment
        for _ in range(40):
            kiosk.keyboard.press("Tab")
            if kiosk.evaluate("document.activeElement.textContent").strip().startswith(name):
                kiosk.keyboard.press(key)
                return
        raise AssertionError(f"{name} is not reached")

    press("ご用件が2つ以上ある")
    press("健康保険・年金")
    expect(kiosk.locator("#group-4-title")).to_be_focused()
    press("国民年金", "Space")
    expect(kiosk.locator("#check-title")).to_be_focused()
    press("2つ目の用件を選ぶ")
    press("くらし・相談")
    press("市営住宅")
    expect(kiosk.locator(".review__row > b")).to_have_text(["国民年金", "市営住宅"])
    press("番号札を発行する")
    expect(kiosk.locator("#given-title")).to_be_focused()
    expect(kiosk.get_by_role("button", name="終わる")).to_be_visible(timeout=15_000)
    press("終わる")
    expect(kiosk.locator("#home-title")).to_be_focused()
    assert tickets(hall)[-1]["services"] == ["pension", "housing"]
