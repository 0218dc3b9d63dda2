"""What every part of the contract uses: ids, names, roles, problems."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

Id = Annotated[str, Meta(min_length=1, max_length=64)]
Text = Annotated[str, Meta(max_length=1000)]
Names = dict[str, str]
"""A name by language tag."""
Role = Literal["kiosk", "display", "staff", "agent", "admin"]
Who = Literal["all", "holder", "kiosk", "display", "staff", "agent", "admin"]
ShownState = Literal[
    "waiting", "called", "serving", "held", "no_show", "processing", "done", "cancelled", "expired"
]


class In(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A request's body. Unknown fields are refused: a misspelt one must not be ignored."""


class Out(msgspec.Struct, frozen=True, kw_only=True):
    """An answer."""


class Problem(Out, frozen=True, kw_only=True, omit_defaults=True):
    """RFC 9457. ``code`` is stable for programs; ``title`` and ``detail`` are in the reader's language."""

    type: str
    title: str
    status: int
    code: str
    detail: str = ""
    facts: dict[str, Any] = {}


class Nothing(In, frozen=True, kw_only=True):
    """An empty body (``{}``, or none at all)."""


class Estimate(Out, frozen=True, kw_only=True):
    """The wait that is told, in minutes."""

    low_minutes: int
    high_minutes: int


class Named(Out, frozen=True, kw_only=True):
    """A department or a flow."""

    id: str
    names: Names


class SeqAnswer(Out, frozen=True, kw_only=True):
    """Done; ``seq`` of the site after it."""

    seq: int
