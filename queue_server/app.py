"""Every part put together: the only place that knows them all. Read it first.

``create_app`` opens the log, brings the rules of the configuration into it, starts the hall's clockwork and
wires the routes. A part that the hall can do without and that fails to start becomes a warning for staff.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from aiohttp import web

import displays
import printers
from buttons.agents import AgentLines
from buttons.calling import CallButtons
from printers.agents import AgentJobs
from printers.printing import Printing
from queue_server import contract, hall
from queue_server import settings as configuration
from queue_server.clock import HallClock
from queue_server.domain import commands as c
from queue_server.domain.events import Event, HallTimeStepped
from queue_server.domain.state import SiteState
from queue_server.hall.api import HANDLERS
from queue_server.hall.api.queue import told
from queue_server.hall.boards import Boards
from queue_server.hall.devices.kiosks import Kiosks
from queue_server.hall.devices.known import states_of_all
from queue_server.hall.pages import page_routes
from queue_server.hall.phones import Phones
from queue_server.hall.public import public_event
from queue_server.hall.residents.history import History
from queue_server.hall.timekeeper import Timekeeper
from queue_server.hall.times import rfc3339
from queue_server.log import Damaged, Log, LogError, PrivateRow
from queue_server.settings import Settings
from queue_server.web import Deps, Handler, account, agent_calls, endpoints, errors, people, tokens, unasked
from queue_server.web.agents import Agents
from queue_server.web.keys import Keys, KeyUnusable, installation_secret
from queue_server.web.languages import Languages
from queue_server.web.limits import Limits
from queue_server.web.metrics import Figures, serve_metrics
from queue_server.web.pages import Pages
from queue_server.web.passwords import Passwords, new_password
from queue_server.web.server import DEPS
from queue_server.web.sessions import Sessions
from queue_server.web.streams import Hub, Published
from queue_server.web.texts import CATALOGUES, Texts

__all__ = ["DEPS", "ENDPOINTS", "Options", "create_app"]

logger = logging.getLogger(__name__)

ENDPOINTS = web.AppKey("endpoints", list[endpoints.Endpoint])
ADMIN = "admin"
ADMIN_PASSWORD = "MATANAI_ADMIN_PASSWORD"
KEY_CHECK = "key-check"
BODY_LIMIT = 64 * 1024

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the command line says."""

    config: Path
    database: str
    overrides: Sequence[str] = ()
    clock: int | None = None
    """Hall time starts here (ms UTC)."""
    speed: float = 1.0
    metrics: tuple[str, int] | None = None


async def create_app(options: Options, tell: Callable[[str], None] = print) -> web.Application:
    """The application, with its log open and its clockwork running; ``on_cleanup`` ends both.

    ``tell`` shows a person what is said only once. Raises ``ConfigurationError``, ``KeyUnusable``,
    ``CannotOpen``, ``Damaged``, ``LogUnavailable``, and ``OSError`` for the address of the metrics.
    """
    city = configuration.load(options.config, options.overrides)
    async with AsyncExitStack() as stack:
        deps = await _deps(options, city, stack)
        await _seed_admin(deps, tell)
        await _hall(deps, stack)
        await _paper(deps, stack)
        _call_buttons(deps, stack)
        if options.metrics is not None:
            runner = await serve_metrics(deps, *options.metrics)
            stack.push_async_callback(runner.cleanup)
        app = _application(deps, _agents(deps, stack))
        app.on_cleanup.append(_closing(stack.pop_all()))
    return app


def _closing(stack: AsyncExitStack) -> Callable[[web.Application], Awaitable[None]]:
    async def close(app: web.Application) -> None:
        await stack.aclose()

    return close


async def _deps(options: Options, city: Settings, stack: AsyncExitStack) -> Deps:
    """Open the log at the hall's time, and make what everything stands on."""
    secret = installation_secret(options.database)
    clock = HallClock(start=options.clock, speed=options.speed)
    log = await Log.open(options.database, now=clock.now, key=secret)
    stack.push_async_callback(log.close)
    await _know_the_key(log)
    for site in city.sites:
        clock.begin((await log.ensure_site(site)).last_at)
    zone = ZoneInfo(city.time_zone)
    keys = Keys(secret)
    texts = Texts([Path(endpoints.__file__).parent / CATALOGUES])
    languages = Languages(city.languages)
    known = tokens.Tokens(log)
    await known.refresh()
    limits = city.limits

    def tick(site: str) -> bytes:
        now = rfc3339(clock.now(), zone)
        return _encode(contract.Tick(now=now, speed=clock.speed, seq=log.view(site).seq))

    deps = Deps(
        settings=city,
        log=log,
        clock=clock,
        zone=zone,
        keys=keys,
        texts=texts,
        languages=languages,
        pages=Pages(texts, languages),
        hub=Hub(most=limits.streams, head=lambda site: log.view(site).seq, tick=tick),
        tokens=known,
        sessions=Sessions(log, known, keys, secure=(city.public_url or "").startswith("https:")),
        passwords=Passwords(),
        limits=Limits(
            misses=limits.misses_per_minute, hits=limits.hits_per_minute, trusted=limits.trusted_proxies
        ),
        figures=Figures(),
    )
    deps.agents = Agents(city, deps.devices)
    return deps


async def _know_the_key(log: Log) -> None:
    """A database that is opened with another key than it began with is refused, before anything is written.

    With another key no ticket that was given could be found, and no personal data be read. Raises ``KeyUnusable``.
    """
    try:
        known = await log.read_private("", KEY_CHECK)
    except Damaged:
        raise KeyUnusable(
            "this database was written with another secret key: restore the key file (or MATANAI_SECRET_KEY) "
            "that belongs to it; it lies beside the database and is part of every backup"
        ) from None
    if known is None:
        row = PrivateRow(KEY_CHECK, "key", b"known", erase_after_days=36_500)
        await log.run(lambda tx: tx.write_private("", [row]))


# --- the hall --------------------------------------------------------------------------------------


async def _hall(deps: Deps, stack: AsyncExitStack) -> None:
    """Rules, public events, boards, phones, and the one who opens and closes the days."""
    for name, room in (("web", endpoints), ("hall", hall), ("displays", displays)):
        deps.pages.add_room(name, Path(str(room.__file__)).parent)
    deps.history = History(deps)
    deps.boards = Boards(deps.log, deps.settings, deps.clock, deps.zone)
    for site in deps.settings.sites:
        rules = configuration.rules(deps.settings, site)
        if deps.log.view(site).rules != rules:
            await deps.log.execute(site, c.SetRules(rules=rules, by="start"))
        state = deps.log.view(site)
        deps.hub.add_site(site, seq=state.seq, day_from=state.opened_seq, history=_history(deps, site))
    deps.log.listen(_publish(deps))
    deps.checks["alarms"] = lambda: {site: told(deps.log.view(site)) for site in deps.settings.sites}
    deps.checks["devices"] = lambda: states_of_all(deps)
    phones = Phones(deps)
    deps.phones = phones
    kiosks = Kiosks(deps.settings, deps.devices, deps.clock.real)
    deps.kiosks = kiosks
    timekeeper = Timekeeper(deps.log, deps.settings, deps.clock)
    try:
        await timekeeper.started()
    except LogError as error:
        _warn(deps, "timekeeper", error)
    for name, work in (
        ("timekeeper", timekeeper.run()),
        ("phones", phones.run()),
        ("ticks", deps.hub.run()),
        ("clock", _every(1.0, deps.clock.watch)),
        ("kiosks", _every(5.0, kiosks.watch)),
        ("tokens", _refresh_tokens(deps)),
    ):
        _keep_running(deps, stack, name, work)


async def _paper(deps: Deps, stack: AsyncExitStack) -> None:
    """The printers. The hall opens without them: numbers then stand on the kiosk's screen."""
    deps.pages.add_room("printers", Path(printers.__file__).parent)
    printing = Printing(deps)
    for warning in printing.warnings:
        deps.warnings["printers"] = warning
        logger.error("a printer is left out: %s", warning)
    stack.push_async_callback(printing.stop)
    try:
        await printing.start()
    except LogError as error:
        _warn(deps, "printers", error)
        return
    deps.printing = printing


def _call_buttons(deps: Deps, stack: AsyncExitStack) -> None:
    """The lines at the counters. One that cannot be opened is tried again for as long as the hall runs."""
    calling = CallButtons(deps)
    deps.buttons = calling
    calling.start()
    stack.push_async_callback(calling.stop)
    _keep_running(deps, stack, "call buttons", calling.run())


def _agents(deps: Deps, stack: AsyncExitStack) -> Mapping[str, Handler]:
    """The devices on other machines; what answers the agents there, by route."""
    jobs = AgentJobs(deps)
    _keep_running(deps, stack, "agents", deps.agents.run())
    return {**jobs.handlers, **AgentLines(deps).handlers}


def _publish(deps: Deps) -> Callable[[str, Sequence[Event], SiteState], None]:
    def happened(site: str, events: Sequence[Event], state: SiteState) -> None:
        for event in events:
            public = public_event(event, deps.zone)
            if public is not None:
                deps.hub.publish(site, event.seq, public[0], _encode(public[1]))
            elif isinstance(event, HallTimeStepped):
                deps.clock.follow()

    return happened


def _history(deps: Deps, site: str) -> Callable[[int, int], Awaitable[Sequence[Published]]]:
    async def history(after: int, upto: int) -> list[Published]:
        rows = await deps.log.read("events_between", site=site, after=after, upto=upto, limit=upto - after)
        found = []
        for event in msgspec.json.decode(f"[{','.join(row['data'] for row in rows)}]", type=list[Event]):
            public = public_event(event, deps.zone)
            if public is not None:
                found.append((event.seq, public[0], _encode(public[1])))
        return found

    return history


# --- what runs beside the requests -----------------------------------------------------------------


async def _every(seconds: float, act: Callable[[], None]) -> None:
    while True:
        await asyncio.sleep(seconds)
        act()


async def _refresh_tokens(deps: Deps) -> None:
    while True:
        await asyncio.sleep(tokens.REFRESH_SECONDS)
        with suppress(LogError):
            await deps.tokens.refresh()


def _keep_running(deps: Deps, stack: AsyncExitStack, name: str, work: Coroutine[Any, Any, None]) -> None:
    """Run work until the end of the process; if it ends before, staff are told."""
    task = asyncio.create_task(work, name=name)

    def ended(task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None:
            _warn(deps, name, task.exception())

    async def stop() -> None:
        task.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await task

    task.add_done_callback(ended)
    stack.push_async_callback(stop)


def _warn(deps: Deps, part: str, error: BaseException | None) -> None:
    deps.warnings[part] = str(error) or type(error).__name__
    logger.error("%s does not work: %s", part, type(error).__name__, exc_info=error)


# --- the application -------------------------------------------------------------------------------


def _application(deps: Deps, of_agents: Mapping[str, Handler]) -> web.Application:
    app = web.Application(middlewares=[errors.answer_errors(deps)], client_max_size=BODY_LIMIT)
    app[DEPS] = deps
    routes = {route.name: route for route in contract.ROUTES}
    handlers = {**account.HANDLERS, **HANDLERS, **agent_calls.HANDLERS, **of_agents}
    app[ENDPOINTS] = found = endpoints.endpoints(deps, routes, handlers)
    app.add_routes(endpoints.definitions(found))
    app.add_routes(deps.pages.static.routes())
    app.add_routes(unasked.routes())
    app.add_routes(displays.routes(deps))
    app.add_routes(page_routes(deps))

    async def end_streams(app: web.Application) -> None:
        deps.hub.close()
        deps.agents.close()

    app.on_shutdown.append(end_streams)
    return app


async def _seed_admin(deps: Deps, tell: Callable[[str], None]) -> None:
    """One person who may sign in at the first start; the password is shown once."""
    if await deps.log.read("people"):
        return
    given = os.environ.get(ADMIN_PASSWORD)
    password = given or new_password()
    hashed = await asyncio.to_thread(deps.passwords.hash, password)
    added = await people.add(deps.log, login=ADMIN, password_hash=hashed, role="admin", now=deps.clock.real())
    if added and not given:
        tell(f"First start: sign in as {ADMIN!r} with the password {password} (it is not shown again).")
