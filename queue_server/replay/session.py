"""One replay from begin to report."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo

from queue_server import contract
from queue_server.client import CallRefused, Client
from queue_server.simulation.hall_time import CLOCK, milliseconds
from queue_server.terminal import Terminal

from .mapping import map_services
from .pace import Followed, Pace, Stepped, begin_at, zone_of
from .playing import Player
from .recorded import Record
from .report import Comparison
from .timetable import busy_at_once

DAY_SECONDS = 3.0
"""Real seconds in which the server opens the day by itself, after a step of its clock."""
CLOSE_ENOUGH_MS = 60_000
"""A hall that is this much past the begin of the record plays it in its own time of day."""


LATE_SECONDS = 1.0


class NoHall(Exception):
    """The hall cannot take the record. The message says why and what to do."""


async def replay(
    record: Record, url: str, token: str, site: str | None, wishes: Sequence[str], speed: float | None
) -> bool:
    """Play the record and print the report; whether the counts are equal.

    Raises ``ServerAway``, ``CallRefused``, ``NoHall``, ``RecordUnreadable``.
    """
    terminal = Terminal()
    async with Client(url, token) as client:
        hall = _site((await client.get("/api/v1/sites", contract.Sites)).sites, site)
        services = map_services(record.services, hall, wishes)
        clock = await client.get(CLOCK, contract.ClockAnswer)
        if record.local:
            offset = datetime.fromisoformat(clock.now).utcoffset()
            assert offset is not None
            record.placed(-round(offset.total_seconds() * 1000))
        clock = await begin_at(client, clock, record.begins)
        day = await _open_day(client, hall.id, clock)
        clock = await client.get(CLOCK, contract.ClockAnswer)
        shift = milliseconds(clock) - record.begins
        if shift > (CLOSE_ENOUGH_MS if clock.speed else 0) or shift < -CLOSE_ENOUGH_MS:
            record.placed(shift)
        else:
            shift = 0
        pace = _pace(client, clock, record, speed)
        _introduce(terminal, record, hall, services, clock, shift, pace)
        began = time.monotonic()
        show = _Shown(terminal, len(record.tickets), zone_of(clock), began)
        player = Player(client, hall, record.tickets, services, pace, show)
        await player.play()
        return await _report(terminal, client, hall.id, day, record, player, pace, time.monotonic() - began)


def _site(sites: Sequence[contract.SiteInfo], wanted: str | None) -> contract.SiteInfo:
    ids = ", ".join(site.id for site in sites)
    if wanted is None and len(sites) > 1:
        raise NoHall(f"the server has several sites ({ids}): choose one with --site")
    for site in sites:
        if wanted in (None, site.id):
            return site
    raise NoHall(f"the server has no site {wanted}; it has {ids}")


async def _open_day(client: Client, site: str, clock: contract.ClockAnswer) -> str:
    """The open business day; opens it when the server does not."""
    until = time.monotonic() + DAY_SECONDS
    while True:
        board = await client.get(f"/api/v1/sites/{site}/board", contract.Board)
        if board.day is not None and (board.day == clock.now[:10] or time.monotonic() > until):
            return board.day
        if board.day is None and time.monotonic() > until:
            break
        await asyncio.sleep(0.1)
    try:
        await client.post(f"/api/v1/sites/{site}/day/open", contract.SeqAnswer)
    except CallRefused as refused:
        raise NoHall(
            f"the hall is closed at its time ({clock.now}): {refused}. Start the server with --clock at the begin of "
            "the record"
        ) from None
    return clock.now[:10]


def _pace(client: Client, clock: contract.ClockAnswer, record: Record, speed: float | None) -> Pace:
    if clock.speed == 0:
        return Stepped(client, clock, speed)
    return Followed(client, clock, record.begins, speed)


def _introduce(
    terminal: Terminal,
    record: Record,
    hall: contract.SiteInfo,
    services: dict[str, str],
    clock: contract.ClockAnswer,
    shift: int,
    pace: Pace,
) -> None:
    terminal.say(
        f"{record.day}, {record.form}: {len(record.tickets):,} tickets, "
        f"at most {busy_at_once(record.tickets)} at desks at once"
    )
    for note in record.notes:
        terminal.say(f"  ({note})")
    pairs = ", ".join(f"{name} → {service}" for name, service in services.items())
    terminal.say(f"played at {hall.id}: {pairs}")
    begins = _time(record.begins, zone_of(clock))
    if clock.speed == 0:
        terminal.say(f"hall time stands at {begins} and is stepped from act to act")
    else:
        terminal.say(f"hall time runs {clock.speed:g} times as fast as real time, from {begins} on")
        if pace.scale != 1:
            terminal.say(f"one minute of hall time is {pace.scale:g} minutes of the record")
    if shift:
        terminal.say("the hall is at another time than the record: the day is played from there on")


class _Shown:
    """The progress line."""

    def __init__(self, terminal: Terminal, tickets: int, zone: tzinfo, began: float) -> None:
        self._terminal = terminal
        self._tickets = tickets
        self._zone = zone
        self._began = began

    def __call__(self, player: Player, at: int) -> None:
        issued = player.acts["issue"]
        rate = issued / max(0.001, time.monotonic() - self._began) * 60
        self._terminal.progress(
            f"{_time(at, self._zone)}  issued {issued:,} of {self._tickets:,}  waiting {player.waiting:,}  "
            f"desks {len(player.desks)}  ({rate:,.0f} tickets a minute)"
        )


def _time(at: int, zone: tzinfo) -> str:
    return datetime.fromtimestamp(at / 1000, zone).strftime("%Y-%m-%d %H:%M:%S")


async def _report(
    terminal: Terminal,
    client: Client,
    site: str,
    day: str,
    record: Record,
    player: Player,
    pace: Pace,
    seconds: float,
) -> bool:
    compared = Comparison(record, player.ids, await _rows(client, site, day), pace.scale)
    acts = player.acts
    terminal.say(
        f"played in {seconds:.1f} s: {acts['issue']:,} numbers, {acts['call_next']:,} called as next, "
        f"{acts['call_number']:,} by number (the record left the order of the queue), {len(player.desks)} desks"
    )
    if acts["cut_short"]:
        terminal.say(
            f"{acts['cut_short']:,} services were ended early: the site has fewer desks than were busy in the record"
        )
    if acts["taken_back"]:
        terminal.say(f"{acts['taken_back']:,} calls were taken back: other people wait at this site too")
    for (act, code), count in sorted(player.refused.items()):
        terminal.say(f"refused: {act} {count:,} × {code}")
    if pace.late_seconds > LATE_SECONDS:
        terminal.say(
            f"asked for more than the server answers: it went on at the server's speed, up to "
            f"{pace.late_seconds:,.1f} s of real time late"
        )
    terminal.say()
    for line in compared.table():
        terminal.say(line)
    terminal.say()
    terminal.say(compared.verdict())
    if pace.scale > 1:
        terminal.say(
            f"(hall time went {pace.scale:g} times slower than the record was played: a second of the server's rows "
            f"stands for {pace.scale:g} s. Serve with --clock and --speed 0 for exact waits.)"
        )
    if not compared.same_counts:
        terminal.say("The counts differ from the record.")
    return compared.same_counts


async def _rows(client: Client, site: str, day: str) -> list[contract.TicketRow]:
    """The rows of every business day from ``day`` to now: a record may have run past midnight."""
    clock = await client.get(CLOCK, contract.ClockAnswer)
    at, last = date.fromisoformat(day), date.fromisoformat(clock.now[:10])
    rows: list[contract.TicketRow] = []
    while at <= last:
        path = f"/api/v1/sites/{site}/tickets"
        rows += (await client.get(path, contract.TicketRows, date=at.isoformat())).tickets
        at += timedelta(days=1)
    return rows
