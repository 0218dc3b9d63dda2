"""Why a number has no paper: whatever reason a printer's room can write down has words for staff."""

import ast
from pathlib import Path

import pytest

from queue_server.devices import faults
from queue_server.hall.devices.words import TONES, DeviceWords
from queue_server.web.texts import Texts

ROOT = Path(__file__).parents[2]
ROOMS = ("printers", "queue_server/agent", "queue_server/devices")
CALLS = {
    **dict.fromkeys(("DeviceError", "WriteFailed"), 0),
    **dict.fromkeys(("Status", "Result", "_wait"), 1),
    **dict.fromkeys(("mark", "_mark", "_Outcome"), 2),
}
"""Who takes a reason → at which place."""
NO_END = {"starting", "not_asked"}
"""States in which a printer gets papers."""


def written():
    """Every reason that stands in the code, and every trouble's own word where there is no reason."""
    found = {state for state, tone in TONES.items() if tone == "bad"} | {*faults._REASONS.values(), "broken"}
    for path in (path for room in ROOMS for path in (ROOT / room).glob("*.py")):
        for call in (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)):
            at = CALLS.get(getattr(call.func, "id", getattr(call.func, "attr", "")))
            places = [] if at is None else call.args[at : at + 1]
            places += [word.value for word in call.keywords if word.arg == "reason"]
            words = (
                node.value for place in places for node in ast.walk(place) if isinstance(node, ast.Constant)
            )
            found |= {word for word in words if isinstance(word, str) and word}
    return found - NO_END - {"reason"}  # the name of a column


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_reason_that_a_paper_can_get_has_words(lang):
    texts = Texts([ROOT / "queue_server" / "hall" / "locales"])
    words = DeviceWords(texts, lang)
    reasons = written() | {"agent_away", "unavailable"}
    assert {"timeout", "stuck", "interrupted", "not_confirmed", "not_ready", "garbled", "layout"} <= reasons
    assert {reason for reason in reasons if f"devices.why.{reason}" not in texts.catalogue(lang)} == set()
    assert all(words.why(reason) for reason in reasons)
    assert words.why("") == words.why("of a newer agent") == ""
