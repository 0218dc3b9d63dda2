"""What every page of staff stands on: who may open it, and what it starts from."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from queue_server import contract
from queue_server.domain.state import SiteState
from queue_server.hall.devices.view import devices_view
from queue_server.web import Deps, Principal, ProblemError
from queue_server.web.enrolment import enrolled
from queue_server.web.headers import PAGE
from queue_server.web.page_facts import page_facts

STAFF_ROLES: tuple[contract.Role, ...] = ("staff", "admin")
ACTING: tuple[contract.Role, ...] = ("staff",)
"""Who works at counters, reception and departments: an administrator sees figures and closes the day."""


class StaffPage:
    """Base of the pages of staff. A page without a session leads to the sign-in; a part of a page answers 401."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    async def _site(
        self,
        request: web.Request,
        *,
        whole: bool = True,
        roles: tuple[contract.Role, ...] = ACTING,
        bar: bool = True,
    ) -> tuple[Principal, SiteState, dict[str, Any]]:
        """Who asks, the site's state, and what the pages start from: a ``whole`` one with the ``bar`` of devices.

        Raises 404; 401, which for a ``whole`` page is a redirect to the sign-in; 403.
        """
        site_id = request.match_info["site"]
        if site_id not in self._deps.settings.sites:
            raise ProblemError("not_found")
        try:
            principal = await enrolled(self._deps, request, roles)
        except ProblemError as error:
            if error.code == "sign_in" and whole:
                following = f"/staff/?next={request.rel_url.raw_path}"
                raise web.HTTPSeeOther(following, headers=PAGE) from None
            raise
        state = self._deps.log.view(site_id)
        context = {"site_id": site_id, "site": self._deps.settings.sites[site_id], "seq": state.seq}
        if whole and bar:
            lang = page_facts(self._deps, request)["lang"]
            context["devices"] = await devices_view(self._deps, site_id, lang)
        return principal, state, context
