"""Every page of the hall, in the order in which their addresses are tried."""

from __future__ import annotations

from aiohttp import web

from queue_server.web import Deps

from . import (
    page_counter,
    page_day,
    page_department,
    page_embed,
    page_kiosk,
    page_pad,
    page_reception,
    page_report,
    page_site,
    page_staff,
    page_start,
    page_ticket,
    page_why,
)

PAGES = (
    page_staff,
    page_counter,
    page_reception,
    page_pad,
    page_department,
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
