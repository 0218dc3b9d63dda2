"""The sample city's tickets as a printer puts them on paper, and the pictures and texts they are compared with.

``python tests/devices/goldens.py`` draws them anew; look at every one before you commit it.
"""

from __future__ import annotations

import sys
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import msgspec
from emulator import EscPos, Ticket
from PIL import Image, ImageChops

import printers
from printers import encoding, preview
from printers.settings import PrinterSettings, printer_settings
from printers.ticket import TicketPaper
from queue_server import settings as configuration
from queue_server import web

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent / "papers" / "goldens"
AT = 1_795_132_800_000
"""2026-11-20 09:00 in Japan."""
CELL = 8
SHIFTED = 80
"""Of 255: how much the ink of a cell may differ where another build of the font library sets a stroke one dot off."""


class Sample(NamedTuple):
    printer: str
    lang: str
    large: bool = False
    changes: str = ""
    """Changes of the paper by name of a field, as JSON in papers/words."""


RASTER = {
    "ja": Sample("kiosk1", "ja"),
    "ja-rare": Sample("kiosk1", "ja", changes="rare"),
    "ja-easy": Sample("kiosk1", "ja-easy"),
    "en": Sample("kiosk1", "en"),
    "pt-BR": Sample("kiosk1", "pt-BR"),
    "vi": Sample("kiosk1", "vi"),
    "zh-Hans": Sample("kiosk1", "zh-Hans"),
    "es": Sample("kiosk1", "es"),
    "ja-large": Sample("kiosk1", "ja", large=True),
    "58mm-ja": Sample("minami1", "ja"),
    "58mm-vi": Sample("minami1", "vi"),
    "58mm-es-large": Sample("minami1", "es", large=True),
}
TEXT = {
    "ja": RASTER["ja"],
    "ja-rare": RASTER["ja-rare"],
    "ja-large": RASTER["ja-large"],
    "en": RASTER["en"],
    "vi": RASTER["vi"],
    "58mm-ja": RASTER["58mm-ja"],
}


@lru_cache(maxsize=1)
def city() -> configuration.Settings:
    return configuration.load(ROOT / "config" / "aobahama")


@lru_cache(maxsize=1)
def texts() -> web.Texts:
    return web.Texts([Path(room.__path__[0], "locales") for room in (web, printers)])


def paper_of(sample: Sample) -> TicketPaper:
    """The worded ticket."""
    paper = preview.sample(city(), texts(), sample.printer, sample.lang, AT, large=sample.large)
    if sample.changes:
        changes = msgspec.json.decode((FOLDER.parent / "words" / f"{sample.changes}.json").read_bytes())
        paper = msgspec.structs.replace(paper, **changes)
    return paper


def settings_of(sample: Sample, mode: str) -> PrinterSettings:
    """As the city's printer, on the network."""
    found = printer_settings(city(), sample.printer)
    return msgspec.structs.replace(found, device="tcp://192.0.2.11:9100", mode=mode)


def printed(sample: Sample, mode: str, paper: TicketPaper | None = None) -> Ticket:
    """What comes out of a printer that is sent the ticket's bytes."""
    settings = settings_of(sample, mode)
    printer = EscPos(*settings.size())
    printer.feed(encoding.encode(settings, paper or paper_of(sample)))
    assert printer.unknown == []
    assert printer.cuts == 1
    return printer.tickets[0]


def differs(one: Image.Image, other: Image.Image) -> int:
    """How much the ink of any place differs, 0 to 255; 255 for another size."""
    if one.size != other.size:
        return 255
    apart = ImageChops.difference(one.convert("L").reduce(CELL), other.convert("L").reduce(CELL))
    return int(apart.getextrema()[1])  # type: ignore[arg-type]


def write() -> None:
    """Draw every golden anew."""
    FOLDER.mkdir(exist_ok=True)
    for name, sample in RASTER.items():
        printed(sample, "raster").picture().convert("1").save(FOLDER / f"{name}.png", optimize=True)
    for name, sample in TEXT.items():
        (FOLDER / f"{name}.txt").write_text("\n".join(printed(sample, "text").text) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
    print(f"written to {FOLDER}: look at them", file=sys.stderr)
