"""What the pages of a site stand on that need no sign-in."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from queue_server.domain.rules import Names
from queue_server.domain.state import SiteState
from queue_server.web import Deps, ProblemError


class PublicPage:
    """Base of the pages of a site."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def _site(self, request: web.Request) -> tuple[SiteState, dict[str, Any]]:
        """A known site with what its pages start from. Raises 404."""
        site_id = request.match_info["site"]
        if site_id not in self._deps.settings.sites:
            raise ProblemError("not_found")
        state = self._deps.log.view(site_id)
        context = {
            "site_id": site_id,
            "site": self._deps.settings.sites[site_id],
            "seq": state.seq,
            "now": self._deps.clock.now(),
        }
        return state, context

    def _notices(self) -> dict[str, Names]:
        return {key: notice.text for key, notice in self._deps.settings.notices.items()}
