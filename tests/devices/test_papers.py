"""The sample city's tickets in every language: bytes read back to paper and to text, compared with goldens."""

import io

import goldens
import msgspec
import pytest
import reading
from emulator import EscPos
from goldens import FOLDER, RASTER, SHIFTED, TEXT
from PIL import Image, ImageChops

from printers import encoding, kanji, preview
from printers.settings import PrinterSettings, printer_settings
from queue_server import settings as configuration


@pytest.mark.parametrize("name", RASTER)
def test_a_picture_arrives_as_it_was_looked_at(name):
    sample = RASTER[name]
    got = goldens.printed(sample, "raster").picture()
    paper = goldens.paper_of(sample)
    assert reading.qr_codes(got) == [paper.qr]
    assert reading.number(got)[0] == paper.number
    with Image.open(FOLDER / f"{name}.png") as golden:
        assert goldens.differs(got, golden) <= SHIFTED


def test_another_figure_on_the_paper_would_be_noticed():
    paper = goldens.paper_of(RASTER["vi"])
    with Image.open(FOLDER / "vi.png") as golden:
        for changed in (paper.wait.replace("15", "16"), paper.wait.replace("10", "1O")):
            other = goldens.printed(RASTER["vi"], "raster", msgspec.structs.replace(paper, wait=changed))
            assert goldens.differs(other.picture(), golden) > SHIFTED


@pytest.mark.parametrize("name", TEXT)
def test_a_text_arrives_as_it_was_read(name):
    sample = TEXT[name]
    got = goldens.printed(sample, "text")
    assert got.text == (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    assert reading.qr_codes(got.picture()) == [goldens.paper_of(sample).qr]


def test_rare_kanji_that_the_rom_has_stay_what_they_are(texts):
    text = "".join(goldens.printed(TEXT["ja-rare"], "text").text)
    paper = goldens.paper_of(TEXT["ja-rare"])
    assert paper.title in text
    assert paper.purposes[0] in text
    assert [char for char in texts["variants"] if char not in text] == []
    assert text.count(texts["geta"]) == 1  # the one that it lacks


@pytest.mark.parametrize("lang", goldens.city().languages)
@pytest.mark.parametrize("printer", ["kiosk1", "minami1"])
def test_every_language_has_all_its_words_and_is_short(lang, printer):
    """Nothing is said in another language's words; a picture of 80 mm stays under 25 kB, a text under 700 bytes."""
    sample = goldens.Sample(printer, lang)
    paper, japanese = goldens.paper_of(sample), goldens.paper_of(goldens.Sample(printer, "ja"))
    if lang != "ja":
        lent = {paper.number, paper.issued_at, *(japanese.purposes if lang == "zh-Hans" else ())}
        assert set(paper.texts()) & set(japanese.texts()) <= lent
    for room in ("ticket", "absence"):
        keys = {key for key in goldens.texts().catalogue("ja") if key.startswith(f"{room}.")}
        assert keys <= set(goldens.texts().catalogue(lang))
    assert len(encoding.encode(goldens.settings_of(sample, "raster"), paper)) < 25_000
    assert len(encoding.encode(goldens.settings_of(sample, "text"), paper)) < 700


def test_what_a_text_printer_is_sent_on_a_serial_line_and_elsewhere():
    rare, plain = goldens.paper_of(TEXT["ja-rare"]), goldens.paper_of(TEXT["ja"])
    line = PrinterSettings(device="serial:///dev/ttyUSB0")
    assert encoding.as_text(line, plain)
    assert not encoding.as_text(line, rare)
    assert not encoding.as_text(PrinterSettings(device="tcp://192.0.2.11:9100"), plain)
    assert encoding.as_text(PrinterSettings(device="usb://04b8:0e28", mode="text"), rare)


def test_a_large_text_is_twice_as_high_and_nothing_but_the_number_is_higher():
    paper = goldens.paper_of(TEXT["ja-large"])
    pieces = [piece for line in goldens.printed(TEXT["ja-large"], "text").lines for piece in line]
    assert {piece.high for piece in pieces} == {2, 6}
    assert [piece.text for piece in pieces if piece.high == 6] == [kanji.encode(paper.number).decode("cp932")]
    assert [piece.text.strip() for piece in pieces if piece.inverse] == [paper.reissue]


# --- layouts ------------------------------------------------------------------------------------------------


def test_settings_go_to_another_machine_as_json_and_print_the_same_there():
    settings = printer_settings(goldens.city(), "kiosk1")
    assert settings.layout.logo.startswith(b"\x89PNG")
    there = msgspec.json.decode(msgspec.json.encode(settings), type=PrinterSettings)
    assert there == settings
    assert msgspec.convert(msgspec.to_builtins(settings), PrinterSettings) == settings
    paper = goldens.paper_of(RASTER["ja"])
    assert encoding.encode(there, paper) == encoding.encode(settings, paper)


def with_layout(fields, **layout):
    found = goldens.settings_of(RASTER["ja"], "raster")
    changed = msgspec.structs.replace(found.layout, fields=tuple(fields), **layout)
    return msgspec.structs.replace(found, layout=changed)


def test_only_what_the_layout_names_stands_on_the_ticket_and_in_its_order():
    paper = msgspec.structs.replace(goldens.paper_of(RASTER["ja"]), notice="abc", reissue="")
    fields = ("notice", "number", "title", "reissue")
    text = encoding.encode(msgspec.structs.replace(with_layout(fields), mode="text"), paper)
    printer = EscPos()
    printer.feed(text)
    assert printer.tickets[0].text == ["abc", paper.labels.number, paper.number, paper.title]
    assert printer.tickets[0].qrs == []
    whole = encoding.encode(goldens.settings_of(RASTER["ja"], "raster"), paper)
    assert len(encoding.encode(with_layout(fields), paper)) < len(whole) / 3


@pytest.mark.parametrize("mode", ["raster", "text"])
def test_a_rule_at_the_edge_or_beside_another_is_none(mode):
    paper = goldens.paper_of(RASTER["ja"])
    plain, more = (
        encoding.encode(msgspec.structs.replace(with_layout(fields), mode=mode), paper)
        for fields in (
            ("reissue", "number", "rule", "title"),
            ("rule", "reissue", "rule", "number", "rule", "notice", "rule", "title", "rule"),
        )
    )
    assert more == plain


def test_the_notice_of_the_printer_s_layout_in_the_holder_s_language():
    notice = 'layouts.main.notice = { ja = "first\\nsecond", es = "hola" }'
    changed = configuration.load(goldens.ROOT / "config" / "aobahama", [notice])
    for printer, lang, expected in (
        ("kiosk1", "es", "hola"),
        ("minami1", "vi", "first\nsecond"),  # what nobody translated is said in Japanese
    ):
        assert preview.sample(changed, goldens.texts(), printer, lang, goldens.AT).notice == expected
    plain = configuration.load(goldens.ROOT / "config" / "bench")
    assert preview.sample(plain, goldens.texts(), "kiosk1", "ja", goldens.AT).notice == ""


def test_a_logo_is_printed_dot_for_dot_and_what_is_clear_stays_white():
    paper = goldens.paper_of(RASTER["ja"])
    logo = Image.new("LA", (40, 20), (0, 0))
    logo.paste((0, 255), (0, 0, 20, 20))
    logo.paste((90, 255), (20, 0, 30, 10))  # dark grey is black, light grey is not
    logo.paste((200, 255), (20, 10, 30, 20))
    out = io.BytesIO()
    logo.save(out, "PNG")
    printer = EscPos()
    printer.feed(encoding.encode(with_layout(("logo", "number"), logo=out.getvalue()), paper))
    picture = printer.tickets[0].picture()
    left = (576 - 40) // 4 * 2
    seen = picture.crop((left, 0, left + 40, 20))
    want = Image.new("L", (40, 20), 255)
    want.paste(0, (0, 0, 20, 20))
    want.paste(0, (20, 0, 30, 10))
    assert ImageChops.difference(seen, want).getbbox() is None
