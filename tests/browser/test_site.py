"""The public board of a site: on its own page, in a frame of the city's page, on a leaflet."""

import re
from contextlib import contextmanager
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from at_the_hall import SERVED, SITE, counter, hall_options, issue, live_thursday
from playwright.sync_api import expect

CROWD = '[{from = 0, text = {ja = "すぐどうぞ"}}, {from = 2, text = {ja = "少々お待ちを"}}]'


def board_of(server, open_page, query=""):
    """The board, which looks for news at once instead of within some seconds."""
    page = open_page(server, f"/city-hall/{query}")
    page.evaluate("document.querySelector('live-stream').dataset.refresh = '0.1'")
    return page


def row(page, service):
    return page.locator(f'[data-service="{service}"]')


def part(page, name):
    return page.locator(f"[data-part={name}]")


@pytest.fixture(scope="module")
def lived(module_server, tmp_path_factory):
    """Aobahama on a Friday morning with a Thursday behind it."""
    options = hall_options(tmp_path_factory.mktemp("tickets"), "2026-11-19T08:31+09:00")
    options += ["--speed", "0", "--set", f"sites.city-hall.services.water.crowd={CROWD}"]
    server = module_server("aobahama", *options)
    live_thursday(server)
    return server


def test_the_board_follows_the_hall(hall, open_page):
    page = board_of(hall, open_page)
    certificates = row(page, "certificates")
    expect(certificates).to_contain_text("17:15まで受付")
    expect(part(certificates, "wait")).to_have_text("－")
    expect(part(certificates, "crowd")).to_be_hidden()
    counter(hall, "1", "open")
    numbers = [issue(hall, "certificates")["number"] for _ in range(6)]
    counter(hall, "1", "call-next")
    expect(part(certificates, "waiting")).to_have_text("5人")
    expect(part(certificates, "last")).to_have_text(numbers[0])
    expect(part(certificates, "crowd-text")).to_have_text("やや混雑")
    expect(part(certificates, "wait")).to_have_text(re.compile("^約10〜35分$"))
    expect(part(page, "calls").locator("li").first).to_contain_text(f"{numbers[0]} 1番窓口")
    drawn = certificates.inner_text()
    page.reload()
    expect(certificates).to_have_text(re.compile("やや混雑"))
    assert certificates.inner_text() == drawn, "the server says the same as the script"


def test_a_queue_that_rests_and_a_service_that_is_closed(hall, open_page):
    page = board_of(hall, open_page)
    issue(hall, "pension")
    expect(part(row(page, "pension"), "state")).to_have_text("ただいま窓口を休止しています")
    closed = row(page, "single-parent")
    expect(part(closed, "state")).to_have_text("受付時間外")
    expect(part(closed, "facts")).to_be_hidden()
    expect(part(closed, "crowd")).to_be_hidden()


def test_one_service_alone(hall, open_page):
    page = open_page(hall, "/city-hall/")
    page.get_by_role("link", name="子ども・子育て・学校").click()
    expect(page).to_have_url(re.compile("#category-children$"))
    page.get_by_role("link", name="引っ越しの届出", exact=True).click()
    expect(page.locator(".service")).to_have_count(1)
    expect(page).to_have_title(re.compile("^引っ越しの届出"))
    page.get_by_role("link", name="すべての用件を見る").click()
    assert page.locator(".service").count() > 20


def test_last_days_by_the_hour(lived, open_page):
    history = lived.call("GET", f"{SITE}/history?days=3").json
    assert history == {
        "services": [
            {
                "id": "certificates",
                "hours": [
                    {"day": "2026-11-19", "hour": hour, "issued": people, "mean_wait_minutes": 10}
                    for hour, people in SERVED.items()
                ],
            },
            {
                "id": "housing",
                "hours": [{"day": "2026-11-19", "hour": 10, "issued": 1, "mean_wait_minutes": None}],
            },
        ]
    }
    page = open_page(lived, "/city-hall/?service=certificates", "desk")
    chart = page.locator(".history figure")
    expect(chart).to_have_count(1)
    expect(chart).to_contain_text("木曜日")
    expect(chart).to_contain_text("8時台、平均10分")
    heights = [rect.get_attribute("height") for rect in chart.locator("rect").all()]
    assert heights == ["32", "32", "32"], "half of a scale of twenty minutes"
    page.get_by_text("表で見る").click()
    table = page.get_by_role("table")
    expect(table.get_by_role("row", name="10時").first).to_be_visible()
    expect(table).to_contain_text("5人・10分")
    housing = open_page(lived, "/city-hall/?service=housing")
    expect(housing.locator(".history rect")).to_have_count(0)
    housing.get_by_text("表で見る").click()
    expect(housing.get_by_role("table")).to_contain_text("1人")


def test_today_is_not_in_the_history(lived):
    counter(lived, "1", "open")
    for _ in range(3):
        issue(lived, "certificates")
        counter(lived, "1", "call-next")
    days = {
        hour["day"]
        for service in lived.call("GET", f"{SITE}/history").json["services"]
        for hour in service["hours"]
    }
    assert days == {"2026-11-19"}
    assert lived.call("GET", f"{SITE}/history?days=0").status == 422
    assert lived.call("GET", f"{SITE}/history?days=9999").status == 422


def test_a_city_s_own_words_for_the_crowd(lived, open_page):
    counter(lived, "32", "open")
    page = board_of(lived, open_page, "?service=water")
    expect(part(page, "crowd-text")).to_have_text("すぐどうぞ")
    for _ in range(2):
        issue(lived, "water")
    expect(part(page, "crowd-text")).to_have_text("少々お待ちを")
    page.reload()
    expect(part(page, "crowd-text")).to_have_text("少々お待ちを")


@contextmanager
def elsewhere(html):
    """A page of another origin; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *args):
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_the_board_in_a_frame_of_another_page(hall, open_page, chromium):
    """The line that the share page gives works on a page of another origin, and only that page may be framed."""
    share = open_page(hall, "/city-hall/share", "desk")
    share.get_by_label("載せる用件").select_option(label="引っ越しの届出")
    share.get_by_role("button", name="選ぶ").click()
    code = share.get_by_label("貼り付けるコード").input_value()
    assert code.startswith(f'<iframe src="{hall.url}/city-hall/embed?service=moving&lang=ja"')
    share.context.grant_permissions(["clipboard-read", "clipboard-write"])
    share.get_by_role("button", name="コードをコピー").click()
    expect(share.get_by_role("status")).to_have_text("コピーしました")
    assert share.evaluate("navigator.clipboard.readText()") == code
    expect(share.frame_locator("iframe").locator(".brief li")).to_have_count(1)

    with elsewhere(f"<!doctype html><title>City</title>{code}") as address:
        page = chromium.new_context(locale="ja-JP").new_page()
        page.goto(address)
        framed = page.frame_locator("iframe")
        expect(framed.get_by_role("heading")).to_have_text("青葉浜市 市役所 窓口の混み具合")
        expect(framed.locator(".brief li")).to_contain_text("引っ越しの届出")
        page.context.close()
    for path in ("/city-hall/", "/city-hall/share", "/staff/"):
        policy = hall.call("GET", path, headers={"Accept": "text/html"}).headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy, path


def test_the_frame_renews_itself(hall, open_page):
    page = open_page(hall, "/city-hall/embed?service=environment")
    page.clock.install()
    page.reload()
    people = page.locator(".brief__people b")
    before = int(people.inner_text().removesuffix("人"))
    issue(hall, "environment")
    page.clock.run_for(60_000)
    expect(people).to_have_text(f"{before + 1}人")


def test_the_code_leads_to_the_board(hall, open_page, tmp_path):
    import reading
    from PIL import Image

    page = open_page(hall, "/city-hall/share?service=moving", "desk")
    page.locator(".share-qr").screenshot(path=tmp_path / "code.png")
    assert reading.qr_codes(Image.open(tmp_path / "code.png")) == [f"{hall.url}/city-hall/?service=moving"]


def test_the_board_works_without_scripts(hall, chromium):
    context = chromium.new_context(
        locale="ja-JP", viewport={"width": 320, "height": 640}, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(f"{hall.url}/city-hall/")
    expect(row(page, "moving")).to_be_visible()
    assert int(page.locator("meta[http-equiv=refresh]").get_attribute("content")) <= 60
    assert "1分ごとに新しくなります" in page.locator("main").inner_text()
    context.close()


def test_weeks_begin_on_monday():
    """What the page calls this week and last week, whatever day it is."""
    from queue_server import contract
    from queue_server.hall.residents.history_view import history_view

    monday = date(2026, 11, 16)
    hours = [
        contract.HistoryHour(
            day=(monday - timedelta(days=back)).isoformat(), hour=9, issued=4, mean_wait_minutes=back
        )
        for back in (8, 7, 1, 0)
    ]
    history = contract.History(services=[contract.HistoryService(id="a", hours=hours)])
    view = history_view(history, monday + timedelta(days=2), ["a"])
    assert view is not None
    shown = {
        (day["weekday"], week): cell.wait
        for day in view["days"]
        for week, cell in day["cells"][9].items()
        if cell
    }
    assert shown == {(0, "last"): 7, (6, "last"): 1, (0, "this"): 0}
    assert history_view(history, monday + timedelta(days=2), ["b"]) is None
