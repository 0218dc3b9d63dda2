"""A refusal is data: a code and facts. The edge chooses the sentence in the reader's language."""

from __future__ import annotations

from typing import Any

import msgspec


class Refused(msgspec.Struct, frozen=True):
    """Why a command was not done. ``code`` is one of ``CODES``; ``facts`` fill the sentence."""

    code: str
    facts: dict[str, Any] = {}


class RefusedError(Exception):
    """Carries a ``Refused`` out of the depths of ``decide``; never leaves the domain."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.refused = Refused(code, facts)


CODES: dict[str, int] = {
    # unknown things
    "unknown_service": 404,
    "unknown_counter": 404,
    "unknown_number": 404,
    "unknown_ticket": 404,
    "unknown_handoff": 404,
    "unknown_department": 404,
    "unknown_priority": 404,
    "unknown_preset": 404,
    # the day and the hours
    "day_closed": 409,
    "day_open": 409,
    "day_not_over": 409,
    "day_in_use": 409,
    "service_closed": 409,
    "closing_estimate": 409,
    "cap_reached": 409,
    "band_exhausted": 409,
    "kiosk_resting": 429,
    "no_clock_step": 409,
    # tickets
    "number_taken": 409,
    "number_not_on_pad": 422,
    "written_at_invalid": 422,
    "no_service": 422,
    "duplicate_service": 422,
    "ticket_exists": 409,
    "ticket_ended": 409,
    "not_waiting": 409,
    "not_held": 409,
    "numbers_not_waiting": 409,
    "numbers_not_ready": 409,
    "not_ended": 409,
    "already_delayed": 409,
    "same_service": 409,
    "service_needed": 422,
    # counters
    "counter_closed": 409,
    "counter_paused": 409,
    "counter_busy": 409,
    "counter_changed": 409,
    "not_pickup_counter": 409,
    "no_ticket_here": 409,
    "number_needed": 422,
    "not_called": 409,
    "recall_first": 409,
    "no_department": 409,
    "nothing_to_undo": 409,
    "undo_too_late": 409,
    "undo_touched": 409,
    # hand-offs
    "handoff_exists": 409,
    "handoff_done": 409,
}
"""Every code of the core and the HTTP status the contract gives it."""
