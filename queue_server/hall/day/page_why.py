"""``/staff/{site}/why/{number}``: why later numbers went first, to be read together with a resident."""

from __future__ import annotations

from urllib.parse import quote

from aiohttp import web

from queue_server.hall.day.asked_day import asked_day, day_in_words, today
from queue_server.hall.day.why_story import told
from queue_server.hall.day.why_view import Wording, why_view
from queue_server.hall.staff_page import STAFF_ROLES, StaffPage
from queue_server.web import Deps, ProblemError
from queue_server.web.headers import PAGE
from queue_server.web.page_facts import page_facts, render


def routes(deps: Deps) -> list[web.RouteDef]:
    """The page of a number, and where one is asked for."""
    page = WhyPage(deps)
    return [
        web.get("/staff/{site}/why", page.ask),
        web.get("/staff/{site}/why/{number}", page.show),
    ]


class WhyPage(StaffPage):
    """The handlers. ``?date=`` asks for another day, ``?ticket=`` for an earlier bearer of the number."""

    async def ask(self, request: web.Request) -> web.Response:
        """A field for the number; with ``?number=`` on to its page."""
        principal, state, context = await self._site(request, roles=STAFF_ROLES, bar=False)
        asked, number = request.query.get("date"), request.query.get("number", "").strip()[:64]
        day = asked_day(self._deps, state, asked)
        if number:
            following = f"/staff/{state.site}/why/{quote(number, safe='')}"
            if asked:
                following += f"?date={day}"
            raise web.HTTPSeeOther(following, headers=PAGE)
        return render(self._deps, request, "why_ask.html", **context, principal=principal, day=day)

    async def show(self, request: web.Request) -> web.Response:
        """The story of a number. One that nobody bears is said on the page itself, beside the field."""
        principal, state, context = await self._site(request, roles=STAFF_ROLES, bar=False)
        day = asked_day(self._deps, state, request.query.get("date"))
        number = request.match_info["number"]
        facts = page_facts(self._deps, request)
        context |= {"day": day, "said_day": day_in_words(day, facts["lang"])}
        try:
            found = await told(self._deps, state.site, day, number, request.query.get("ticket") or None)
        except ProblemError as problem:
            if problem.code != "unknown_number":
                raise
            return render(
                self._deps,
                request,
                "why_ask.html",
                status=404,
                **context,
                principal=principal,
                unknown=number,
            )
        wording = Wording(self._deps, facts["lang"], found.story.rules)
        return render(
            self._deps,
            request,
            "why.html",
            **context,
            principal=principal,
            today=day_in_words(today(self._deps), facts["lang"]),
            view=why_view(found, wording),
        )
