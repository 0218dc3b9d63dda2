"""Making a ticket: processor time to draw and encode it, and its bytes, in every language of the sample city."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec
from PIL import Image

import printers
from printers import preview, raster
from printers.encoding import encode
from printers.settings import PrinterSettings, printer_settings
from printers.ticket import TicketPaper
from queue_server import settings as configuration
from queue_server import web

from .figures import Figure, percentile

TITLE = "Tickets"
CITY = Path(__file__).parents[1] / "config" / "aobahama"
PRINTER = "kiosk1"
AT = 1_795_132_800_000
RASTER_MS, RASTER_BYTES, TEXT_BYTES = 20.0, 25_000, 700


def made(printer: PrinterSettings, paper: TicketPaper, times: int) -> tuple[list[float], int]:
    """Ms of processor time of each of so many different tickets; the bytes of the largest."""
    encode(printer, paper)  # the first finds fonts and keeps what comes back on every ticket
    found, most = [], 0
    for n in range(times):
        other = msgspec.structs.replace(
            paper,
            number=f"{n % 300:03}",
            ahead=paper.ahead.replace("5", str(n % 90 + 10)),
            issued_at=paper.issued_at[:-2] + f"{n % 60:02}",
            qr=f"{paper.qr[:-3]}{n:03}",
        )
        at = time.thread_time()
        most = max(most, len(encode(printer, other)))
        found.append((time.thread_time() - at) * 1000)
    return found, most


def bare(size: tuple[int, int], times: int) -> list[float]:
    """Ms of processor time of an empty page of that size, made black or white and turned into bytes."""
    found = []
    for _ in range(times):
        at = time.thread_time()
        Image.new("L", size, 0).point([0] * 128 + [255] * 128, "1").tobytes()
        found.append((time.thread_time() - at) * 1000)
    return found


def run(quick: bool) -> list[Figure]:
    """The rows."""
    times = 20 if quick else 200
    city = configuration.load(CITY)
    texts = web.Texts([Path(room.__path__[0], "locales") for room in (web, printers)])
    onto = msgspec.structs.replace(printer_settings(city, PRINTER), device="tcp://127.0.0.1:9100")
    papers = {lang: preview.sample(city, texts, PRINTER, lang, AT) for lang in city.languages}
    drawn = {lang: made(onto, paper, times) for lang, paper in papers.items()}
    typed = {
        lang: made(msgspec.structs.replace(onto, mode="text"), paper, times) for lang, paper in papers.items()
    }
    width, dpi = onto.size()
    page = {lang: raster.render(papers[lang], width, dpi, onto.layout) for lang in papers}
    empty = percentile(bare(page["ja"].size, times), 0.5)
    slowest = max(drawn, key=lambda lang: percentile(drawn[lang][0], 0.5))
    largest = max(drawn, key=lambda lang: drawn[lang][1])
    longest = max(typed, key=lambda lang: typed[lang][1])
    return [
        *(
            Figure(
                f"an 80 mm ticket as a picture, {lang}: CPU, p50 / p99",
                f"{(middle := percentile(drawn[lang][0], 0.5)):.1f} / {percentile(drawn[lang][0], 0.99):.1f} ms",
                f"p50 {RASTER_MS:g} ms",
                f"an empty page {empty:.1f} ms",
                f"{middle / empty:.1f} ×",
                middle <= RASTER_MS,
            )
            for lang in dict.fromkeys(("ja", slowest))
        ),
        Figure(
            f"its bytes, ja / the largest of {len(drawn)} languages ({largest})",
            f"{drawn['ja'][1] / 1000:.1f} / {drawn[largest][1] / 1000:.1f} kB",
            f"{RASTER_BYTES / 1000:g} kB",
            f"all of its dots {len(page[largest].tobytes()) / 1000:.0f} kB",
            met=drawn[largest][1] <= RASTER_BYTES,
        ),
        Figure(
            f"the same as text, ja / the largest ({longest})",
            f"{typed['ja'][1]} / {typed[longest][1]} bytes, "
            f"{percentile(typed[longest][0], 0.5):.1f} ms to make",
            f"{TEXT_BYTES} bytes",
            met=typed[longest][1] <= TEXT_BYTES,
        ),
    ]
