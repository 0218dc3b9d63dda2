"""What happens at the reception on a day: each walk from the person at the desk to the counter that serves them."""

import re

import reading
from at_the_hall import SITE, counter, drawn, find, issue
from playwright.sync_api import expect

PAGE = "/staff/city-hall/reception"


def called(hall, counter_id):
    """The number that a counter calls next."""
    return counter(hall, counter_id, "call-next")["ticket"]["number"]


def tab_to(page, wanted):
    """Press Tab until something has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if wanted.evaluate("e => e === document.activeElement"):
            return
    raise AssertionError(f"{wanted} is not reached")


def test_a_wrong_purpose_is_mended_at_the_reception(hall, open_page):
    """Somebody took a number for a family register certificate and wants to report a birth."""
    for counter_id in ("1", "3"):
        counter(hall, counter_id, "open")
    wrong = issue(hall, "koseki-certificates", channel="kiosk", kiosk="kiosk1")
    later = issue(hall, "koseki")["number"]
    phone = open_page(hall, f"/t/{wrong['token']}")
    desk = open_page(hall, PAGE, "desk", role="staff")
    # with the keyboard alone
    desk.keyboard.press("/")
    desk.keyboard.type(wrong["number"])
    desk.keyboard.press("Enter")
    whole = desk.locator(f'article[data-ticket="{wrong["number"]}"]')
    expect(whole).to_be_visible()
    tab_to(desk, whole.get_by_text("用件を変える").first)
    desk.keyboard.press("Enter")
    choice = whole.get_by_label("新しい用件")
    tab_to(desk, choice)
    while choice.input_value() != "koseki":
        desk.keyboard.press("ArrowDown")
    tab_to(desk, whole.get_by_role("button", name="用件を変える"))
    desk.keyboard.press("Enter")
    expect(whole.locator(".lines").first).to_contain_text("戸籍の届出")
    expect(whole.get_by_role("button", name="再発行する")).to_be_visible()
    expect(phone.get_by_text("用件: 戸籍の届出")).to_be_visible()
    # the number on the paper stays, and so does the place of who came first
    assert called(hall, "3") == wrong["number"]
    assert called(hall, "3") == later


def test_the_pad_is_printed_and_its_numbers_come_in_their_order(hall, open_page):
    """The power failed at 9:10: numbers by hand until it came back, machine numbers since."""
    machine = issue(hall, "health-insurance", channel="kiosk", kiosk="kiosk2")["number"]
    pad = open_page(hall, f"{PAGE}/pad", "desk", role="staff")
    pad.get_by_label("枚数").fill("14")
    with pad.context.expect_page() as opened:
        pad.get_by_role("button", name="印刷する紙を見る").click()
    sheets = opened.value
    expect(sheets.locator(".slip")).to_have_count(14)
    expect(sheets.locator(".slip").first).to_contain_text("Z01")
    expect(sheets.locator(".slip").first).to_contain_text("青葉浜市 市役所")
    pdf = sheets.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 2
    assert set(re.findall(rb"/MediaBox\s*\[0 0 (\d+)[.\d]* (\d+)", pdf)) == {(b"594", b"841")}

    # afterwards, with keys alone and without looking up: the second and the fourth row are wrong at first
    pad.bring_to_front()
    pad.get_by_label("1行目の番号").select_text()
    rows = pad.locator("tbody tr")
    for number, purpose, written in (
        ("Z01", "国保", "0931"),
        ("A02", "国民健康保険", "0912"),
        ("Z03", "国民健康保険", "9:20"),
        ("Z04", "国民健康保険", "9:75"),
    ):
        pad.keyboard.type(number)
        pad.keyboard.press("Tab")  # which selects what stands there
        pad.keyboard.type(purpose)
        pad.keyboard.press("Tab")
        pad.keyboard.type(written)
        pad.keyboard.press("Enter")
    expect(rows.nth(0)).to_contain_text("入りました")
    expect(rows.nth(2)).to_contain_text("入りました")
    expect(rows.nth(1).get_by_role("alert")).to_contain_text("A02")
    expect(rows.nth(3).get_by_role("alert")).to_contain_text("9:75")
    # nothing is lost by a reload; what is mended is entered
    pad.reload()
    expect(rows).to_have_count(3)
    wrong = rows.first.get_by_label("番号")
    expect(wrong).to_have_value("A02")
    wrong.fill("Z02")
    wrong.press("Enter")
    expect(rows.first).to_contain_text("入りました")
    written_at = rows.nth(1).get_by_label("時刻")
    written_at.fill("0945")
    written_at.press("Enter")
    expect(rows.nth(1)).to_contain_text("入りました")

    counter(hall, "8", "open")
    assert [called(hall, "8") for _ in range(5)] == ["Z02", "Z03", "Z01", "Z04", machine]


def test_who_came_late_is_brought_back(hall, open_page):
    """Back from lunch with the paper in the hand: scanned at the desk, two others go first."""
    counter(hall, "14", "open")
    late = issue(hall, "nursery")
    others = [issue(hall, "nursery")["number"] for _ in range(3)]
    assert called(hall, "14") == late["number"]
    counter(hall, "14", "no-show")
    phone = open_page(hall, f"/t/{late['token']}")
    desk = open_page(hall, PAGE, "desk", role="staff")
    desk.keyboard.press("/")
    desk.keyboard.type(late["url"])
    desk.keyboard.press("Enter")
    whole = desk.locator(f'article[data-ticket="{late["number"]}"]')
    expect(whole).to_contain_text("お呼びしましたが来ていません")
    expect(whole).to_contain_text("14番窓口")
    whole.get_by_role("button", name="列に戻す（2人のあと）").click()
    expect(whole).to_contain_text("前に2人")
    expect(phone.get_by_text("順番をお待ちください", exact=True)).to_be_visible()
    assert [called(hall, "14") for _ in range(4)] == [*others[:2], late["number"], others[2]]


def test_a_child_who_taps_is_cleared_away_at_once(hall, open_page):
    """Ten numbers of one purpose within a minute; the real ones before and after stay."""
    before = issue(hall, "seal", channel="kiosk", kiosk="kiosk1")["number"]
    played = []
    while len(played) < 10:
        answer = hall.call(
            "POST",
            f"{SITE}/tickets",
            {"service": "water", "channel": "kiosk", "kiosk": "kiosk1"},
            role="kiosk",
        )
        if answer.status == 429:  # the kiosk rests: the child waits and goes on
            step(hall, answer.json["facts"]["seconds"])
        else:
            played.append(answer.json["number"])
    desk = open_page(hall, PAGE, "desk", role="staff")
    line = desk.locator(".burst")
    expect(line).to_contain_text("正面玄関の発券機")
    expect(line).to_contain_text("続けて10枚")
    line.get_by_role("button", name="まとめて取消").click()
    expect(desk.get_by_text("10件を選んでいます")).to_be_visible()
    ticks = desk.locator("[data-tick]")
    expect(ticks).to_have_count(10)
    asked = []
    desk.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    desk.get_by_label("理由").fill("お子さんのいたずら")
    desk.keyboard.press("Enter")
    expect(line).to_have_count(0)
    assert "10件" in asked[0]
    states = {
        row["number"]: row["state"]
        for row in hall.call("GET", f"{SITE}/tickets", role="staff").json["tickets"]
    }
    assert [states[number] for number in played] == ["cancelled"] * 10
    assert states[before] == "waiting"


def step(hall, seconds):
    """Hall time goes on by so many seconds."""
    from datetime import datetime, timedelta

    now = datetime.fromisoformat(hall.call("GET", "/api/v1/clock").json["now"])
    answer = hall.call(
        "POST", "/api/v1/clock", {"to": (now + timedelta(seconds=seconds)).isoformat()}, role="staff"
    )
    assert answer.status == 200, answer.body


def test_three_purposes_sign_language_and_vietnamese(hall, open_page):
    """A family from Vietnam at the desk: one number for everything, and what is needed is seen where it counts."""
    for counter_id in ("12", "15"):
        counter(hall, counter_id, "open")
    desk = open_page(hall, PAGE, "desk", role="staff")
    desk.keyboard.press("n")
    for typed in ("児童手当", "課税", "nhận thẻ"):
        desk.keyboard.type(typed)
        desk.keyboard.press("Enter")
    chosen = desk.locator("[data-part=chosen] button")
    expect(chosen).to_have_count(3)
    expect(chosen.last).to_contain_text("マイナンバーカードの受け取り")
    desk.get_by_label("手話").check()
    desk.locator("#lang").select_option("vi")
    desk.get_by_role("button", name="発行する").click()
    expect(desk.get_by_text("番号札を印刷しました。")).to_be_visible()
    number = desk.locator("[data-part=number]").inner_text()

    paper = drawn(hall.tickets, number)
    assert reading.number(paper)[0] == number
    token = reading.qr_codes(paper)[0].rsplit("/", 1)[1]
    phone = open_page(hall, f"/t/{token}?lang=vi")
    expect(phone.locator("[data-part=number]")).to_have_text(number)

    console = open_page(hall, "/staff/city-hall/counter/12", "desk", role="staff")
    expect(console.locator("[data-now-part=queues]")).to_contain_text(number)
    console.keyboard.press("n")
    here = console.locator("[data-now-part=here]")
    expect(here).to_contain_text(number)
    expect(here).to_contain_text("手話")
    whole = find(desk, number)
    expect(whole).to_contain_text("12番窓口でお呼びしています")
    expect(whole).to_contain_text("ベトナム語")
