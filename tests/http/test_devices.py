"""What staff and kiosks are told of devices, and which kiosks are alive."""

import json
import time
import urllib.request
from pathlib import Path

import pytest

from queue_server import settings
from queue_server.hall.devices.kiosks import AWAY_SECONDS, Kiosks
from queue_server.hall.devices.words import REASONS, TONES, DeviceWords
from queue_server.web.device_book import DeviceBook, Gap
from queue_server.web.texts import Texts

ROOT = Path(__file__).parents[2]
SITE = "/api/v1/sites/city-hall"
KINDS = ("printer", "kiosk", "buttons", "agent")


@pytest.fixture(scope="module")
def server(module_server, tmp_path_factory):
    """Aobahama: one printer that draws, one that nobody hears of, one without a device."""
    tickets = tmp_path_factory.mktemp("tickets")
    devices = {
        "kiosk1": "tcp://127.0.0.1:9",
        "kiosk2": "none:",
        "reception": f"draw://{tickets}",
        "minami1": f"draw://{tickets}",
    }
    sets = [f"printers.{name}.device={device}" for name, device in devices.items()]
    sets.append("printers.kiosk1.fallback=reception")
    options = [part for value in sets for part in ("--set", value)]
    return module_server("aobahama", "--clock", "2026-11-20T10:00+09:00", *options)


def devices(server, **who):
    answer = server.call("GET", f"{SITE}/devices", **(who or {"role": "staff"}))
    assert answer.status == 200, answer.body
    return {(each["kind"], each["id"]): each for each in answer.json["devices"]}


def kiosk(server, name, role="kiosk"):
    answer = server.call("GET", f"{SITE}/kiosks/{name}", role=role)
    assert answer.status == 200, answer.body
    return answer.json


def settled(look, wanted, tries=200):
    """``look()`` once ``wanted`` holds of it."""
    for _ in range(tries):
        found = look()
        if wanted(found):
            return found
        time.sleep(0.05)
    raise AssertionError(found)


def test_a_printer_that_nobody_hears_of_is_told_with_its_time_and_who_takes_over(server):
    found = settled(lambda: devices(server)["printer", "kiosk1"], lambda each: each["state"] != "unknown")
    assert found["state"] == "offline"
    assert found["names"]["ja"] == "正面玄関の発券機のプリンター"
    assert found["fallback"] == "reception"
    assert found["since"].startswith("2026-11-20T")  # the hall's clock, which is not the real one
    assert (found["agent"], found["away"], found["waiting"]) == (None, None, 0)
    own = devices(server)["printer", "reception"]
    assert own["names"]["ja"] == "総合案内のプリンター"


def test_a_kiosk_hears_whether_paper_comes_and_where(server):
    settled(lambda: devices(server)["printer", "kiosk1"], lambda each: each["state"] == "offline")
    now = kiosk(server, "kiosk1")
    assert (now["prints"], now["state"]) == (True, "offline")
    assert now["elsewhere"]["en"] == "The reception's printer"
    assert kiosk(server, "kiosk2", "admin") == {"prints": False, "state": "none", "elsewhere": None}
    unknown = server.call("GET", f"{SITE}/kiosks/nowhere", role="kiosk")
    assert (unknown.status, unknown.json["code"]) == (404, "unknown_kiosk")


def test_only_the_machine_itself_proves_that_it_is_alive(server):
    kiosk(server, "kiosk2", "staff")
    assert devices(server)["kiosk", "kiosk2"]["state"] == "unknown"
    kiosk(server, "kiosk2")
    assert devices(server)["kiosk", "kiosk2"]["state"] == "ready"


def test_opening_its_page_proves_it_too(server):
    request = urllib.request.Request(
        f"{server.url}/kiosk/city-hall/kiosk1", headers={"Authorization": f"Bearer {server.token('kiosk')}"}
    )
    with urllib.request.urlopen(request, timeout=10) as page:
        assert page.status == 200
    assert devices(server)["kiosk", "kiosk1"]["state"] == "ready"


def test_a_site_s_devices_are_its_own(server):
    answer = server.call("GET", "/api/v1/sites/minami-center/devices", role="admin").json
    assert {(each["kind"], each["id"]) for each in answer["devices"]} == {
        ("printer", "minami1"),
        ("kiosk", "minami1"),
    }
    assert json.dumps(answer["unprinted"]) == "[]"


# --- a kiosk that goes silent -------------------------------------------------------------------------------


class Passing:
    """Seconds that pass when they are told to."""

    def __init__(self):
        self.seconds = 0.0

    def monotonic(self):
        return self.seconds

    def real(self):
        return 1_000_000 + int(self.seconds * 1000)


def test_a_silent_kiosk_is_away_until_it_asks_again():
    passing = Passing()
    book = DeviceBook(passing.real)
    kiosks = Kiosks(settings.load(ROOT / "config" / "bench"), book, passing.real, passing.monotonic)

    def now():
        known = book.get("kiosk", "bench/kiosk1")
        return known.status.state, known.gap

    kiosks.watch()
    assert now() == ("unknown", None)  # never seen: it may not be used today
    kiosks.seen("bench", "kiosk1")
    passing.seconds = AWAY_SECONDS - 1
    kiosks.watch()
    assert now() == ("ready", None)
    passing.seconds = AWAY_SECONDS
    kiosks.watch()
    assert now() == ("offline", Gap(1_000_000, None))
    assert book.get("kiosk", "bench/kiosk1").status.since_ms == 1_000_000
    passing.seconds = 100
    kiosks.seen("bench", "kiosk1")
    assert now() == ("ready", Gap(1_000_000, 1_100_000))
    assert book.get("kiosk", "bench/kiosk1").status.since_ms == 1_100_000


# --- words --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def texts():
    return Texts([ROOT / "queue_server" / "hall" / "locales"])


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_trouble_has_words_and_a_remedy(texts, lang):
    words = DeviceWords(texts, lang)
    for kind in KINDS:
        for state, tone in TONES.items():
            for reason in ("", *REASONS.get(state, ()), "never heard of"):
                assert words.state(kind, state, reason), (kind, state, reason)
                if tone in ("warn", "bad"):
                    assert words.remedy(kind, state, reason), (kind, state, reason)


def test_what_is_known_closest_is_said(texts):
    words = DeviceWords(texts, "ja")
    assert words.remedy("printer", "error", "blade") != words.remedy("printer", "error", "timeout")
    assert words.remedy("printer", "offline", "") != words.remedy("printer", "offline", "unreachable")
    assert words.state("kiosk", "offline", "not_seen") != words.state("printer", "offline", "unreachable")
    assert words.remedy("printer", "ready") == ""
    for reason in ("timeout", "not_ready"):  # a line that takes nothing is still read
        assert "ボタンは使えます" in words.state("buttons", "error", reason)
        assert "ボタンはそのまま使えます" in words.remedy("buttons", "error", reason)
    assert "端末" in words.remedy("buttons", "offline", "agent_away")
    assert "端末" not in words.remedy("buttons", "offline", "unreachable")
    for reason in ("no_driver", "fonts_missing", "internal", "bug"):  # said of the machine that it hangs on
        assert "サーバー" in words.remedy("printer", "error", reason)
        assert words.remedy("printer", "error", reason, by_agent=True).startswith("機器がつながっている端末")
        assert words.of_printers(by_agent=True)[f"error {reason}"][1].startswith("機器がつながっている端末")
    assert words.of_printers()["paper_out"] == ("用紙切れ", "紙を入れてください。")
    assert words.of_printers()["error blade"][0] == words.state("printer", "error", "blade")


def lines(server):
    """What the server's log says of devices: (level, message)."""
    text = server.log.read_text()
    found = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    return [(line["level"], line["message"]) for line in found if line["logger"] == "matanai.devices"]


def test_healthz_tells_staff_how_every_device_is(server):
    settled(lambda: devices(server)["printer", "kiosk1"], lambda each: each["state"] != "unknown")
    told = server.call("GET", "/healthz", role="staff").json["details"]["devices"]
    assert set(told) == {"city-hall", "minami-center"}
    by_id = {(each["kind"], each["id"]): each for each in told["city-hall"]}
    page = devices(server)
    assert {key: each["since"] for key, each in by_id.items()} == {
        key: each["since"] for key, each in page.items()
    }
    printer = by_id["printer", "kiosk1"]
    assert (printer["state"], printer["reason"]) == ("offline", "unreachable")
    assert ("kiosk", "kiosk2") in by_id


def test_a_change_is_one_line_and_a_warning_while_the_device_does_not_work(server):
    settled(lambda: devices(server)["printer", "kiosk1"], lambda each: each["state"] != "unknown")
    time.sleep(1.5)  # it is tried again and again, which is no news
    found = [line for line in lines(server) if line[1].startswith("printer kiosk1: ")]
    [(level, message)] = found
    assert level == "warning"
    assert message.startswith("printer kiosk1: offline/unreachable (was unknown/starting): ")
    kiosk(server, "kiosk2")
    told = settled(lambda: lines(server), lambda all_: any("kiosk2" in message for _, message in all_))
    assert ("info", "kiosk city-hall/kiosk2: ready (was unknown/starting)") in told
