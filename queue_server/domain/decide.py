"""Every rule of the hall: a command and the state become events, or a refusal.

Pure: nothing is touched, no clock is read. ``DECIDERS`` maps each command to its rule.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import commands as c
from . import decide_absence as absence
from . import decide_counter as counter
from . import decide_day as day
from . import decide_issue as issue
from . import decide_pickup as pickup
from . import decide_ticket as ticket
from . import decide_undo
from .draft import Draft
from .events import Event
from .refusal import Refused, RefusedError
from .state import SiteState


def decide(state: SiteState, command: c.Command, now: int) -> list[Event] | Refused:
    """What happens when ``command`` is given at hall time ``now`` (ms UTC).

    Returns the events to append (none when there is nothing to do) or why not. Never changes ``state``.
    """
    draft = Draft(state, max(now, state.last_at), command.by)
    try:
        DECIDERS[type(command)](draft, command)
    except RefusedError as error:
        return error.refused
    return draft.events


DECIDERS: dict[type, Callable[[Draft, Any], None]] = {
    c.SetRules: day.set_rules,
    c.OpenDay: day.open_day,
    c.CloseDay: day.close_day,
    c.MarkOutage: day.mark_outage,
    c.PostNotice: day.post_notice,
    c.StepHallTime: day.step_time,
    c.ApplyPreset: day.apply_preset,
    c.MarkAbsent: absence.mark_absent,
    c.IssueTicket: issue.issue,
    c.CancelTicket: ticket.cancel,
    c.CancelTickets: ticket.cancel_many,
    c.ReturnTicket: absence.return_ticket,
    c.CarryTicket: absence.carry,
    c.ExpireTicket: absence.expire,
    c.ReprintTicket: ticket.reprint,
    c.ReopenTicket: ticket.reopen,
    c.PrioritiseTicket: ticket.prioritise,
    c.ChangeService: ticket.change_service,
    c.SetLanguage: ticket.set_language,
    c.DelayTicket: absence.delay,
    c.OpenCounter: counter.open_counter,
    c.PauseCounter: counter.pause_counter,
    c.CloseCounter: counter.close_counter,
    c.CallNext: counter.call_next,
    c.CallNumber: counter.call_number,
    c.CallNumbers: pickup.call_numbers,
    c.Recall: counter.recall,
    c.StartService: counter.start,
    c.FinishService: counter.finish,
    c.HoldTicket: counter.hold,
    c.MarkNoShow: counter.mark_no_show,
    c.RestoreTicket: counter.restore,
    c.TransferTicket: counter.transfer,
    c.HandOff: counter.hand_off,
    c.AwaitPickup: counter.await_pickup,
    c.Undo: decide_undo.undo,
    c.AcceptHandoff: ticket.accept_handoff,
    c.FinishHandoff: ticket.finish_handoff,
    c.ReturnHandoff: ticket.return_handoff,
}
"""The map of what can be asked: every command and its rule."""
