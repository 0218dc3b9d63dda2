"""Ticket machines are switched off after closing: that is no trouble before the next day is open."""

import asyncio
from datetime import datetime
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from queue_server.app import DEPS, Options, create_app
from queue_server.devices import Status
from queue_server.hall.devices.kiosks import NOT_SEEN, kiosk_key
from queue_server.hall.devices.view import devices_view

ROOT = Path(__file__).parents[2]
SITE = "city-hall"
PRINTERS = ("kiosk1", "kiosk2", "reception", "minami1")


async def told(folder, at):
    """A silent ticket machine in the bar of other pages, and on the page of devices."""
    options = Options(
        config=ROOT / "config" / "aobahama",
        database=f"sqlite:///{folder}/log.db",
        overrides=[f"printers.{name}.device=draw://{folder}" for name in PRINTERS],
        clock=int(datetime.fromisoformat(at).timestamp() * 1000),
    )
    app = await create_app(options, lambda text: None)
    async with TestServer(app):
        deps = app[DEPS]
        deps.devices.set("kiosk", kiosk_key(SITE, "kiosk1"), Status("offline", NOT_SEEN))
        view = await devices_view(deps, SITE, "ja")
        listed = next(lines for kind, lines in view.groups if kind == "kiosk")
        return [line.name for line in view.trouble if line.kind == "kiosk"], [
            line.symbol for line in listed if line.state == "offline"
        ]


@pytest.mark.parametrize(
    ("at", "bar"),
    [("2026-11-20T10:00+09:00", ["正面玄関の発券機"]), ("2026-11-20T22:00+09:00", [])],
)
def test_a_silent_ticket_machine_is_trouble_while_the_day_is_open(tmp_path, at, bar):
    assert asyncio.run(told(tmp_path, at)) == (bar, ["✕"])
