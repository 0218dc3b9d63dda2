"""``python -m bench [names …] [--quick] [--write]``: run the benchmarks one after the other and show their tables."""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import re
import resource
import sys
from datetime import UTC, datetime
from pathlib import Path

from .figures import Figure, markdown, plain
from .server import ROOT

PAGE = ROOT / "docs" / "performance.md"
NAMES = (
    "core",
    "log",
    "commands",
    "kiosk",
    "pages",
    "fanout",
    "start",
    "memory",
    "restart",
    "papers",
    "print",
    "faults",
    "buttons",
    "kills",
)


def more_files() -> None:
    """As many open files as the system lets us have: 5,000 screens need 5,000 at each end."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def machine() -> str:
    """What it ran on, and how busy that was."""
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    load = os.getloadavg()[0]
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} × {model[1] if model else platform.machine()}, "
        f"Linux {platform.release()}, Python {platform.python_version()}, load average before {load:.1f}"
    )


def write(name: str, heading: str, figures: list[Figure]) -> None:
    """Put the table between its markers on the page."""
    text = PAGE.read_text(encoding="utf-8")
    begin, end = f"<!-- bench {name} -->", f"<!-- end {name} -->"
    if begin not in text:
        sys.exit(f"{PAGE}: no place for {name}: add the lines {begin} and {end}")
    head, _, rest = text.partition(begin)
    tail = rest.partition(end)[2]
    PAGE.write_text(f"{head}{begin}\n{heading}\n\n{markdown(figures)}\n{end}{tail}", encoding="utf-8")


def main() -> None:
    """Exit code 1 when a budget was missed."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="name", help=f"of {', '.join(NAMES)}; all when none is named"
    )
    parser.add_argument("--quick", action="store_true", help="fewer repetitions")
    parser.add_argument("--write", action="store_true", help=f"put the tables into {PAGE.relative_to(ROOT)}")
    chosen = parser.parse_args()
    unknown = sorted(set(chosen.names) - set(NAMES))
    if unknown:
        parser.error(f"no such benchmark: {', '.join(unknown)} (there are {', '.join(NAMES)})")
    more_files()
    missed = 0
    for name in chosen.names or NAMES:
        part = importlib.import_module(f"bench.bench_{name}")
        where = machine()
        print(f"\n{part.TITLE}\n({where})", flush=True)
        figures: list[Figure] = part.run(chosen.quick)
        print(plain(figures), flush=True)
        missed += sum(figure.met is False for figure in figures)
        if chosen.write:
            command = f"python -m bench {name}{' --quick' * chosen.quick}"
            write(name, f"`{command}`, {where}", figures)
    print(f"\n{missed} of the budgets missed" if missed else "\nevery budget met")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
