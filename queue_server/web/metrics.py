"""Figures of the serving process, counted in plain attributes and shown to Prometheus when somebody asks."""

from __future__ import annotations

import gc
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, get_args

from aiohttp import web

from queue_server.contract import Route
from queue_server.devices import State

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

    from .deps import Deps

PAPER_ENDS = ("confirmed", "sent", "unknown", "failed", "expired")


class RouteFigures:
    """What happened on one route. Counting must cost nothing: two additions."""

    __slots__ = ("method", "path", "problems", "requests")

    def __init__(self, route: Route) -> None:
        self.method = route.method
        self.path = route.path
        self.requests = 0
        self.problems = 0


class Figures:
    """The figures of all routes, by template: never a path, which may hold a token."""

    def __init__(self) -> None:
        self.routes: list[RouteFigures] = []
        self.started = time.time()
        self.papers: Counter[str] = Counter()
        """Papers by how they ended; one that was ``unknown`` and is confirmed afterwards counts in both."""

    def of(self, route: Route) -> RouteFigures:
        """The figures of a route from now on."""
        figures = RouteFigures(route)
        self.routes.append(figures)
        return figures


async def serve_metrics(deps: Deps, host: str, port: int) -> web.AppRunner:
    """Serve ``/metrics`` on an address of its own; the runner is to be cleaned up. Raises ``OSError``."""
    from prometheus_client import CONTENT_TYPE_LATEST, PROCESS_COLLECTOR, CollectorRegistry, generate_latest

    registry = CollectorRegistry()
    registry.register(PROCESS_COLLECTOR)
    registry.register(_Collector(deps))

    async def metrics(request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application()
    app.router.add_get("/metrics", metrics)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    return runner


class _Collector:
    """Asks for the figures when they are wanted."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def collect(self) -> Iterator[Metric]:
        """The metrics, without a single label that could name a person or a ticket."""
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

        deps = self._deps
        requests = CounterMetricFamily(
            "matanai_requests", "Requests by route template", labels=["method", "route"]
        )
        problems = CounterMetricFamily(
            "matanai_problems", "Problem answers by route template", labels=["method", "route"]
        )
        for figures in deps.figures.routes:
            requests.add_metric([figures.method, figures.path], figures.requests)
            problems.add_metric([figures.method, figures.path], figures.problems)
        yield requests
        yield problems
        status = deps.log.status()
        single: list[tuple[Callable[..., Any], str, str, float]] = [
            (GaugeMetricFamily, "matanai_log_writable", "1 while commands are taken", float(status.writable)),
            (GaugeMetricFamily, "matanai_log_queued", "Commands waiting for the writer", status.queued),
            (CounterMetricFamily, "matanai_commands", "Commands written", status.commands),
            (CounterMetricFamily, "matanai_commits", "Commits", status.commits),
            (CounterMetricFamily, "matanai_commit_seconds", "Time in commits", status.commit_seconds),
            (GaugeMetricFamily, "matanai_streams", "Open streams", deps.hub.open_streams),
            (
                CounterMetricFamily,
                "matanai_streams_dropped",
                "Readers too slow to wait for",
                deps.hub.dropped,
            ),
            (GaugeMetricFamily, "matanai_warnings", "Parts that need attention", len(deps.warnings)),
            (GaugeMetricFamily, "matanai_hall_time_seconds", "Hall time", deps.clock.now() / 1000),
            (
                CounterMetricFamily,
                "matanai_gc_collections",
                "Full collections",
                gc.get_stats()[2]["collections"],
            ),
        ]
        for family, name, text, value in single:
            yield family(name, text, value=value)
        waiting = GaugeMetricFamily("matanai_waiting", "Waiting tickets", labels=["site", "service"])
        for site in deps.log.sites:
            for service, state in deps.log.view(site).services.items():
                waiting.add_metric([site, service], len(state.plain) + len(state.boosted) + len(state.slot))
        yield waiting
        yield from _devices(deps)


def _devices(deps: Deps) -> Iterator[Metric]:
    """How the devices are, and what became of papers."""
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

    states = GaugeMetricFamily(
        "matanai_device_state",
        "1 for the state that a device is in",
        labels=["site", "kind", "device", "state"],
    )
    papers = GaugeMetricFamily(
        "matanai_papers_waiting", "Papers that wait for a printer", labels=["site", "device"]
    )
    for known in deps.devices.all():
        for state in get_args(State):
            states.add_metric([known.site, known.kind, known.id, state], float(known.status.state == state))
        if known.kind == "printer":
            papers.add_metric([known.site, known.id], deps.printing.waiting(known.id))
    yield states
    yield papers
    ended = CounterMetricFamily("matanai_papers", "Papers by how they ended", labels=["state"])
    for end in PAPER_ENDS:
        ended.add_metric([end], deps.figures.papers[end])
    yield ended
