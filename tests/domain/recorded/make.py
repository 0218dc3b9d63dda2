"""Records a day for a release: `.venv/bin/python tests/domain/recorded/make.py 0.1`.

Writes day-RELEASE.jsonl (the events as the log stores them, every kind among them) and day-RELEASE.folded.json
(what they fold to, see `folded` in hallkit/recorded.py). A released day is never made again: a later release adds
its own, and must fold all the earlier ones to the same hall.
"""

import json
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[2])]

from hallkit.audit import Audit  # noqa: E402
from hallkit.recorded import checkpoints, folded, kinds  # noqa: E402
from hallkit.wander import Wanderer  # noqa: E402

from queue_server.domain.evolve import EVOLVERS  # noqa: E402

EVENTS = 600
TICKETS = 25
"""In so many events every kind must occur, and the log must end with a hall full of people: seeds are tried."""


def varied_day(seeds: range) -> list[bytes]:
    """The first log of the tests' random days with every kind of event."""
    for seed in seeds:
        audit = Audit(every=1_000_000)
        wanderer = Wanderer(f"recorded {seed}", audit)
        while len(audit.log) < EVENTS:
            wanderer.step()
        in_the_middle = audit.state.day is not None and len(audit.state.tickets) > TICKETS
        if in_the_middle and kinds(audit.log) == {kind.__name__ for kind in EVOLVERS}:
            return audit.log
    raise SystemExit(
        "no seed gives every kind of event: allow more events, or add the kind to hallkit/wander.py"
    )


def main(release: str) -> None:
    """Write the two files of a release; an existing day is left alone."""
    day = HERE / f"day-{release}.jsonl"
    if day.exists():
        raise SystemExit(f"{day} is there already: a released day stays as it was written")
    log = varied_day(range(1_000))
    day.write_bytes(b"".join(line + b"\n" for line in log))
    result = {"checkpoints": checkpoints(log), "hall": folded(log)}
    text = json.dumps(result, indent=1, ensure_ascii=False, sort_keys=True)
    (HERE / f"day-{release}.folded.json").write_text(text + "\n", encoding="utf-8")
    print(f"{day}: {len(log)} events")


if __name__ == "__main__":
    main(sys.argv[1])
