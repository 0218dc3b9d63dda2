"""Rules about pages that no browser needs to be started for."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
ROOMS = {name: ROOT / name for name in ("queue_server/web", "queue_server/hall", "displays", "printers")}
TEMPLATES = sorted(path for room in ROOMS.values() for path in room.glob("templates/*.html"))
CODE = sorted(
    path for room in ROOMS.values() for kind in ("js", "css") for path in room.glob(f"static/*.{kind}")
)
JAPANESE = re.compile("[\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff66-\uff9f]")
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
KEY = re.compile(r"""(?:\b_|\bwords|\btext)\((?:[\w\[\]]+, )?["']([a-z_-]+\.[\w-]+)["']\s*[,)]""")
FACT = re.compile(r"\{(\w+)\}")


def catalogue(room: Path, lang: str) -> dict[str, str]:
    path = room / "locales" / f"{lang}.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        return {message.id: message.string for message in read_po(file) if message.id}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def inline(template: str) -> list[str]:
    """What the pages' security policy would not run: styles and scripts that stand in the page itself."""
    found = re.findall(r"<style|\sstyle=|\son[a-z]+=|javascript:", template)
    scripts = re.findall(r"<script\b[^>]*>", template)
    return found + [tag for tag in scripts if "src=" not in tag and 'type="application/json"' not in tag]


@pytest.mark.parametrize("template", TEMPLATES, ids=name)
def test_nothing_stands_inline_and_every_word_comes_from_a_catalogue(template):
    text = COMMENT.sub("", template.read_text())
    assert inline(text) == []
    assert JAPANESE.findall(text) == []


@pytest.mark.parametrize(
    "line", ['<p style="color: red">', "<script>go()</script>", '<a onclick="go()">', "<style>"]
)
def test_what_stands_inline_would_be_noticed(line):
    assert inline(line)
    assert (
        inline('<script type="application/json">{}</script><script type="module" src="x.js"></script>') == []
    )


@pytest.mark.parametrize("file", CODE, ids=name)
def test_code_and_looks_carry_no_language(file):
    assert JAPANESE.findall(file.read_text()) == []


@pytest.mark.parametrize("template", TEMPLATES, ids=name)
def test_the_texts_and_files_of_a_page_are_there(template):
    text = template.read_text()
    known = {key for room in ROOMS.values() for key in catalogue(room, "ja")}
    assert [key for key in KEY.findall(text) if key not in known] == []
    for room, file in re.findall(r"static\('(\w+)/([\w.]+)'\)", text):
        folder = next(path for path in ROOMS.values() if path.name == room)
        assert (folder / "static" / file).is_file()


def test_missing_texts_would_be_noticed():
    line = (
        """{{ _("a.b") }} {{ _('a.c', n=1) }} {{ text(tag, "a.d") }} {{ words("a.e") }} {{ _("a." ~ x) }}"""
    )
    assert KEY.findall(line) == ["a.b", "a.c", "a.d", "a.e"]


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_s_catalogues_say_the_same_in_each_language(room):
    japanese = catalogue(ROOMS[room], "ja")
    assert japanese
    for path in sorted(ROOMS[room].glob("locales/*.po")):
        other = catalogue(ROOMS[room], path.stem)
        if path.stem == "en" or room == "printers":
            assert set(other) == set(japanese), path.stem
        assert set(other) <= set(japanese), path.stem  # what is missing is said in Japanese
        facts = {key: set(FACT.findall(text)) for key, text in japanese.items() if key in other}
        assert {key: set(FACT.findall(text)) for key, text in other.items()} == facts, path.stem


def test_no_two_rooms_use_one_key():
    keys = [key for room in ROOMS.values() for key in catalogue(room, "ja")]
    assert sorted({key for key in keys if keys.count(key) > 1}) == []


def test_what_was_made_by_others_keeps_its_licence():
    assert "MIT License" in (ROOT / "queue_server/web/static/tokens.LICENSE").read_text()
