"""The hall screen: what is new is unmistakable, what is old is never shown as new, what is undone is taken back."""

from at_the_hall import SITE, counter, hall_options, issue
from playwright.sync_api import expect

OLD = "接続が切れています。表示は古い情報です。"


def test_a_call_is_new_for_a_while_and_then_history(hall, open_page):
    counter(hall, "3", "open")
    first, second = issue(hall, "moving")["number"], issue(hall, "moving")["number"]
    counter(hall, "3", "call-next")
    screen = open_page(hall, "/display/city-hall/hall1", "hall", role="display")
    hero = screen.locator("[data-part=hero]")
    expect(hero).to_contain_text(first)
    assert hero.get_attribute("data-new") is None  # it was called before the screen came
    counter(hall, "3", "call-next")
    expect(hero).to_contain_text(second)
    expect(hero).to_have_attribute("data-new", "")
    expect(screen.locator("[data-part=calls]")).to_contain_text(first)


def test_a_recall_is_announced_again(hall, open_page):
    counter(hall, "8", "open")
    number = issue(hall, "pension")["number"]
    counter(hall, "8", "call-next")
    screen = open_page(hall, "/display/city-hall/hall1", "hall", role="display")
    hero = screen.locator("[data-part=hero]")
    counter(hall, "8", "recall")
    expect(hero).to_contain_text(number)
    expect(hero).to_have_attribute("data-new", "")


def test_an_undone_call_is_taken_back_with_words(hall, open_page):
    counter(hall, "10", "open")
    number = issue(hall, "care")["number"]
    screen = open_page(hall, "/display/city-hall/hall1", "hall", role="display")
    counter(hall, "10", "call-next")
    expect(screen.locator("[data-part=hero-number]")).to_have_text(number)
    counter(hall, "10", "undo")
    expect(screen.locator("[data-part=hero-number]")).not_to_have_text(number)
    expect(screen.get_by_text(f"{number}番のお呼び出しを取り消しました。")).to_be_visible()
    expect(screen.locator("[data-part=calls]")).not_to_contain_text(number)
    counter(hall, "10", "call-next")  # called again, it is new again
    expect(screen.locator("[data-part=hero-number]")).to_have_text(number)
    expect(screen.locator("[data-part=hero]")).to_have_attribute("data-new", "")


def test_a_screen_of_other_counters_stays_quiet(hall, open_page):
    counter(hall, "15", "open")
    number = issue(hall, "resident-tax")["number"]
    screen = open_page(hall, "/display/city-hall/hall2", "hall", role="display")
    board = open_page(hall, "/display/city-hall/hall1", "hall", role="display")
    counter(hall, "15", "call-next")
    expect(board.locator("[data-part=hero-number]")).to_have_text(number)
    expect(screen.locator("hall-display")).not_to_contain_text(number)


def test_the_panel_of_a_counter_and_the_pickup_board(hall, open_page):
    counter(hall, "5", "open")
    counter(hall, "1", "open")
    panel = open_page(hall, "/display/city-hall/counter3", "hall", role="display")
    pickup = open_page(hall, "/display/city-hall/pickup", "hall", role="display")
    counter(hall, "3", "open")
    counter(hall, "3", "finish") if here(hall, "3") else None
    expect(panel.get_by_text("次の番号をお待ちください")).to_be_visible()
    number = issue(hall, "koseki")["number"]
    counter(hall, "3", "call", {"number": number})
    expect(panel.locator("[data-part=numbers]")).to_have_text(number)
    counter(hall, "3", "await-pickup")
    expect(panel.locator("[data-part=numbers]")).to_have_text("")
    [handoff] = hall.call("GET", f"{SITE}/departments/SHIMIN/handoffs", role="staff").json["handoffs"]
    assert hall.call("POST", f"{SITE}/handoffs/{handoff['id']}/done", {}, role="staff").status == 200
    counter(hall, "5", "call-next")
    expect(pickup.locator("[data-part=number-list]")).to_contain_text(number)


def here(server, counter_id):
    board = server.call("GET", f"{SITE}/board").json
    return next(c["numbers"] for c in board["counters"] if c["id"] == counter_id)


def test_the_information_screen_counts_who_waits(hall, open_page):
    screen = open_page(hall, "/display/city-hall/info", "hall", role="display")
    waiting = screen.locator('[data-service="housing"] [data-part=waiting]')
    expect(waiting).to_have_text("0")
    issue(hall, "housing")
    expect(waiting).to_have_text("1")


def test_a_service_whose_last_counter_closed_rests_on_the_information_screen(hall, open_page):
    """The same is seen everywhere: kiosk and public board have their own tests."""
    row = open_page(hall, "/display/city-hall/info", "hall", role="display").locator("[data-service=housing]")
    counter(hall, "22", "open")
    issue(hall, "housing")
    expect(row).to_have_attribute("data-state", "open")
    counter(hall, "22", "close")
    expect(row).to_contain_text("休止中")
    expect(row).to_have_attribute("data-state", "rests")


def test_somebody_who_comes_later_leaves_the_screen(hall, open_page):
    panel = open_page(hall, "/display/city-hall/counter3", "hall", role="display").locator("[data-panel='3']")
    counter(hall, "3", "open")
    ticket = issue(hall, "koseki")
    counter(hall, "3", "call", {"number": ticket["number"]})
    expect(panel).to_contain_text(ticket["number"])
    assert hall.call("POST", f"/api/v1/tickets/{ticket['token']}/late", {}).status == 200
    expect(panel).not_to_contain_text(ticket["number"])


def test_a_notice_comes_and_goes(hall, open_page):
    screen = open_page(hall, "/display/city-hall/hall1", "hall", role="display")
    assert hall.call("POST", f"{SITE}/notice", {"notice": "lunch"}, role="staff").status == 200
    expect(screen.get_by_text("正午から午後1時までは")).to_be_visible()
    assert hall.call("POST", f"{SITE}/notice", {"notice": None}, role="staff").status == 200
    expect(screen.get_by_text("正午から午後1時までは")).to_be_hidden()


def test_simulated_time_is_named_as_such(hall, bench_server, open_page):
    screen = open_page(hall, "/display/city-hall/hall1", "hall", role="display")
    expect(screen.get_by_text("実際の時刻ではありません")).to_be_visible()
    screen = open_page(bench_server, "/display/bench/hall1", "hall", role="display")
    expect(screen.locator("hall-display")).to_be_visible()
    expect(screen.get_by_text("実際の時刻ではありません")).to_have_count(0)


def test_cut_off_it_says_that_it_is_old_and_comes_back_quietly(running_server, open_page, tmp_path):
    server = running_server("aobahama", *hall_options(tmp_path))
    counter(server, "3", "open")
    before, during = issue(server, "moving")["number"], issue(server, "moving")["number"]
    screen = open_page(server, "/display/city-hall/hall1", "hall", role="display")
    counter(server, "3", "call-next")
    hero = screen.locator("[data-part=hero]")
    expect(hero).to_contain_text(before)
    expect(screen.get_by_text(OLD)).to_be_hidden()

    screen.route("**/events*", lambda route: route.abort())  # the screen's cable, longer than the server
    server.stop()
    server.restart()
    counter(server, "3", "call-next")
    expect(screen.get_by_text(OLD)).to_be_visible(timeout=14_000)
    assert hero.get_attribute("data-new") is None
    screen.unroute("**/events*")
    expect(hero).to_contain_text(during, timeout=10_000)
    expect(screen.get_by_text(OLD)).to_be_hidden()
    assert hero.get_attribute("data-new") is None  # that was ten seconds ago: no news

    screen.wait_for_timeout(1_500)  # what comes in the first second may be old, until a tick tells the time
    third = issue(server, "moving")["number"]
    counter(server, "3", "call-next")
    expect(hero).to_contain_text(third)
    expect(hero).to_have_attribute("data-new", "")


def test_where_streams_are_swallowed_it_asks_for_the_board(hall, open_page):
    counter(hall, "22", "open")
    issue(hall, "housing")
    screen = open_page(hall, "/display/city-hall/upstairs", "hall", role="display")
    screen.route("**/events*", lambda route: None)  # a proxy that keeps everything for itself
    screen.clock.install()
    screen.reload()
    counter(hall, "22", "call-next")
    number = here(hall, "22")[0]
    shown = screen.locator("[data-part=hero-number]")
    for _ in range(40):  # hall time goes on meanwhile, the page's clock leaps
        screen.clock.run_for(2_000)
        screen.wait_for_timeout(20)
        if shown.inner_text() == number:
            break
    expect(shown).to_have_text(number)
    expect(screen.get_by_text(OLD)).to_be_hidden()
