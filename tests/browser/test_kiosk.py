"""The ticket machine: one tap, one number, whatever the network does."""

from at_the_hall import SITE
from playwright.sync_api import expect


def tickets(server, site=SITE):
    return server.call("GET", f"{site}/tickets", role="staff").json["tickets"]


def test_tapping_twice_gives_one_number(hall, open_page):
    kiosk = open_page(hall, "/kiosk/city-hall/kiosk1", "kiosk", role="kiosk")
    before = len(tickets(hall))
    kiosk.locator("[data-go=group-2]").click()
    kiosk.evaluate(
        """() => {
          const button = document.querySelector('[data-service="moving"]');
          for (let n = 0; n < 3; n += 1) button.click();
        }"""
    )
    expect(kiosk.locator("[data-screen=given]")).to_be_visible()
    kiosk.wait_for_timeout(300)
    assert len(tickets(hall)) == before + 1


def test_a_lost_answer_gives_no_second_number(hall, open_page):
    kiosk = open_page(hall, "/kiosk/city-hall/kiosk1", "kiosk", role="kiosk")
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
    kiosk.locator('[data-service="moving"]').click()
    expect(kiosk.locator("[data-screen=given]")).to_be_visible()
    assert [kiosk.locator("[data-part=number]").inner_text()] == lost
    assert len(tickets(hall)) == before + 1


def test_without_an_answer_it_says_so_and_tries_again(hall, open_page):
    kiosk = open_page(hall, "/kiosk/city-hall/kiosk1", "kiosk", role="kiosk")
    kiosk.route("**/tickets", lambda route: route.abort())
    kiosk.locator("[data-go=group-2]").click()
    kiosk.locator('[data-service="seal"]').click()
    expect(kiosk.get_by_role("alert").filter(has_text="ただいま通信できません")).to_be_visible(timeout=10_000)
    kiosk.unroute("**/tickets")
    kiosk.get_by_role("button", name="もう一度").click()
    expect(kiosk.locator("[data-screen=given]")).to_be_visible()


def test_a_closed_purpose_says_so_and_the_board_reopens_nothing(hall, open_page):
    kiosk = open_page(hall, "/kiosk/city-hall/kiosk1", "kiosk", role="kiosk")
    kiosk.get_by_role("button", name="子ども・子育て・学校").click()
    closed = kiosk.locator('[data-service="single-parent"]')  # no hours on Fridays
    expect(closed).to_be_disabled()
    expect(closed).to_contain_text("ただいま受付していません")


def test_how_full_it_is_stands_there_before_a_number_is_taken(hall, open_page):
    kiosk = open_page(hall, "/kiosk/city-hall/kiosk1", "kiosk", role="kiosk", lang="en-GB")
    kiosk.get_by_role("button", name="Taxes").click()
    people = kiosk.locator('[data-load="tax-payment"] [data-part=people]')
    expect(people).to_have_text("Waiting: 0")
    body = {"service": "tax-payment", "channel": "staff"}
    assert hall.call("POST", f"{SITE}/tickets", body, role="staff").status == 201
    expect(people).to_have_text("Waiting: 1")


def test_every_button_is_large_enough_for_a_thumb(hall, open_page):
    kiosk = open_page(hall, "/kiosk/city-hall/kiosk1", "kiosk", role="kiosk")
    kiosk.locator("[data-go=group-1]").click()
    kiosk.locator('[data-service="certificates"]').click()
    expect(kiosk.locator("[data-screen=given]")).to_be_visible()
    low = kiosk.evaluate(
        """() => {
          for (const section of document.querySelectorAll("[data-screen]")) section.hidden = false;
          const touched = [...document.querySelectorAll("button, .languages a")].filter((b) => b.offsetParent);
          return touched.filter((b) => b.getBoundingClientRect().height < 80).map((b) => b.textContent);
        }"""
    )
    assert low == []


def test_without_paper_the_number_stays_until_it_is_noted(bench_server, open_page):
    kiosk = open_page(bench_server, "/kiosk/bench/kiosk1", "kiosk", role="kiosk")
    kiosk.clock.install()
    kiosk.get_by_role("button", name="受付").click()
    given = kiosk.locator("[data-screen=given]")
    expect(given.get_by_text("紙の番号札は出ません")).to_be_visible()
    kiosk.clock.run_for(300_000)
    expect(given).to_be_visible()
    kiosk.get_by_role("button", name="番号を控えました").click()
    expect(kiosk.get_by_role("button", name="受付")).to_be_visible()


def test_with_paper_the_number_goes_after_a_warning_that_can_be_answered(hall, open_page):
    kiosk = open_page(hall, "/kiosk/city-hall/kiosk1", "kiosk", role="kiosk")
    kiosk.clock.install()
    kiosk.locator("[data-go=group-1]").click()
    kiosk.locator('[data-service="certificates"]').click()
    given = kiosk.locator("[data-screen=given]")
    expect(given).to_be_visible()
    kiosk.clock.run_for(22_000)
    expect(given.get_by_text("あと8秒で最初の画面にもどります")).to_be_visible()
    given.get_by_role("button", name="このまま表示する").click()
    kiosk.clock.run_for(15_000)
    expect(given).to_be_visible()
    kiosk.clock.run_for(20_000)
    expect(kiosk.get_by_role("button", name="証明書がほしい")).to_be_visible()


def test_a_machine_that_is_not_enrolled_gives_nothing(hall, open_page):
    page = open_page(hall, "/kiosk/city-hall/kiosk1", "kiosk")
    expect(page.locator("kiosk-screen")).to_have_count(0)
    page = open_page(hall, "/kiosk/city-hall/kiosk1", "kiosk", role="kiosk")
    assert "token" not in page.url
