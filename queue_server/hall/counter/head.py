"""The head of a counter's page: open for what, by whom, under which preset, and who would be left alone."""

from __future__ import annotations

import msgspec

from queue_server.domain.rules import Names
from queue_server.domain.state import CounterState, SiteState
from queue_server.hall.counter.last_counter import Alone, left_alone
from queue_server.web import Deps


class PresetChoice(msgspec.Struct, frozen=True, kw_only=True):
    """A preset that names the counter, or its own services (``id`` None)."""

    id: str | None
    key: int
    """The digit that chooses it."""
    names: Names
    services: list[str]
    holds: bool
    """Whether the counter takes just these services now."""


class ServiceChoice(msgspec.Struct, frozen=True, kw_only=True):
    """A service that the counter may take."""

    id: str
    names: Names
    chosen: bool
    own: bool
    """One of the configuration, of its helps, or of its presets."""


class CounterHead(msgspec.Struct, kw_only=True):
    """A counter's head now."""

    status: str
    taken: list[str]
    """Ids of the services it takes, or would take if it opened."""
    services: list[Names]
    presets: list[PresetChoice]
    choices: list[ServiceChoice]
    by_another: bool
    """Somebody else than the reader opened it."""
    reason: str | Names
    """Why it rests: the names of a reason of the configuration, or what was written (``fill_reason``)."""
    reason_ref: str | None
    alone: list[Alone]
    """Who would be left alone if it closed or paused now."""

    @property
    def preset(self) -> PresetChoice | None:
        """The one that holds."""
        return next((preset for preset in self.presets if preset.holds), None)


def counter_head(
    deps: Deps, state: SiteState, counter: CounterState, as_open: CounterState, by: str
) -> CounterHead:
    """The head for the reader ``by``; ``as_open`` is the counter with the services it would open for."""
    services = {} if state.rules is None else state.rules.services
    taken = as_open.facts.services
    opened = counter.facts.status != "closed"
    ref = counter.facts.reason if counter.facts.status == "paused" else None
    configured = deps.settings.sites[state.site].pause_reasons.get(ref or "")
    return CounterHead(
        status=counter.facts.status,
        taken=list(taken),
        services=[services[s].names for s in taken if s in services],
        presets=_presets(state, as_open),
        choices=_choices(state, as_open),
        by_another=opened and bool(counter.facts.by) and counter.facts.by != by,
        reason={} if configured is None else configured.names,
        reason_ref=ref if configured is None else None,
        alone=left_alone(state, counter),
    )


def _presets(state: SiteState, counter: CounterState) -> list[PresetChoice]:
    rules = state.rules
    rule = None if rules is None else rules.counters.get(counter.id)
    if rules is None or rule is None:
        return []
    named = [
        (p.id, p.names, p.counters[counter.id]) for p in rules.presets.values() if counter.id in p.counters
    ]
    wanted: list[tuple[str | None, Names, tuple[str, ...]]] = [(None, {}, rule.services), *named[:9]]
    same = [key for key, _, services in wanted if services == counter.facts.services]
    holds = state.preset if state.preset in same else next(iter(same), "")
    return [
        PresetChoice(id=key, key=i, names=names, services=list(services), holds=key == holds)
        for i, (key, names, services) in enumerate(wanted)
    ]


def _choices(state: SiteState, counter: CounterState) -> list[ServiceChoice]:
    """Every service of the site; the counter's own first."""
    rules = state.rules
    rule = None if rules is None else rules.counters.get(counter.id)
    if rules is None or rule is None:
        return []
    taken = counter.facts.services
    presets = [s for p in rules.presets.values() for s in p.counters.get(counter.id, ())]
    own = set(dict.fromkeys((*rule.services, *rule.helps, *presets, *taken)))
    found = [
        ServiceChoice(id=s.id, names=s.names, chosen=s.id in taken, own=s.id in own)
        for s in rules.services.values()
    ]
    return sorted(found, key=lambda choice: not choice.own)


async def fill_reason(deps: Deps, site: str, head: CounterHead) -> None:
    """The words of a pause whose reason somebody wrote; empty once they are erased."""
    if head.reason_ref is not None:
        data = await deps.log.read_private(site, head.reason_ref)
        head.reason = "" if data is None else data.decode()
