"""The documents name what there is: every problem code, every call, every command, every file they point to."""

import argparse
import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest
from babel.messages.pofile import read_po

from queue_server import cli
from queue_server.contract import ROUTES
from queue_server.web.problems import STATUS

ROOT = Path(__file__).parents[2]
API = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
SPEC = importlib.util.spec_from_file_location("api_docs", ROOT / "tools" / "api_docs.py")
api_docs = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(api_docs)
READ_FIRST = ("README.md", "README.ja.md", "docs/operation.md")


def titles(lang):
    """Key → text of the web's catalogue."""
    with (ROOT / "queue_server" / "web" / "locales" / f"{lang}.po").open("rb") as file:
        return {message.id: message.string for message in read_po(file) if message.id}


# --- the API ------------------------------------------------------------------------------------------------


def test_the_tables_of_the_api_are_what_the_code_says():
    assert api_docs.page(API) == API, "docs/api.md is old: run `.venv/bin/python tools/api_docs.py`"


def test_every_code_and_every_call_is_in_the_tables():
    for code, status in STATUS.items():
        assert API.count(f"| `{code}` | {status} | ") == 1
    for route in ROUTES:
        (row,) = re.findall(
            rf"^\| `{route.method} {re.escape(route.path)}`.* \| (.+) \|$", API, flags=re.MULTILINE
        )
        assert frozenset(row.split(", ")) == route.who


def test_a_change_would_be_noticed():
    assert (
        api_docs.page(API.replace("| `sign_in` | 401 |", "| `sign_in` | 403 |")) == api_docs.page(API) == API
    )
    with pytest.raises(ValueError, match="not enough values"):
        api_docs.page(API.replace("<!-- hall -->", ""))
    assert broken_links("[a](nowhere.md) [b](https://a.example/) [c](#part)", ROOT / "README.md") == [
        "nowhere.md"
    ]
    assert commands_of("$ .venv/bin/matanai serve; matanai token create; matanai-x y") == {
        "serve",
        "token create",
    }


def test_no_problem_text_is_left_over():
    known = {f"problem.{code}" for code in STATUS}
    for lang in ("ja", "en"):
        told = {key.removesuffix(".detail") for key in titles(lang) if key.startswith("problem.")}
        assert {key for key in told if not key.startswith("problem.state.")} == known


# --- commands -----------------------------------------------------------------------------------------------


def commands_of(text):
    """The commands of ours that a text shows; those with an action, such as ``token create``, as two words."""
    groups = "|".join({name.split()[0] for name in COMMANDS if " " in name})
    return set(re.findall(rf"(?<![\w-])matanai ((?:{groups}) [a-z]+|[a-z]+)", text))


def all_commands(parser, prefix=""):
    """Every command that a parser takes, the inner ones as two words."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, inner in action.choices.items():
                deeper = list(all_commands(inner, f"{prefix}{name} "))
                yield from deeper or [f"{prefix}{name}"]


COMMANDS = set(all_commands(cli._parser()))


def test_the_command_line_lists_what_it_is_tested_for():
    said = subprocess.run(
        [sys.executable, "-m", "queue_server.cli", "--help"], capture_output=True, text=True, check=True
    ).stdout
    assert {name.split()[0] for name in COMMANDS} == set(
        re.findall(r"^    ([a-z]+) ", said, flags=re.MULTILINE)
    )


def test_every_command_is_told_of_and_none_that_is_not_there():
    told = set()
    for name in READ_FIRST:
        told |= commands_of((ROOT / name).read_text(encoding="utf-8"))
    assert told == COMMANDS


@pytest.mark.parametrize("name", READ_FIRST[:2])
def test_make_targets_of_the_readme_are_there(name):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    text = (ROOT / name).read_text(encoding="utf-8")
    targets = set(re.findall(r"(?:^|`|&& )make ([a-z]+)", text, flags=re.MULTILINE))
    assert {"demo", "test", "install"} <= targets
    assert {
        target for target in targets if not re.search(rf"^{target}:", makefile, flags=re.MULTILINE)
    } == set()


# --- keys of the console ------------------------------------------------------------------------------------


def keys_of_the_console():
    """Key → the text's key of what a desk's console shows for it."""
    folder = ROOT / "queue_server" / "hall" / "templates"
    page = "".join(
        (folder / f"counter{part}.html").read_text(encoding="utf-8")
        for part in ("", "_page", "_head", "_back")
    )
    keys = {"E": "counter.help_aside"}
    for act, key, label in re.findall(
        r'\bact\("([a-z-]+)", "([A-Z])"(?:, "[a-z ]*"){0,2}(?:, "([a-z.]+)")?\)', page
    ):
        if key not in keys or not label:
            keys[key] = label or f"act.{act}"
    keys |= dict(re.findall(r'\bopener\("[a-z-]+", "([A-Z])", "([a-z.-]+)"', page))
    keys |= {
        key: label
        for label, key in re.findall(r'_\("([\w.-]+)"\)(?:(?!_\(|{%).){0,90}?<kbd[^>]*>([A-Z?])<', page)
    }
    return keys


def test_the_operators_guide_has_the_keys_of_the_counter_page():
    with (ROOT / "queue_server" / "hall" / "locales" / "ja.po").open("rb") as file:
        texts = {message.id: message.string for message in read_po(file)}
    keys = keys_of_the_console()
    assert len(keys) > 15
    guide = (ROOT / "docs" / "operation.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([A-Z?])` \| ([^|]+?) \|", guide, flags=re.MULTILINE))
    assert rows == {key: texts[label] for key, label in keys.items()}


# --- links --------------------------------------------------------------------------------------------------


def broken_links(text, page):
    """Links and pictures of a page that point to no file of the repository."""
    targets = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'(?:src|href)="([^"]+)"', text)
    local = [unquote(target.split("#")[0]) for target in targets if not re.match(r"[a-z]+:|#", target)]
    return [target for target in local if not (page.parent / target).exists()]


@pytest.mark.parametrize(
    "page", sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]), ids=lambda p: str(p.relative_to(ROOT))
)
def test_links_point_to_files(page):
    assert broken_links(page.read_text(encoding="utf-8"), page) == []


def test_pictures_stay_small():
    pictures = list((ROOT / "docs" / "images").glob("*"))
    assert pictures
    assert [picture.name for picture in pictures if picture.stat().st_size >= 150_000] == []
    assert sum(picture.stat().st_size for picture in pictures) < 1_500_000


def test_the_tour_shows_what_its_script_takes():
    tour = (ROOT / "docs" / "tour.md").read_text(encoding="utf-8")
    script = (ROOT / "tools" / "tour.py").read_text(encoding="utf-8")
    shown = set(re.findall(r'src="images/([\w-]+)\.png"', tour))
    taken = set(re.findall(r'\.(?:take|keep)\([^"]*"([\w-]+)"', script))
    files = {picture.stem for picture in (ROOT / "docs" / "images").glob("*.png")}
    assert shown == taken == files
    assert len([name for name in shown if name.startswith("tour-")]) <= 12
