"""Tickets as text for a Japanese character ROM, read back by the emulator."""

import pytest
import reading
from emulator import EscPos

from printers import escpos, kanji
from printers.ticket import TicketPaper


def printed(paper: TicketPaper, width: int = 576) -> EscPos:
    printer = EscPos(width)
    printer.feed(escpos.encode_text(paper, width, 203))
    return printer


@pytest.mark.parametrize("name", ["ja", "ja_long", "en"])
@pytest.mark.parametrize("width", [384, 576])
def test_everything_is_on_the_paper(paper, name, width):
    sample = paper(name)
    printer = printed(sample, width)
    assert printer.unknown == []
    assert printer.cuts == 1
    ticket = printer.tickets[0]
    flat = "".join("".join(ticket.text).split())
    for text in sample.texts():
        wanted = "".join(kanji.encode(text).decode("cp932").split())
        assert wanted in flat, text
    assert ticket.qrs == [sample.qr.encode()]
    assert reading.qr_codes(ticket.picture()) == [sample.qr]


@pytest.mark.parametrize(
    ("number", "width"), [("A012", 576), ("00012", 384), ("T99", 384), ("AB-123456", 384)]
)
def test_the_number_is_the_largest(paper, number, width):
    lines = printed(paper("ja_long", number=number), width).tickets[0].lines
    size = next(piece.high for line in lines for piece in line if piece.text == number)
    rest = max(piece.high for line in lines for piece in line if piece.text != number)
    assert size >= 3 * rest
    assert size == next(piece.wide for line in lines for piece in line if piece.text == number)


def test_bytes(paper):
    """216 bytes were measured for a bare ticket; the fullest we know stays under 700."""
    assert len(escpos.encode_text(paper("ja"), 576, 203)) < 450
    assert all(len(escpos.encode_text(paper("ja_long"), width, 203)) < 700 for width in (384, 576))


def test_the_start_tells_the_printer_it_speaks_japanese(paper):
    data = escpos.encode_text(paper("ja"), 576, 203)
    assert data.startswith(b"\x1b@")
    head = data[:24]
    for command in (b"\x1bt\x01", b"\x1bR\x08", b"\x1cC\x01"):
        assert command in head


def test_variant_kanji_survive_within_the_rom(texts):
    data = kanji.encode(texts["variants"])
    assert data.decode("cp932") == texts["variants"]
    assert all(0x81 <= lead <= 0x9F or 0xE0 <= lead <= 0xEF for lead in data[::2])
    printer = EscPos()
    printer.feed(b"\x1b@\x1cC\x01" + data + b"\n\x1dV\x00")
    assert printer.tickets[0].text == [texts["variants"]]


def test_what_the_rom_lacks_is_folded_or_marked(texts):
    for language in ("vietnamese", "portuguese", "spanish"):
        assert kanji.encode(texts[language]).decode("cp932") == texts[f"{language}_folded"]
        assert not kanji.encodable(texts[language])
    assert kanji.encode(texts["rare"]).decode("cp932") == texts["rare_geta"]
    assert kanji.encode(texts["private_use"]).decode("cp932") == texts["geta"]
    assert not kanji.encodable(texts["private_use"])


def test_a_wave_dash_is_no_missing_letter(texts):
    assert kanji.encodable(texts["wave_dash"])
    assert texts["geta"].encode("cp932") not in kanji.encode(texts["wave_dash"])


def test_half_width_kana_print_by_the_katakana_page(paper, texts):
    printer = printed(paper("ja", title=texts["half_kana"]))
    assert texts["half_kana"] in printer.tickets[0].text
    assert printer.unknown == []


def test_no_text_can_command_the_printer(paper):
    """A service named with control characters: a cut, a reset, a cash drawer."""
    evil = "a\x1dV\x00b\x1b@c\x1bp\x00\x19\xfad\x10\x04\x01"
    printer = printed(paper("ja", title=evil, purposes=(evil,), number="A1\x1b@", notice=evil, reissue=evil))
    assert printer.cuts == 1
    assert printer.unknown == []
    assert "A1@" in printer.tickets[0].text


def test_a_reissue_is_marked_white_on_black(paper):
    pieces = [piece for line in printed(paper("ja_long")).tickets[0].lines for piece in line]
    assert [piece.text.strip() for piece in pieces if piece.inverse] == [paper("ja_long").reissue]


@pytest.mark.parametrize(
    ("name", "rom"), [("ja", True), ("en", True), ("vi", False), ("zh", False), ("ja_long", False)]
)
def test_which_tickets_the_rom_can_print(paper, name, rom):
    assert escpos.all_in_rom(paper(name)) is rom


# What python-escpos 3.1 sends for: two lines, the first centred and of double size; a QR code; a cut.
_ANOTHER_PROGRAM = bytes.fromhex(
    "1b21001b21001b21301b61011b7400413031320a1b21001b21001b21001b6100706c61696e0a1d286b0400314132001d286b03003143061d"
    "286b03003145301d286b190031503068747470733a2f2f6578616d706c652e6a702f742f311d286b03003151301b64061d5600"
)
# And for two kanji and a line feed: bytes of a Chinese code.
_CHINESE = bytes.fromhex("de79cad00a1b64061d5600")


def test_the_emulator_reads_another_programs_bytes():
    """Bytes that are not ours are read right, so the emulator does not just echo our encoder."""
    printer = EscPos(512, 180)
    printer.feed(_ANOTHER_PROGRAM)
    ticket = printer.tickets[0]
    assert ticket.text[:2] == ["A012", "plain"]
    assert ticket.lines[0][0].high == 2
    assert ticket.lines[1][0].high == 1
    assert reading.qr_codes(ticket.picture()) == ["https://example.jp/t/1"]


def test_the_emulator_sees_chinese_bytes_for_what_they_are(texts):
    """They do not read as Japanese."""
    printer = EscPos(512, 180)
    printer.feed(b"\x1cC\x01" + _CHINESE)
    assert texts["shi"] not in "".join(printer.tickets[0].text)
