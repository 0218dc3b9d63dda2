"""What a resident may need at the counter (R-08, R-33): ids; the screens say them as ``need.<id>``."""

from __future__ import annotations

NEEDS = ("wheelchair", "writing", "sign", "infant", "hearing", "sight")
MAY_NOT_HEAR = frozenset({"hearing", "sign", "writing"})
"""Whoever may not hear a call: staff go and look before they mark the ticket absent."""
