"""Turns the tree into typed tables and finds every wrong key and value on the way, not only the first."""

from __future__ import annotations

import re
import types
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec

from .mistakes import did_you_mean, listed
from .model import City, Site
from .reading import Key, Source

_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_-]*$")
_SITE_ID = re.compile(r"^[a-z0-9][a-z0-9-]*$")
_FOUND = {
    str: "text",
    bool: "true/false",
    int: "a whole number",
    float: "a number",
    dict: "a table",
    list: "a list",
}


class Shape:
    """Converts values, notes mistakes in ``source`` and collects all texts for the check of languages."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.texts: list[tuple[Key, dict[str, str]]] = []

    def convert(self, kind: Any, value: Any, key: Key) -> Any:
        """``value`` as ``kind``. Where it is wrong a mistake is noted and a harmless stand-in returned."""
        kind = _bare(kind)
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            return self._table(kind, value, key)
        origin = get_origin(kind)
        if origin is dict:
            return self._dict(kind, value, key)
        if origin is tuple and key not in self.source.raw:
            return self._list(get_args(kind)[0], value, key)
        return self._leaf(kind, value, key)

    def _table(self, kind: type[msgspec.Struct], value: Any, key: Key) -> Any:
        fields = {f.encode_name: f for f in msgspec.structs.fields(kind)}
        hints = get_type_hints(kind, include_extras=True)
        if not isinstance(value, dict):
            self._wrong_type(key, "a table", value)
            return kind(**{f.name: _empty(hints[f.name]) for f in fields.values() if f.required})
        for name in value:
            if name not in fields:
                self._unknown(kind, (*key, str(name)), name, list(fields))
        found: dict[str, Any] = {}
        for name, f in fields.items():
            if name in value:
                found[f.name] = self.convert(hints[f.name], value[name], (*key, name))
            elif f.required:
                self.source.note((*key, name), "missing", expected=_expected(hints[f.name]))
                found[f.name] = _empty(hints[f.name])
        return kind(**found)

    def _unknown(self, kind: Any, key: Key, name: str, known: list[str]) -> None:
        elsewhere = {City: ("of_a_site", Site), Site: ("of_the_city", City)}.get(kind)
        if elsewhere is not None and name in elsewhere[1].__struct_fields__:
            self.source.note(key, elsewhere[0], name=name)
        else:
            self.source.note(
                key, "unknown_key", name=name, hint=did_you_mean(name, known), known=listed(known)
            )

    def _dict(self, kind: Any, value: Any, key: Key) -> dict[str, Any]:
        if not isinstance(value, dict):
            self._wrong_type(key, "a table", value)
            return {}
        inner = get_args(kind)[1]
        found = {name: self.convert(inner, item, (*key, name)) for name, item in value.items()}
        if inner is str:
            self.texts.append((key, found))
        else:
            self._ids(found, key)
        return found

    def _ids(self, found: dict[str, Any], key: Key) -> None:
        site = key == ("sites",)
        pattern, allowed = (_SITE_ID, "a–z, 0–9 and -") if site else (_ID, "A–Z, a–z, 0–9, _ and -")
        for name in found:
            if not pattern.match(name):
                self.source.note((*key, name), "bad_id", name=name, allowed=allowed)

    def _list(self, inner: Any, value: Any, key: Key) -> tuple[Any, ...]:
        if not isinstance(value, list):
            self._wrong_type(key, "a list", value)
            return ()
        return tuple(self.convert(inner, item, (*key, str(index))) for index, item in enumerate(value))

    def _leaf(self, kind: Any, value: Any, key: Key) -> Any:
        try:
            return msgspec.convert(value, kind)
        except msgspec.ValidationError:
            pass
        if key in self.source.raw and not isinstance(value, dict | list):
            # on a command line 123 may be meant as a text, and a,b as a list of two
            raw = self.source.raw[key]
            for candidate in (raw, [part.strip() for part in raw.split(",") if part.strip()]):
                try:
                    return msgspec.convert(candidate, kind)
                except msgspec.ValidationError:
                    continue
        self._note_leaf(kind, value, key)
        return _empty(kind)

    def _note_leaf(self, kind: Any, value: Any, key: Key) -> None:
        expected = _expected(kind)
        if _meta(kind, "secret"):
            self.source.note(key, "literal_secret")
        elif isinstance(value, str | int | float) and not isinstance(value, bool) and _same_kind(kind, value):
            self.source.note(key, "bad_value", value=value, expected=expected)
        else:
            self._wrong_type(key, expected, value)

    def _wrong_type(self, key: Key, expected: str, value: Any) -> None:
        self.source.note(
            key, "wrong_type", expected=expected, found=_FOUND.get(type(value), "a date or time")
        )


def _bare(kind: Any) -> Any:
    """``T | None`` → ``T``: TOML has no null."""
    if get_origin(kind) in (Union, types.UnionType):
        return next(a for a in get_args(kind) if a is not type(None))
    return kind


def _base(kind: Any) -> Any:
    kind = _bare(kind)
    return _base(get_args(kind)[0]) if get_origin(kind) is Annotated else kind


def _meta(kind: Any, name: str) -> Any:
    """The description, or an entry of ``extra``, of the innermost annotation."""
    kind = _bare(kind)
    if get_origin(kind) is not Annotated:
        return None
    meta = kind.__metadata__[0]
    return meta.description if name == "description" else (meta.extra or {}).get(name)


def _expected(kind: Any) -> str:
    """What should stand there, in words."""
    if description := _meta(kind, "description"):
        return str(description)
    base = _base(kind)
    if get_origin(base) is dict or (isinstance(base, type) and issubclass(base, msgspec.Struct)):
        return (
            "a table" if get_args(base)[1:] != (str,) else 'texts by language such as { ja = "…", en = "…" }'
        )
    if get_origin(base) is tuple:
        return f"a list of {_expected(get_args(base)[0])}"
    values = get_args(base)
    if not values:
        return _FOUND.get(base, "a value")
    return "one of " + ", ".join(str(value) or '""' for value in values)


def _same_kind(kind: Any, value: Any) -> bool:
    """True when the type is right and only the value is not."""
    base = _base(kind)
    if values := get_args(base):
        return any(type(v) is type(value) for v in values)
    return type(value) is base or (base is float and type(value) is int)


def _empty(kind: Any) -> Any:
    """A stand-in so that the checks go on; it never leaves, because the mistake refuses the whole."""
    base = _base(kind)
    if get_origin(base) is dict:
        return {}
    if get_origin(base) is tuple:
        return ()
    return {str: "", int: 0, float: 1.0, bool: False}.get(base, get_args(base)[0] if get_args(base) else None)
