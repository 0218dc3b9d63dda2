"""Fonts for tickets: found once, opened once a size, with a second font for what the first one lacks.

BIZ UDPGothic draws the number and Japanese: it was made to be told apart at a glance (a 3 from an 8) by tired
eyes. It has no rare kanji, no Vietnamese letters and no simplified Chinese, and the tails of its p, q and y are so
short that they look cut off on paper; Noto Sans CJK has all of these. So tickets in other languages are set in
Noto first, and each is the other's help for a missing letter.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from printers.wrap import is_wide

if TYPE_CHECKING:
    from PIL import Image, ImageFont

SYSTEM_FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".local/share/fonts",
)
_UD = ("BIZUDPGothic-Regular.ttf", "BIZUDPGothic-Bold.ttf")
_CJK = ("NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc")
# Where the regional form lies in Noto's collection files.
_CJK_FACES = {"zh-hant": 3, "zh-tw": 3, "zh-hk": 4, "zh": 2, "ko": 1}

ABSENT = "\u3013"
"""Drawn for what no font has: the printers' "letter missing" mark, never a silent gap."""


class FontsMissing(RuntimeError):
    """No font for tickets is installed; the message says which package brings one."""


class FontBook:
    """The font files of one folder (or of the system) and the glyphs they hold.

    Not for use by two threads at once: FreeType's faces are not safe for that. `printers.raster` holds a lock.
    """

    def __init__(self, folder: str = "") -> None:
        """``folder`` (configuration ``fonts``): where to look first; empty: the system's folders only.

        Raises FontsMissing when neither font is found.
        """
        folders = (Path(folder), *SYSTEM_FOLDERS) if folder else SYSTEM_FOLDERS
        wanted = {*_UD, *_CJK}
        found: dict[str, Path] = {}
        for place in folders:
            for path in sorted(place.rglob("*.tt[fc]")):
                if path.name in wanted:
                    found.setdefault(path.name, path)
        self._ud = _pair(found, _UD)
        self._cjk = _pair(found, _CJK)
        if self._ud is None and self._cjk is None:
            looked = ", ".join(str(place) for place in folders)
            raise FontsMissing(
                f"no font for tickets in {looked}: install BIZ UDPGothic (apt install "
                f"fonts-morisawa-bizud-gothic; fonts-noto-cjk for rare characters) or set `fonts` to the folder "
                f"that holds {_UD[0]}"
            )
        self._opened: dict[tuple[Path, int, int], ImageFont.FreeTypeFont] = {}
        self._has: dict[tuple[Path, int, str], bool] = {}
        self._void: dict[tuple[Path, int], bytes] = {}

    def chain(self, lang: str, *, bold: bool) -> list[tuple[Path, int]]:
        """Font files with their face index, in the order they are asked for a glyph."""
        lower = lang.lower()
        face = next((index for tag, index in _CJK_FACES.items() if lower.startswith(tag)), 0)
        ud = [] if self._ud is None else [(self._ud[bold], 0)]
        cjk = [] if self._cjk is None else [(self._cjk[bold], face)]
        return ud + cjk if lower.startswith("ja") else cjk + ud

    def font(self, file: tuple[Path, int], size: int) -> ImageFont.FreeTypeFont:
        """The font opened at ``size`` dots per em."""
        key = (*file, size)
        font = self._opened.get(key)
        if font is None:
            from PIL import ImageFont

            # Basic layout: the complex one costs three times as much and no language here needs it.
            font = ImageFont.truetype(str(file[0]), size, index=file[1], layout_engine=ImageFont.Layout.BASIC)
            self._opened[key] = font
        return font

    def has(self, file: tuple[Path, int], char: str) -> bool:
        """Whether the font draws the character itself, not its "missing" box."""
        key = (*file, char)
        known = self._has.get(key)
        if known is None:
            probe = self.font(file, 32)
            void = self._void.get(file)
            if void is None:
                void = self._void[file] = bytes(probe.getmask("\uffff"))
            known = self._has[key] = char == " " or bytes(probe.getmask(char)) != void
        return known


class Face:
    """One size and weight for one language: measures and draws single lines."""

    def __init__(self, book: FontBook, size: int, lang: str, *, bold: bool = False) -> None:
        """``size`` in dots per em."""
        self.size = size
        self._book = book
        self._files = book.chain(lang, bold=bold)
        # The box holds stacked Vietnamese capitals above and the deepest tails below.
        self.above = round(size * 1.06)
        self.height = self.above + round(size * 0.3)

    def runs(self, text: str) -> list[tuple[int, str]]:
        """The text cut into (index of the font, piece).

        If one letter of an alphabet is missing in the first font, all its letters on the line come from the
        next: words set in two fonts are hard to read. Kanji and kana are chosen one by one.
        """
        narrow = "".join(char for char in text if not is_wide(char))
        letters = next((n for n in range(len(self._files)) if self._has_all(n, narrow)), None)
        runs: list[tuple[int, str]] = []
        for char in text:
            index, shown = self._choose(char) if letters is None or is_wide(char) else (letters, char)
            if runs and runs[-1][0] == index:
                runs[-1] = (index, runs[-1][1] + shown)
            else:
                runs.append((index, shown))
        return runs

    def length(self, text: str) -> float:
        """Width of the line in dots."""
        return sum(self._font(index).getlength(piece) for index, piece in self.runs(text))

    def mask(self, text: str) -> Image.Image:
        """The line as a grey picture (255 = full ink), ``height`` dots tall, baseline at ``above``."""
        from PIL import Image, ImageDraw

        overhang = max(2, self.size // 16)  # a slanted end may lean out of its advance
        width = max(1, round(self.length(text)) + 2 * overhang)
        picture = Image.new("L", (width, self.height), 0)
        draw = ImageDraw.Draw(picture)
        at = float(overhang)
        for index, piece in self.runs(text):
            font = self._font(index)
            draw.text((at, self.above), piece, font=font, fill=255, anchor="ls")
            at += font.getlength(piece)
        box = picture.getbbox()
        return picture if box is None else picture.crop((box[0], 0, box[2], self.height))

    def _font(self, index: int) -> ImageFont.FreeTypeFont:
        """Opened when first drawn with: most tickets never need the second font, and it costs megabytes."""
        return self._book.font(self._files[index], self.size)

    def _has_all(self, index: int, chars: str) -> bool:
        return all(self._book.has(self._files[index], char) for char in chars)

    def _choose(self, char: str) -> tuple[int, str]:
        for index, file in enumerate(self._files):
            if self._book.has(file, char):
                return index, char
        return 0, ABSENT


@lru_cache(maxsize=4)
def book(folder: str = "") -> FontBook:
    """The one FontBook of a folder: font files are looked for once a process."""
    return FontBook(folder)


LOCK = threading.Lock()
"""Held while drawing; see FontBook."""


def _pair(found: dict[str, Path], names: tuple[str, str]) -> tuple[Path, Path] | None:
    """Regular and bold; a missing weight is stood in for by the other."""
    regular, bold = (found.get(name) for name in names)
    if regular is None and bold is None:
        return None
    return (regular or bold, bold or regular)  # type: ignore[return-value]
