"""The resident's own ticket: found by its token, on whatever site it is."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from queue_server import contract
from queue_server.domain import commands as c
from queue_server.domain.estimate import estimate_at
from queue_server.domain.queue import ahead, ahead_of, first_errand, queued
from queue_server.domain.state import SiteState, Ticket, TicketFacts, open_services, shown
from queue_server.hall.board import told
from queue_server.hall.times import rfc3339
from queue_server.web import Call, Deps, ProblemError


async def find(deps: Deps, token: str) -> tuple[SiteState, Ticket]:
    """The ticket of a token. Raises 404 for an unknown one, 410 for one of a past day."""
    token_hash = deps.keys.hash_of(token)
    for site in deps.settings.sites:
        state = deps.log.view(site)
        ticket = state.by_token.get(token_hash)
        if ticket is not None:
            return state, state.tickets[ticket]
    if await deps.log.read("ticket_by_token", token_hash=token_hash):
        raise ProblemError("past_ticket", 410)
    raise ProblemError("unknown_ticket", 404)


def holder_ticket(deps: Deps, state: SiteState, ticket: Ticket) -> contract.HolderTicket:
    """What the holder sees. A sensitive service has neither id nor name here."""
    facts = ticket.facts
    services = open_services(facts) or tuple(dict.fromkeys(x.service for x in facts.errands))
    wait = deps.phones.told(state, ticket)
    estimate = told(wait.estimate)
    return contract.HolderTicket(
        number=ticket.number,
        state=shown(facts),
        services=[_service(state, service) for service in services],
        ahead=ahead(state, ticket.id),
        estimate=estimate,
        counter=facts.counter,
        calls=[
            contract.HolderCall(counter=call.counter, at=rfc3339(call.called, deps.zone))
            for call in facts.calls
            if call.outcome != "undone"
        ],
        handoffs=contract.HolderHandoffs(
            done=sum(1 for h in facts.handoffs if h.awaited and h.state == "done"),
            total=sum(1 for h in facts.handoffs if h.awaited),
        ),
        seq=state.seq,
        may_delay=shown(facts) in ("waiting", "called", "no_show") and not facts.delayed,
        errands=_errands(state, facts, estimate),
        late=wait.late,
        ready=shown(facts) == "waiting" and any(x.open and x.pickup for x in facts.errands),
        carried=facts.carried and facts.ended is None,
    )


def _service(state: SiteState, service: str) -> contract.HolderService:
    rule = state.rules.services.get(service) if state.rules is not None else None
    if rule is None or rule.sensitive:
        return contract.HolderService(id=None, names={})
    return contract.HolderService(id=service, names=rule.names)


def _errands(
    state: SiteState, facts: TicketFacts, first_estimate: contract.Estimate | None
) -> list[contract.HolderErrand]:
    """Every errand of the visit, the pick-up last; the one that is due first has the estimate that is told."""
    first = first_errand(facts) if queued(facts) else None
    order = sorted(range(len(facts.errands)), key=lambda index: facts.errands[index].pickup)
    return [_errand(state, facts, index, first_estimate, first) for index in order]


def _errand(
    state: SiteState,
    facts: TicketFacts,
    index: int,
    first_estimate: contract.Estimate | None,
    first: int | None,
) -> contract.HolderErrand:
    errand = facts.errands[index]
    now = facts.errand == index and facts.place != "none"
    waits = errand.open and not now and facts.ended is None and errand.service in state.services
    estimate = first_estimate if index == first else None
    if waits and index != first:
        estimate = told(estimate_at(state, errand.service, errand.due, errand.rank))
    at = [x.counter for x in facts.calls if x.service == errand.service and x.outcome != "undone"]
    service = _service(state, errand.service)
    return contract.HolderErrand(
        id=service.id,
        names=service.names,
        state="now" if now else "waiting" if errand.open else "done",
        ahead=ahead_of(state, errand.service, errand.due, errand.rank) if waits else 0,
        estimate=estimate if waits else None,
        counter=at[-1] if at else None,
    )


async def show(call: Call[Any]) -> contract.HolderTicket:
    """``GET /api/v1/tickets/{token}``"""
    return holder_ticket(call.deps, *await find(call.deps, call.params["token"]))


async def events(call: Call[Any]) -> web.StreamResponse:
    """``GET …/events``: the ticket now, and again whenever something about it changes."""
    state, ticket = await find(call.deps, call.params["token"])
    return await call.deps.phones.serve(call.request, state.site, ticket.id)


async def cancel(call: Call[Any]) -> contract.HolderTicket:
    """``POST …/cancel``"""
    return await _act(call, lambda ticket: c.CancelTicket(ticket=ticket))


async def late(call: Call[Any]) -> contract.HolderTicket:
    """``POST …/late``: moved back by the site's places, once."""
    return await _act(call, lambda ticket: c.DelayTicket(ticket=ticket))


async def _act(call: Call[Any], make: Any) -> contract.HolderTicket:
    state, ticket = await find(call.deps, call.params["token"])
    await call.execute(make(ticket.id), site=state.site)
    return holder_ticket(call.deps, state, ticket)
