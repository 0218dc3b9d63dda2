"""What a line needs of ``[buttons.<id>]``; an agent gets the same as JSON."""

from __future__ import annotations

import msgspec

from queue_server.settings.model_devices import ButtonKey, Buttons, ButtonShow


class ButtonsSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One line; `Buttons` says what each key means."""

    device: str
    debounce_ms: int = 80
    long_ms: int = 1200
    keys: tuple[ButtonKey, ...] = ()
    shows: dict[str, ButtonShow] = {}
    repeat_s: int = 30


def settings_of(configured: Buttons) -> ButtonsSettings:
    """The settings of a line of the configuration."""
    return msgspec.convert(configured, ButtonsSettings, from_attributes=True)
