"""Random days: `propose` makes one command of a kind, mostly a sensible one; `Wanderer` makes whole days of them.

Only the given `random.Random` chooses, so a seed (or hypothesis) makes a run again.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from queue_server.domain import commands as c
from queue_server.domain.refusal import Refused
from queue_server.domain.rules import Rules
from queue_server.domain.state import SiteState, shown

from .audit import Audit
from .hall import DAY, HOUR, MINUTE, STARTS
from .sites import wandering

PEOPLE = ("ann", "bob", "kiosk1")


class Proposals:
    """Commands for the state as it is. ``made`` numbers everything that needs a fresh key."""

    def __init__(self, rules: list[Rules]) -> None:
        self.rules = rules
        self.made = 0

    def fresh(self, what: str) -> str:
        self.made += 1
        return f"{what}{self.made}"

    def of(self, kind: type, state: SiteState, now: int, rng: Random) -> c.Command:
        """One command of the kind."""
        maker: Callable[..., Any] = MAKERS[kind]
        return maker(self, state, now, rng)


# --- picking what the command is about ---


def service(state: SiteState, rng: Random, *, odd: float = 0.01) -> str:
    if rng.random() < odd or state.rules is None:
        return "nothing"
    return rng.choice(list(state.rules.services))


def counter(state: SiteState, rng: Random, *statuses: str) -> str:
    if rng.random() < 0.003 or not state.counters:
        return "99"
    fitting = [key for key, x in state.counters.items() if x.facts.status in statuses]
    return rng.choice(fitting if fitting and rng.random() < 0.95 else list(state.counters))


def busy(state: SiteState, rng: Random) -> str:
    """A counter that has a ticket, mostly."""
    fitting = [key for key, x in state.counters.items() if x.facts.tickets]
    if fitting and rng.random() < 0.95:
        return rng.choice(fitting)
    return counter(state, rng, "open", "paused")


def ticket(state: SiteState, rng: Random, *states: str) -> str:
    """A ticket's key, mostly one that is shown in one of the states."""
    if not state.tickets or rng.random() < 0.01:
        return "nobody"
    if rng.random() < 0.92:
        fitting = [key for key, x in state.tickets.items() if shown(x.facts) in states]
        if fitting:
            return rng.choice(fitting)
    return rng.choice(list(state.tickets))


def number(state: SiteState, rng: Random, *states: str) -> str:
    key = ticket(state, rng, *states)
    return state.tickets[key].number if key in state.tickets else "none"


def number_here(state: SiteState, at: str, rng: Random) -> str | None:
    """What `_OfTicketHere` wants: a number when several are at the counter."""
    here = state.counters[at].facts.tickets if at in state.counters else ()
    if here and rng.random() < (0.95 if len(here) > 1 else 0.2):
        return state.tickets[rng.choice(here)].number
    return number(state, rng, "waiting", "called") if rng.random() < 0.03 else None


def seen_at(state: SiteState, rng: Random) -> dict[str, Any]:
    """A counter, and who was seen there: nobody looked, it is so, or it was so a moment ago."""
    at, luck = counter(state, rng, "open"), rng.random()
    here = [state.tickets[x].number for x in state.counters[at].facts.tickets] if at in state.counters else []
    if luck < 0.03:
        here = here[1:] if here else [number(state, rng, "waiting", "done")]
    return {"counter": at, "seen": None if luck > 0.6 else tuple(rng.sample(here, len(here)))}


def handoff(state: SiteState, rng: Random, *states: str) -> str:
    every = [h for x in state.tickets.values() for h in x.facts.handoffs]
    fitting = [h for h in every if h.state in states]
    if not every or rng.random() < 0.01:
        return "no-handoff"
    return rng.choice(fitting if fitting and rng.random() < 0.9 else every).id


# --- the commands ---


def issue(self: Proposals, state: SiteState, now: int, rng: Random) -> c.IssueTicket:
    services = [service(state, rng) for _ in range(rng.choices((1, 2, 3, 0), (75, 15, 9, 1))[0])]
    if rng.random() < 0.95:
        services = list(dict.fromkeys(services))
    more: dict[str, Any] = {}
    luck = rng.random()
    if luck < 0.25:
        more["priority"] = rng.choice(("baby", "elder", "baby", "elder", "king"))
    elif luck < 0.40:
        more["slot"] = now + rng.randint(-25, 25) * MINUTE
    if rng.random() < 0.5:
        more["kiosk"] = rng.choice(("door", "hall"))
    if rng.random() < 0.05:
        more["written_number"] = rng.choice(("T01", "T2", "T03", "T05", "T06", "7"))
        more["written_at"] = now - rng.randint(-1, 30) * MINUTE
    return c.IssueTicket(
        ticket=ticket(state, rng) if rng.random() < 0.01 else self.fresh("t"),
        token_hash=self.fresh("hash"),
        services=tuple(services),
        channel=rng.choice(("kiosk", "staff", "web", "line")),
        print=rng.choice(("queued", "none", "unavailable")),
        units=rng.choice((1, 1, 1, 2)),
        by=rng.choice(PEOPLE),
        **more,
    )


def here(kind: Callable[..., Any], **more: Callable[[Random], Any]) -> Callable[..., Any]:
    """A maker of a command about the ticket at a counter."""

    def make(self: Proposals, state: SiteState, now: int, rng: Random) -> c.Command:
        at = busy(state, rng)
        return kind(counter=at, number=number_here(state, at, rng), **{k: v(rng) for k, v in more.items()})

    return make


def hold(self: Proposals, state: SiteState, now: int, rng: Random) -> c.HoldTicket:
    if rng.random() < 0.5:
        return c.HoldTicket(counter=counter(state, rng, "open"), number=number(state, rng, "waiting"))
    at = busy(state, rng)
    return c.HoldTicket(counter=at, number=number_here(state, at, rng), reason="later")


def transfer(self: Proposals, state: SiteState, now: int, rng: Random) -> c.TransferTicket:
    at = busy(state, rng)
    return c.TransferTicket(
        counter=at,
        number=number_here(state, at, rng),
        service=service(state, rng),
        keep_place=rng.random() < 0.5,
        note=rng.choice((None, "note")),
    )


def hand_off(self: Proposals, state: SiteState, now: int, rng: Random) -> c.HandOff:
    at = busy(state, rng)
    items = tuple(
        c.HandoffItem(
            handoff=handoff(state, rng, "done") if rng.random() < 0.01 else self.fresh("h"),
            department=rng.choice(("office", "pension", "care", "office", "pension", "care", "nowhere")),
            awaited=rng.random() < 0.7,
            title="title",
        )
        for _ in range(rng.randint(1, 3))
    )
    return c.HandOff(counter=at, number=number_here(state, at, rng), items=items)


def await_pickup(self: Proposals, state: SiteState, now: int, rng: Random) -> c.AwaitPickup:
    at = busy(state, rng)
    return c.AwaitPickup(counter=at, number=number_here(state, at, rng), handoff=self.fresh("h"))


def open_counter(self: Proposals, state: SiteState, now: int, rng: Random) -> c.OpenCounter:
    services, preset = None, None
    if rng.random() < 0.1:
        services = tuple(dict.fromkeys((service(state, rng), service(state, rng))))
    elif rng.random() < 0.1:
        preset = rng.choice(("lunch", "march", "gone"))
    return c.OpenCounter(
        counter=counter(state, rng, "closed", "paused"),
        services=services,
        preset=preset,
        by=rng.choice(PEOPLE),
    )


def restore(self: Proposals, state: SiteState, now: int, rng: Random) -> c.RestoreTicket:
    return c.RestoreTicket(
        counter=counter(state, rng, "open"),
        number=number(state, rng, "held", "no_show"),
        place=rng.choice(("front", "end", 1, 2, 3, 7)),
    )


def call_many(self: Proposals, state: SiteState, now: int, rng: Random) -> c.CallNumbers:
    at = "P" if rng.random() < 0.9 else counter(state, rng, "open")
    count = rng.randint(1, 4)
    return c.CallNumbers(
        counter=at,
        numbers=tuple(number(state, rng, "processing", "waiting", "held", "no_show") for _ in range(count)),
    )


def undo(self: Proposals, state: SiteState, now: int, rng: Random) -> c.Undo:
    recent = [key for key, x in state.counters.items() if x.last is not None and now - x.last.at < 90_000]
    return c.Undo(counter=rng.choice(recent) if recent else counter(state, rng, "open"))


def open_day(self: Proposals, state: SiteState, now: int, rng: Random) -> c.OpenDay:
    starts = STARTS + max(0, now - STARTS) // DAY * DAY
    hours = None
    if rng.random() < 0.6:
        spans = ((starts + 8 * HOUR, starts + 12 * HOUR), (starts + 12 * HOUR, starts + 17 * HOUR))
        rules = self.rules[0]
        hours = {key: spans if rng.random() < 0.8 else spans[1:] for key in rules.services}
    return c.OpenDay(
        day=f"day {starts // DAY}",
        starts=starts,
        rules=rng.choice(self.rules + self.rules[:1] * 5),
        hours=hours,
    )


MAKERS: dict[type, Callable[..., Any]] = {
    c.IssueTicket: issue,
    c.CallNext: lambda s, st, now, rng: c.CallNext(**seen_at(st, rng), by=rng.choice(PEOPLE)),
    c.CallNumber: lambda s, st, now, rng: c.CallNumber(
        **seen_at(st, rng), number=number(st, rng, "waiting", "held", "no_show")
    ),
    c.StartService: here(c.StartService),
    c.FinishService: here(c.FinishService),
    c.Recall: here(c.Recall),
    c.MarkNoShow: here(c.MarkNoShow),
    c.HoldTicket: hold,
    c.RestoreTicket: restore,
    c.TransferTicket: transfer,
    c.HandOff: hand_off,
    c.AwaitPickup: await_pickup,
    c.Undo: undo,
    c.OpenCounter: open_counter,
    c.PauseCounter: lambda s, st, now, rng: c.PauseCounter(counter=counter(st, rng, "open"), reason="lunch"),
    c.CloseCounter: lambda s, st, now, rng: c.CloseCounter(counter=counter(st, rng, "open", "paused")),
    c.CancelTicket: lambda s, st, now, rng: c.CancelTicket(
        ticket=ticket(st, rng, "waiting", "called", "held", "no_show", "processing")
    ),
    c.ReprintTicket: lambda s, st, now, rng: c.ReprintTicket(
        ticket=ticket(st, rng, "waiting"), printer="kiosk1"
    ),
    c.ReopenTicket: lambda s, st, now, rng: c.ReopenTicket(
        ticket=ticket(st, rng, "done", "cancelled", "expired"),
        service=service(st, rng) if rng.random() < 0.3 else None,
    ),
    c.PrioritiseTicket: lambda s, st, now, rng: c.PrioritiseTicket(
        ticket=ticket(st, rng, "waiting"), priority=rng.choice(("baby", "elder", "baby", "elder", "king"))
    ),
    c.ChangeService: lambda s, st, now, rng: c.ChangeService(
        ticket=ticket(st, rng, "waiting"),
        to=service(st, rng),
        service=service(st, rng) if rng.random() < 0.4 else None,
    ),
    c.SetLanguage: lambda s, st, now, rng: c.SetLanguage(
        ticket=ticket(st, rng, "waiting"), lang=rng.choice(("ja", "en", "vi"))
    ),
    c.DelayTicket: lambda s, st, now, rng: c.DelayTicket(
        ticket=ticket(st, rng, "waiting", "called", "no_show")
    ),
    c.CallNumbers: call_many,
    c.CancelTickets: lambda s, st, now, rng: c.CancelTickets(
        numbers=tuple(number(st, rng, "waiting") for _ in range(rng.randint(1, 3)))
    ),
    c.ReturnTicket: lambda s, st, now, rng: c.ReturnTicket(
        ticket=ticket(st, rng, "held", "no_show"), place=rng.choice((None, None, "front", "end", 3))
    ),
    c.CarryTicket: lambda s, st, now, rng: c.CarryTicket(
        ticket=ticket(st, rng, "waiting", "held", "no_show")
    ),
    c.ExpireTicket: lambda s, st, now, rng: c.ExpireTicket(
        ticket=ticket(st, rng, "waiting", "held", "no_show", "processing")
    ),
    c.MarkAbsent: lambda s, st, now, rng: c.MarkAbsent(by="timekeeper"),
    c.ApplyPreset: lambda s, st, now, rng: c.ApplyPreset(preset=rng.choice((None, "lunch", "march", "gone"))),
    c.AcceptHandoff: lambda s, st, now, rng: c.AcceptHandoff(handoff=handoff(st, rng, "open", "returned")),
    c.FinishHandoff: lambda s, st, now, rng: c.FinishHandoff(
        handoff=handoff(st, rng, "open", "accepted", "returned"),
        note=rng.choice((None, "note")),
        identity_checked=rng.random() < 0.5,
    ),
    c.ReturnHandoff: lambda s, st, now, rng: c.ReturnHandoff(handoff=handoff(st, rng, "accepted", "done")),
    c.SetRules: lambda s, st, now, rng: c.SetRules(rules=rng.choice(s.rules)),
    c.OpenDay: open_day,
    c.CloseDay: lambda s, st, now, rng: c.CloseDay(force=rng.random() < 0.3),
    c.MarkOutage: lambda s, st, now, rng: c.MarkOutage(since=now - MINUTE, until=now),
    c.PostNotice: lambda s, st, now, rng: c.PostNotice(notice=rng.choice((None, "busy", "system"))),
    c.StepHallTime: lambda s, st, now, rng: c.StepHallTime(milliseconds=rng.choice((-9, 0, 9)) * MINUTE),
}

WEIGHTS: dict[type, float] = {
    c.IssueTicket: 22, c.CallNext: 20, c.CallNumber: 4, c.StartService: 8, c.FinishService: 9, c.Recall: 3,
    c.MarkNoShow: 4, c.HoldTicket: 4, c.RestoreTicket: 4, c.TransferTicket: 4, c.HandOff: 4, c.AwaitPickup: 4,
    c.Undo: 5, c.OpenCounter: 6, c.PauseCounter: 1.2, c.CloseCounter: 1, c.CancelTicket: 3, c.ReprintTicket: 0.5,
    c.ReopenTicket: 2.5, c.PrioritiseTicket: 2, c.ChangeService: 2, c.SetLanguage: 0.5, c.DelayTicket: 2,
    c.AcceptHandoff: 3, c.FinishHandoff: 8, c.ReturnHandoff: 2, c.SetRules: 0.15, c.OpenDay: 0.1,
    c.CloseDay: 0.1, c.MarkOutage: 0.1, c.PostNotice: 0.2, c.StepHallTime: 0.1, c.CallNumbers: 3,
    c.CancelTickets: 0.4, c.ReturnTicket: 3, c.CarryTicket: 0.5, c.ExpireTicket: 0.3, c.MarkAbsent: 3,
    c.ApplyPreset: 0.4,
}  # fmt: skip
KINDS = tuple(WEIGHTS)
CUMULATIVE = tuple(sum(list(WEIGHTS.values())[: i + 1]) for i in range(len(KINDS)))


class Wanderer:
    """Gives random commands day after day. ``audit`` holds the state and throws at the first broken rule."""

    def __init__(self, seed: int | str, audit: Audit) -> None:
        self.rng = Random(seed)
        self.audit = audit
        self.proposals = Proposals(wandering())
        self.now = STARTS + 8 * HOUR

    def command(self) -> c.Command:
        """The next command: while the day is closed mostly the one that opens it."""
        state, rng = self.audit.state, self.rng
        if state.day is None and rng.random() < 0.8:
            kind: type = c.OpenDay
        elif state.day is not None and self.now > state.starts + 19 * HOUR and rng.random() < 0.2:
            kind = c.CloseDay
        else:
            kind = rng.choices(KINDS, cum_weights=CUMULATIVE)[0]
        return self.proposals.of(kind, state, self.now, rng)

    def step(self) -> None:
        """Time goes on a little, then one command."""
        rng = self.rng
        luck = rng.random()
        if luck < 0.7:
            self.now += rng.randint(0, 40_000)
        elif luck < 0.76:
            self.now += rng.randint(0, 12) * MINUTE
        command = self.command()
        backwards = rng.randint(0, 5) * MINUTE if luck > 0.98 else 0
        result = self.audit.give(command, self.now - backwards)
        if isinstance(command, c.CloseDay) and not isinstance(result, Refused) and rng.random() < 0.9:
            self.now = max(self.now, self.audit.state.starts + DAY + 8 * HOUR)

    def run(self, commands: int) -> None:
        for _ in range(commands):
            self.step()
