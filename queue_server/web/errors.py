"""The one middleware: whatever goes wrong outside the API's endpoints gets an answer of ours too."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.typedefs import Middleware

from queue_server.log import LogError

from .credentials import principal_of
from .deps import Deps
from .endpoints import problem_of
from .page_facts import page_facts, render
from .principals import Principal
from .problems import ProblemError, detail_of, problem_response, title_of

Next = Callable[[web.Request], Awaitable[web.StreamResponse]]
TEMPLATE = "error.html"


def answer_errors(deps: Deps) -> Middleware:
    """Turns exceptions of pages and of the router into problem answers, or into a page for a browser.

    The page is the template ``error.html``, if a room brings one, with ``title``, ``detail`` and ``code``.
    """

    @web.middleware
    async def middleware(request: web.Request, handler: Next) -> web.StreamResponse:
        try:
            return await handler(request)
        except (ConnectionError, web.HTTPRedirection):
            raise
        except Exception as error:
            problem = problem_of(deps, request, error, await _who(deps, request))
            lang = deps.languages.of(request)
            if _wants_page(request) and deps.pages.has(TEMPLATE):
                return _page(deps, request, problem)
            return problem_response(problem, deps.texts, lang)

    return middleware


async def _who(deps: Deps, request: web.Request) -> Principal | None:
    """Who asked, so that an enrolled device's 404 is no guess of a stranger."""
    try:
        return await principal_of(deps, request)
    except LogError:
        return None


def _wants_page(request: web.Request) -> bool:
    if request.path.startswith(("/api/", "/static/")):
        return False
    return "text/html" in request.headers.get("Accept", "")


def _page(deps: Deps, request: web.Request, problem: ProblemError) -> web.Response:
    lang = page_facts(deps, request)["lang"]
    detail = detail_of(problem, deps.texts, lang)
    if problem.code == "internal" and request.path.startswith("/staff/"):
        detail = deps.texts.get(lang, "page.internal_staff")
    response = render(
        deps,
        request,
        TEMPLATE,
        status=problem.status,
        code=problem.code,
        title=title_of(problem, deps.texts, lang),
        detail=detail,
    )
    response.headers.update(problem.headers)
    return response
