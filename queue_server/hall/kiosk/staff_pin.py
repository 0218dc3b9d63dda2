"""The PIN that opens the staff mode of a kiosk."""

from __future__ import annotations

from queue_server import settings as configuration
from queue_server.settings import SecretMissing, Settings


def staff_pin(settings: Settings, site: str, kiosk: str) -> str | None:
    """The PIN of a known kiosk; None when none is configured.

    Raises ``SecretMissing`` when it cannot be used.
    """
    reference = settings.sites[site].kiosks[kiosk].staff_pin
    return None if reference is None else configuration.pin(settings, reference)


def has_staff_mode(settings: Settings, site: str, kiosk: str) -> bool:
    """Whether the kiosk offers its staff mode."""
    try:
        return staff_pin(settings, site, kiosk) is not None
    except SecretMissing:
        return False


def mistaken_pins(settings: Settings) -> dict[str, str]:
    """``kiosk <site>/<id>`` → why its staff mode is not offered although it is configured."""
    found = {}
    for site, about in settings.sites.items():
        for kiosk in about.kiosks:
            try:
                staff_pin(settings, site, kiosk)
            except SecretMissing as error:
                found[f"kiosk {site}/{kiosk}"] = str(error)
    return found
