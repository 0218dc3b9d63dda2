"""Writes docs/moves.md and docs/events.md from the core. A test holds the pages and the code together."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from queue_server.domain import moves, vocabulary  # noqa: E402

PAGES = {"docs/moves.md": moves.table, "docs/events.md": vocabulary.table}

if __name__ == "__main__":
    for page, table in PAGES.items():
        (ROOT / page).write_text(table(), encoding="utf-8")
        print(page)
