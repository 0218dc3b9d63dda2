"""The reception's page: giving numbers by keys, finding any ticket, the list, coming back."""

import pytest
from at_the_hall import SITE, counter, find, issue
from playwright.sync_api import expect

PAGE = "/staff/city-hall/reception"


@pytest.fixture
def desk(hall, open_page):
    return open_page(hall, PAGE, "desk", role="staff")


def given(desk):
    """The number that the desk shows as given."""
    expect(desk.locator("[data-part=issued]")).to_be_visible()
    return desk.locator("[data-part=number]").inner_text()


def state(hall, number):
    """The shown state and the services of a number of the day."""
    rows = hall.call("GET", f"{SITE}/tickets", role="staff").json["tickets"]
    return next((row["state"], row["services"]) for row in rows if row["number"] == number)


def test_a_number_is_given_with_keys_alone(hall, desk):
    desk.keyboard.press("n")
    for typed in ("国保", "ヒッコシ"):
        desk.keyboard.type(typed)
        desk.keyboard.press("Enter")
    chosen = desk.locator("[data-part=chosen] button")
    expect(chosen).to_have_count(2)
    first = chosen.nth(0).get_attribute("data-drop")
    desk.keyboard.press("Enter")
    number = given(desk)
    assert state(hall, number)[1][0] == first
    expect(desk.locator("[data-part=paper]")).to_have_text("番号札を印刷しました。")
    # the next one begins with nothing chosen
    expect(chosen).to_have_count(0)
    expect(desk.locator("#purpose")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.locator("#purpose")).to_have_attribute("aria-invalid", "true")


def test_a_number_after_hours_is_staff_s_own_decision(hall, desk):
    desk.get_by_role("checkbox", name="ひとり親家庭の手当").check()
    desk.get_by_role("button", name="発行する", exact=True).click()
    expect(desk.locator("[data-part=problem]")).to_contain_text("受付時間")
    desk.get_by_role("checkbox", name="受付時間外・受付終了後でも発行する").check()
    desk.get_by_role("button", name="発行する", exact=True).click()
    assert state(hall, given(desk)) == ("waiting", ["single-parent"])


def test_the_printer_is_remembered_by_the_browser(hall, open_page):
    desk = open_page(hall, PAGE, "desk", role="staff")
    printer = desk.locator("select[data-part=printer]")
    expect(printer).to_have_value("reception")
    names = printer.locator("option").all_inner_texts()  # as the page of devices calls them
    assert {"総合案内のプリンター", "正面玄関の発券機のプリンター"} < set(names)
    printer.select_option("")
    desk.reload()
    expect(printer).to_have_value("")
    desk.get_by_role("checkbox", name="戸籍の届出").check()
    desk.get_by_role("button", name="発行する").click()
    given(desk)
    expect(desk.locator("[data-part=paper]")).to_have_text("紙は出ません。番号をお伝えください。")
    expect(printer).to_have_value("")


def test_a_ticket_is_found_however_its_number_is_typed(hall, desk):
    number = issue(hall, "certificates", needs=["hearing"], lang="vi")["number"]
    assert number.startswith("0")
    desk.keyboard.press("/")
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in number.lstrip("0"))
    desk.keyboard.type(wide)
    desk.keyboard.press("Enter")
    whole = desk.locator(f'article[data-ticket="{number}"]')
    expect(whole).to_contain_text("順番を待っています")
    expect(whole).to_contain_text("聞こえにくい")
    expect(whole).to_contain_text("ベトナム語")
    expect(desk.locator("#whole-title")).to_be_focused()
    expect(whole.get_by_role("link", name="なぜ")).to_have_attribute("href", f"/staff/city-hall/why/{number}")
    desk.reload()
    expect(whole).to_be_visible()


def test_a_scanned_ticket_is_opened_and_an_unknown_number_is_said(hall, desk):
    ticket = issue(hall, "pension")
    desk.locator("body").press("/")
    desk.keyboard.type(ticket["url"])
    desk.keyboard.press("Enter")
    expect(desk.locator(f'article[data-ticket="{ticket["number"]}"]')).to_be_visible()
    desk.locator("#find").fill("Q99")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("alert").filter(has_text="Q99")).to_be_visible()


def test_the_open_ticket_follows_what_happens_and_keeps_what_is_typed(hall, desk):
    number = issue(hall, "school")["number"]
    whole = find(desk, number)
    whole.get_by_text("取り消す", exact=True).click()
    whole.get_by_label("理由", exact=True).fill("帰られた")
    counter(hall, "21", "open")
    issue(hall, "school")
    expect(whole).to_contain_text("21番窓口")
    expect(whole.get_by_label("理由", exact=True)).to_have_value("帰られた")
    counter(hall, "21", "call", {"number": number})
    expect(whole).to_contain_text("21番窓口でお呼びしています")
    counter(hall, "21", "recall")
    expect(whole).to_contain_text("再呼出 1回")
    whole.get_by_role("button", name=f"{number} を取り消す").click()
    expect(whole).to_contain_text("に取り消しました")
    whole.get_by_role("button", name="終わった番号を元に戻す").click()
    expect(whole).to_contain_text("順番を待っています")


def test_priority_needs_a_reason(hall, desk):
    issue(hall, "nursery")
    number = issue(hall, "nursery")["number"]
    whole = find(desk, number)
    whole.get_by_text("優先する", exact=True).first.click()
    whole.get_by_label("優先", exact=True).select_option("unwell")
    give = whole.get_by_role("button", name="優先する")
    give.click()
    expect(whole.get_by_label("理由（必ず書く）")).to_be_focused()
    whole.get_by_label("理由（必ず書く）").fill("立っているのがつらい")
    give.click()
    expect(whole).to_contain_text("体調のすぐれないかた")
    expect(whole).to_contain_text("前に0人")


def test_a_ticket_is_printed_again_in_large_letters(hall, desk):
    number = issue(hall, "housing")["number"]
    whole = find(desk, number)
    expect(whole).to_contain_text("印刷なし")
    whole.get_by_text("番号札を再発行する").click()
    whole.get_by_label("印刷するプリンター").select_option("kiosk2")
    whole.get_by_label("大きな文字で").check()
    whole.get_by_role("button", name="再発行する").click()
    expect(whole).to_contain_text("印刷済み")
    expect(whole).to_contain_text("東口の発券機")


def test_one_errand_of_several_is_changed(hall, desk):
    number = issue(hall, "moving", services=None)["number"]
    several = hall.call(
        "POST", f"{SITE}/tickets", {"services": ["koseki", "pension"], "channel": "staff"}, role="staff"
    ).json["number"]
    whole = find(desk, several)
    whole.get_by_text("用件を変える").first.click()
    whole.get_by_label("変える用件").select_option("pension")
    whole.get_by_label("新しい用件").select_option("health-insurance")
    whole.get_by_role("button", name="用件を変える").click()
    expect(whole.locator(".lines")).to_contain_text("国民健康保険")
    assert state(hall, several)[1] == ["koseki", "health-insurance"]
    assert state(hall, number)[1] == ["moving"]


def test_the_list_is_filtered_and_paged(hall, desk):
    for _ in range(34):
        issue(hall, "environment")
    table = desk.locator(".rows tbody tr")
    desk.get_by_label("用件", exact=True).last.select_option("environment")
    expect(table).to_have_count(30)
    desk.get_by_role("link", name="古いほうへ").click()
    expect(desk.get_by_text("2 / 2 ページ")).to_be_visible()
    expect(table).to_have_count(4)
    number = table.first.get_attribute("data-number")
    desk.get_by_label("番号・用件の文字").fill(number)
    expect(table).to_have_count(1)
    table.get_by_role("link", name=number).click()
    expect(desk.locator(f'article[data-ticket="{number}"]')).to_be_visible()


def test_held_and_absent_people_are_brought_back_at_once(hall, desk):
    counter(hall, "16", "open")
    absent, held = (issue(hall, "property-tax")["number"] for _ in range(2))
    counter(hall, "16", "call-next")
    counter(hall, "16", "no-show")
    counter(hall, "16", "call-next")
    counter(hall, "16", "hold")
    aside = desk.locator("[data-now-part=aside]")
    for number in (absent, held):
        aside.locator(f'[data-number="{number}"]').get_by_role("button", name="列に戻す").click()
        expect(aside.locator(f'[data-number="{number}"]')).to_have_count(0)
        assert state(hall, number)[0] == "waiting"
