"""``/staff/{site}/department/{department}``: the hand-offs of a department."""

from __future__ import annotations

from aiohttp import web

from queue_server.domain.state import SiteState
from queue_server.hall.department.view import handoff_view
from queue_server.hall.staff_page import StaffPage
from queue_server.web import Deps, ProblemError
from queue_server.web.page_facts import render


def routes(deps: Deps) -> list[web.RouteDef]:
    """The page and its part that changes."""
    page = DepartmentPage(deps)
    return [
        web.get("/staff/{site}/department/{department}", page.whole),
        web.get("/staff/{site}/department/{department}/now", page.now),
    ]


class DepartmentPage(StaffPage):
    """The handlers."""

    async def whole(self, request: web.Request) -> web.Response:
        """``/staff/{site}/department/{department}``: its hand-offs."""
        principal, state, context = await self._site(request)
        department = self._department(request, state)
        assert state.rules is not None
        return render(
            self._deps,
            request,
            "department.html",
            **context,
            principal=principal,
            department_id=department,
            department=state.rules.departments[department],
            handoffs=await handoff_view(self._deps, state, department),
        )

    async def now(self, request: web.Request) -> web.Response:
        """The part of the department's page that changes."""
        _, state, context = await self._site(request, whole=False)
        handoffs = await handoff_view(self._deps, state, self._department(request, state))
        return render(self._deps, request, "department_now.html", **context, handoffs=handoffs)

    def _department(self, request: web.Request, state: SiteState) -> str:
        department = request.match_info["department"]
        if state.rules is None or department not in state.rules.departments:
            raise ProblemError("unknown_department", department=department)
        return department
