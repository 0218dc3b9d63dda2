"""The alarms of a site as staff read them: with the names of what they are about."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from queue_server.domain.alarms import alarms
from queue_server.domain.rules import Names
from queue_server.domain.state import SiteState


class AlarmLine(msgspec.Struct, frozen=True, kw_only=True):
    """One alarm; ``services`` are those it is about, all of a band for one about numbers."""

    code: str
    services: list[Names]
    count: int
    own: bool = True
    """About the reader's own services."""


def alarm_lines(
    state: SiteState, only: Collection[str] | None = None, *, everywhere: Collection[str] = ()
) -> list[AlarmLine]:
    """The alarms of a site, or those about the services ``only`` and those with a code of ``everywhere``."""
    if state.rules is None:
        return []
    lines = []
    for alarm in alarms(state):
        about = [
            s for s in state.rules.services.values() if alarm.subject == _subject(alarm.code, s.id, s.band)
        ]
        own = only is None or any(service.id in only for service in about)
        if own or alarm.code in everywhere:
            # a service that the configuration dropped may have people waiting still: it has only its id
            names = [service.names for service in about] or [{"ja": alarm.subject}]
            lines.append(AlarmLine(code=alarm.code, services=names, count=alarm.count, own=own))
    return lines


def _subject(code: str, service: str, band: str) -> str:
    return service if code == "service_unattended" else band
