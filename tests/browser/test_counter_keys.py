"""What a wrong key may not do, and what is asked before it is done."""

import re

import pytest
from at_the_hall import SITE, counter, issue
from playwright.sync_api import expect

DESK = "/staff/city-hall/counter/{}"


def here(desk):
    return desk.locator("[data-now-part=here]")


def test_two_presses_call_one_person(hall, open_page):
    first, second = issue(hall, "water")["number"], issue(hall, "water")["number"]
    counter(hall, "32", "open")
    desk = open_page(hall, DESK.format(32), "desk", role="staff")
    desk.keyboard.press("n")
    desk.keyboard.press("n")
    expect(here(desk).locator("[data-part=number]")).to_have_text(first)
    desk.keyboard.press("n")
    expect(desk.get_by_role("status").filter(has_text="呼んだばかり")).to_be_visible()
    expect(desk.locator(f'tr[data-number="{second}"]')).to_be_visible()
    expect(here(desk).locator("[data-part=number]")).to_have_text(first)


def test_a_key_held_down_acts_once(hall, open_page):
    for _ in range(3):
        issue(hall, "environment")
    counter(hall, "23", "open")
    desk = open_page(hall, DESK.format(23), "desk", role="staff")
    for _ in range(5):
        desk.keyboard.down("n")  # the second and later ones are repeats
    desk.keyboard.up("n")
    expect(desk.get_by_text("お待ちのかた（2人）")).to_be_visible()
    desk.wait_for_timeout(150)
    board = hall.call("GET", f"{SITE}/board").json
    assert next(s["waiting"] for s in board["services"] if s["id"] == "environment") == 2


def test_two_acts_in_one_breath_are_both_done(hall, open_page):
    first, second = issue(hall, "multicultural")["number"], issue(hall, "multicultural")["number"]
    counter(hall, "18", "open")
    desk = open_page(hall, DESK.format(18), "desk", role="staff")
    desk.keyboard.press("n")
    expect(here(desk)).to_contain_text(first)
    desk.keyboard.press("s")
    expect(here(desk)).to_contain_text("対応中")
    desk.keyboard.press("f")
    desk.keyboard.press("n")
    expect(here(desk).locator("[data-part=number]")).to_have_text(second)


def test_calling_somebody_else_before_the_called_one_came_asks_first(hall, open_page):
    first, second = issue(hall, "housing")["number"], issue(hall, "housing")["number"]
    counter(hall, "22", "open")
    desk = open_page(hall, DESK.format(22), "desk", role="staff")
    desk.keyboard.press("n")
    expect(here(desk)).to_contain_text(first)
    row = desk.locator(f'tr[data-number="{second}"]')
    row.get_by_role("button", name="呼ぶ").click()
    question = desk.get_by_role("dialog")
    expect(question).to_contain_text(f"{first} のかたは、窓口に来ましたか")
    desk.keyboard.press("n")  # no key acts behind a question
    desk.keyboard.press("Escape")
    expect(here(desk)).to_contain_text(first)
    row.get_by_role("button", name="呼ぶ").click()
    question.get_by_role("button", name="来ていない").click()
    expect(here(desk).locator("[data-part=number]")).to_have_text(second)
    expect(desk.get_by_role("heading", name="不在（1人）")).to_be_visible()


def test_who_may_not_hear_is_looked_for_before_being_absent(hall, open_page):
    number = issue(hall, "school", needs=["hearing", "writing"])["number"]
    counter(hall, "21", "open")
    desk = open_page(hall, DESK.format(21), "desk", role="staff")
    expect(desk.locator(f'tr[data-number="{number}"] .needs')).to_contain_text("聞こえにくい")
    desk.keyboard.press("n")
    expect(here(desk)).to_contain_text("筆談")
    desk.keyboard.press("a")
    question = desk.get_by_role("dialog")
    expect(question).to_contain_text(f"{number} のかたを、待合まで見に行きましたか")
    question.get_by_role("button", name="もう一度呼ぶ").click()
    expect(here(desk)).to_contain_text("再呼出 1回")
    desk.keyboard.press("a")
    question.get_by_role("button", name="見に行った").click()
    expect(desk.get_by_role("heading", name="不在（1人）")).to_be_visible()


def test_every_key_stands_in_the_panel_of_keys_and_belongs_to_one_act(hall, open_page):
    desk = open_page(hall, DESK.format(3), "desk", role="staff")
    desk.keyboard.press("?")
    panel = desk.get_by_role("dialog")
    keys = panel.locator("dt").all_inner_texts()
    assert len(keys) == len(set(keys))
    assert set("NRSFAHPTDGUZOVBC?") <= set(keys)
    for words in panel.locator("dd").all_inner_texts():
        assert words.strip()
    desk.keyboard.press("Escape")
    acts = desk.locator(".console button[data-act]:not(.queue button), .console__switch button")
    for act in acts.all():
        if act.get_attribute("data-act") != "call":  # the field beside it has the key
            assert act.get_attribute("data-key"), act.inner_text()


@pytest.mark.parametrize("key", ["ｎ", "N"])
def test_a_japanese_keyboard_works_too(hall, open_page, key):
    number = issue(hall, "tax-payment")["number"]
    counter(hall, "17", "open")
    desk = open_page(hall, DESK.format(17), "desk", role="staff")
    desk.evaluate(
        "key => document.body.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}))", key
    )
    expect(here(desk).locator("[data-part=number]")).to_have_text(number)
    counter(hall, "17", "finish")


def test_a_pause_says_why_and_ends(hall, open_page):
    desk = open_page(hall, DESK.format(31), "desk", role="staff")
    head = desk.locator("[data-now-part=head]")
    desk.keyboard.press("o")
    expect(head).to_contain_text("受付中")
    desk.keyboard.press("b")
    desk.keyboard.press("2")
    expect(head).to_contain_text("休止中 書類の確認", use_inner_text=True)
    desk.keyboard.press("o")
    expect(head).to_contain_text("受付中")
    desk.keyboard.press("b")
    desk.get_by_label("そのほかの理由").fill("電話の応対")
    desk.keyboard.press("Enter")
    expect(head).to_contain_text("電話の応対")
    desk.keyboard.press("o")
    expect(head).not_to_contain_text("電話")


def test_services_are_ticked_or_chosen_by_a_digit(hall, open_page):
    desk = open_page(hall, DESK.format(4), "desk", role="staff")
    head = desk.locator("[data-now-part=head]")
    desk.keyboard.press("o")
    expect(desk.locator("[data-part=preset]")).to_have_text("ふだんの担当")
    desk.keyboard.press("v")
    panel = desk.get_by_role("dialog")
    panel.get_by_label("戸籍の届出").uncheck()
    panel.get_by_label("住民票・印鑑証明などの証明書").check()
    panel.get_by_role("button", name="選んだ用件を受け持つ").click()
    expect(head).to_contain_text("住民票")
    expect(head).not_to_contain_text("戸籍の届出")
    expect(desk.locator("[data-part=preset]")).to_have_text("個別に選んだ担当")
    desk.keyboard.press("v")
    desk.keyboard.press("0")
    expect(head).to_contain_text("戸籍の届出")
    expect(desk.locator("[data-part=preset]")).to_have_text("ふだんの担当")


def test_the_reasons_of_the_order_stand_in_words(hall, open_page):
    plain = issue(hall, "child-allowance")["number"]
    two = issue(hall, "child-allowance", priority="infant")["number"]
    issue(hall, "child-allowance", priority="infant")
    counter(hall, "12", "open")
    desk = open_page(hall, DESK.format(12), "desk", role="staff")
    rows = desk.locator("[data-part=waiting] tbody tr")
    expect(rows.nth(0)).to_contain_text(re.compile(f"{two}.*優先：", re.DOTALL))
    expect(rows.nth(1)).to_contain_text(re.compile(f"{plain}.*受付順.*優先のかたが続いたため", re.DOTALL))


def test_it_works_in_english_and_at_twice_the_size(hall, open_page):
    number = issue(hall, "care", needs=["sight"], lang="en", units=2)["number"]
    desk = open_page(hall, DESK.format(10), "desk", role="staff", lang="en-GB")
    desk.set_viewport_size({"width": 683, "height": 450})  # what 200 % leaves of a usual screen
    desk.get_by_role("button", name="Open").first.click()
    desk.get_by_role("button", name="Call next").click()
    expect(here(desk)).to_contain_text(number)
    desk.get_by_role("button", name="Services").click()
    panel = desk.get_by_role("dialog")
    box = panel.bounding_box()
    assert box["width"] <= 683
    assert box["height"] <= 450
    panel.get_by_role("button", name="Take what is ticked").click()
    expect(panel).to_be_hidden()


# --- a number pad -------------------------------------------------------------------------------------------


def pad(desk, *keys):
    """Keys of a number pad, by their place on it."""
    for key in keys:
        desk.keyboard.press(key if key == "Enter" else f"Numpad{key}")


def test_a_number_pad_works_a_whole_desk(hall, open_page):
    first, second = issue(hall, "resident-tax")["number"], issue(hall, "resident-tax")["number"]
    counter(hall, "15", "open")
    desk = open_page(hall, DESK.format(15), "desk", role="staff")
    pad(desk, *second.lstrip("T0"), "Enter")  # its letter cannot be typed there
    expect(here(desk).locator("[data-part=number]")).to_have_text(second)
    pad(desk, "Subtract")
    expect(here(desk)).to_contain_text("再呼出 1回")
    pad(desk, "Decimal")
    expect(here(desk)).to_contain_text("対応中")
    pad(desk, "9", "Divide")  # a sign forgets what was typed
    expect(desk.get_by_role("heading", name="保留（1人）")).to_be_visible()
    expect(desk.locator("#call-number")).to_have_value("")
    pad(desk, "Add")
    expect(here(desk).locator("[data-part=number]")).to_have_text(first)
    pad(desk, "Multiply")
    expect(desk.get_by_role("heading", name="不在（1人）")).to_be_visible()


def test_a_number_pad_does_nothing_in_a_field_and_in_a_question(hall, open_page):
    waiting = issue(hall, "property-tax")["number"]
    counter(hall, "16", "open")
    desk = open_page(hall, DESK.format(16), "desk", role="staff")
    desk.keyboard.press("b")
    field = desk.get_by_label("そのほかの理由")
    field.focus()
    desk.keyboard.type("1+2")
    expect(field).to_have_value("1+2")
    desk.keyboard.press("Escape")
    expect(desk.get_by_role("dialog")).to_be_hidden()
    desk.keyboard.press("c")
    expect(desk.get_by_role("dialog")).to_be_visible()
    pad(desk, "Add")
    expect(desk.get_by_role("dialog")).to_be_visible()
    desk.keyboard.press("Escape")
    expect(desk.locator(f'tr[data-number="{waiting}"]')).to_be_visible()
    expect(desk.locator("#call-number")).to_have_value("")


def test_a_number_pad_without_num_lock_and_letters_before_a_number(hall, open_page):
    desk = open_page(hall, DESK.format(22), "desk", role="staff")
    desk.evaluate(
        """() => document.body.dispatchEvent(
          new KeyboardEvent("keydown", {key: "End", code: "Numpad1", bubbles: true, cancelable: true}))"""
    )
    expect(desk.locator("#call-number")).to_have_value("1")
    source = desk.evaluate(
        "performance.getEntriesByType('resource').find((e) => e.name.includes('counter_pad')).name"
    )
    meant = "async ([source, typed, numbers]) => (await import(source)).meant(typed, numbers)"
    for typed, numbers, found in (
        ("12", ["A012", "B7"], ["A012"]),
        ("12", ["A12", "B12"], ["A12", "B12"]),
        ("12", ["A12", "12"], ["12"]),
        ("7", ["007"], ["007"]),
        ("99", ["A12"], ["99"]),
        ("A1", ["A12"], ["A1"]),
    ):
        assert desk.evaluate(meant, [source, typed, numbers]) == found


def test_after_enter_a_number_pad_begins_another_number(hall, open_page):
    """What was refused, or could not be told, is no beginning of the next number."""
    counter(hall, "12", "open")
    desk = open_page(hall, DESK.format(12), "desk", role="staff")
    field = desk.locator("#call-number")
    refused = desk.get_by_role("alert")
    pad(desk, "9", "9", "Enter")
    expect(refused).to_be_visible()
    pad(desk, "1")
    expect(field).to_have_value("1")
    pad(desk, "2")
    expect(field).to_have_value("12")
    pad(desk, "Enter", "3", "Enter", "7")
    expect(field).to_have_value("7")
    pad(desk, "Enter")
    desk.keyboard.type("A")  # a letter of the other keyboard takes the place of what was refused
    pad(desk, "4")
    expect(field).to_have_value("A4")


def test_digits_typed_before_the_answer_stay(hall, open_page):
    """An answer that is late clears only what it answers, and takes no focus from who writes."""
    waiting = issue(hall, "koseki")["number"]
    counter(hall, "3", "open")
    desk = open_page(hall, DESK.format(3), "desk", role="staff")
    held = []
    desk.route("**/counters/3/call", lambda route: held.append(route))
    pad(desk, *waiting.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ0"), "Enter")
    while not held:
        desk.wait_for_timeout(10)
    pad(desk, "3")
    held[0].continue_()
    expect(here(desk).locator("[data-part=number]")).to_have_text(waiting)
    expect(desk.locator("#call-number")).to_be_focused()
    pad(desk, "7")
    expect(desk.locator("#call-number")).to_have_value("37")
