"""The log: one append-only table a database, one writer, many readers. See ``Log`` in ``log.py``."""

from .days import events_of_day, marks_of_day
from .deliveries import Deliveries, Delivery, Taken, delivery_id
from .errors import (
    CannotOpen,
    CommandFailed,
    Damaged,
    InUse,
    KeyReused,
    LogError,
    LogUnavailable,
    UnknownSite,
)
from .log import Log
from .readers import Follower
from .records import IdempotencyKey, LogStatus, Outcome, PrivateRow
from .work import Transaction

__all__ = [
    "CannotOpen",
    "CommandFailed",
    "Damaged",
    "Deliveries",
    "Delivery",
    "Follower",
    "IdempotencyKey",
    "InUse",
    "KeyReused",
    "Log",
    "LogError",
    "LogStatus",
    "LogUnavailable",
    "Outcome",
    "PrivateRow",
    "Taken",
    "Transaction",
    "UnknownSite",
    "delivery_id",
    "events_of_day",
    "marks_of_day",
]
