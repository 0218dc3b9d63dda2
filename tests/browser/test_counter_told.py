"""A counter says what has just happened, and nothing happens to the one at the desk by mistake."""

import subprocess
import sys

from at_the_hall import SITE, counter, issue
from playwright.sync_api import expect

DESK = "/staff/city-hall/counter/{}"


def here(desk):
    return desk.locator("[data-now-part=here]")


def said(desk):
    return desk.locator("[data-part=said]")


def test_a_wrong_number_changes_nothing_for_whoever_is_called(hall, open_page):
    first = issue(hall, "water")["number"]
    issue(hall, "water")
    counter(hall, "32", "open")
    desk = open_page(hall, DESK.format(32), "desk", role="staff")
    desk.keyboard.press("n")
    expect(here(desk)).to_contain_text(first)
    desk.keyboard.press("g")
    desk.keyboard.type("999\n")
    expect(desk.get_by_role("alert").filter(has_text="999")).to_be_visible()
    expect(desk.get_by_role("dialog")).to_have_count(0)
    expect(here(desk)).to_contain_text(first)
    assert [row["number"] for row in hall.call("GET", f"{SITE}/queue", role="staff").json["no_show"]] == []


def test_who_was_called_while_a_press_is_under_way_is_not_finished(hall, open_page):
    first, second = (issue(hall, "multicultural")["number"] for _ in range(2))
    counter(hall, "18", "open")
    desk = open_page(hall, DESK.format(18), "desk", role="staff")

    def a_colleague_is_faster(route):
        counter(hall, "18", "call-next")
        route.continue_()

    desk.route("**/call-next", a_colleague_is_faster, times=1)
    desk.keyboard.press("n")
    expect(desk.get_by_role("alert").filter(has_text="窓口の状態が変わりました")).to_be_visible()
    expect(here(desk)).to_contain_text(first)
    waiting = hall.call("GET", f"{SITE}/queue", role="staff").json["waiting"]
    assert second in [row["number"] for row in waiting]
    desk.keyboard.press("s")
    expect(here(desk)).to_contain_text("対応中")
    desk.keyboard.press("n")
    expect(here(desk)).to_contain_text(second)


def test_with_nobody_waiting_no_answer_promises_a_call(hall, open_page):
    number = issue(hall, "environment")["number"]
    counter(hall, "23", "open")
    desk = open_page(hall, DESK.format(23), "desk", role="staff")
    desk.keyboard.press("n")
    expect(here(desk)).to_contain_text(number)
    desk.wait_for_timeout(3_100)  # sooner it would be a double press
    desk.keyboard.press("n")
    expect(desk.get_by_role("dialog")).to_contain_text("ほかにお待ちのかたはいません")
    desk.get_by_role("button", name="来ていない。不在にする").click()
    expect(said(desk)).to_have_text(f"{number} を不在にしました。")
    expect(here(desk)).to_contain_text("お呼びしているかたはいません")


def test_every_act_says_whom_it_was_about_and_where_they_go(hall, open_page):
    first = issue(hall, None, services=["pension", "care"])["number"]
    second = issue(hall, "pension")["number"]
    for counter_id in ("8", "10"):
        counter(hall, counter_id, "open")
    desk = open_page(hall, DESK.format(8), "desk", role="staff")
    expect(desk.locator(f'tr[data-number="{first}"]')).to_contain_text("ほか：介護")
    desk.keyboard.press("n")
    expect(here(desk)).to_contain_text("お呼びしているかた")
    expect(here(desk)).to_contain_text("10番窓口")
    expect(desk.get_by_role("button", name="終了して次のかたを呼ぶ")).to_be_visible()
    desk.keyboard.press("s")
    expect(here(desk)).to_contain_text("窓口にいるかた")
    desk.keyboard.press("n")
    expect(said(desk)).to_contain_text(f"{first} を終了し、{second} を呼びました。 次の用件：介護")
    expect(here(desk)).to_contain_text(second)  # the page is drawn anew: the panel knows who waits elsewhere
    desk.keyboard.press("t")
    panel = desk.get_by_role("dialog")
    expect(panel).to_contain_text(f"{second} をほかの用件へ回す")
    expect(panel.locator("option[value=care]")).to_contain_text("10番窓口 1人")
    desk.get_by_label("回す先の用件").select_option("care")
    panel.get_by_role("button", name="ほかの用件へ回す").click()
    expect(said(desk)).to_contain_text(f"{second} → ")
    expect(said(desk)).to_contain_text("10番窓口")


def test_undo_says_what_it_takes_back_and_reopen_does_not_say_it_twice(hall, open_page):
    number = issue(hall, "school")["number"]
    counter(hall, "21", "open")
    desk = open_page(hall, DESK.format(21), "desk", role="staff")
    undo, reopen = desk.locator("[data-act=undo]"), desk.locator("[data-act=reopen]")
    desk.keyboard.press("n")
    expect(undo).to_contain_text(f"{number} の呼び出しを取り消す")
    desk.keyboard.press("s")
    expect(undo).to_contain_text(f"{number} の対応開始を取り消す")
    desk.keyboard.press("f")
    expect(undo).to_contain_text(f"{number} の終了を取り消す")
    expect(reopen).to_be_hidden()
    desk.keyboard.press("u")
    expect(said(desk)).to_have_text(f"{number} の終了を取り消しました。")
    expect(here(desk)).to_contain_text(number)


def test_the_focus_stays_with_the_acts(hall, open_page):
    issue(hall, "housing")
    counter(hall, "22", "open")
    desk = open_page(hall, DESK.format(22), "desk", role="staff")
    desk.locator("tr[data-number] button").click()
    expect(here(desk).locator("[data-part=number]")).to_be_visible()
    expect(desk.locator("[data-act=call-next]")).to_be_focused()
    finish = desk.locator("[data-act=finish]")
    finish.click()
    expect(finish).to_be_disabled()
    expect(desk.locator("[data-act=call-next]")).to_be_focused()


def test_after_a_number_was_called_letters_are_keys_again(hall, open_page):
    number = issue(hall, "housing")["number"]
    counter(hall, "22", "open")
    desk = open_page(hall, DESK.format(22), "desk", role="staff")
    desk.keyboard.press("g")
    desk.keyboard.type(f"{number}\n")
    expect(here(desk)).to_contain_text(number)
    expect(desk.get_by_label("番号を指定して呼ぶ")).not_to_be_focused()
    desk.keyboard.press("u")
    expect(here(desk)).not_to_contain_text(number)


def test_a_service_that_no_counter_takes_now_is_told_so(hall, open_page):
    number = issue(hall, "tax-payment")["number"]
    counter(hall, "17", "open")
    desk = open_page(hall, DESK.format(17), "desk", role="staff")
    desk.keyboard.press("n")
    expect(here(desk)).to_contain_text(number)
    desk.keyboard.press("t")
    option = desk.locator("option", has_text="障害者手帳")
    expect(option).to_contain_text("11番窓口・いまは開いていません")


def test_who_is_signed_in_stands_on_the_counter_and_can_leave(hall, open_page):
    command = [
        sys.executable,
        "-m",
        "queue_server.cli",
        "person",
        "add",
        "--login",
        "hanako",
        "--role",
        "staff",
    ]
    env = {**hall.env, "MATANAI_PASSWORD": "open-sesame-test"}
    subprocess.run([*command, "--database", hall.database], env=env, check=True, capture_output=True)
    page = open_page(hall, DESK.format(31), "desk")
    page.get_by_label("ログイン名").fill("hanako")
    page.get_by_label("パスワード").fill("open-sesame-test")
    page.get_by_role("button", name="ログイン", exact=True).click()
    expect(page.get_by_role("banner")).to_contain_text("hanako")
    page.get_by_role("button", name="ログアウト").click()
    expect(page.get_by_label("パスワード")).to_be_visible()
