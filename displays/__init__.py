"""The screens of the hall, the panels above the counters and the voice."""

from .pages import routes

__all__ = ["routes"]
