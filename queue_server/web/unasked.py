"""What browsers and crawlers ask for by themselves: answered, so that nobody's phone counts as a guesser."""

from __future__ import annotations

from aiohttp import web

ROBOTS = "User-agent: *\nDisallow: /t/\nDisallow: /staff/\nDisallow: /kiosk/\nDisallow: /display/\nDisallow: /api/\n"
ICONS = ("/favicon.ico", "/apple-touch-icon.png", "/apple-touch-icon-precomposed.png")
KEEP = {"Cache-Control": "public, max-age=86400"}


def routes() -> list[web.RouteDef]:
    """To be added to the application."""
    return [web.get("/robots.txt", _robots), *(web.get(path, _nothing) for path in ICONS)]


async def _robots(request: web.Request) -> web.Response:
    """Public boards may be found; tickets and workplaces may not."""
    return web.Response(text=ROBOTS, headers=KEEP)


async def _nothing(request: web.Request) -> web.Response:
    """There is no picture; 204 is no miss."""
    return web.Response(status=204, headers=KEEP)
