"""Days of residents at the ticket machine, from their first touch to the counter."""

import time
from urllib.parse import urlsplit

import pytest
import reading
from at_the_hall import SITE, counter
from at_the_kiosk import PAGE, hold_to_reader, kiosk_hall, open_staff_mode, purpose, scanned
from PIL import Image
from playwright.sync_api import expect


@pytest.fixture(scope="module")
def hall(module_server, tmp_path_factory):
    server = kiosk_hall(module_server, tmp_path_factory.mktemp("tickets"))
    for counter_id in ("3", "8", "12"):
        counter(server, counter_id, "open")
    return server


def paper_code(hall, number):
    """What a reader reads from the paper of a number, once the printer has drawn it."""
    until = time.monotonic() + 15
    while time.monotonic() < until:
        for path in hall.tickets.glob(f"{number}-*.png"):
            return reading.qr_codes(Image.open(path))[0]
        time.sleep(0.05)
    raise AssertionError(f"no paper of {number}")


def taken(kiosk):
    """The number on the screen."""
    expect(kiosk.locator("[data-screen=given]")).to_be_visible()
    return kiosk.locator("[data-part=number]").inner_text()


def test_a_family_with_three_errands_on_one_number(hall, open_page):
    kiosk = open_page(hall, PAGE, "kiosk", role="kiosk")
    kiosk.get_by_role("button", name="ご用件が2つ以上ある").click()
    purpose(kiosk, "引っ越し・戸籍の届出", "引っ越しの届出")
    kiosk.get_by_role("button", name="住所の届出だけ").click()
    expect(kiosk.get_by_role("button", name="この用件だけで発行する")).to_be_visible()
    kiosk.get_by_role("button", name="2つ目の用件を選ぶ").click()
    purpose(kiosk, "健康保険・年金", "国民年金")
    kiosk.get_by_role("button", name="ほかの用件も追加する").click()
    expect(kiosk.get_by_text("選んだご用件: 引っ越しの届出・国民年金")).to_be_visible()
    purpose(kiosk, "子ども・子育て・学校", "児童手当・子ども医療費")
    kiosk.get_by_role("button", name="それでも番号札を取る").click()
    chosen = kiosk.locator(".review__row > b")
    expect(chosen).to_have_text(["引っ越しの届出", "国民年金", "児童手当・子ども医療費"])
    kiosk.get_by_role("button", name="番号札を発行する").click()
    number = taken(kiosk)
    expect(kiosk.locator("[data-part=purpose]")).to_have_text(
        "引っ越しの届出・国民年金・児童手当・子ども医療費"
    )

    # one paper, one page for all three, and each counter calls the same number after the other
    phone = open_page(hall, urlsplit(paper_code(hall, number)).path)
    expect(phone.locator("main")).to_contain_text("国民年金")
    expect(phone.locator("main")).to_contain_text("児童手当・子ども医療費")
    for at, name in (("3", "3番窓口"), ("8", "8番窓口"), ("12", "12番窓口")):
        assert counter(hall, at, "call-next")["ticket"]["number"] == number
        expect(phone.locator("main")).to_contain_text(name)
        counter(hall, at, "start")
        after = counter(hall, at, "finish")["ticket"]
        assert after["state"] == ("done" if at == "12" else "waiting")
    expect(phone.locator("main")).to_contain_text("手続きは終わりました")


def test_a_wrong_purpose_mended_at_the_kiosk(hall, open_page):
    kiosk = open_page(hall, PAGE, "kiosk", role="kiosk")
    purpose(kiosk, "引っ越し・戸籍の届出", "印鑑登録")
    number = taken(kiosk)
    code = paper_code(hall, number)
    kiosk.locator("[data-part=done]").click()

    kiosk.get_by_role("button", name="番号札をかざす").click()
    hold_to_reader(kiosk, code)
    found = kiosk.locator("[data-screen=found]")
    expect(found).to_contain_text(number)
    expect(found).to_contain_text("印鑑登録")
    found.get_by_role("button", name="用件を選び直す").click()
    expect(kiosk.get_by_text(f"番号札 {number} のご用件を選び直してください。")).to_be_visible()
    purpose(kiosk, "健康保険・年金", "国民年金")
    expect(found).to_contain_text("ご用件を変更しました。番号はそのままです。")
    expect(found.locator("[data-part=found-purpose]")).to_have_text("国民年金")

    assert counter(hall, "3", "call-next")["ticket"] is None
    assert counter(hall, "8", "call-next")["ticket"]["number"] == number
    counter(hall, "8", "start")
    counter(hall, "8", "finish")


def test_late_from_lunch_and_back_by_scanning_the_paper(hall, open_page):
    kiosk = open_page(hall, PAGE, "kiosk", role="kiosk")
    purpose(kiosk, "健康保険・年金", "国民年金")
    number = taken(kiosk)
    code = paper_code(hall, number)
    for action in ("call-next", "recall", "no-show"):
        assert counter(hall, "8", action)["ticket"]["number"] == number
    kiosk.locator("[data-part=done]").click()

    # no button needs to be pressed first: the reader works on every screen
    hold_to_reader(kiosk, code)
    found = kiosk.locator("[data-screen=found]")
    expect(found).to_contain_text("お呼びしましたが、いらっしゃいませんでした")
    found.get_by_role("button", name="受付にもどる").click()
    expect(found).to_contain_text("受付にもどりました")
    expect(found.get_by_role("button", name="受付にもどる")).to_be_hidden()
    assert counter(hall, "8", "call-next")["ticket"]["number"] == number


def test_the_child_who_taps(module_server, tmp_path, open_page):
    hall = kiosk_hall(module_server, tmp_path, "sites.city-hall.queue.kiosk_tickets=4")
    kiosk = open_page(hall, PAGE, "kiosk", role="kiosk")
    kiosk.clock.install()
    numbers = []
    for _ in range(4):
        purpose(kiosk, "引っ越し・戸籍の届出", "印鑑登録")
        numbers.append(taken(kiosk))
        kiosk.locator("[data-part=done]").click()
    purpose(kiosk, "引っ越し・戸籍の届出", "印鑑登録")
    expect(kiosk.get_by_role("heading", name="少しお待ちください")).to_be_visible()
    expect(kiosk.locator("[data-part=resting-left]")).to_contain_text("秒")
    kiosk.clock.run_for(25_000)  # by itself
    expect(kiosk.get_by_role("heading", name="ご用件のボタンを押してください")).to_be_visible()

    # somebody of the staff takes the four numbers back, but not the one of another visitor
    hall.call("POST", "/api/v1/clock", {"to": "2026-11-20T10:05+09:00"}, role="staff")
    purpose(kiosk, "健康保険・年金", "国民年金")
    other = taken(kiosk)
    kiosk.locator("[data-part=done]").click()
    open_staff_mode(kiosk)
    rows = kiosk.locator(".desk__numbers > li")
    expect(rows.locator("[data-part=row-number]")).to_have_text([other, *reversed(numbers)])
    for number in numbers:
        rows.filter(has_text=number).locator("label").click()
    expect(kiosk.get_by_text("4件を選択")).to_be_visible()
    kiosk.get_by_role("button", name="選んだ番号を取り消す").click()
    kiosk.get_by_role("dialog", name="4件の番号を取り消しますか").get_by_role(
        "button", name="取り消す"
    ).click()
    expect(kiosk.get_by_text("4件を取り消しました")).to_be_visible()
    expect(rows.filter(has_text="取消")).to_have_count(4)
    waiting = hall.call("GET", f"{SITE}/queue", role="staff").json["waiting"]
    assert [row["number"] for row in waiting] == [other]
    assert scanned(hall, paper_code(hall, numbers[0]))["ticket"]["state"] == "cancelled"
