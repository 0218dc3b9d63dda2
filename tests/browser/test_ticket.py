"""The resident's page behind the code."""

from at_the_hall import SITE, counter, issue
from playwright.sync_api import expect


def test_the_place_in_the_queue_follows_the_hall(hall, open_page):
    counter(hall, "12", "open")
    issue(hall, "child-allowance")
    ticket = issue(hall, "child-allowance")
    phone = open_page(hall, f"/t/{ticket['token']}")
    expect(phone.locator("[data-part=ahead]")).to_have_text("1人")
    counter(hall, "12", "call-next")
    expect(phone.locator("[data-part=ahead]")).to_have_text("0人")
    counter(hall, "12", "call-next")
    state = phone.locator("[data-part=state]")
    expect(state).to_contain_text("お越しください")
    expect(state).to_contain_text("12番窓口")
    expect(state).to_have_attribute("aria-live", "assertive")
    counter(hall, "12", "undo")
    expect(state).to_contain_text("順番をお待ちください")
    expect(state).not_to_contain_text("12番窓口")


def test_a_little_late_once(hall, open_page):
    tickets = [issue(hall, "care") for _ in range(3)]
    phone = open_page(hall, f"/t/{tickets[0]['token']}")
    expect(phone.locator("[data-part=ahead]")).to_have_text("0人")
    phone.get_by_role("button", name="少し遅れます").click()
    expect(phone.locator("[data-part=ahead]")).to_have_text("2人")
    expect(phone.get_by_role("button", name="少し遅れます")).to_be_hidden()


def test_cancelling_asks_first(hall, open_page):
    phone = open_page(hall, f"/t/{issue(hall, 'housing')['token']}")
    phone.get_by_text("受付を取り消す").click()
    phone.get_by_role("button", name="取り消します").click()
    expect(phone.get_by_text("この番号は取り消されました")).to_be_visible()
    expect(phone.get_by_role("button")).to_have_count(0)


def test_a_sensitive_service_has_no_name_on_the_phone(hall, open_page):
    answer = hall.call("POST", f"{SITE}/tickets", {"service": "okuyami", "channel": "staff"}, role="staff")
    phone = open_page(hall, f"/t/{answer.json['token']}")
    expect(phone.locator("main")).not_to_contain_text("おくやみ")


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


LOADED = """() => ["navigation", "resource"].flatMap((kind) => performance.getEntriesByType(kind))
  .map((entry) => [entry.name, entry.transferSize])"""


def test_the_first_load_of_a_phone_is_light(hall, open_page):
    for path in (f"/t/{issue(hall, 'housing')['token']}", "/city-hall/"):
        phone = open_page(hall, path)
        phone.wait_for_timeout(300)
        loaded = dict(phone.evaluate(LOADED))
        assert len(loaded) >= 5
        assert all(size > 0 for name, size in loaded.items() if "/static/" in name)
        assert sum(loaded.values()) < 100_000, loaded
