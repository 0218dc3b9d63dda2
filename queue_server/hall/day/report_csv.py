"""The rows behind the day report as CSV for a spreadsheet: one row a ticket, one row a call (R-34)."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

Encoding = Literal["utf-8", "cp932"]
COLUMNS: dict[str, dict[str, str]] = {
    "tickets": {
        "day": "text", "number": "text", "services": "services", "channel": "text", "state": "state",
        "issued_at": "time", "called_at": "time", "started_at": "time", "ended_at": "time", "counter": "text",
        "calls": "text", "wait_ms": "minutes", "service_ms": "minutes",
    },
    "calls": {
        "day": "text", "number": "text", "service": "service", "counter": "text", "issued_at": "time",
        "called_at": "time", "started_at": "time", "ended_at": "time", "outcome": "outcome", "recalls": "text",
        "wait_ms": "minutes", "service_ms": "minutes", "from_call": "text", "pickup": "text",
    },
}  # fmt: skip
"""Table → column of the projection → how it is written."""


def table(
    rows: Sequence[dict[str, Any]],
    which: str,
    *,
    text: Callable[[str], str],
    service: Callable[[str], str],
    zone: ZoneInfo,
    encoding: Encoding,
) -> bytes:
    """The rows of ``tickets`` or ``calls``. ``text``: a text by key; ``service``: a service's name by id.

    UTF-8 carries a byte order mark, without which spreadsheets take it for CP932.
    """
    columns = COLUMNS[which]

    def cell(value: Any, how: str) -> Any:
        if value is None:
            return ""
        if how == "time":
            return datetime.fromtimestamp(value // 1000, zone).strftime("%Y-%m-%d %H:%M:%S")
        if how == "minutes":
            return f"{value / 60_000:.1f}"
        if how == "service":
            return service(value)
        if how == "services":
            return " / ".join(service(key) for key in value.split())
        return text(f"{'state' if how == 'state' else 'report.outcome'}.{value}") if how != "text" else value

    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([text(f"report.column.{name}") for name in columns])
    writer.writerows([cell(row[name], how) for name, how in columns.items()] for row in rows)
    if encoding == "utf-8":
        return b"\xef\xbb\xbf" + out.getvalue().encode()
    return out.getvalue().encode(encoding, errors="replace")
