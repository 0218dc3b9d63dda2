"""A counter at work: by keys, by buttons, and with sentences when something cannot be."""

from at_the_hall import SITE, counter, issue, step
from playwright.sync_api import expect


def test_a_resident_is_called_with_keys_alone(hall, open_page):
    number = issue(hall, "school", needs=["wheelchair"])["number"]
    desk = open_page(hall, "/staff/city-hall/counter/21", "desk", role="staff")
    here, head = desk.locator("[data-now-part=here]"), desk.locator("[data-now-part=head]")
    expect(head).to_contain_text("閉じています")
    desk.keyboard.press("o")
    expect(head).to_contain_text("受付中")
    desk.keyboard.press("n")
    expect(here.locator("[data-part=number]")).to_have_text(number)
    expect(here).to_contain_text("車いす")
    desk.keyboard.press("r")
    expect(here).to_contain_text("再呼出 1回")
    desk.keyboard.press("s")
    expect(here).to_contain_text("対応中")
    desk.keyboard.press("f")
    expect(here).to_contain_text("お呼びしているかたはいません")
    desk.keyboard.press("u")
    expect(here).to_contain_text("対応中")
    desk.keyboard.press("f")
    expect(here).to_contain_text("お呼びしているかたはいません")
    step(hall, "2026-11-20T10:01")  # until then undo means the same
    desk.reload()
    desk.keyboard.press("z")
    desk.get_by_role("button", name="元に戻す").click()
    expect(desk.locator("[data-now-part=queues]")).to_contain_text(number)


def test_keys_rest_while_somebody_types_and_when_they_are_switched_off(hall, open_page):
    issue(hall, "water")
    counter(hall, "32", "open")
    desk = open_page(hall, "/staff/city-hall/counter/32", "desk", role="staff")
    desk.get_by_label("番号を指定して呼ぶ").press_sequentially("n")
    desk.keyboard.press("Tab")
    desk.get_by_role("button", name="キー").click()
    desk.get_by_label("キーで操作する").uncheck()
    desk.keyboard.press("Escape")
    desk.keyboard.press("n")
    desk.wait_for_timeout(300)
    expect(desk.locator("[data-now-part=here]")).to_contain_text("お呼びしているかたはいません")


def test_absent_and_held_people_come_back(hall, open_page):
    first, second = issue(hall, "nursery")["number"], issue(hall, "nursery")["number"]
    counter(hall, "14", "open")
    desk = open_page(hall, "/staff/city-hall/counter/14", "desk", role="staff")
    queues = desk.locator("[data-now-part=queues]")
    desk.get_by_role("button", name="次のかたを呼ぶ").click()
    desk.get_by_role("button", name="不在").click()
    expect(queues).to_contain_text("不在（1人）")
    desk.get_by_role("button", name="次のかたを呼ぶ").click()
    desk.get_by_role("button", name="保留").click()
    expect(queues).to_contain_text("保留（1人）")
    for number, place in ((second, "end"), (first, "front")):
        row = queues.locator(f'tr[data-number="{number}"]')
        row.get_by_role("combobox").select_option(place)
        row.get_by_role("button", name="戻す").click()
        expect(row.get_by_role("combobox")).to_have_count(0)
    expect(queues.locator("tr[data-number] th")).to_have_text([first, second])


def test_a_refusal_is_a_sentence(hall, open_page):
    counter(hall, "17", "open")
    desk = open_page(hall, "/staff/city-hall/counter/17", "desk", role="staff")
    desk.get_by_label("番号を指定して呼ぶ").fill("T99")
    desk.get_by_label("番号を指定して呼ぶ").press("Enter")
    problem = desk.get_by_role("alert").filter(has_text="T99")
    expect(problem).to_be_visible()
    desk.get_by_role("button", name="次のかたを呼ぶ").click()
    expect(problem).to_be_hidden()
    expect(desk.locator("[data-part=said]")).to_have_text("お待ちのかたはいません。")
    expect(desk.locator("[data-part=said]")).to_be_visible()


def test_work_goes_to_another_service_and_to_a_department(hall, open_page):
    number = issue(hall, "disability")["number"]
    counter(hall, "11", "open")
    desk = open_page(hall, "/staff/city-hall/counter/11", "desk", role="staff")
    office = open_page(hall, "/staff/city-hall/department/SHOGAI", "desk", role="staff")
    expect(office.get_by_text("引継ぎはありません。")).to_be_visible()
    desk.get_by_role("button", name="次のかたを呼ぶ").click()
    expect(desk.locator("[data-part=number]")).to_have_text(number)
    desk.keyboard.press("d")
    desk.get_by_label("引き継ぐ課").select_option("SHOGAI")
    desk.get_by_label("内容").fill("手帳の住所の書きかえ")
    desk.get_by_role("dialog").get_by_role("button", name="課へ引き継ぐ").click()
    part = office.locator(f'article[data-number="{number}"]')
    expect(part).to_contain_text("手帳の住所の書きかえ", timeout=8_000)  # told by the next tick
    desk.keyboard.press("t")
    desk.get_by_label("回す先の用件").select_option("care")
    desk.get_by_role("dialog").get_by_role("button", name="ほかの用件へ回す").click()
    expect(desk.locator("[data-now-part=here]")).to_contain_text("お呼びしているかたはいません")
    part.get_by_role("button", name="着手").click()
    expect(part).to_contain_text("着手済み")
    part.get_by_label("本人確認済み").check()
    part.get_by_role("button", name="完了").click()
    expect(office.get_by_text("引継ぎ（残り0件）")).to_be_visible()
    [handoff] = hall.call("GET", f"{SITE}/departments/SHOGAI/handoffs", role="staff").json["handoffs"]
    assert handoff["identity_checked"]


def test_a_counter_is_never_left_with_a_stale_queue(hall, open_page):
    desk = open_page(hall, "/staff/city-hall/counter/31", "desk", role="staff")
    number = issue(hall, "maternal-health")["number"]
    expect(desk.locator("[data-now-part=queues]")).to_contain_text(number)


def test_a_person_signs_in_reads_a_wrong_password_and_signs_out(hall, open_page):
    page = open_page(hall, "/staff/city-hall/today", "desk")
    page.get_by_label("ログイン名").fill("admin")
    page.get_by_label("パスワード").fill("not this one")
    page.get_by_role("button", name="ログイン", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("パスワード").fill("open-sesame-test")
    page.get_by_role("button", name="ログイン", exact=True).click()
    expect(page.get_by_role("heading", name="今日のまとめ")).to_be_visible()
    page.goto(hall.url + "/staff/")
    page.get_by_role("button", name="ログアウト").click()
    expect(page.get_by_label("パスワード")).to_be_visible()


def test_an_administrator_is_told_who_works_at_counters(hall, open_page):
    page = open_page(hall, "/staff/", "desk")
    page.get_by_label("ログイン名").fill("admin")
    page.get_by_label("パスワード").fill("open-sesame-test")
    page.get_by_role("button", name="ログイン", exact=True).click()
    expect(page.get_by_text("管理者としてログインしています")).to_be_visible()
    expect(page.get_by_role("link", name="今日のまとめ").first).to_be_visible()
    expect(page.get_by_role("link", name="1番窓口")).to_have_count(0)
