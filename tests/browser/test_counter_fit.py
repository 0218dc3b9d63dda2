"""The consoles are fit for everybody: no fault that axe can find, on paper of any size, by keys and by touch."""

import pytest
from at_the_hall import SITE, counter, issue
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
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


def faults(page):
    return [
        f"{fault['id']}: {[node['html'][:160] for node in fault['nodes']]}"
        for fault in Axe().run(page, options=RULES).response["violations"]
    ]


@pytest.mark.parametrize("size", ["desk", "tablet"])
@pytest.mark.parametrize("kind", PAGES)
def test_a_console_has_no_fault_and_no_sideways_scrolling(hall, busy, open_page, kind, size):
    page = open_page(hall, PAGES[kind], size, role="staff")
    if kind == "pickup":
        page.get_by_label("番号を入れる").fill(f"{busy[3]} {busy[1]} 888")
        page.keyboard.press("Enter")
        expect(page.locator("[data-part=chips] li")).to_have_count(3)
    assert faults(page) == []
    assert page.evaluate(SMALL) == []  # large enough for a finger
    for width in (683, 320):  # 200 % and 400 % of a usual screen
        page.set_viewport_size({"width": width, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


SMALL = """[...document.querySelectorAll("main button, main select, main input:not([type=checkbox])")]
    .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 43.5).map((e) => e.outerHTML)"""


def test_every_panel_has_no_fault_and_gives_the_focus_back(hall, busy, open_page):
    page = open_page(hall, PAGES["desk"], "desk", role="staff")
    for key in "vbtd?":
        opener = page.locator(f'[data-key="{key.upper()}"]').first
        opener.focus()
        page.keyboard.press(key)
        panel = page.get_by_role("dialog")
        expect(panel).to_be_visible()
        assert faults(page) == [], key
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


def test_the_list_ticks_chooses_all_and_calls_what_is_done(hall, busy, open_page):
    page = open_page(hall, PAGES["pickup"], "tablet", role="staff")
    work = page.locator(f'tr[data-number="{busy[4]}"]')
    work.get_by_role("button", name="できました").tap()
    called = page.locator("[data-now-part=here]")
    expect(called).to_contain_text(busy[4])
    page.get_by_role("button", name="直前の操作を取り消す").tap()
    expect(called).not_to_contain_text(busy[4])
    work.get_by_role("checkbox").tap()
    expect(page.locator("[data-part=chips]")).to_contain_text(busy[4])
    page.get_by_role("button", name=f"{busy[4]} を外す").tap()
    expect(work.get_by_role("checkbox")).not_to_be_checked()
    page.get_by_role("button", name="すべて選ぶ").tap()
    for number in busy[5:]:
        expect(page.locator(f'tr[data-number="{number}"]').get_by_role("checkbox")).to_be_checked()
    expect(page.get_by_role("button", name="2件をまとめて呼び出す")).to_be_enabled()
