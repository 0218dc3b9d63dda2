"""What came out of a printer: papers with their text, pictures and codes."""

from __future__ import annotations

from dataclasses import dataclass, field

from PIL import Image


@dataclass
class Piece:
    """Characters of one line printed in one style; sizes are multiples of the normal cell."""

    text: str
    wide: int
    high: int
    inverse: bool


@dataclass
class Ticket:
    """One paper, up to its cut."""

    lines: list[list[Piece]] = field(default_factory=list)
    qrs: list[bytes] = field(default_factory=list)
    images: list[tuple[int, int]] = field(default_factory=list)
    """Bytes wide and rows of every raster band."""
    parts: list[tuple[int, int, Image.Image]] = field(default_factory=list)
    height: int = 0
    width: int = 576
    cut: bool = False
    breaks: list[tuple[int, str]] = field(default_factory=list)
    """Row and cause where printing stopped in the middle: the paper ended, the cover was opened, the power went."""

    @property
    def whole(self) -> bool:
        """Whether a person would take it for a good ticket."""
        return self.cut and not self.breaks

    @property
    def text(self) -> list[str]:
        """The printed lines."""
        return ["".join(piece.text for piece in line) for line in self.lines]

    def picture(self) -> Image.Image:
        """The paper as a grey picture, black on white."""
        page = Image.new("L", (self.width, max(1, self.height)), 255)
        for x, y, part in self.parts:
            page.paste(0, (x, y), part)
        return page

    def stop_at(self, row: int) -> None:
        """Nothing was printed from this row on."""
        kept = [(x, y, part.crop((0, 0, part.width, min(part.height, row - y)))) for x, y, part in self.parts
                if y < row]  # fmt: skip
        self.parts, self.height = kept, min(self.height, row)
