"""A device's change of state as a line of the log: the same words on the server and on an agent's machine."""

from __future__ import annotations

import logging

from .status import Status


def log_change(logger: logging.Logger, device: str, old: Status, new: Status) -> None:
    """One line: a warning while the device does not work, so that a filter by level finds it.

    ``device``: kind and id, e.g. ``printer kiosk1``.
    """
    level = logging.INFO if new.works else logging.WARNING
    detail = f": {new.detail}" if new.detail else ""
    logger.log(level, "%s: %s (was %s)%s", device, _words(new), _words(old), detail)


def _words(status: Status) -> str:
    return f"{status.state}/{status.reason}" if status.reason else status.state
