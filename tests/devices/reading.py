"""Reading a ticket's picture back as a person (or a phone) does."""

from __future__ import annotations

from functools import lru_cache

import zxingcpp
from emulator import FONT
from PIL import Image, ImageChops, ImageDraw, ImageFont

LETTERS = "0123456789ABCTX"
NUMBER_ROWS, BAR_ROWS = (100, 170), (45, 90)
"""Rows that a number's figures and the bar of a reissue take on 80 mm paper."""
_SIZE = (36, 54)


def qr_codes(picture: Image.Image) -> list[str]:
    """What a scanner reads from the paper."""
    return [code.text for code in zxingcpp.read_barcodes(picture.convert("L"))]


def rows_with_ink(picture: Image.Image) -> list[tuple[int, int]]:
    """Runs (first, after last) of rows that hold ink."""
    return _runs([any(row) for row in _ink_rows(picture)])


def number(picture: Image.Image) -> tuple[str, int]:
    """The tallest line above the QR, read glyph by glyph, and its height in dots."""
    grey = picture.convert("L")
    codes = zxingcpp.read_barcodes(grey)
    bottom = codes[0].position.top_left.y - 4 if codes else grey.height
    above = grey.crop((0, 0, grey.width, bottom))
    top, end = max(rows_with_ink(above), key=lambda run: run[1] - run[0])
    line = above.crop((0, top, grey.width, end))
    columns = _runs([any(row) for row in _ink_rows(line.transpose(Image.Transpose.TRANSPOSE))])
    return "".join(_letter(line.crop((left, 0, right, line.height))) for left, right in columns), end - top


def _letter(glyph: Image.Image) -> str:
    shape = _normal(glyph)
    return min(LETTERS, key=lambda letter: _difference(shape, _reference(letter)))


@lru_cache(maxsize=64)
def _reference(letter: str) -> tuple[Image.Image, float]:
    font = ImageFont.truetype(FONT.replace("BIZUDGothic-Regular", "BIZUDPGothic-Bold"), 120)
    glyph = Image.new("L", (160, 160), 255)
    ImageDraw.Draw(glyph).text((80, 130), letter, font=font, fill=0, anchor="ms")
    return _normal(glyph)


def _normal(glyph: Image.Image) -> tuple[Image.Image, float]:
    """The glyph cropped to its ink at one size, and how wide it was for its height."""
    ink = glyph.convert("L").point(lambda grey: 255 if grey < 128 else 0)
    box = ink.getbbox()
    assert box is not None
    return ink.crop(box).resize(_SIZE), (box[2] - box[0]) / (box[3] - box[1])


def _difference(one: tuple[Image.Image, float], other: tuple[Image.Image, float]) -> float:
    histogram = ImageChops.difference(one[0], other[0]).histogram()
    wrong = sum(grey * count for grey, count in enumerate(histogram)) / 255 / (_SIZE[0] * _SIZE[1])
    return wrong + abs(one[1] - other[1])


def _ink_rows(picture: Image.Image) -> list[bytes]:
    ink = picture.convert("L").point(lambda grey: 1 if grey < 128 else 0).tobytes()
    return [ink[at : at + picture.width] for at in range(0, len(ink), picture.width)]


def _runs(flags: list[bool]) -> list[tuple[int, int]]:
    runs, start = [], None
    for at, flag in enumerate([*flags, False]):
        if flag and start is None:
            start = at
        elif not flag and start is not None:
            runs.append((start, at))
            start = None
    return runs


def numbers(picture: Image.Image) -> list[str]:
    """Every line as tall as a ticket's number, read glyph by glyph: a paper that was never cut may bear two."""
    grey = picture.convert("L")
    found = []
    for top, end in rows_with_ink(grey):
        if NUMBER_ROWS[0] <= end - top <= NUMBER_ROWS[1]:
            line = grey.crop((0, top, grey.width, end))
            columns = _runs([any(row) for row in _ink_rows(line.transpose(Image.Transpose.TRANSPOSE))])
            found.append(
                "".join(_letter(line.crop((left, 0, right, line.height))) for left, right in columns)
            )
    return found


def marked(picture: Image.Image) -> bool:
    """Whether it begins with white letters on a black bar: the mark of a reissue."""
    grey = picture.convert("L")
    lines = rows_with_ink(grey)
    if not lines or not BAR_ROWS[0] <= lines[0][1] - lines[0][0] <= BAR_ROWS[1]:
        return False
    bar = grey.crop((0, lines[0][0], grey.width, lines[0][1]))
    box = bar.point(lambda value: 255 - value).getbbox()
    assert box is not None
    return bar.crop(box).histogram()[0] > 0.5 * (box[2] - box[0]) * (box[3] - box[1])
