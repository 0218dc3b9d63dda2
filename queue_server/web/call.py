"""One call of the API, as handlers see it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from aiohttp import web
from msgspec.structs import replace

from queue_server.contract import Route
from queue_server.domain.commands import Command
from queue_server.domain.refusal import Refused
from queue_server.domain.rules import Rules
from queue_server.domain.state import SiteState
from queue_server.log import IdempotencyKey, Outcome, PrivateRow

from .addresses import public_base
from .principals import Principal
from .problems import ProblemError

if TYPE_CHECKING:
    from .deps import Deps

B = TypeVar("B")

__all__ = ["Call", "Handler", "Principal", "PrivateText"]


class PrivateText(NamedTuple):
    """Personal data that a command refers to by ``ref``: kept as long as the city's configuration says."""

    ref: str
    kind: str
    data: bytes


class Call(Generic[B]):
    """A checked request: the principal may do it, the body has its type, the site exists."""

    __slots__ = ("body", "deps", "key", "params", "principal", "query", "request", "route", "site")

    def __init__(
        self,
        deps: Deps,
        request: web.Request,
        route: Route,
        principal: Principal,
        params: dict[str, str],
        query: dict[str, Any],
        body: B,
        key: IdempotencyKey | None,
    ) -> None:
        self.deps = deps
        self.request = request
        self.route = route
        self.principal = principal
        self.params = params
        """Path parameters (``site``, ``counter``, ``ticket``, ``token`` …)."""
        self.query = query
        """Query parameters of the route, typed."""
        self.body = body
        self.key = key
        self.site = params.get("site")
        """A known site, or None on routes without one."""

    @property
    def state(self) -> SiteState:
        """The committed state of the call's site: read it, never keep it over an ``await``."""
        assert self.site is not None
        return self.deps.log.view(self.site)

    @property
    def lang(self) -> str:
        """The reader's language."""
        return self.deps.languages.of(self.request)

    @property
    def base_url(self) -> str:
        """Where residents reach the pages."""
        return public_base(self.deps.settings, self.request)

    async def execute(
        self, command: Command, *, private: Sequence[PrivateText] = (), site: str | None = None
    ) -> Outcome:
        """Give a command in the principal's name, under the request's idempotency key; waits until it is durable.

        ``site`` is only for routes that have none in their path. Raises ``ProblemError`` for a refusal.
        """
        if not command.by:
            command = replace(command, by=self.principal.ref)
        where = site or self.site
        assert where is not None
        days = self.deps.settings.retention.private_days
        rows = [PrivateRow(text.ref, text.kind, text.data, days) for text in private] if private else ()
        outcome = await self.deps.log.execute(where, command, self.key, rows)
        if outcome.refused is not None:
            raise _refusal(outcome.refused, self.deps.log.view(where).rules)
        return outcome


def _refusal(refused: Refused, rules: Rules | None) -> ProblemError:
    """The problem of a refusal, with the names that people know instead of ids in its sentence."""
    problem = ProblemError(refused.code, **refused.facts)
    if rules is None:
        return problem
    for fact, known in (
        ("service", rules.services),
        ("counter", rules.counters),
        ("department", rules.departments),
        ("priority", rules.priorities),
    ):
        named = known.get(refused.facts.get(fact, ""))
        if named is not None:
            problem.names[fact] = named.names
    if refused.code == "service_closed":
        problem.names["hint"] = rules.services[refused.facts["service"]].closed_hint
    return problem


Handler = Callable[[Call[Any]], Awaitable[Any]]
"""Answers with a struct of the contract, with JSON that is encoded already, or with a finished response."""
