"""The demonstration from set-up to Ctrl-C: a fresh hall, tokens for its screens, and day after day in it."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from aiohttp import web

from queue_server import settings as configuration
from queue_server.app import ADMIN_PASSWORD, DEPS, ENDPOINTS, Options, create_app
from queue_server.settings import Settings
from queue_server.simulation.plan import DayPlan, load_plan
from queue_server.terminal import Terminal
from queue_server.web import people, server, tokens

from .days import Days

CITY = Path("config", "aobahama")
PLAN = Path(__file__).with_name("day.toml")
FOLDER = Path("var", "demo")
PASSWORD = "aobahama"
CLERK = "staff"
PIN = "4711"
PIN_NAME = "MATANAI_DEMO_PIN"
"""In the environment: opens the staff mode of every ticket machine."""
ROLES = ("kiosk", "display", "staff")
BEGINS_HOUR = 8
PORTS = 50
"""How many ports are tried."""


class NoConfiguration(Exception):
    """The sample city is not there. The message says where it was looked for."""


async def run(host: str, port: int, speed: float, *, once: bool) -> None:
    """Serve and simulate until SIGINT, SIGTERM or, with ``once``, the end of the day.

    Raises ``NoConfiguration``, ``ConfigurationError``, ``CannotListen``, ``LogError``, ``ServerAway``.
    """
    terminal = Terminal()
    config = _city()
    plan = load_plan(PLAN)
    port = _free_port(host, port)
    folder = _fresh_folder(port)
    tickets = folder / "tickets"
    os.environ.setdefault(ADMIN_PASSWORD, PASSWORD)
    os.environ.setdefault(PIN_NAME, PIN)
    app = await create_app(_options(config, folder, tickets, plan, speed), terminal.say)
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    ending = asyncio.Event()
    playing = asyncio.ensure_future(_play(app, plan, tickets, terminal, ready, once=once))

    async def stop_playing(app: web.Application) -> None:
        ending.set()
        playing.cancel()
        await asyncio.wait({playing})

    app.on_shutdown.insert(0, stop_playing)
    endpoints = app[ENDPOINTS]
    serving = asyncio.ensure_future(
        server.run(app, endpoints, host, port, access_log=False, ready=ready.set_result)
    )
    await asyncio.wait({playing, serving}, return_when=asyncio.FIRST_COMPLETED)
    if not ending.is_set():
        serving.cancel()  # played to the end, or failed; else the server is tidying up already
    with suppress(asyncio.CancelledError):
        await serving
    with suppress(asyncio.CancelledError):
        await playing
    terminal.say("The demonstration has ended.")


def _options(config: Path, folder: Path, tickets: Path, plan: DayPlan, speed: float) -> Options:
    city = configuration.load(config)
    begins = datetime.combine(date.fromisoformat(plan.date), datetime.min.time(), ZoneInfo(city.time_zone))
    return Options(
        config=config,
        database=f"sqlite:///{folder / 'matanai.db'}",
        overrides=[
            *(f"printers.{printer}.device=draw://{tickets}" for printer in city.printers),
            *(
                f"sites.{site_id}.kiosks.{kiosk}.staff_pin=env:{PIN_NAME}"
                for site_id, site in city.sites.items()
                for kiosk in site.kiosks
            ),
        ],
        clock=round(begins.replace(hour=BEGINS_HOUR).timestamp() * 1000),
        speed=speed,
    )


async def _play(
    app: web.Application,
    plan: DayPlan,
    tickets: Path,
    terminal: Terminal,
    ready: asyncio.Future[str],
    *,
    once: bool,
) -> None:
    """Seed tokens, say where everything is, and play."""
    deps = app[DEPS]
    made = {
        role: await tokens.create(deps.log, role=role, name=f"demo {role}", now=deps.clock.real())
        for role in ROLES
    }
    await deps.tokens.refresh()
    hashed = await asyncio.to_thread(deps.passwords.hash, os.environ[ADMIN_PASSWORD])
    await people.add(deps.log, login=CLERK, password_hash=hashed, role="staff", now=deps.clock.real())
    deps.pages.facts["demonstration"] = made
    url = deps.address = (await ready).rstrip("/")
    _introduce(terminal, url, deps.settings, made, tickets, deps.clock.speed)
    async with Days(url, made["staff"], made["kiosk"], deps.settings, plan, tickets, terminal) as days:
        await days.play(once=once)


def _introduce(
    terminal: Terminal, url: str, city: Settings, made: dict[str, str], tickets: Path, speed: float
) -> None:
    terminal.say(
        f"A simulated day of {city.names.get('en', 'the sample city')}: hall time runs {speed:g} times as fast."
    )
    terminal.say(f"  every screen    {url}/")
    for site_id, site in city.sites.items():
        for kiosk in site.kiosks:
            terminal.say(f"  ticket machine  {url}/kiosk/{site_id}/{kiosk}?token={made['kiosk']}")
        for display in list(site.displays)[:1]:
            terminal.say(f"  hall screen     {url}/display/{site_id}/{display}?token={made['display']}")
    terminal.say(f"  staff           {url}/staff/?token={made['staff']}")
    terminal.say(
        f"  sign in         {url}/staff/ as {CLERK!r} (or 'admin') with the password {os.environ[ADMIN_PASSWORD]}"
    )
    terminal.say(
        f"  PIN             {os.environ[PIN_NAME]} at the ticket machines (small button in the corner)"
    )
    terminal.say(f"  tickets drawn   {tickets}")
    terminal.say("Counters 7 and B of the city hall are left to you. Ctrl-C ends the demonstration.")


def _city() -> Path:
    """The sample city: in the working directory, or in the checkout that this program runs from."""
    places = (CITY, Path(__file__).parents[2] / CITY)
    for place in places:
        if (place / "city.toml").is_file():
            return place
    raise NoConfiguration(
        f"the sample city is not in {' nor in '.join(str(p) for p in places)}: run it in a checkout"
    )


def _fresh_folder(port: int) -> Path:
    """The folder of the demonstration on a port. The port was free: no other one uses it."""
    folder = FOLDER.absolute() / str(port)
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "tickets").mkdir(parents=True)
    return folder


def _free_port(host: str, wanted: int) -> int:
    """The port, or the next one that nobody uses."""
    for port in range(wanted, wanted + PORTS) if wanted else ():
        with socket.socket() as attempt:
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with suppress(OSError, OverflowError):
                attempt.bind((host, port))
                return port
    with socket.socket() as attempt:
        attempt.bind((host, 0))
        return int(attempt.getsockname()[1])
