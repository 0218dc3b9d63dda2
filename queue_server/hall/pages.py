"""Every page of the hall, in the order in which their addresses are tried."""

from __future__ import annotations

from aiohttp import web

from queue_server.hall import page_staff, page_start
from queue_server.hall.counter import page as page_counter
from queue_server.hall.day import page as page_day
from queue_server.hall.day import page_report, page_why
from queue_server.hall.department import page as page_department
from queue_server.hall.devices import page as page_devices
from queue_server.hall.kiosk import page as page_kiosk
from queue_server.hall.reception import page as page_reception
from queue_server.hall.reception import page_pad
from queue_server.hall.residents import page_embed, page_site, page_ticket
from queue_server.web import Deps

PAGES = (
    page_staff,
    page_counter,
    page_reception,
    page_pad,
    page_department,
    page_devices,
    page_day,
    page_report,
    page_why,
    page_start,
    page_kiosk,
    page_ticket,
    page_embed,
    page_site,
)
"""``page_site`` comes last: its address matches what nothing else did."""


def page_routes(deps: Deps) -> list[web.RouteDef]:
    """Their routes."""
    return [route for page in PAGES for route in page.routes(deps)]
