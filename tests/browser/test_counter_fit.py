"""The consoles by keys and by touch: panels give the focus back, the pick-up needs no mouse."""

import pytest
from at_the_hall import SITE, counter, issue
from playwright.sync_api import expect

PAGES = {"desk": "/staff/city-hall/counter/3", "pickup": "/staff/city-hall/counter/5"}


@pytest.fixture(scope="module")
def busy(hall):
    """A hall with somebody in every list of both consoles."""
    for counter_id in ("1", "3", "5"):
        counter(hall, counter_id, "open")
    for priority, needs in (("infant", ["wheelchair", "infant"]), (None, ["hearing"]), (None, ["sight"])):
        issue(hall, "moving", needs=needs, units=2, lang="vi", priority=priority)
        issue(hall, "koseki", priority=priority)
    for act in ("hold", "no-show", "start"):
        counter(hall, "3", "call-next")
        counter(hall, "3", act)
    passed = issue(hall, "certificates")["number"]
    counter(hall, "1", "call", {"number": passed})
    counter(
        hall, "1", "transfer", {"service": "moving", "keep_place": True, "note": "本人確認は済んでいます。"}
    )
    numbers = [issue(hall, "certificates", needs=["writing"])["number"] for _ in range(7)]
    for number in numbers:
        counter(hall, "1", "call", {"number": number})
        counter(hall, "1", "await-pickup")
    counter(hall, "5", "call-many", {"numbers": numbers[:2]})
    counter(hall, "5", "no-show", {"number": numbers[0]})
    handoffs = hall.call("GET", f"{SITE}/departments/SHIMIN/handoffs", role="staff").json["handoffs"]
    for handoff in handoffs:
        if handoff["ticket"]["number"] in numbers[5:]:
            assert hall.call("POST", f"{SITE}/handoffs/{handoff['id']}/done", {}, role="staff").status == 200
    return numbers


def test_every_panel_gives_the_focus_back(hall, busy, open_page):
    page = open_page(hall, PAGES["desk"], "desk", role="staff")
    for key in "vbtd?":
        opener = page.locator(f'[data-key="{key.upper()}"]').first
        opener.focus()
        page.keyboard.press(key)
        panel = page.get_by_role("dialog")
        expect(panel).to_be_visible()
        page.keyboard.press("Escape")
        expect(panel).to_be_hidden()
        assert opener.evaluate("e => e === document.activeElement"), key


def test_the_pickup_console_by_keys_alone(hall, busy, open_page):
    page = open_page(hall, PAGES["pickup"], "desk", role="staff")
    called = page.locator("[data-now-part=here] tbody tr")
    expect(called).to_have_count(1)
    page.keyboard.press("Escape")  # out of the field, where letters are letters
    page.keyboard.press("g")
    page.keyboard.type(f"{busy[2]}\n{busy[3]}\n")
    expect(page.get_by_role("button", name="2件をまとめて呼び出す")).to_be_enabled()
    page.keyboard.press("Enter")
    expect(called).to_have_count(3)
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    page.keyboard.press("Enter")  # handed over
    expect(called).to_have_count(2)
    page.keyboard.press("u")
    expect(called).to_have_count(3)
    page.keyboard.press("z")
    expect(page.get_by_role("dialog")).to_have_count(0)  # nobody has left


def test_the_list_ticks_marks_what_is_ready_and_chooses_all(hall, busy, open_page):
    page = open_page(hall, PAGES["pickup"], "tablet", role="staff")
    work = page.locator(f'tr[data-number="{busy[4]}"]')
    expect(work).to_contain_text("1番窓口から")
    work.get_by_role("checkbox").tap()
    expect(page.locator("[data-part=chips]")).to_contain_text(busy[4])
    page.get_by_role("button", name=f"{busy[4]} を外す").tap()
    expect(work.get_by_role("checkbox")).not_to_be_checked()
    work.get_by_role("button", name="できた").tap()  # it is ready; nobody is called by that
    expect(page.locator(f'tr[data-chip=ready][data-number="{busy[4]}"]')).to_be_visible()
    expect(page.locator("[data-now-part=here]")).not_to_contain_text(busy[4])
    page.get_by_role("button", name="すべて選ぶ").tap()
    for number in busy[4:]:
        expect(page.locator(f'tr[data-number="{number}"]').get_by_role("checkbox")).to_be_checked()
    expect(page.get_by_role("button", name="3件をまとめて呼び出す")).to_be_enabled()
