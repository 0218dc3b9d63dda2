"""A small city in a temporary folder, and a way to change its files."""

from collections.abc import Callable
from pathlib import Path

import pytest

CITY = """
names.ja = "Aobahama"
languages = ["ja", "en"]
[printers.p1]
site = "hall"
device = "none:"
"""
SITE = """
names.ja = "Hall"
[hours.week]
weekdays = ["8:30-17:15"]
[bands.A]
first = 1
last = 99
[bands.pad]
first = 1
last = 20
prefix = "Z"
emergency = true
[categories.c]
names.ja = "Category"
[departments.SHIMIN]
names.ja = "Citizens"
[services.s1]
names.ja = "One"
band = "A"
category = "c"
department = "SHIMIN"
[services.s2]
names.ja = "Two"
band = "A"
[counters.1]
names.ja = "Counter"
services = ["s1", "s2"]
[kiosks.k1]
names.ja = "Kiosk"
printer = "p1"
[displays.d1]
names.ja = "Display"
"""

Files = dict[str, str]
WriteCity = Callable[[Files], Path]


@pytest.fixture
def write_city(tmp_path: Path) -> WriteCity:
    """Writes ``city.toml``, ``sites/hall/site.toml`` and the files given; returns the folder."""

    def write(files: Files) -> Path:
        for name, text in {"city.toml": CITY, "sites/hall/site.toml": SITE, **files}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path

    return write
