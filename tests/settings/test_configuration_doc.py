"""``docs/configuration.md`` lists every key, in the section of its table, and no key that is not."""

import re
import types
from pathlib import Path
from typing import Union, get_args, get_origin, get_type_hints

import msgspec

from queue_server.settings.model import City

DOC = Path(__file__).parents[2] / "docs" / "configuration.md"


def tables(kind, path):
    """Every table of the configuration: its path as a file has it, its keys."""
    fields = msgspec.structs.fields(kind)
    yield path, {f.encode_name for f in fields}
    hints = get_type_hints(kind)
    for field in fields:
        at = field.encode_name if path in ("city", "sites.<id>") else f"{path}.{field.encode_name}"
        inner = hints[field.name]
        if get_origin(inner) in (Union, types.UnionType):
            inner = get_args(inner)[0]
        if get_origin(inner) is dict:
            inner, at = get_args(inner)[1], f"{at}.<id>"
        elif get_origin(inner) is tuple:
            inner = get_args(inner)[0]
        if isinstance(inner, type) and issubclass(inner, msgspec.Struct):
            yield from tables(inner, at)


def documented():
    """Section → keys in the first column of its tables."""
    sections = {}
    for block in re.split(r"^### ", DOC.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        block = re.split(r"^## ", block, flags=re.MULTILINE)[0]
        sections[block.split("`")[1]] = set(re.findall(r"^\| `([a-z_]+)` \|", block, flags=re.MULTILINE))
    return sections


def test_every_key_is_documented_and_nothing_else():
    expected = dict(tables(City, "city"))
    # the same table at two places is explained once
    assert expected.pop("hours.services.<id>.week") == expected["hours.week"]
    found = documented()
    assert found.pop("texts.<id>") == set()
    assert found == expected
