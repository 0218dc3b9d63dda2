"""Whole ways through a hall, as the people at the counters walk them."""

from urllib.parse import urlsplit

from at_the_hall import counter, issue
from playwright.sync_api import expect

DESK = "/staff/city-hall/counter/{}"


def here(desk):
    return desk.locator("[data-now-part=here]")


def row(desk, number):
    return desk.locator(f'tr[data-number="{number}"]')


def test_a_wrong_number_is_called_and_everything_takes_it_back(hall, open_page):
    right, wrong = issue(hall, "property-tax"), issue(hall, "property-tax")
    counter(hall, "16", "open")
    screen = open_page(hall, "/display/city-hall/hall1", "hall", role="display")
    phone = open_page(hall, urlsplit(wrong["url"]).path)
    desk = open_page(hall, DESK.format(16), "desk", role="staff")

    row(desk, wrong["number"]).get_by_role("button", name="呼ぶ").click()
    expect(screen.locator("[data-part=hero-number]")).to_have_text(wrong["number"])
    expect(phone.locator(".ticket__counter")).to_contain_text("16番窓口")
    expect(here(desk)).to_contain_text(wrong["number"])

    desk.keyboard.press("u")
    expect(screen.get_by_text(f"{wrong['number']}番のお呼び出しを取り消しました。")).to_be_visible()
    expect(phone.get_by_text("順番をお待ちください", exact=True)).to_be_visible()
    expect(here(desk)).to_contain_text("お呼びしているかたはいません")
    rows = desk.locator("[data-part=waiting] tbody th")
    expect(rows).to_have_text([right["number"], wrong["number"]])
    desk.keyboard.press("n")
    expect(screen.locator("[data-part=hero-number]")).to_have_text(right["number"])


def test_two_clerks_cover_lunch_with_one_key_each(hall, open_page):
    first = open_page(hall, DESK.format(1), "desk", role="staff")
    second = open_page(hall, DESK.format(3), "tablet", role="staff")
    for desk in (first, second):
        desk.keyboard.press("o")
        expect(desk.locator("[data-part=preset]")).to_have_text("ふだんの担当")
        desk.keyboard.press("v")
        desk.keyboard.press("1")
        expect(desk.locator("[data-part=preset]")).to_have_text("昼当番")
    number = issue(hall, "seal")["number"]
    expect(row(first, number)).to_contain_text("印鑑登録")
    expect(row(second, number)).to_have_count(0)
    first.keyboard.press("n")
    expect(here(first).locator("[data-part=number]")).to_have_text(number)
    first.keyboard.press("f")
    for desk in (first, second):
        desk.keyboard.press("v")
        desk.keyboard.press("0")
        expect(desk.locator("[data-part=preset]")).to_have_text("ふだんの担当")


def test_a_certificate_is_handed_in_and_picked_up_with_eleven_others(hall, open_page):
    counter(hall, "2", "open")
    desk = open_page(hall, DESK.format(2), "desk", role="staff")
    board = open_page(hall, "/display/city-hall/pickup", "hall", role="display")
    mine = issue(hall, "certificates", needs=["hearing"])
    phone = open_page(hall, urlsplit(mine["url"]).path)
    desk.keyboard.press("n")
    expect(here(desk)).to_contain_text(mine["number"])
    desk.keyboard.press("p")
    expect(here(desk)).to_contain_text("お呼びしているかたはいません")
    numbers = [mine["number"]]
    for _ in range(11):
        last = issue(hall, "certificates")
        numbers.append(last["number"])
        counter(hall, "2", "call-next")
        counter(hall, "2", "await-pickup")

    office = open_page(hall, DESK.format(5), "desk", role="staff")
    expect(office.get_by_text("処理中（12人）")).to_be_visible()
    office.get_by_role("button", name="窓口を開ける").click()
    expect(office.locator("[data-now-part=head]")).to_contain_text("受付中")
    office.get_by_label("番号を入れる").focus()
    for number in numbers[:-1]:
        office.keyboard.type(number.lstrip("0"))
        office.keyboard.press("Enter")
    office.keyboard.insert_text(last["url"])  # a scanner types the paper's code
    office.keyboard.press("Enter")
    expect(office.locator("[data-part=chips] li")).to_have_count(12)
    expect(office.get_by_role("button", name="12件をまとめて呼び出す")).to_be_enabled()
    office.keyboard.press("Enter")
    expect(office.get_by_text("呼び出し中（12人）")).to_be_visible()
    expect(office.locator("[data-part=chips] li")).to_have_count(0)
    for number in numbers:
        expect(board.locator("[data-part=number-list]")).to_contain_text(number)
    expect(phone.locator(".ticket__counter")).to_contain_text("5番窓口")

    row(office, mine["number"]).get_by_role("button", name="交付済み").click()
    expect(office.get_by_text("呼び出し中（11人）")).to_be_visible()
    expect(phone.get_by_text("手続きは終わりました", exact=True)).to_be_visible()
    row(office, numbers[1]).get_by_role("button", name="もう一度呼ぶ").click()
    expect(row(office, numbers[1])).to_contain_text("再呼出 1回")
    row(office, numbers[2]).get_by_role("button", name="不在").click()
    expect(office.get_by_text("不在（1人）")).to_be_visible()
    expect(board.locator("[data-part=number-list]")).not_to_contain_text(numbers[2])


def test_a_note_goes_with_the_person_to_the_other_counter(hall, open_page):
    number = issue(hall, "pension")["number"]
    for counter_id in ("8", "10"):
        counter(hall, counter_id, "open")
    desk = open_page(hall, DESK.format(8), "desk", role="staff")
    other = open_page(hall, DESK.format(10), "tablet", role="staff")
    desk.keyboard.press("n")
    expect(here(desk)).to_contain_text(number)
    desk.keyboard.press("t")
    desk.get_by_label("回す先の用件").select_option("care")
    desk.get_by_label("申し送り").fill("介護保険の減額の相談。年金の通知は確認済みです。")
    desk.get_by_role("dialog").get_by_role("button", name="ほかの用件へ回す").click()
    expect(here(desk)).to_contain_text("お呼びしているかたはいません")
    expect(row(other, number)).to_contain_text("年金の通知は確認済み")
    expect(row(other, number)).to_contain_text("から回ってきたかた（受付の時刻のまま）")
    other.get_by_role("button", name="次のかたを呼ぶ").tap()
    expect(here(other)).to_contain_text("年金の通知は確認済み")


def test_the_last_counter_is_warned_and_then_everybody_sees_it(hall, open_page):
    issue(hall, "nursery")
    issue(hall, "nursery")
    counter(hall, "14", "open")
    desk = open_page(hall, DESK.format(14), "desk", role="staff")
    others = [
        open_page(hall, path, "desk", role="staff")
        for path in (DESK.format(12), "/staff/city-hall/reception", "/staff/city-hall/today")
    ]
    desk.keyboard.press("b")
    expect(desk.get_by_role("dialog")).to_contain_text("2人がお待ちです")
    desk.keyboard.press("Escape")
    desk.keyboard.press("c")
    question = desk.get_by_role("dialog")
    expect(question).to_contain_text("ほかに、開いている窓口がない")
    expect(question).to_contain_text("2人がお待ちです")
    desk.keyboard.press("Enter")  # the first answer goes back
    expect(desk.locator("[data-now-part=head]")).to_contain_text("受付中")
    desk.keyboard.press("c")
    question.get_by_role("button", name="閉じる").click()
    for page in (desk, *others):
        expect(page.locator(".alarms").filter(has_text="保育所").first).to_be_visible(timeout=8_000)


def test_a_colleague_takes_over_with_the_ticket_and_the_services(hall, open_page):
    number = issue(hall, "resident-tax")["number"]
    counter(hall, "15", "open", {"services": ["resident-tax"]})
    counter(hall, "15", "call-next")
    hers = open_page(hall, DESK.format(15), "desk", role="staff")
    his = open_page(hall, DESK.format(15) + "?token=" + hall.token("staff", "city-hall"), "desk")
    expect(hers.get_by_role("button", name="引き継ぐ", exact=True)).to_have_count(0)
    expect(his.get_by_text("ほかの職員が開けています")).to_be_visible()
    his.keyboard.press("m")
    expect(his.get_by_text("ほかの職員が開けています")).to_have_count(0)
    expect(hers.get_by_text("ほかの職員が開けています")).to_be_visible()
    expect(here(his)).to_contain_text(number)
    head = his.locator("[data-now-part=head]")
    expect(head).not_to_contain_text("課税・所得")


def test_at_noon_the_preset_comes_by_itself_and_goes_at_one(hall, open_page):
    counter(hall, "1", "open")
    counter(hall, "3", "open")
    desks = [open_page(hall, DESK.format(x), "desk", role="staff") for x in (1, 3)]
    for at, words in (("12:00", "昼当番"), ("13:00", "ふだんの担当")):
        answer = hall.call("POST", "/api/v1/clock", {"to": f"2026-11-20T{at}:00+09:00"}, role="staff")
        assert answer.status == 200, answer.body
        for desk in desks:
            expect(desk.locator("[data-part=preset]")).to_have_text(words, timeout=9_000)
