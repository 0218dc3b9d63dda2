"""The end of a day and the morning after it; and why somebody went first, on paper."""

import time
from pathlib import Path

import pytest
from at_the_hall import SITE, counter, hall_options, issue, step
from at_the_kiosk import hold_to_reader
from fitness import faults
from playwright.sync_api import expect

TODAY = "/staff/city-hall/today"


@pytest.fixture(scope="module")
def hall(module_server, tmp_path_factory):
    """A Tuesday at one, whose time goes on only by steps; Wednesday is a business day too."""
    options = hall_options(tmp_path_factory.mktemp("tickets"), "2026-11-24T13:00+09:00")
    return module_server("aobahama", *options, "--speed", "0")


def day_is(hall, day):
    """Wait until the timekeeper has opened (or somebody closed) the day."""
    until = time.monotonic() + 8
    while hall.call("GET", f"{SITE}/board").json["day"] != day:
        assert time.monotonic() < until
        time.sleep(0.05)


def test_fourteen_people_wait_at_closing_time(hall, open_page):
    for counter_id in ("3", "4"):
        counter(hall, counter_id, "open")
    people = [issue(hall, "koseki") for _ in range(14)]
    numbers = [person["number"] for person in people]

    # a quarter of an hour before the end the machine gives no number that would come after it, and says why
    step(hall, "2026-11-24T17:02")
    kiosk = open_page(hall, "/kiosk/city-hall/kiosk1", "kiosk", role="kiosk")
    kiosk.get_by_role("button", name="引っ越し・戸籍の届出").click()
    button = kiosk.locator('[data-service="koseki"]')
    expect(button).to_be_disabled()
    shown = kiosk.locator("[data-why=estimate]:visible").first
    expect(shown).to_be_visible()
    body = {"service": "koseki", "channel": "kiosk", "kiosk": "kiosk1"}
    assert hall.call("POST", f"{SITE}/tickets", body, role="kiosk").json["code"] == "closing_estimate"

    # staff are advised to tell the hall, and do
    today = open_page(hall, TODAY, "desk", role="staff")
    asked = []
    row = today.get_by_role("row").filter(has_text="戸籍の届出")
    expect(row).to_contain_text("14人")
    expect(row).to_contain_text("終了まで順番が来ないため停止")
    today.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    today.get_by_role("button", name="このお知らせを出す").click()
    expect(today.get_by_role("button", name="このお知らせを出す")).to_have_count(0)
    assert "案内画面・発券機・混み具合のページに出します" in asked[0]
    assert "まもなく本日の受付を終了します" in hall.call("GET", f"{SITE}/board").json["notice"]["ja"]

    # five are served, three go home until tomorrow, the rest have left
    for counter_id in ("3", "4", "3", "4", "3"):
        counter(hall, counter_id, "call-next")
        counter(hall, counter_id, "start")
        counter(hall, counter_id, "finish")
    step(hall, "2026-11-24T17:20")
    waiting = today.locator("[data-group=waiting]")
    expect(waiting).to_contain_text("お待ちのかた（9）")
    for number in numbers[5:8]:
        waiting.get_by_role("button", name=f"明日へ {number}").focus()
        today.keyboard.press("Enter")
        expect(today.locator("[data-group=carried]")).to_contain_text(number)
    waiting.get_by_role("button", name="全員を終了").click()
    expect(waiting).to_have_count(0)
    expect(today.locator("main")).to_contain_text("3件を次の開庁日に引き継ぎ、0件が期限切れ")

    # the day may be closed by force before its time; the page says what goes on
    end = today.get_by_role("region", name="業務の終わり")
    expect(end.get_by_role("button", name="本日の業務を閉じる")).to_be_disabled()
    expect(end).to_contain_text("17:30 から閉じられます。")
    today.get_by_role("button", name="残っていても閉じる").click()
    expect(today.locator("main")).to_contain_text("本日の業務は終わりました。")
    assert faults(today) == []
    for number in numbers[5:8]:
        expect(today.locator(".numbers")).to_contain_text(number)
    today.get_by_role("link", name="日報を見る").click()
    figures = today.locator(".figures")
    for words in ("発行 14", "終了 5", "期限切れ 6", "翌開庁日へ 3"):
        expect(figures.locator("div").filter(has_text=words.split()[0]).first).to_contain_text(
            words.split()[1]
        )

    # the next morning: one scans the paper, one asks at the reception; they are called before everybody else
    step(hall, "2026-11-25T08:35")
    day_is(hall, "2026-11-25")
    for counter_id in ("3", "4"):
        counter(hall, counter_id, "open")
    new = issue(hall, "koseki")["number"]
    morning = open_page(hall, TODAY, "desk", role="staff")
    held = morning.locator("[data-group=held]")
    expect(held).to_contain_text("保留（3）")
    expect(held.get_by_text("昨日から")).to_have_count(3)
    kiosk = open_page(hall, "/kiosk/city-hall/kiosk1", "kiosk", role="kiosk")
    kiosk.get_by_role("button", name="番号札をかざす").click()
    hold_to_reader(kiosk, people[5]["url"])
    kiosk.locator("[data-scan=back]").click()
    expect(kiosk.locator("[data-screen=found]")).to_contain_text("受付にもどりました")
    expect(held).to_contain_text("保留（2）")
    desk = open_page(hall, "/staff/city-hall/reception", "desk", role="staff")
    aside = desk.get_by_role("listitem").filter(has_text=numbers[6])
    expect(aside).to_contain_text("昨日から")
    aside.get_by_role("button", name="列に戻す").click()
    expect(held).to_contain_text("保留（1）")
    called = [counter(hall, "3", "call-next")["ticket"]["number"] for _ in range(3)]
    assert set(called[:2]) == set(numbers[5:7])
    assert called[2] == new


def test_why_for_somebody_who_was_passed(hall, open_page, tmp_path):
    hall_day = hall.call("GET", f"{SITE}/board").json["day"]
    step(hall, f"{hall_day}T13:30" if hall_day == "2026-11-24" else f"{hall_day}T09:00")
    counter(hall, "8", "open")
    passed = issue(hall, "health-insurance")["number"]
    first = issue(hall, "health-insurance", priority="infant")["number"]
    other = issue(hall, "certificates")["number"]
    counter(hall, "8", "call-next")
    counter(hall, "1", "open")
    counter(hall, "1", "call-next")

    # from the field to the page, with the keyboard alone
    page = open_page(hall, "/staff/city-hall/why", "desk", role="staff")
    page.get_by_label("番号", exact=True).fill("ZZZ")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("ZZZ番の番号札はありません")
    page.get_by_label("番号", exact=True).fill(passed)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{passed}番の順番の理由")
    row = page.locator("table.passed tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text(first)
    expect(row).to_contain_text("優先してご案内するかたの番号です。")
    expect(row).to_contain_text(f"{passed}番が")
    expect(page.locator(".elsewhere")).to_contain_text(other)

    # the paper shows the reason, and not who the other resident is
    expect(row.get_by_text("乳幼児")).to_be_visible()
    page.emulate_media(media="print")
    expect(row).to_be_visible()
    expect(row.get_by_text("乳幼児")).to_be_hidden()
    for gone in (".page-head", "print-button", "form.ask"):
        expect(page.locator(gone).first).to_be_hidden()
    expect(page.locator(".sheet__foot")).to_contain_text("青葉浜市")
    paper = Path(tmp_path / "why.pdf")
    page.pdf(path=paper, prefer_css_page_size=True)
    assert paper.read_bytes().count(b"/Type /Page\n") == 1


def test_what_refuses_to_end_the_day_is_said_beside_its_button(hall, open_page):
    day = hall.call("GET", f"{SITE}/board").json["day"]
    step(hall, f"{day}T15:00")
    cancelled = issue(hall, "koseki")
    hall.call("POST", f"{SITE}/tickets/{cancelled['id']}/cancel", {}, role="staff")
    issue(hall, "koseki")
    step(hall, f"{day}T17:31")
    today = open_page(hall, TODAY, "desk", role="staff")
    end = today.get_by_role("region", name="業務の終わり")
    end.get_by_role("button", name="本日の業務を閉じる").click()
    expect(end.get_by_role("alert")).to_be_visible()
    expect(end.get_by_role("alert")).to_be_in_viewport()

    # the tiles add up to what was issued and what came over
    tiles = today.locator(".figures div").evaluate_all(
        "(all) => all.map((tile) => [...tile.children].map((part) => part.textContent))"
    )
    counts = {name: int(count.removesuffix("分")) for name, count in tiles if name != "最も長い待ち"}
    came = counts.pop("発行") + counts.pop("前の開庁日から", 0)
    assert sum(counts.values()) == came
    assert counts["取消"] >= 1
    page = open_page(hall, f"/staff/city-hall/reception?number={cancelled['number']}", "desk", role="staff")
    expect(page.locator("article.whole .lines").first.get_by_text("取消")).to_be_visible()


def test_the_print_button_prints(hall, open_page):
    page = open_page(hall, "/staff/city-hall/report?date=2026-11-24", "desk", role="staff")
    page.evaluate("window.print = () => { document.title = 'printed'; }")
    page.get_by_role("button", name="印刷する").click()
    expect(page).to_have_title("printed")
