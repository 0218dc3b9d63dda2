"""What is no mistake and worth a look: each with its key and a remedy, and nothing where all is meant so."""

from pathlib import Path

import pytest

from queue_server import settings
from queue_server.settings.notes import SENTENCES, SPOKEN

ROOT = Path(__file__).parents[2]
PUBLIC = "public_url = 'https://queue.example.jp'\n"
PRINTER = "[printers.p2]\nsite = 'hall'\ndevice = 'tcp://192.0.2.11'\n"
BOX = "[buttons.b]\nsite = 'hall'\ndevice = 'serial:///dev/x'\n"
KIOSK = "[sites.hall.kiosks.k2]\nnames.ja = 'x'\nstaff_pin = 'env:NOTED_PIN'\n"
PIN_KEY = "sites.hall.kiosks.k2.staff_pin"


def found(folder: Path) -> list[tuple[str, str]]:
    noted = settings.notes(settings.load(folder))
    for note in noted:
        assert str(note).startswith(f"{note.key}: ")
        assert "{" not in str(note).replace("{digits:3}", "").replace("{bcd:2}", "")
    return [(note.key, note.code) for note in noted]


NOTED = [
    ("", "public_url", "no_public_url"),
    ("[line]\nchannel_secret = 'file:nowhere.key'", "line.channel_secret", "secret_unreadable"),
    ("[line]\nchannel_access_token = 'env:NOTED_NOT'", "line.channel_access_token", "secret_unreadable"),
    ("[agents.pc]\nsite = 'hall'", "agents.pc", "idle_agent"),
    (BOX, "buttons.b", "idle_buttons"),
    (BOX + "[buttons.b.shows.1]", "buttons.b.shows.1", "idle_show"),
    (BOX + "[buttons.b.shows.1]\nnumber = '4F 31'\nempty = '4F 30'", "buttons.b.shows.1.number", "no_digits"),
    (PRINTER + "fallback = 'p1'", "printers.p2.fallback", "paperless_fallback"),
    (PRINTER + "fonts = '/nowhere/fonts'", "printers.p2.fonts", "no_fonts_here"),
    (
        "[layouts.l]\nfields = ['reissue', 'number']\nnotice.ja = 'x'",
        "layouts.l.notice",
        "not_printed",
    ),
]
FINE = [
    "",
    "[layouts.l]\nnotice.ja = 'x'",
    "[agents.pc]\nsite = 'hall'\n" + PRINTER + "agent = 'pc'\nfonts = '/nowhere/fonts'",
    "[agents.pc]\nsite = 'hall'\n" + BOX + "agent = 'pc'\n[buttons.b.shows.1]\nrefused = '07'",
    BOX + "[buttons.b.shows.1]\nnumber = '4F {bcd:2}'\nempty = '4F AA AA'",
    PRINTER + "fallback = 'p3'\n" + PRINTER.replace("p2", "p3").replace(".11", ".12") + "fallback = 'p2'",
    "[printers.p2]\nsite = 'hall'\ndevice = 'draw:x'\nfallback = 'p1'",
]


def test_a_city_that_tells_everything_is_told_nothing(write_city):
    assert found(write_city({"more.toml": PUBLIC})) == []


@pytest.mark.parametrize(("text", "key", "code"), NOTED)
def test_a_note(write_city, text, key, code):
    public = "" if code == "no_public_url" else PUBLIC
    assert found(write_city({"more.toml": public + text})) == [(key, code)]


@pytest.mark.parametrize("text", FINE)
def test_what_is_fine(write_city, text):
    assert found(write_city({"more.toml": PUBLIC + text})) == []


def test_a_logo_that_is_not_printed(write_city):
    layout = "[layouts.l]\nfields = ['reissue', 'number']\nlogo = 'logo.png'"
    folder = write_city({"more.toml": PUBLIC + layout})
    (folder / "logo.png").write_bytes((ROOT / "config/aobahama/logo.png").read_bytes())
    assert found(folder) == [("layouts.l.logo", "not_printed")]


@pytest.mark.parametrize(
    ("value", "noted"),
    [
        (None, True),
        ("471", True),
        ("4711", False),
        ("\uff14\uff17\uff11\uff11", True),
        ("471147114711", False),
        ("4711471147114", True),
    ],
)
def test_a_pin_is_looked_at_where_the_server_would_find_it(write_city, monkeypatch, value, noted):
    monkeypatch.delenv("NOTED_PIN", raising=False)
    if value is not None:
        monkeypatch.setenv("NOTED_PIN", value)
    folder = write_city({"more.toml": PUBLIC + KIOSK})
    assert found(folder) == ([(PIN_KEY, "secret_unreadable")] if noted else [])
    told = " ".join(map(str, settings.notes(settings.load(folder))))
    assert value is None or value not in told


def test_a_language_that_the_program_does_not_speak(write_city):
    city = (write_city({}) / "city.toml").read_text().replace('"en"]', '"ko", "jp"]')
    folder = write_city({"city.toml": PUBLIC + city})
    assert found(folder) == [("languages.1", "unspoken_language"), ("languages.2", "unspoken_language")]


def test_the_program_speaks_what_it_is_said_to():
    spoken = {path.stem for path in (ROOT / "queue_server/web/locales").glob("*.po")}
    assert set(SPOKEN) == spoken


def test_every_note_is_tested_here():
    text = Path(__file__).read_text(encoding="utf-8")
    assert [code for code in SENTENCES if f'"{code}"' not in text] == []
