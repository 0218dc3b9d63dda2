"""What pages ask of the configuration: the kiosk's buttons, languages and texts."""

from __future__ import annotations

from msgspec import Struct

from .kinds import Names
from .model import Display, Settings


class MenuGroup(Struct, frozen=True):
    """One category of a kiosk and its services, in the order of the files."""

    id: str | None
    """None: services without a category."""
    names: Names
    services: tuple[str, ...]


def menu(settings: Settings, site_id: str, kiosk_id: str | None = None) -> list[MenuGroup]:
    """The purposes that a kiosk offers, empty groups left out; without ``kiosk_id`` those of all kiosks.

    Raises ``KeyError`` for an unknown site or kiosk.
    """
    site = settings.sites[site_id]
    chosen = site.kiosks[kiosk_id].categories if kiosk_id is not None else ()
    categories: tuple[str | None, ...] = chosen or (*site.categories, None)
    groups = []
    for category in categories:
        services = tuple(
            key for key, s in site.services.items() if s.category == category and s.kiosk and not s.is_pickup
        )
        if services:
            names = {} if category is None else site.categories[category].names
            groups.append(MenuGroup(category, names, services))
    return groups


def languages_of(settings: Settings, display: Display) -> tuple[str, ...]:
    """The languages of a display: its own, or the city's."""
    return display.languages or settings.languages


def text(settings: Settings, site_id: str, text_id: str) -> Names:
    """A text of the configuration by language: the site's, or the city's; empty when neither has it.

    Raises ``KeyError`` for an unknown site.
    """
    return settings.sites[site_id].texts.get(text_id) or settings.texts.get(text_id, {})
