"""What the system's error numbers mean for a device: the reasons that staff and the log are told."""

from __future__ import annotations

import errno

_REASONS = {
    # The node in /dev is not there, or it is and nothing is behind it any more.
    errno.ENOENT: "unplugged",
    errno.ENODEV: "unplugged",
    errno.ENXIO: "unplugged",
    errno.EIO: "unplugged",
    errno.ESHUTDOWN: "unplugged",
    errno.EACCES: "not_allowed",
    errno.EPERM: "not_allowed",
    errno.EBUSY: "busy",
    errno.EWOULDBLOCK: "busy",
    errno.ETIMEDOUT: "timeout",
}


def reason_of(error: BaseException) -> str:
    """``unplugged``, ``not_allowed`` (the user may not open it), ``busy`` (another program has it), ``timeout``, or
    ``broken`` for whatever else went wrong on the way."""
    if isinstance(error, TimeoutError):
        return "timeout"
    number = getattr(error, "errno", None)
    if number is None and isinstance(error.__context__, Exception):
        # pyserial wraps the terminal's error in one of its own and keeps the number only in the sentence.
        number = next(iter(error.__context__.args), None)
    return _REASONS.get(number, "broken") if isinstance(number, int) else "broken"
