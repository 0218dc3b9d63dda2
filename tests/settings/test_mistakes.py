"""Every kind of mistake is found, with its file, its key and its remedy, and all of them at once."""

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from queue_server import settings
from queue_server.settings.mistakes import SENTENCES
from queue_server.settings.png import png_size
from queue_server.settings.printer_models import model_names, model_size

CITY = "city.toml"
SITE = "sites/hall/site.toml"
EXTRA = "sites/hall/z-extra.toml"
AT = "sites.hall."

QUESTION = "[questions.q]\ntext.ja = 'x'\nservices = ['s1']\n"
ANSWER = "[[questions.q.answers]]\nnames.ja = 'x'\nservice = 's2'\n"
PICKUP = (
    "[services.up]\nnames.ja = 'x'\nband = 'A'\nis_pickup = true\n"
    "[counters.8]\nnames.ja = 'x'\nservices = ['up']\n"
)

AGENT = "[agents.pc]\nsite = 'hall'\n"
LINE = "[buttons.b]\nsite = 'hall'\ndevice = 'serial:///dev/x'\n[[buttons.b.keys]]\n"

# text appended to the site (in a file of its own), key below the site, code
IN_SITE = [
    ("colour = 1", "colour", "unknown_key"),
    (
        "[services.s3]\nband = 'A'\nnames.ja = 'x'\ntarget_minuets = 3",
        "services.s3.target_minuets",
        "unknown_key",
    ),
    ("[services.s3]\nnames.ja = 'x'", "services.s3.band", "missing"),
    ("[categories.d]", "categories.d.names", "missing"),
    ("[categories.d]\nnames = {}", "categories.d.names", "name_missing"),
    ("[categories.d]\nnames.en = 'x'", "categories.d.names", "name_missing"),
    ("[categories.d]\nnames = { ja = 'x', fr = 'y' }", "categories.d.names.fr", "unknown_language"),
    ("[categories.d]\nnames.ja = 3", "categories.d.names.ja", "wrong_type"),
    ("[categories]\nd = 3", "categories.d", "wrong_type"),
    ("priorities = 3", "priorities", "wrong_type"),
    ("[priorities.p]\nnames.ja = 'x'\nboost_minutes = '5'", "priorities.p.boost_minutes", "wrong_type"),
    ("[priorities.p]\nnames.ja = 'x'\nboost_minutes = 0", "priorities.p.boost_minutes", "bad_value"),
    ("[priorities.'a b']\nnames.ja = 'x'\nboost_minutes = 5", "priorities.a b", "bad_id"),
    ("[queue]\ncarry = ['held', 'helt']", "queue.carry.1", "bad_value"),
    ("[queue]\ncarry = ['held', 'held']", "queue.carry", "repeated"),
    ("[queue]\ncarry = 'held'", "queue.carry", "wrong_type"),
    ("[queue]\nundo_seconds = true", "queue.undo_seconds", "wrong_type"),
    ("[queue]\npickup = 's9'", "queue.pickup", "unknown_reference"),
    ("[queue]\npickup = 's1'", "queue.pickup", "not_pickup"),
    ("[bands.B]\nfirst = 99\nlast = 120", "bands.B", "band_overlap"),
    ("[bands.B]\nfirst = 7\nlast = 7\ndigits = 3", "bands.B", "band_overlap"),
    ("[bands.B]\nfirst = 1\nlast = 5\nprefix = 'z'", "bands.B", "band_overlap"),
    ("[bands.B]\nfirst = 200\nlast = 199", "bands.B.last", "band_empty"),
    ("[bands.B]\nfirst = 200\nlast = 201\nskip = [9]", "bands.B.skip", "skip_outside"),
    ("[bands.B]\nfirst = 200\nlast = 201\nskip = [200, 201]", "bands.B.skip", "band_all_skipped"),
    ("[bands.B]\nfirst = 200\nlast = 201\nprefix = 'A1'", "bands.B.prefix", "bad_value"),
    ("[counters.2]\nnames.ja = 'x'\nservices = ['s1', 's9']", "counters.2.services.1", "unknown_reference"),
    ("[counters.2]\nnames.ja = 'x'\nservices = ['s1', 's1']", "counters.2.services", "repeated"),
    ("[counters.2]\nnames.ja = 'x'\nhelps = ['s9']", "counters.2.helps.0", "unknown_reference"),
    ("[counters.2]\nnames.ja = 'x'\nkind = 'dest'", "counters.2.kind", "bad_value"),
    ("[counters.1]\nnames.ja = 'again'", "counters.1", "defined_twice"),
    ("[kiosks.k2]\nnames.ja = 'x'\nprinter = 'p9'", "kiosks.k2.printer", "unknown_reference"),
    ("[kiosks.k2]\nnames.ja = 'x'\ncategories = ['z']", "kiosks.k2.categories.0", "unknown_reference"),
    ("[kiosks.k2]\nnames.ja = 'x'\nstaff_pin = '4711'", "kiosks.k2.staff_pin", "literal_secret"),
    (QUESTION + ANSWER + ANSWER.replace("s2", "s9"), "questions.q.answers.1.service", "unknown_reference"),
    (QUESTION.replace("s1", "s9") + ANSWER + ANSWER, "questions.q.services.0", "unknown_reference"),
    (QUESTION + ANSWER, "questions.q.answers", "few_answers"),
    (
        QUESTION
        + ANSWER
        + ANSWER
        + QUESTION.replace("questions.q", "questions.r")
        + (ANSWER + ANSWER).replace("questions.q", "questions.r"),
        "questions.r.services.0",
        "asked_twice",
    ),
    (
        PICKUP + QUESTION + ANSWER + ANSWER.replace("s2", "up"),
        "questions.q.answers.1.service",
        "pickup_offered",
    ),
    ("[hints.h]\nnames.ja = 'x'\nkind = 'shop'", "hints.h.kind", "bad_value"),
    ("[hints.h]\nnames.ja = 'x'\nkind = 'store'\nlink = 'lawson'", "hints.h.link", "bad_value"),
    ("[hints.h]\nnames.ja = 'x'\nkind = 'store'\nhours = ['6:30-6:00']", "hints.h.hours.0", "bad_span"),
    (
        "[hints.h]\nnames.ja = 'x'\nkind = 'store'\nweekdays = ['mon', 'mon']",
        "hints.h.weekdays",
        "repeated",
    ),
    ("[displays.d2]\nnames.ja = 'x'\ncounters = ['9']", "displays.d2.counters.0", "unknown_reference"),
    ("[displays.d2]\nnames.ja = 'x'\nlanguages = ['fr']", "displays.d2.languages.0", "unknown_language"),
    ("[displays.d2]\nnames.ja = 'x'\nvolume = 101", "displays.d2.volume", "bad_value"),
    ("[hours.services.s9]", "hours.services.s9", "unknown_reference"),
    ("[hours.services.s1.week]\nmon = ['17:15-8:30']", "hours.services.s1.week.mon.0", "bad_span"),
    ("[hours.services.s1.week]\nmon = ['8:30-8:30']", "hours.services.s1.week.mon.0", "bad_span"),
    ("[hours.services.s1.week]\nmon = ['8:75-9:30']", "hours.services.s1.week.mon.0", "bad_span"),
    ("[hours.services.s1.week]\nmon = ['8:30-24:01']", "hours.services.s1.week.mon.0", "bad_span"),
    (
        "[hours.services.s1.week]\nmon = ['9:00-12:00', '11:00-13:00']",
        "hours.services.s1.week.mon.1",
        "bad_span",
    ),
    ("[hours.services.s1.week]\nmon = ['morning']", "hours.services.s1.week.mon.0", "bad_value"),
    ("[hours.services.s1.week]\nmon = '8:30-9:30'", "hours.services.s1.week.mon", "wrong_type"),
    ("[hours.services.s1.week]\nmonday = []", "hours.services.s1.week.monday", "unknown_key"),
    ("[hours.nth_week]\n6-sat = []", "hours.nth_week.6-sat", "bad_nth"),
    ("[hours.nth_week]\n2-sat = ['9:00-99:00']", "hours.nth_week.2-sat.0", "bad_span"),
    ("[hours.dates]\n2026-02-30 = []", "hours.dates.2026-02-30", "bad_date"),
    ("[hours.dates]\n2026-2-3 = []", "hours.dates.2026-2-3", "bad_date"),
    ("[hours]\nclosed_yearly = ['12-29..01-32']", "hours.closed_yearly.0", "bad_yearly"),
    ("[hours]\nclosed_yearly = ['year end']", "hours.closed_yearly.0", "bad_value"),
    ("[hours]\nalways_open = 'yes'", "hours.always_open", "wrong_type"),
]
IN_SERVICE = [
    ("band = 'B'", "band", "unknown_reference"),
    ("band = 'pad'", "band", "emergency_band"),
    ("category = 'C'", "category", "unknown_reference"),
    ("department = 'SHIMINKA'", "department", "unknown_reference"),
    ("pickup = 'nowhere'", "pickup", "unknown_reference"),
    ("pickup = 's1'", "pickup", "not_pickup"),
    ("caps = [{ count = 100 }]", "caps.0.count", "cap_too_large"),
    ("caps = [{ count = 9, from = '12:00', to = '9:00' }]", "caps.0", "bad_span"),
    ("caps = [{ count = 9 }, { from = '8:30' }]", "caps.1.count", "missing"),
    ("caps = [{ count = 9, from = 'noon' }]", "caps.0.from", "bad_value"),
    ("hints = ['h']", "hints.0", "unknown_reference"),
    ("units = { text.ja = 'x', most = 1 }", "units.most", "bad_value"),
    ("units = { most = 3 }", "units.text", "missing"),
    ("fairness = 0", "fairness", "bad_value"),
    ("service_minutes = 0", "service_minutes", "bad_value"),
    ("service_minutes = 'five'", "service_minutes", "wrong_type"),
]
IN_CITY = [
    ("[printers.p2]\nsite = 'hal'\ndevice = 'none:'", "printers.p2.site", "unknown_reference"),
    ("[printers.p2]\nsite = 'hall'\ndevice = 'tpc://192.0.2.1'", "printers.p2.device", "bad_value"),
    (
        "[printers.p2]\nsite = 'hall'\ndevice = 'none:'\nfallback = 'p3'",
        "printers.p2.fallback",
        "unknown_reference",
    ),
    (
        "[printers.p2]\nsite = 'hall'\ndevice = 'none:'\nfallback = 'p2'",
        "printers.p2.fallback",
        "own_fallback",
    ),
    ("[printers.p2]\nsite = 'hall'\ndevice = 'tcp:printer'", "printers.p2.device", "bad_device"),
    ("[buttons.b]\nsite = 'hall'\ndevice = 'tcp://192.0.2.21'", "buttons.b.device", "bad_device"),
    ("[agents.pc]", "agents.pc.site", "missing"),
    (
        "[agents.pc]\n[printers.p2]\nsite = 'hall'\ndevice = 'none:'\nagent = 'pc'",
        "agents.pc.site",
        "missing",
    ),
    (
        "[printers.p2]\nsite = 'hall'\ndevice = 'none:'\nlayout = 'x'",
        "printers.p2.layout",
        "unknown_reference",
    ),
    (
        AGENT + "[printers.p2]\nsite = 'hall'\ndevice = 'none:'\nagent = 'y'",
        "printers.p2.agent",
        "unknown_reference",
    ),
    (
        AGENT + "[printers.p2]\nsite = 'hall'\ndevice = 'none:'\nagent = 'pc'\nfallback = 'p1'",
        "printers.p2.fallback",
        "other_machine",
    ),
    ("[layouts.l]\nfields = ['number']", "layouts.l.fields", "field_missing"),
    ("[layouts.l]\nfields = ['reissue', 'number', 'number']", "layouts.l.fields", "repeated"),
    ("[layouts.l]\nfields = ['reissue', 'number', 'pictures']", "layouts.l.fields.2", "bad_value"),
    ("[buttons.b]\nsite = 'hall'\ndevice = 'file:///x'", "buttons.b.device", "not_a_line"),
    (LINE + "sends = '3'\ncounter = '1'\npress = 'recall'", "buttons.b.keys.0.sends", "bad_value"),
    (LINE + "sends = ' '\ncounter = '1'\npress = 'recall'", "buttons.b.keys.0.sends", "no_bytes"),
    (LINE + "sends = '{xor}'\ncounter = '1'\npress = 'recall'", "buttons.b.keys.0.sends", "placeholder_here"),
    (LINE + "sends = '31'\ncounter = '9'\npress = 'recall'", "buttons.b.keys.0.counter", "unknown_reference"),
    (LINE + "sends = '31'\ncounter = '1'\npress = 'smile'", "buttons.b.keys.0.press", "bad_value"),
    (
        LINE + "sends = '31'\ncounter = '1'\npress = 'recall'\nlong = 'undo'",
        "buttons.b.keys.0.long",
        "no_release",
    ),
    (
        LINE + "sends = '31'\nreleased = '31'\ncounter = '1'\npress = 'recall'",
        "buttons.b.keys.0.released",
        "same_bytes",
    ),
    (
        LINE + "sends = '31'\nreleased = '3132'\ncounter = '1'\npress = 'recall'",
        "buttons.b.keys.0.released",
        "bytes_inside",
    ),
    (
        LINE[: LINE.index("[[")] + "[buttons.b.shows.9]\nrefused = '00'",
        "buttons.b.shows.9",
        "unknown_reference",
    ),
    (
        LINE[: LINE.index("[[")] + "[buttons.b.shows.1]\nnumber = '{letters:2}'\nempty = '2D 2D'",
        "buttons.b.shows.1.number",
        "unknown_placeholder",
    ),
    ("[printers.p2]\nsite = 'hall'\ndevice = 'none:'\nmode = 'fax'", "printers.p2.mode", "bad_value"),
    (
        "[printers.p2]\nsite = 'hall'\ndevice = 'none:'\nmodel = 'TM-m30IV'",
        "printers.p2.model",
        "unknown_model",
    ),
    ("[printers.p2]\nsite = 'hall'\ndevice = 'none:'\nwidth = 80", "printers.p2.width", "bad_value"),
    ("[printers.p2]\nsite = 'hall'\ndevice = 'none:'\ndpi = 600", "printers.p2.dpi", "bad_value"),
    ("[layouts.l]\nlogo = 'logo.png'", "layouts.l.logo", "bad_logo"),
    ("[layouts.l]\nlogo = 'more.toml'", "layouts.l.logo", "bad_logo"),
    ("[layouts.l]\nlogo = 'sites'", "layouts.l.logo", "bad_logo"),
    ("[layouts.l]\nlogo = '/etc/hosts'", "layouts.l.logo", "bad_logo"),
    ("time_zone = 'Asia/Aobahama'", "time_zone", "unknown_time_zone"),
    ("time_zone = '../etc'", "time_zone", "unknown_time_zone"),
    ("time_zone = 9", "time_zone", "wrong_type"),
    ("public_url = 'aobahama.example'", "public_url", "bad_value"),
    ("public_url = 2026-11-20", "public_url", "wrong_type"),
    ("[line]\nchannel_secret = 'hunter2'", "line.channel_secret", "literal_secret"),
    ("[line]\nchannel_access_token = 42", "line.channel_access_token", "literal_secret"),
    ("[limits]\nmisses_per_minute = 0", "limits.misses_per_minute", "bad_value"),
    ("[limits]\nstreams = 1.5", "limits.streams", "wrong_type"),
    ("[limits]\ntrusted_proxies = ['192.0.2.1', '::1', 'proxy']", "limits.trusted_proxies.2", "bad_network"),
    ("[limits]\ntrusted_proxies = [1]", "limits.trusted_proxies.0", "wrong_type"),
    ("[webpush]\nallowed_hosts = [1]", "webpush.allowed_hosts.0", "wrong_type"),
    ("[notices.n]\ntext.en = 'x'", "notices.n.text", "name_missing"),
    ("[texts.t]\nja = 'x'\njp = 'y'", "texts.t.jp", "unknown_language"),
    ("[sites.staff]\nnames.ja = 'x'\nhours.always_open = true", "sites.staff", "reserved_id"),
    ("[sites.Hall_2]\nnames.ja = 'x'\nhours.always_open = true", "sites.Hall_2", "bad_id"),
    ("[sites.annex]\nnames.ja = 'x'", "sites.annex.hours", "never_open"),
]


def found(folder: Path, overrides: tuple[str, ...] = ()) -> set[tuple[str, str, str]]:
    mistakes = settings.check(folder, overrides)
    for mistake in mistakes:
        assert mistake.what
        assert mistake.remedy
        assert str(mistake).startswith(f"{mistake.file}: ")
    return {(m.file, m.key, m.code) for m in mistakes}


def test_the_small_city_has_no_mistake(write_city):
    assert found(write_city({})) == set()


@pytest.mark.parametrize(("text", "key", "code"), IN_SITE)
def test_a_mistake_in_a_site(write_city, text, key, code):
    text = text if "[services.s3]" not in text else text + "\n[counters.9]\nnames.ja = 'x'\nservices = ['s3']"
    assert found(write_city({EXTRA: text})) == {(EXTRA, AT + key, code)}


@pytest.mark.parametrize(("text", "key", "code"), IN_SERVICE)
def test_a_mistake_in_a_service(write_city, text, key, code):
    site = (write_city({}) / SITE).read_text()
    band = "" if text.startswith("band") else "band = 'A'\n"
    changed = site.replace(
        '[services.s2]\nnames.ja = "Two"\nband = "A"\n', f"[services.s2]\nnames.ja = 'x'\n{band}{text}\n"
    )
    assert changed != site
    assert found(write_city({SITE: changed})) == {(SITE, f"{AT}services.s2.{key}", code)}


@pytest.mark.parametrize(("text", "key", "code"), IN_CITY)
def test_a_mistake_in_the_city(write_city, text, key, code):
    assert found(write_city({"more.toml": text})) == {("more.toml", key, code)}


COUNTER_2 = "[counters.2]\nnames.ja = 'x'\n"
PANEL = "[buttons.b.shows.1]\n" + "number = '02 31 {digits:2} {xor}'\nempty = '02 31 2D 2D {sum}'\n"
LAMP = "waiting = '4C 31'\nidle = '4C 30'\n"


@pytest.mark.parametrize(
    ("shows", "mistakes"),
    [
        (PANEL + LAMP + "refused = '07'", {}),
        (PANEL + LAMP + "refused = '07'\n[buttons.b.shows.2]\nrefused = '07'", {}),
        (PANEL.replace("empty", "#"), {"1.empty": "half_shown"}),
        (PANEL.replace("number", "#"), {"1.number": "half_shown"}),
        (PANEL.replace("'02 31 2D 2D {sum}'", "' '"), {"1.empty": "half_shown"}),
        (PANEL + LAMP.replace("idle", "#"), {"1.idle": "half_shown"}),
        (PANEL + LAMP.replace("waiting", "#"), {"1.waiting": "half_shown"}),
        (PANEL.replace("number", "nummer"), {"1.nummer": "unknown_key", "1.number": "half_shown"}),
        (PANEL.replace("02 31 {", "02 3 {"), {"1.number": "bad_value"}),
        (PANEL.replace("2D 2D", "{digits:2}"), {"1.empty": "no_number_here"}),
        (PANEL + LAMP.replace("30", "{bcd:1}"), {"1.idle": "no_number_here"}),
        (PANEL.replace("02 31 {digits", "{xor} 31 {digits"), {"1.number": "nothing_before"}),
        (PANEL.replace("02 31 2D 2D", ""), {"1.empty": "nothing_before"}),
        (PANEL + LAMP.replace("30", "31"), {"1.idle": "same_shown"}),
        (PANEL + LAMP + "refused = '4c31'", {"1.refused": "same_shown"}),
        (
            PANEL + PANEL.replace("shows.1", "shows.2"),
            {"2.number": "same_shown", "2.empty": "same_shown"},
        ),
        (PANEL + LAMP + "[buttons.b.shows.2]\nrefused = '4C 30'", {"2.refused": "same_shown"}),
    ],
)
def test_what_a_lamp_or_panel_is_sent(write_city, shows, mistakes):
    box = LINE[: LINE.index("[[")]
    folder = write_city({EXTRA: COUNTER_2, "more.toml": box + shows})
    assert found(folder) == {("more.toml", f"buttons.b.shows.{at}", code) for at, code in mistakes.items()}


def test_a_service_that_no_counter_takes(write_city):
    text = "[services.s3]\nnames.ja = 'x'\nband = 'A'"
    assert found(write_city({EXTRA: text})) == {(EXTRA, AT + "services.s3", "no_counter")}


def test_a_printer_of_another_site(write_city):
    text = "[printers.p2]\nsite = 'annex'\ndevice = 'none:'\n[sites.annex]\nnames.ja = 'x'\nhours.always_open = true"
    folder = write_city({"more.toml": text, EXTRA: "[kiosks.k2]\nnames.ja = 'x'\nprinter = 'p2'"})
    assert found(folder) == {(EXTRA, AT + "kiosks.k2.printer", "other_site")}


def test_an_agent_and_a_fallback_of_another_site(write_city):
    annex = "[sites.annex]\nnames.ja = 'x'\nhours.always_open = true\n[agents.pc]\nsite = 'annex'\n"
    printer = "[printers.p2]\nsite = 'hall'\ndevice = 'none:'\nagent = 'pc'"
    (mistake,) = settings.check(write_city({"more.toml": annex + printer}))
    assert (mistake.key, mistake.code) == ("printers.p2.agent", "other_site")
    assert mistake.what == "agent 'pc' stands at annex"
    far = "[printers.p2]\nsite = 'annex'\ndevice = 'none:'\nfallback = 'p1'"
    assert found(write_city({"more.toml": annex + far})) == {
        ("more.toml", "printers.p2.fallback", "other_site")
    }


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("tcp://192.0.2.11", "tcp://192.0.2.11:9100?keep=0", True),
        ("tcp://Printer.local:9100", "tcp://printer.local", True),
        ("tcp://192.0.2.11", "tcp://192.0.2.11:9101", False),
        ("tcp://192.0.2.11", "tcp://192.0.2.12", False),
        ("serial:///dev/ttyUSB0", "serial:///dev/ttyUSB0?baud=19200", True),
        ("serial:///dev/x", "file:///dev/../dev/x", True),
        ("serial:///dev/ttyUSB0", "serial:///dev/ttyUSB1", False),
        ("usb://04b8:0e28", "usb://04b8:0E28", True),
        ("usb://04b8:0e28", "usb://04b8:0e28/A1", True),
        ("usb://04b8:0e28/A1", "usb://04b8:0e28/A2", False),
        ("usb://04b8:0e28", "usb://04b8:0e27", False),
        ("draw://./x", "draw://./x", False),
        ("none:", "none:", False),
    ],
)
def test_one_address_twice_on_one_machine(write_city, one, other, same):
    def printers(more: str = "", third: str = "none:") -> Path:
        text = f"[printers.p2]\nsite = 'hall'\ndevice = '{one}'\n"
        text += f"[printers.p3]\nsite = 'hall'\ndevice = '{third}'\n{more}"
        return write_city({"more.toml": text})

    twice = {("more.toml", "printers.p3.device", "same_address")}
    assert found(printers(third=other)) == (twice if same else set())
    assert found(printers(f"agent = 'pc'\n{AGENT}", other)) == set(), "two machines, two printers"


def test_a_printer_and_a_box_on_one_line(write_city):
    text = "[printers.p2]\nsite = 'hall'\ndevice = 'serial:///dev/x'\n" + LINE[: LINE.index("[[")]
    (mistake,) = settings.check(write_city({"more.toml": text}))
    assert (mistake.key, mistake.code) == ("buttons.b.device", "same_address")
    assert "printers.p2" in mistake.what


def test_no_folder_no_file_no_site(tmp_path):
    assert {m.code for m in settings.check(tmp_path / "nowhere")} == {"no_folder"}
    assert found(tmp_path) == {(CITY, "", "no_file")}
    (tmp_path / CITY).write_text("names.ja = 'x'")
    assert found(tmp_path) == {(CITY, "sites", "no_site")}


def test_bad_toml_is_named_with_its_line_and_every_such_file_at_once(write_city):
    folder = write_city({EXTRA: "[services.s3]\nnames.ja = 'x'\nband = A\n", "more.toml": "speling 1"})
    mistakes = settings.check(folder)
    assert [(m.file, m.code) for m in mistakes] == [("more.toml", "syntax"), (EXTRA, "syntax")]
    assert "line 3" in mistakes[1].what


def test_an_unreadable_file(write_city):
    folder = write_city({})
    (folder / "latin.toml").write_bytes(b"names.ja = '\xff\xfe'")
    (folder / "sjis.toml").write_bytes(
        'names.en = "x"\nnames.ja = "\u9752\u8449\u6d5c\u5e02"\n'.encode("shift_jis")
    )
    (folder / "folder.toml").mkdir()
    assert found(folder) == {
        ("latin.toml", "", "not_utf8"),
        ("sjis.toml", "", "not_utf8"),
        ("folder.toml", "", "unreadable"),
    }
    assert "line 2" in next(m.what for m in settings.check(folder) if m.file == "sjis.toml")


@pytest.mark.parametrize(
    "slip", ["names.ja = \u201cHall\u201d", "names.ja\u3000= 'Hall'", "names.ja = 'Hall'\nnames.ja = 'Hall'"]
)
@pytest.mark.parametrize("file", [CITY, SITE])
def test_what_only_follows_from_a_file_that_cannot_be_read_is_not_told(write_city, file, slip):
    text = (write_city({}) / file).read_text()
    changed = "\n" + slip + text.partition("\n")[2].partition("\n")[2] + "\n"
    assert found(write_city({file: changed})) == {(file, "", "syntax")}


def test_a_city_without_its_first_file(write_city):
    folder = write_city({"more.toml": "speling = 1"})
    (folder / CITY).unlink()
    assert found(folder) == {(CITY, "", "no_file")}


def chunk(kind: bytes, body: bytes) -> bytes:
    """A part of a PNG."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def header(width: int, height: int, *, depth: int = 1, colour: int = 0) -> bytes:
    """A PNG's first part."""
    return chunk(b"IHDR", struct.pack(">II5B", width, height, depth, colour, 0, 0, 0))


def png(width: int, height: int, *more: bytes, rows: int | None = None, head: bytes = b"") -> bytes:
    """A white PNG, in black and white."""
    dots = zlib.compress((b"\0" + b"\xff" * -(-width // 8)) * (height if rows is None else rows))
    head = head or header(width, height)
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + chunk(b"IDAT", dots) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("logo", "code"),
    [
        (png(344, 100), None),
        (png(345, 100), "logo_too_wide"),
        (png(100, 345), "logo_too_wide"),
        (png(344, 100, chunk(b"tEXt", bytes(100_000))), "logo_too_big"),
        (png(0, 100), "bad_logo"),
        (png(344, 100)[:-5], "bad_logo"),
        (png(344, 100).replace(b"\x01\x58", b"\x01\x57"), "bad_logo"),
        (png(344, 100, rows=0), "bad_logo"),
        (png(344, 100, rows=99), "bad_logo"),
        (png(344, 100, rows=101), "bad_logo"),
        (png(344, 100, header(10, 10)), "bad_logo"),
        (png(344, 100, head=chunk(b"tEXt", b"x")), "bad_logo"),
        (png(344, 100, head=header(344, 100, depth=3)), "bad_logo"),
        (png(344, 100, head=header(43, 100, depth=8, colour=3)), "bad_logo"),
        (png(344, 100, head=header(43, 100, depth=8)), None),
        (b"GIF89a", "bad_logo"),
        (b"", "bad_logo"),
    ],
)
def test_a_logo_that_no_paper_can_hold(write_city, logo, code):
    folder = write_city(
        {
            "more.toml": "[printers.p2]\nsite = 'hall'\ndevice = 'none:'\nmodel = 'TM-T88V-58mm'\nlayout = 'l'\n"
            "[layouts.l]\nlogo = 'logo.png'"
        }
    )
    (folder / "logo.png").write_bytes(logo)
    assert found(folder) == ({("more.toml", "layouts.l.logo", code)} if code else set())


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGB", "RGBA"])
def test_every_kind_of_logo_that_is_there_as_a_whole(mode, interlaced):
    size = (13, 7)
    data = io.BytesIO()
    Image.new(mode, size).save(data, "PNG")
    written = data.getvalue()
    if (
        interlaced
    ):  # Pillow cannot write one: the same dots in the order of Adam7, each of which takes its own bytes
        depth = written[24] * len(mode)
        passes = ((2, 1), (2, 1), (4, 1), (3, 2), (7, 2), (6, 4), (13, 3))
        dots = b"".join((b"\0" + bytes(-(-across * depth // 8))) * down for across, down in passes)
        head = written[:28] + b"\1"
        head += struct.pack(">I", zlib.crc32(head[12:29]))
        palette = chunk(b"PLTE", bytes(3)) if mode == "P" else b""
        written = head + palette + chunk(b"IDAT", zlib.compress(dots)) + chunk(b"IEND", b"")
        Image.open(io.BytesIO(written)).load()
    assert png_size(written) == size


def test_a_logo_outside_of_the_citys_folder(write_city):
    folder = write_city({"more.toml": "[layouts.l]\nlogo = '../logo.png'"})
    (folder.parent / "logo.png").write_bytes(png(344, 100))
    assert found(folder) == {("more.toml", "layouts.l.logo", "bad_logo")}


@pytest.mark.parametrize(
    ("name", "dots"),
    [
        ("TM-T88VI", (512, 180)),
        ("TM-T88VI-58mm", (360, 180)),
        ("Epson TM m30III", (576, 203)),
        ("tm-m30iii 58", (420, 203)),
        ("RP-F10-80mm", (576, 203)),
        ("RP-F10-58mm", (432, 203)),
        ("CT-S281", (384, 203)),
        ("CT-S651", (640, 203)),
        ("\uff34\uff2d\u2212\uff2d\uff15\uff15", (576, 203)),
        ("TM-m55-58mm", None),
        ("TM-T88", None),
        ("58mm", None),
        ("", None),
    ],
)
def test_names_of_models(name, dots):
    assert model_size(name) == dots


def test_every_model_that_is_listed_is_known_and_a_near_miss_is_answered(write_city):
    assert all(model_size(name) for name in model_names())
    folder = write_city(
        {"more.toml": "[printers.p2]\nsite = 'hall'\ndevice = 'none:'\nmodel = 'TM-T88 VIII'"}
    )
    (mistake,) = settings.check(folder)
    assert "did you mean 'TM-T88VII'?" in mistake.what


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("EPSON TM-T70II-58mm", "TM-T70II takes no paper of 58 mm"),
        ("mC-Print2 80mm", "mC-Print2 takes no paper of 80 mm"),
    ],
)
def test_a_model_that_does_not_take_the_paper(write_city, name, what):
    folder = write_city({"more.toml": f"[printers.p2]\nsite = 'hall'\ndevice = 'none:'\nmodel = '{name}'"})
    (mistake,) = settings.check(folder)
    assert (mistake.code, mistake.what) == ("no_such_paper", what)


def test_a_section_in_two_files_is_merged_a_record_in_two_files_is_a_mistake(write_city):
    more = "[departments.ZEI]\nnames.ja = 'Tax'\n"
    assert found(write_city({EXTRA: more})) == set()
    again = {EXTRA: more, "sites/hall/z-other.toml": more}
    mistakes = settings.check(write_city(again))
    assert [(m.file, m.code) for m in mistakes] == [("sites/hall/z-other.toml", "defined_twice")]
    assert EXTRA in mistakes[0].what


def test_a_site_in_two_places(write_city):
    mistakes = settings.check(write_city({"more.toml": "[sites.hall]\nnames.ja = 'x'"}))
    assert [(m.file, m.key, m.code) for m in mistakes] == [(SITE, "sites.hall.names.ja", "defined_twice")]
    assert "more.toml" in mistakes[0].what


def test_a_misspelt_name_is_answered_with_the_likely_one(write_city):
    folder = write_city(
        {EXTRA: "[kiosks.k2]\nnames.ja = 'x'\nprintr = 'p1'", "more.toml": "langages = ['ja']"}
    )
    whats = {m.key: m.what for m in settings.check(folder)}
    assert "did you mean 'printer'?" in whats[AT + "kiosks.k2.printr"]
    assert "did you mean 'languages'?" in whats["langages"]


def test_a_table_in_the_wrong_file_is_sent_to_the_right_one(write_city):
    site = "[printers.p2]\nsite = 'hall'\ndevice = 'none:'\n[counter]\n"
    folder = write_city({EXTRA: site, "more.toml": "[services.s9]\n[texts]\n"})
    mistakes = {m.key: m for m in settings.check(folder)}
    assert set(mistakes) == {AT + "printers", AT + "counter", "services"}
    assert mistakes[AT + "printers"].code == "of_the_city"
    assert "printers.toml" in mistakes[AT + "printers"].remedy
    assert mistakes["services"].code == "of_a_site"
    assert "did you mean 'counters'?" in mistakes[AT + "counter"].what


def test_values_to_choose_from_are_listed_as_they_are_written(write_city):
    mode = "[printers.p2]\nsite = 'hall'\ndevice = 'none:'\nmode = 'fax'"
    (mistake,) = settings.check(write_city({"more.toml": mode}))
    assert mistake.what == "'fax' is not one of \"\", raster, text, auto"


def test_a_secret_is_never_repeated(write_city):
    folder = write_city({"more.toml": "[line]\nchannel_secret = 'hunter2'"})
    with pytest.raises(settings.ConfigurationError) as error:
        settings.load(folder)
    assert "hunter2" not in str(error.value)
    assert "env:NAME" in str(error.value)


def test_all_mistakes_at_once(write_city):
    site = "\n".join(
        [
            "[bands.B]\nfirst = 50\nlast = 'x'",
            "[bands.C]\nfirst = 90\nlast = 110",
            "[services.s3]\nnames.en = 'x'\nband = 'Q'\ncategory = 'q'\nsevice_minutes = 1\ntarget_minutes = -1",
            "[counters.2]\nnames.ja = 'x'\nservices = ['s3', 's8', 's9']",
            "[hours.services.s1.week]\nmon = ['9:00-8:00', 'never']",
        ]
    )
    folder = write_city(
        {EXTRA: site, "more.toml": "time_zone = 'Mars'\nspeling = 1\n[sites.api]\nnames.ja = 'x'"}
    )
    with pytest.raises(settings.ConfigurationError) as error:
        settings.load(folder, ["limits.streams=none", "nonsense"])
    listed = [(m.key.removeprefix(AT), m.code) for m in error.value.mistakes]
    assert sorted(listed) == sorted(
        [
            ("bands.B.last", "wrong_type"),
            ("bands.C", "band_overlap"),
            ("services.s3.names", "name_missing"),
            ("services.s3.band", "unknown_reference"),
            ("services.s3.category", "unknown_reference"),
            ("services.s3.sevice_minutes", "unknown_key"),
            ("services.s3.target_minutes", "bad_value"),
            ("counters.2.services.1", "unknown_reference"),
            ("counters.2.services.2", "unknown_reference"),
            ("hours.services.s1.week.mon.0", "bad_span"),
            ("hours.services.s1.week.mon.1", "bad_value"),
            ("time_zone", "unknown_time_zone"),
            ("speling", "unknown_key"),
            ("sites.api", "reserved_id"),
            ("sites.api.hours", "never_open"),
            ("limits.streams", "wrong_type"),
            ("", "override_form"),
        ]
    )


def test_every_sentence_is_tested_here():
    text = Path(__file__).read_text(encoding="utf-8") + Path(__file__).with_name(
        "test_overrides.py"
    ).read_text("utf-8")
    assert [code for code in SENTENCES if f'"{code}"' not in text] == []
