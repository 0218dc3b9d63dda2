"""The ticket machine: one tap, one number, whatever the network does."""

import re

import pytest
from at_the_hall import SITE, counter
from at_the_kiosk import PAGE, kiosk_hall, purpose, scanned, tickets
from playwright.sync_api import expect


@pytest.fixture(scope="module")
def hall(module_server, tmp_path_factory):
    return kiosk_hall(module_server, tmp_path_factory.mktemp("tickets"))


def test_tapping_twice_gives_one_number(hall, open_page):
    kiosk = open_page(hall, PAGE, "kiosk", role="kiosk")
    before = len(tickets(hall))
    kiosk.locator("[data-go=group-2]").click()
    kiosk.evaluate(
        """() => {
          const button = document.querySelector('[data-service="seal"]');
          for (let n = 0; n < 3; n += 1) button.click();
        }"""
    )
    expect(kiosk.locator("[data-screen=given]")).to_be_visible()
    kiosk.wait_for_timeout(300)
    assert len(tickets(hall)) == before + 1


def test_a_lost_answer_gives_no_second_number(hall, open_page):
    kiosk = open_page(hall, PAGE, "kiosk", role="kiosk")
    before = len(tickets(hall))
    lost = []

    def lose_the_first(route):
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch().json()["number"])
            route.abort()

    kiosk.route("**/tickets", lose_the_first)
    kiosk.locator("[data-go=group-2]").click()
    kiosk.locator('[data-service="seal"]').click()
    expect(kiosk.locator("[data-screen=given]")).to_be_visible()
    assert [kiosk.locator("[data-part=number]").inner_text()] == lost
    assert len(tickets(hall)) == before + 1


def test_without_an_answer_it_says_so_and_tries_again(hall, open_page):
    kiosk = open_page(hall, PAGE, "kiosk", role="kiosk")
    kiosk.route("**/tickets", lambda route: route.abort())
    kiosk.locator("[data-go=group-2]").click()
    kiosk.locator('[data-service="seal"]').click()
    expect(kiosk.get_by_role("alert").filter(has_text="ただいま通信できません")).to_be_visible(timeout=10_000)
    kiosk.unroute("**/tickets")
    kiosk.get_by_role("button", name="もう一度").click()
    expect(kiosk.locator("[data-screen=given]")).to_be_visible()


def test_a_closed_purpose_says_so_and_the_board_reopens_nothing(hall, open_page):
    kiosk = open_page(hall, PAGE, "kiosk", role="kiosk")
    kiosk.get_by_role("button", name="子ども・子育て・学校").click()
    closed = kiosk.locator('[data-service="single-parent"]')  # no hours on Fridays
    expect(closed).to_be_disabled()
    expect(closed).to_contain_text("ただいま受付時間外です")
    expect(closed).to_contain_text("12番窓口でご相談ください")


def test_how_full_it_is_stands_there_before_a_number_is_taken(hall, open_page):
    kiosk = open_page(hall, PAGE, "kiosk", role="kiosk", lang="en-GB")
    kiosk.get_by_role("button", name="Taxes").click()
    people = kiosk.locator('[data-load="tax-payment"] [data-part=people]')
    expect(people).to_have_text("Waiting: 0")
    body = {"service": "tax-payment", "channel": "staff"}
    assert hall.call("POST", f"{SITE}/tickets", body, role="staff").status == 201
    expect(people).to_have_text("Waiting: 1")


def test_without_paper_the_number_stays_until_it_is_noted(bench_server, open_page):
    kiosk = open_page(bench_server, "/kiosk/bench/kiosk1", "kiosk", role="kiosk")
    kiosk.clock.install()
    kiosk.locator("[data-service]").click()
    given = kiosk.locator("[data-screen=given]")
    expect(given.get_by_text("紙の番号札は出ません")).to_be_visible()
    kiosk.clock.run_for(300_000)
    expect(given).to_be_visible()
    kiosk.get_by_role("button", name="番号を控えました").click()
    expect(kiosk.locator("[data-service]")).to_be_visible()


def test_with_paper_the_number_goes_after_a_warning_that_can_be_answered(hall, open_page):
    kiosk = open_page(hall, PAGE, "kiosk", role="kiosk")
    kiosk.clock.install()
    kiosk.locator("[data-go=group-4]").click()
    kiosk.locator('[data-service="pension"]').click()
    given = kiosk.locator("[data-screen=given]")
    expect(given.get_by_text("番号札をお取りください")).to_be_visible()
    kiosk.clock.run_for(22_000)
    expect(given.get_by_text("あと8秒で最初の画面にもどります")).to_be_visible()
    given.get_by_role("button", name="このまま表示する").click()
    kiosk.clock.run_for(15_000)
    expect(given).to_be_visible()
    kiosk.clock.run_for(20_000)
    expect(kiosk.get_by_role("button", name="証明書がほしい")).to_be_visible()


def test_a_machine_that_is_not_enrolled_gives_nothing(hall, open_page):
    page = open_page(hall, PAGE, "kiosk")
    expect(page.locator("kiosk-screen")).to_have_count(0)
    page = open_page(hall, PAGE, "kiosk", role="kiosk")
    assert "token" not in page.url


# --- what is asked before a number --------------------------------------------------------------------------


def test_a_plain_purpose_gives_its_number_with_one_tap(hall, open_page):
    kiosk = open_page(hall, PAGE, "kiosk", role="kiosk")
    kiosk.locator("[data-go=group-2]").click()
    sent = []
    kiosk.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    kiosk.locator('[data-service="seal"]').click()
    expect(kiosk.locator("[data-screen=given]")).to_be_visible()
    assert [request.post_data_json["service"] for request in sent] == ["seal"]


def test_the_number_says_where_it_is_called_and_every_purpose_whether_anybody_serves_it(hall, open_page):
    counter(hall, "8", "open")
    kiosk = open_page(hall, PAGE, "kiosk", role="kiosk")
    kiosk.locator("[data-go=group-4]").click()
    resting = [
        kiosk.locator(f'[data-service="{key}"] [data-part=rests]') for key in ("pension", "health-insurance")
    ]
    for words in resting:
        expect(words).to_be_hidden()
    kiosk.locator('[data-service="pension"]').click()
    expect(kiosk.locator("[data-part=given-place]")).to_have_text("お呼びする場所: 1階東 国保年金課")
    counter(hall, "8", "close")
    kiosk.locator("[data-part=done]").click()
    kiosk.locator("[data-go=group-4]").click()
    for words in resting:
        expect(words).to_have_text("ただいま窓口を休止しています")


def test_one_question_leads_to_the_right_purpose(hall, open_page):
    for answer, service in (("ほかの手続きもある", "one-stop"), ("住所の届出だけ", "moving")):
        kiosk = open_page(hall, PAGE, "kiosk", role="kiosk")
        purpose(kiosk, "引っ越し・戸籍の届出", "引っ越しの届出")
        expect(kiosk.get_by_role("heading", name="ほかの手続きもありますか")).to_be_focused()
        kiosk.get_by_role("button", name=answer).click()
        expect(kiosk.locator("[data-screen=given]")).to_be_visible()
        assert tickets(hall)[-1]["services"] == [service]


def test_what_needs_no_waiting_stands_before_the_number(hall, open_page):
    kiosk = open_page(hall, PAGE, "kiosk", role="kiosk")
    before = len(tickets(hall))
    purpose(kiosk, "証明書がほしい", "住民票・印鑑証明などの証明書")
    ways = kiosk.locator("[data-screen=hints-certificates]")
    expect(ways).to_contain_text("コンビニエンスストア")
    expect(ways).to_contain_text("1通 200円")
    expect(ways.get_by_text("いま使えます 6:30〜23:00")).to_be_visible()
    ways.get_by_role("button", name="番号札は取らない").click()
    expect(kiosk.get_by_role("heading", name="ご用件のボタンを押してください")).to_be_visible()
    assert len(tickets(hall)) == before
    purpose(kiosk, "証明書がほしい", "住民票・印鑑証明などの証明書")
    ways.get_by_role("button", name="それでも番号札を取る").click()
    expect(kiosk.locator("[data-screen=given]")).to_be_visible()
    assert len(tickets(hall)) == before + 1


USABLE = [
    (([], [], "wed", 0), {"usable": True}),
    ((["6:30-23:00"], [], "wed", 390), {"usable": True}),
    ((["6:30-23:00"], [], "wed", 389), {"from": "6:30"}),
    ((["6:30-23:00"], [], "wed", 1380), {}),
    ((["8:30-12:00", "13:00-17:00"], [], "wed", 750), {"from": "13:00"}),
    ((["8:30-19:00"], ["mon", "fri"], "sat", 600), {}),
    (([], ["mon"], "mon", 600), {"usable": True}),
]


def test_whether_a_way_can_be_used_at_a_time(hall, open_page):
    kiosk = open_page(hall, PAGE, "kiosk", role="kiosk")
    told = kiosk.evaluate(
        """async (cases) => {
          const page = document.querySelector("script[src*='hall/']").src;
          const { usability } = await import(page.replace("kiosk.js", "kiosk_hints.js"));
          return cases.map(([hours, weekdays, weekday, minute]) => usability(hours, weekdays, { weekday, minute }));
        }""",
        [case for case, _ in USABLE],
    )
    assert told == [found for _, found in USABLE]


def test_how_many_and_what_help_go_with_the_number(hall, open_page):
    kiosk = open_page(hall, PAGE, "kiosk", role="kiosk")
    purpose(kiosk, "マイナンバーカード", "マイナンバーカードの受け取り")
    expect(kiosk.get_by_role("heading", name="ご用件の確認")).to_be_focused()
    fewer, more = (kiosk.get_by_role("button", name=name) for name in ("1つ減らす", "1つ増やす"))
    expect(fewer).to_be_disabled()
    for _ in range(2):
        more.click()
    expect(kiosk.locator("[data-part=units-count]:visible")).to_have_text("3")
    kiosk.get_by_role("button", name="お手伝いが必要なとき").click()
    kiosk.get_by_role("button", name="声や音が聞こえにくい").click()
    kiosk.get_by_role("button", name="小さな子どもがいます").click()
    kiosk.get_by_role("button", name="小さな子どもがいます").click()
    kiosk.get_by_role("button", name="これでよい").click()
    expect(kiosk.get_by_text("お手伝い: 声や音が聞こえにくい", exact=True)).to_be_visible()
    kiosk.get_by_role("button", name="番号札を発行する").click()
    expect(kiosk.locator("[data-screen=given]")).to_be_visible()
    ticket = scanned(hall, kiosk.locator("[data-part=qr]").get_attribute("src").split("/")[2])["ticket"]
    assert (ticket["services"], ticket["units"], ticket["needs"]) == (["mynumber-receive"], 3, ["hearing"])


def test_a_kiosk_may_show_every_purpose_once_more(module_server, tmp_path, open_page):
    hall = kiosk_hall(module_server, tmp_path, "sites.city-hall.kiosks.kiosk1.confirm=true")
    kiosk = open_page(hall, PAGE, "kiosk", role="kiosk")
    purpose(kiosk, "健康保険・年金", "国民年金")
    expect(kiosk.get_by_role("heading", name="ご用件の確認")).to_be_visible()
    assert tickets(hall) == []
    kiosk.get_by_role("button", name="番号札を発行する").dblclick()
    expect(kiosk.locator("[data-screen=given]")).to_be_visible()
    assert len(tickets(hall)) == 1


# --- what is closed, and what closes soon -------------------------------------------------------------------


def test_the_last_numbers_are_announced_and_then_there_are_none(module_server, tmp_path, open_page):
    hall = kiosk_hall(module_server, tmp_path)
    assert hall.call("POST", "/api/v1/clock", {"to": "2026-11-20T16:45+09:00"}, role="staff").status == 200
    kiosk = open_page(hall, PAGE, "kiosk", role="kiosk")
    cards = kiosk.locator('[data-service="mynumber-update"]')
    kiosk.get_by_role("button", name="マイナンバーカード").click()
    expect(cards).to_contain_text("カードの更新は、平日9時から16時45分までです")
    expect(cards).to_be_disabled()
    assert hall.call("POST", "/api/v1/clock", {"to": "2026-11-20T17:01+09:00"}, role="staff").status == 200
    kiosk.reload()
    words = "まもなく受付を終了します（17:15まで）"
    expect(kiosk.locator("[data-part=hall-closing]")).to_contain_text(words)
    kiosk.get_by_role("button", name="健康保険・年金").click()
    pension = kiosk.locator('[data-service="pension"]')
    expect(pension).to_contain_text(words)
    counter(hall, "8", "open")
    for _ in range(4):  # until the next one would come after closing
        body = {"service": "pension", "channel": "staff"}
        hall.call("POST", f"{SITE}/tickets", body, role="staff")
    expect(pension).to_be_disabled(timeout=15_000)  # its stream may still be on its way after the new load
    expect(pension.get_by_text("受付を終了しました")).to_be_visible()


# --- the paper, and who goes away ---------------------------------------------------------------------------


def test_paper_that_cannot_be_printed_keeps_the_number(module_server, tmp_path, open_page):
    gone = "printers.kiosk1.device=file:///nowhere/printer"
    hall = kiosk_hall(module_server, tmp_path, gone, "printers.kiosk1.expires_s=1")
    kiosk = open_page(hall, PAGE, "kiosk", role="kiosk")
    purpose(kiosk, "健康保険・年金", "国民年金")
    given = kiosk.locator("[data-screen=given]")
    expect(given.locator("[data-part=paper]")).to_contain_text(re.compile("印刷できません"))
    expect(given.get_by_role("button", name="番号を控えました")).to_be_visible()
    expect(given.locator("[data-part=qr]")).to_be_visible()


def test_who_goes_away_leaves_nothing_behind_but_is_asked_first(hall, open_page):
    kiosk = open_page(hall, PAGE, "kiosk", role="kiosk")
    kiosk.clock.install()
    kiosk.get_by_role("link", name="English").click()
    purpose(kiosk, "My Number Card", "Collect a My Number Card")
    expect(kiosk.get_by_role("heading", name="Please check")).to_be_visible()
    kiosk.clock.run_for(46_000)
    still = kiosk.get_by_role("dialog", name="Are you still there?")
    expect(still).to_be_visible()
    still.get_by_role("button", name="Yes, go on").click()
    expect(still).to_be_hidden()
    expect(kiosk.get_by_role("heading", name="Please check")).to_be_visible()
    kiosk.clock.run_for(46_000)
    expect(still).to_be_visible()
    kiosk.clock.run_for(21_000)
    expect(kiosk.get_by_role("heading", name="ご用件のボタンを押してください")).to_be_visible()
    expect(kiosk.locator("[data-part=basket]")).to_be_hidden()
