"""The sample of a line in the city's folder: nothing of it is in use, all of it is right."""

import shutil
from pathlib import Path

from buttons.settings import settings_of
from buttons.showing import Shown, filled, frames
from queue_server import settings

CITY = Path(__file__).parents[2] / "config" / "aobahama"


def test_the_sample_is_right_as_soon_as_it_is_taken_into_use(tmp_path):
    assert settings.load(CITY).buttons == {}, "a demonstration needs no hardware"
    folder = shutil.copytree(CITY, tmp_path / "city")
    sample = folder / "buttons.toml"
    lines = sample.read_text(encoding="utf-8").splitlines()
    used = [line.removeprefix("# ") for line in lines if "[" in line or " = " in line]
    sample.write_text("\n".join(used), encoding="utf-8")
    assert settings.check(folder) == []
    found = settings.load(folder).buttons
    desk, panels = settings_of(found["desk"]), settings_of(found["panels"])
    assert {key.counter for key in desk.keys} == {"3"}
    assert len(desk.keys) == 2
    number, lamp = frames(desk.shows["3"], Shown("A012", True))
    assert number == b"\x023N12" + bytes([0x02 ^ 0x33 ^ 0x4E ^ 0x31 ^ 0x32]) + b"\x03"
    assert lamp == b"\x023L1\x03"
    assert frames(panels.shows["8"], Shown("105", False))[0] == b"\xff\x08\x01\x05\x0d"


def test_a_display_shows_the_last_digits():
    assert filled("{digits:2}", "A012") == b"12"
    assert filled("{digits:2}", "105") == b"05"
    assert filled("{digits:3}", "7") == b"007"
    assert filled("{digits:4} {bcd:2}", "A105") == b"0105\x01\x05"
    assert filled("01 {sum} {xor} FF", "1") == b"\x01\x01\x00\xff", "each of what stands before it"
    assert filled("", "105") == filled("") == b""
