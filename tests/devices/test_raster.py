"""Tickets drawn as pictures, sent as raster bytes, read back by the emulator and a QR scanner."""

import time

import pytest
import reading
from emulator import EscPos
from PIL import Image, ImageChops

from printers import escpos, fonts, raster

PAPERS = ["ja", "ja_long", "ja_large", "en", "vi", "zh"]
SIZES = [(576, 203), (512, 180), (432, 203), (384, 203), (640, 203)]
TICKETS = [(name, *size) for name in PAPERS for size in SIZES if name == "ja" or size in (SIZES[0], SIZES[3])]


def printed(picture: Image.Image, dpi: int, **options: bool) -> EscPos:
    printer = EscPos(picture.width, dpi)
    printer.feed(escpos.encode_raster(picture, dpi, **options))
    return printer


@pytest.mark.parametrize(("name", "width", "dpi"), TICKETS)
def test_a_ticket_drawn_printed_and_read_back(paper, name, width, dpi):
    """It arrives dot for dot; nothing touches the edge; the number stands three times as high as any other line."""
    sample = paper(name)
    picture = raster.render(sample, width, dpi)
    printer = printed(picture, dpi)
    assert printer.unknown == []
    assert printer.cuts == 1
    got = printer.tickets[0].picture().crop((0, 0, width, picture.height))
    assert ImageChops.difference(got, picture.convert("L")).getbbox() is None
    assert reading.qr_codes(got) == [sample.qr]
    number, high = reading.number(got)
    assert number == sample.number

    box = ImageChops.invert(got).getbbox()
    assert box is not None
    assert box[0] >= raster.MARGIN
    assert box[2] <= width - raster.MARGIN
    runs = sorted(bottom - top for top, bottom in reading.rows_with_ink(got))
    others = [run for run in runs if run != high and run < 25 / 25.4 * dpi]  # without the number and the QR
    mark = 1 if sample.reissue else 0  # white on black, so its box counts, not its letters
    # Tails and stacked accents make a line of other scripts taller than its letters.
    times = 3 if sample.lang in ("ja", "zh-Hans") else 2.2
    assert high >= times * others[-1 - mark], (high, others)


@pytest.mark.parametrize("number", ["1", "T99", "00012", "A012", "AB-1234567"])
@pytest.mark.parametrize("width", [384, 576])
def test_any_number_fits(paper, number, width):
    picture = raster.render(paper("ja", number=number, qr=""), width, 203)
    if number.isalnum() and "B" not in number:
        assert reading.number(picture)[0] == number
    box = ImageChops.invert(picture.convert("L")).getbbox()
    assert box is not None
    assert box[0] >= raster.MARGIN
    assert box[2] <= width - raster.MARGIN


def test_the_number_read_back_is_not_read_into_it(paper):
    """The reader of these tests can say no."""
    assert reading.number(raster.render(paper("ja", number="A812"), 576, 203))[0] == "A812"
    assert reading.number(raster.render(paper("ja", number="193"), 576, 203))[0] == "193"


def test_the_qr_is_25_mm_with_a_quiet_zone(paper):
    import zxingcpp

    for width, dpi in SIZES:
        picture = raster.render(paper("ja"), width, dpi).convert("L")
        at = zxingcpp.read_barcodes(picture)[0]
        side = at.position.top_right.x - at.position.top_left.x
        assert side / dpi * 25.4 >= 24.8
        assert at.ec_level == "M"
        quiet = side * 4 // 37 - 2
        left, top = at.position.top_left.x, at.position.top_left.y
        around = picture.crop((left - quiet, top - quiet, left + side + quiet, top - 2))
        assert ImageChops.invert(around).getbbox() is None


def test_rare_kanji_come_from_the_second_font(paper, texts):
    rare = raster.render(paper("ja", title=texts["rare"]), 576, 203)
    geta = raster.render(paper("ja", title=texts["rare_geta"]), 576, 203)
    assert rare.size == geta.size
    assert ImageChops.difference(rare.convert("L"), geta.convert("L")).getbbox() is not None


def test_a_letter_no_font_has_becomes_the_geta_mark(paper, texts):
    absent = "\U0001f4f1"
    drawn = raster.render(paper("ja", title=absent + texts["shi"]), 576, 203)
    geta = raster.render(paper("ja", title=texts["geta"] + texts["shi"]), 576, 203)
    assert ImageChops.difference(drawn.convert("L"), geta.convert("L")).getbbox() is None


def test_one_word_is_set_in_one_font(texts):
    face = fonts.Face(fonts.book(), 30, "ja")
    assert len({index for index, _ in face.runs(texts["vietnamese"])}) == 1
    assert len({index for index, _ in face.runs(texts["vietnamese"] + texts["shi"])}) == 2


def test_missing_fonts_are_one_clear_error(tmp_path, monkeypatch):
    monkeypatch.setattr(fonts, "SYSTEM_FOLDERS", (tmp_path,))
    with pytest.raises(fonts.FontsMissing, match="apt install fonts-morisawa-bizud-gothic"):
        fonts.FontBook()


def test_either_font_alone_is_enough(tmp_path, monkeypatch, texts):
    monkeypatch.setattr(fonts, "SYSTEM_FOLDERS", ())
    for part in ("bizud-gothic", "noto"):
        folder = tmp_path / part
        folder.mkdir()
        for found in fonts.Path("/usr/share/fonts").rglob(f"*/{part}/*"):
            (folder / found.name).symlink_to(found)
        face = fonts.Face(fonts.FontBook(str(folder)), 30, "ja", bold=True)
        assert face.mask(texts["variants"]).getbbox() is not None


def test_an_address_too_long_is_refused(paper):
    with pytest.raises(ValueError, match="too"):
        raster.render(paper("ja", qr="https://example.jp/" + "x" * 4000), 576, 203)


def test_cropped_at_the_right_only_for_printers_that_do_not_centre(paper):
    picture = raster.render(paper("ja"), 576, 203)
    printer = printed(picture, 203, centred=False)
    got = printer.tickets[0].picture().crop((0, 0, 576, picture.height))
    assert ImageChops.difference(got, picture.convert("L")).getbbox() is None


def test_bands_are_small_and_white_is_not_sent(paper):
    picture = raster.render(paper("ja"), 576, 203)
    data = escpos.encode_raster(picture, 203)
    assert len(data) < 25_000
    printer = printed(picture, 203)
    assert max(rows for _, rows in printer.tickets[0].images) <= 256
    assert sum(rows for _, rows in printer.tickets[0].images) < picture.height * 0.75
    tall = Image.new("1", (576, 700), 0)
    tall.paste(1, (1, 0, 2, 700))  # a lonely dot in each row: nothing is in pairs
    for row in range(0, 700, 2):
        tall.putpixel((1, row), 0)
    assert [rows for _, rows in printed(tall, 203).tickets[0].images] == [256, 256, 188]


def blots(*boxes: tuple[int, int, int, int]) -> Image.Image:
    picture = Image.new("1", (576, 60), 1)
    for box in boxes:
        picture.paste(0, box)
    return picture


@pytest.mark.parametrize(
    ("picture", "mode", "size"),
    [
        (blots((0, 10, 576, 12)), 3, 36),
        (blots((0, 10, 576, 13)), 1, 3 * 36),
        (blots((1, 10, 576, 12)), 2, 72),
        (blots((1, 10, 576, 13)), 0, 3 * 72),
        (blots((188, 10, 388, 30), (288, 10, 289, 11)), 3, 10 * 13),
        (blots((188, 10, 388, 30), (388, 29, 389, 30)), 0, 20 * 26),
    ],
)
@pytest.mark.parametrize("centred", [True, False])
def test_what_is_made_of_pairs_of_dots_is_sent_at_half_its_size(picture, mode, size, centred):
    data = escpos.encode_raster(picture, 203, centred=centred)
    at = data.index(b"\x1dv0")
    assert data[at + 3] == mode
    if centred:
        assert len(data) - at == 8 + size + 4
    got = printed(picture, 203, centred=centred).tickets[0].picture()
    assert ImageChops.difference(got, picture.convert("L").crop((0, 0, *got.size))).getbbox() is None


def test_a_width_that_is_no_multiple_of_eight():
    picture = Image.new("1", (420, 40), 1)
    picture.paste(0, (400, 10, 420, 30))
    printer = EscPos(424, 203)
    printer.feed(escpos.encode_raster(picture, 203, centred=False))
    got = printer.tickets[0].picture().crop((0, 0, 420, 40))
    assert ImageChops.difference(got, picture.convert("L")).getbbox() is None


def test_drawing_is_quick(paper):
    """Aim: 20 ms of CPU a ticket, with new number, times and QR each; measured with room for a busy machine."""
    sample = paper("ja")
    raster.render(sample, 576, 203)
    spent = []
    for at in range(12):
        changed = paper("ja", number=f"A{at:03}", ahead=f"{sample.ahead}{at}", qr=f"{sample.qr}{at}")
        start = time.thread_time()
        escpos.encode_raster(raster.render(changed, 576, 203), 203)
        spent.append(time.thread_time() - start)
    assert sorted(spent)[len(spent) // 2] < 0.040
