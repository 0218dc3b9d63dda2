"""The reception's pages as the server draws them: parts, the list, the pad's sheets, and who may look."""

import re

import pytest

PAGE = "/staff/city-hall/reception"
API = "/api/v1/sites/city-hall"


@pytest.fixture(scope="module")
def hall(module_server):
    return module_server("aobahama", "--clock", "2026-11-20T10:00+09:00")


def issue(hall, service, **more):
    body = {"service": service, "channel": "staff", **more}
    answer = hall.call("POST", f"{API}/tickets", body, role="staff")
    assert answer.status == 201, answer.body
    return answer.json


def page(hall, path, role="staff"):
    answer = hall.call("GET", path, role=role, headers={"Accept-Language": "en"})
    assert answer.status == 200, answer.status
    return answer.body.decode()


def rows(html):
    return re.findall(r'<tr data-number="([^"]+)"', html)


def test_a_list_of_hundreds_stays_a_page_long(hall):
    numbers = [issue(hall, "certificates")["number"] for _ in range(70)]
    first = rows(page(hall, f"{PAGE}/now?service=certificates"))
    assert first == numbers[:-31:-1]
    assert rows(page(hall, f"{PAGE}/now?service=certificates&page=3")) == numbers[9::-1]
    assert rows(page(hall, f"{PAGE}/now?service=certificates&page=99")) == numbers[9::-1]


def test_the_list_is_filtered_by_state_purpose_and_text(hall):
    given = [issue(hall, service)["number"] for service in ("moving", "koseki", "pension")]
    gone = issue(hall, "moving")
    hall.call("POST", f"{API}/tickets/{gone['id']}/cancel", {}, role="staff")

    def found(query):
        return rows(page(hall, f"{PAGE}/now?{query}"))

    assert found("service=moving") == [given[0]]
    assert found("service=moving&state=all") == [gone["number"], given[0]]
    assert found("state=cancelled") == [gone["number"]]
    assert found(f"q={given[1]}+{given[0]}") == [given[1], given[0]]
    assert found("q=pension&service=pension") == [given[2]]
    assert found("q=%EF%BC%B4x-nothing") == []
    assert found("state=nonsense&page=-1&service=pension") == [given[2]]


def test_a_ticket_is_a_part_of_its_own(hall):
    ticket = issue(hall, "nursery", needs=["sign"], lang="vi")
    part = page(hall, f"{PAGE}/ticket/{ticket['number']}")
    assert part.startswith('<div data-now-part="ticket">')
    for words in ("Sign language", "Vietnamese", "Change the purpose", "Cancel", f"/why/{ticket['number']}"):
        assert words in part, words
    assert "/return" not in part  # nobody who waits is brought back
    hall.call("POST", f"{API}/tickets/{ticket['id']}/cancel", {}, role="staff")
    part = page(hall, f"{PAGE}/ticket/{ticket['number']}")
    assert "/reopen" in part
    assert "/change-service" not in part
    assert hall.call("GET", f"{PAGE}/ticket/Q1", role="staff").status == 404


def test_numbers_are_found_without_zeros_and_in_small_letters(hall):
    number = issue(hall, "tax-certificates")["number"]
    assert number.startswith("T0")
    for typed in (number, number.lower(), "t" + number[1:].lstrip("0")):
        assert f'data-ticket="{number}"' in page(hall, f"{PAGE}/ticket/{typed}")


def test_the_sheets_hold_what_was_asked_for(hall):
    def slips(query):
        html = page(hall, f"{PAGE}/pad/sheets?{query}")
        holders = re.findall(r"</small>(\w+)</p>", html)
        return html.count('class="sheet"'), holders

    assert slips("band=pad&from=5&count=12") == (2, [f"Z{n:02}" for n in range(5, 17)])
    assert slips("band=pad&from=95&count=1000") == (1, [f"Z{n}" for n in range(95, 100)])
    assert slips("from=nonsense&count=1") == (1, ["Z01"])
    assert "引っ越しの届出" in page(hall, f"{PAGE}/pad/sheets?count=1&service=moving")
    for query in ("band=A", "band=pad&service=nothing"):
        assert hall.call("GET", f"{PAGE}/pad/sheets?{query}", role="staff").status == 404


@pytest.mark.parametrize("path", ["", "/now", "/ticket/1", "/pad", "/pad/sheets"])
def test_only_staff_look(hall, path):
    assert hall.call("GET", PAGE + path).status in (303, 401)
    for role in ("kiosk", "display", "admin"):
        assert hall.call("GET", PAGE + path, role=role).status == 403


def test_the_address_of_a_site_needs_no_slash(hall):
    answer = hall.call("GET", "/city-hall?lang=en")
    assert (answer.status, answer.headers["location"]) == (301, "/city-hall/?lang=en")
    assert hall.call("GET", "/nowhere").status == 404


def test_the_staff_s_list_goes_from_the_reception_to_the_day(hall):
    html = page(hall, "/staff/")
    places = [
        html.index(link) for link in ("/reception", "/counter/1", "/counter/32", "/department/", "/today")
    ]
    assert places == sorted(places)


@pytest.mark.parametrize("wanted", [True, False])
def test_the_pad_is_offered_only_where_numbers_are_written_by_hand(running_server, wanted):
    server = running_server("bench", "--set", f"sites.bench.bands.pad.emergency={str(wanted).lower()}")
    assert ("/staff/bench/reception/pad" in page(server, "/staff/bench/reception")) is wanted
