"""The resident's page behind the code."""

import re

from at_the_hall import SITE, counter, issue
from playwright.sync_api import expect


def act(hall, token, what):
    """What the holder does over the API; the answer's JSON."""
    answer = hall.call("POST", f"/api/v1/tickets/{token}/{what}", {})
    assert answer.status == 200, answer.body
    return answer.json


def part(page, name):
    return page.locator(f"[data-part={name}]")


def test_a_visit_on_the_phone(hall, open_page):
    """Take a number, watch the places move, be called with an arrow, be a little late, be back, be done."""
    counter(hall, "12", "open")
    issue(hall, "child-allowance")
    ticket = issue(hall, "child-allowance")
    number = ticket["number"]
    phone = open_page(hall, f"/t/{ticket['token']}")
    expect(phone.locator("h1")).to_contain_text(number)
    expect(phone).to_have_title(re.compile(f"^{number} あと1人 – 市役所$"))
    expect(part(phone, "ahead")).to_have_text("1人")
    expect(part(phone, "place")).to_contain_text("1階東 こども家庭課 12番窓口 13番窓口")
    expect(part(phone, "words-next")).to_contain_text("お近くでお待ちください")
    expect(part(phone, "live")).to_contain_text("最新の情報です（10:")

    counter(hall, "12", "call-next")
    expect(part(phone, "ahead")).to_have_text("0人")
    expect(part(phone, "said")).to_have_text("前のかた（同じ用件） 0人")

    counter(hall, "12", "call-next")
    state = part(phone, "state")
    expect(state).to_contain_text("お越しください")
    expect(part(phone, "counter")).to_have_text("12番窓口")
    expect(part(phone, "area")).to_have_text("1階東 こども家庭課")
    expect(part(phone, "way")).to_contain_text("右へお進みください")
    expect(part(phone, "way").locator("svg")).to_have_attribute("data-arrow", "right")
    expect(phone).to_have_title(re.compile(f"^{number} お越しください"))
    expect(part(phone, "said-now")).to_contain_text("お越しください 12番窓口 右へお進みください")
    expect(part(phone, "said-now")).to_have_attribute("aria-live", "assertive")
    expect(part(phone, "figures")).to_be_hidden()

    expect(part(phone, "delay-words")).to_contain_text("もう一度お呼びします。いまの呼び出しは取りやめます")
    phone.get_by_role("button", name="少し遅れます").click()
    expect(state).to_contain_text("順番をお待ちください")
    expect(part(phone, "said")).to_contain_text("順番をお待ちください")
    expect(part(phone, "said-now")).to_be_empty()
    expect(phone.get_by_role("button", name="少し遅れます")).to_be_hidden()

    counter(hall, "12", "call-next")
    expect(part(phone, "counter")).to_have_text("12番窓口")
    counter(hall, "12", "start")
    expect(state).to_contain_text("ただいま窓口で対応しています")
    counter(hall, "12", "finish")
    expect(state).to_contain_text("手続きは終わりました")
    expect(phone.get_by_role("button")).to_have_count(0)
    expect(part(phone, "live")).to_be_hidden()

    counter(hall, "12", "undo")  # the clerk had pressed too early
    expect(state).to_contain_text("ただいま窓口で対応しています")


def test_a_call_is_taken_back(hall, open_page):
    counter(hall, "13", "open")
    ticket = issue(hall, "child-allowance")
    phone = open_page(hall, f"/t/{ticket['token']}")
    counter(hall, "13", "call", {"number": ticket["number"]})
    expect(part(phone, "counter")).to_have_text("13番窓口")
    counter(hall, "13", "undo")
    expect(part(phone, "state")).to_contain_text("順番をお待ちください")
    expect(part(phone, "counter")).to_be_hidden()


def test_a_little_late_before_the_call(hall, open_page):
    tickets = [issue(hall, "care") for _ in range(5)]
    phone = open_page(hall, f"/t/{tickets[0]['token']}")
    expect(part(phone, "ahead")).to_have_text("0人")
    expect(part(phone, "delay-words")).to_have_text("順番を3人うしろにします。1回だけ使えます。")
    phone.get_by_role("button", name="少し遅れます").click()
    expect(part(phone, "ahead")).to_have_text("3人")
    expect(phone.get_by_role("button", name="少し遅れます")).to_be_hidden()


def test_absent_and_called_again(hall, open_page):
    """Late from lunch: the page says what happened and by which rule one comes back."""
    counter(hall, "22", "open")
    ticket = issue(hall, "housing")
    others = [issue(hall, "housing")["number"] for _ in range(3)]
    counter(hall, "22", "call-next")
    counter(hall, "22", "no-show")
    phone = open_page(hall, f"/t/{ticket['token']}")
    expect(part(phone, "state")).to_contain_text("お呼びしましたが、いらっしゃいませんでした")
    expect(part(phone, "words-next")).to_contain_text("先にお待ちの2人のあとにご案内します")
    phone.get_by_role("button", name="もう一度呼んでもらう").click()
    expect(part(phone, "ahead")).to_have_text("2人")
    called = [counter(hall, "22", "call-next")["ticket"]["number"] for _ in range(4)]
    assert called == [others[0], others[1], ticket["number"], others[2]]
    counter(hall, "22", "finish")


def test_a_family_with_three_errands(hall, open_page):
    """One number, three queues; the departments' work; the pick-up at the end."""
    for counter_id in ("3", "8", "14", "5"):
        counter(hall, counter_id, "open")
    issue(hall, "moving")
    answer = hall.call(
        "POST",
        f"{SITE}/tickets",
        {"services": ["moving", "health-insurance", "nursery"], "channel": "staff"},
        role="staff",
    )
    number, token = answer.json["number"], answer.json["token"]
    phone = open_page(hall, f"/t/{token}")
    rows = part(phone, "errand-list").locator("li")
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_contain_text("引っ越しの届出")
    expect(rows.nth(0)).to_contain_text("前に1人")
    expect(rows.nth(2)).to_contain_text("前に0人")

    counter(hall, "8", "call", {"number": number})
    expect(rows.nth(1)).to_contain_text("ご案内中")
    expect(rows.nth(1)).to_contain_text("8番窓口")
    expect(rows.nth(0)).to_contain_text("前に1人")
    counter(hall, "8", "hand-off", {"department": "KOKUHO", "title": "保険証"})
    counter(hall, "8", "hand-off", {"department": "SHIMIN", "title": "住民票"})
    counter(hall, "8", "finish")
    expect(rows.nth(1)).to_contain_text("終わりました")
    expect(part(phone, "handoffs")).to_have_text("2か所のうち0か所が終わりました")

    for counter_id in ("14", "3"):
        counter(hall, counter_id, "call", {"number": number})
        counter(hall, counter_id, "finish")
    expect(part(phone, "state")).to_contain_text("手続き中です")
    expect(part(phone, "words-next")).to_contain_text("あと2か所です")
    expect(part(phone, "progress")).to_have_attribute("value", "0")
    done(hall, "KOKUHO", number)
    expect(part(phone, "words-next")).to_contain_text("あと1か所です")
    done(hall, "SHIMIN", number)
    expect(part(phone, "state")).to_contain_text("お渡しの準備ができました")
    expect(rows).to_have_count(4)
    expect(rows.nth(3)).to_contain_text("前に0人")
    expect(part(phone, "place")).to_contain_text("5番窓口")
    counter(hall, "5", "call-many", {"numbers": [number]})
    expect(part(phone, "counter")).to_have_text("5番窓口")


def done(hall, department, number):
    """A department finishes its part for a number."""
    board = hall.call("GET", f"{SITE}/departments/{department}/handoffs", role="staff").json
    [handoff] = [x["id"] for x in board["handoffs"] if x["ticket"]["number"] == number]
    assert hall.call("POST", f"{SITE}/handoffs/{handoff}/done", {}, role="staff").status == 200


def test_sent_on_to_another_floor(hall, open_page):
    counter(hall, "23", "open")
    ticket = issue(hall, "environment")
    counter(hall, "23", "call", {"number": ticket["number"]})
    phone = open_page(hall, f"/t/{ticket['token']}")
    expect(part(phone, "way")).to_contain_text("上の階へお進みください")
    counter(hall, "23", "transfer", {"service": "tax-payment", "keep_place": True})
    expect(part(phone, "place")).to_contain_text("1階西 収納課 17番窓口")
    expect(part(phone, "place-way")).to_contain_text("左手にあります")


def test_a_ticket_that_crosses_the_night(hall, open_page):
    ticket = issue(hall, "water")
    answer = hall.call("POST", f"{SITE}/tickets/{ticket['id']}/carry", {}, role="staff")
    assert answer.status == 200, answer.body
    phone = open_page(hall, f"/t/{ticket['token']}")
    expect(part(phone, "state")).to_contain_text("続きは次の開庁日にご案内します")


def test_cancelling_asks_first(hall, open_page):
    phone = open_page(hall, f"/t/{issue(hall, 'housing')['token']}")
    phone.get_by_text("受付を取り消す").click()
    phone.get_by_role("button", name="取り消します").click()
    expect(part(phone, "words-title")).to_have_text("この番号は取り消されました")
    expect(phone.get_by_role("button")).to_have_count(0)


def test_a_sensitive_service_has_no_name_on_the_phone(hall, open_page):
    answer = hall.call(
        "POST", f"{SITE}/tickets", {"services": ["okuyami", "water"], "channel": "staff"}, role="staff"
    )
    phone = open_page(hall, f"/t/{answer.json['token']}")
    expect(part(phone, "errand-list").locator("li")).to_have_count(2)
    assert "おくやみ" not in phone.content()
    act(hall, answer.json["token"], "late")
    expect(part(phone, "delay")).to_be_hidden()
    assert "おくやみ" not in phone.content()


def test_the_page_works_without_scripts(hall, chromium):
    """Whole from the server, and new by itself within a minute."""
    counter(hall, "32", "open")
    ticket = issue(hall, "water")
    context = chromium.new_context(
        viewport={"width": 320, "height": 640}, locale="ja-JP", java_script_enabled=False
    )
    page = context.new_page()
    page.goto(f"{hall.url}/t/{ticket['token']}")
    expect(part(page, "ahead")).to_be_visible()
    refresh = page.locator("meta[http-equiv=refresh]").get_attribute("content")
    assert int(refresh) <= 60
    counter(hall, "32", "call", {"number": ticket["number"]})
    page.reload()
    expect(part(page, "counter")).to_have_text("32番窓口")
    expect(part(page, "acts")).to_be_hidden()
    context.close()


def test_it_says_when_what_it_shows_is_old(hall, open_page):
    phone = open_page(hall, f"/t/{issue(hall, 'disability')['token']}")
    phone.clock.install()
    phone.reload()
    expect(part(phone, "live")).to_contain_text("最新の情報です")
    phone.route("**/api/**", lambda route: route.abort())
    phone.clock.fast_forward(25_000)
    phone.clock.run_for(2_000)
    expect(phone.get_by_text("接続が切れています")).to_be_visible()
    expect(part(phone, "live")).to_be_hidden()
    phone.unroute_all()
    phone.clock.run_for(15_000)
    expect(phone.get_by_text("接続が切れています")).to_be_hidden()


def test_an_unknown_ticket_is_a_page_with_words(hall, open_page):
    phone = open_page(hall, "/t/AAAAAAAAAAAAAAAAAAAAAA")
    expect(phone.get_by_role("heading")).to_have_text("番号札が見つかりません")
    answer = hall.call("GET", "/t/AAAAAAAAAAAAAAAAAAAAAA", headers={"Accept": "text/html"})
    assert answer.status == 404


def test_nothing_about_a_ticket_is_stored_or_passed_on(hall):
    answer = hall.call("GET", f"/t/{issue(hall, 'housing')['token']}", headers={"Accept": "text/html"})
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert b'<meta name="robots" content="noindex">' in answer.body
