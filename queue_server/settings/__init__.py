"""The configuration of a city: read from TOML, checked as a whole, turned into rules and business days."""

from .business_days import HoursOfDay, hours, local_date, next_business_day
from .loading import SecretMissing, check, load, secret
from .menu import MenuGroup, languages_of, menu, text
from .mistakes import ConfigurationError, Mistake
from .model import (
    Category,
    City,
    Counter,
    Display,
    Kiosk,
    Limits,
    Line,
    Names,
    Notice,
    Printer,
    Retention,
    Service,
    Settings,
    Site,
    WebPush,
)
from .to_rules import rules

__all__ = [
    "Category",
    "City",
    "ConfigurationError",
    "Counter",
    "Display",
    "HoursOfDay",
    "Kiosk",
    "Limits",
    "Line",
    "MenuGroup",
    "Mistake",
    "Names",
    "Notice",
    "Printer",
    "Retention",
    "SecretMissing",
    "Service",
    "Settings",
    "Site",
    "WebPush",
    "check",
    "hours",
    "languages_of",
    "load",
    "local_date",
    "menu",
    "next_business_day",
    "rules",
    "secret",
    "text",
]
