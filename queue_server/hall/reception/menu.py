"""The purposes that the reception gives: those of the kiosks, and those that no kiosk offers."""

from __future__ import annotations

from queue_server import settings as configuration
from queue_server.domain.rules import Names
from queue_server.domain.state import SiteState
from queue_server.settings import Service
from queue_server.web import Deps

Group = tuple[Names, list[tuple[str, Service]]]
"""Names of a category (empty: without one) and (id, service) of its purposes."""


def groups_of(deps: Deps, state: SiteState) -> list[Group]:
    """The purposes of a site by category, in the order of the files."""
    site = deps.settings.sites[state.site]
    groups = [(g.names, g.services) for g in configuration.menu(deps.settings, state.site)]
    shown = {key for _, services in groups for key in services}
    only_here = tuple(key for key, s in site.services.items() if key not in shown and not s.is_pickup)
    if only_here:
        groups.append(({}, only_here))
    return [(names, [(key, site.services[key]) for key in services]) for names, services in groups]
