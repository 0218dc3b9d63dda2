"""Every command and event with its one sentence, as a page for the people who read the log."""

from __future__ import annotations

from collections.abc import Iterable

from .decide import DECIDERS
from .events import VERSIONS
from .evolve import EVOLVERS


def table() -> str:
    """Commands and events as a page in Markdown: ``docs/events.md``, written by ``tools/domain_docs.py``."""
    lines = [
        "# Commands and events",
        "",
        "Printed from the docstrings in `queue_server/domain/commands.py` and `events.py`: run",
        "`python tools/domain_docs.py` after a change. A command says what somebody wants; `decide` turns it into",
        "events or a refusal. An event says what happened: it is stored as JSON with its `kind`, and folded by",
        "`evolve`.",
        "",
        "## Commands",
        "",
        "| command | what is wanted |",
        "|---|---|",
        *(f"| `{kind.__name__}` | {_sentence(kind)} |" for kind in _sorted(DECIDERS)),
        "",
        "## Events",
        "",
        "Every event has `seq` (gap-free per site), `at` (hall time, milliseconds UTC), `cmd` (the seq of the first",
        "event of its command) and `by` (a reference to who did it, never a name). Fields are only ever added.",
        "",
        "| event | version | what happened |",
        "|---|---|---|",
        *(
            f"| `{kind.__name__}` | {VERSIONS.get(kind.__name__, 1)} | {_sentence(kind)} |"
            for kind in _sorted(EVOLVERS)
        ),
        "",
    ]
    return "\n".join(lines)


def _sorted(kinds: Iterable[type]) -> list[type]:
    return sorted(kinds, key=lambda kind: kind.__name__)


def _sentence(kind: type) -> str:
    """The first paragraph of the docstring, on one line."""
    first = (kind.__doc__ or "").strip().split("\n\n")[0]
    return " ".join(first.split()).replace("``", "`").replace("|", "\\|")
