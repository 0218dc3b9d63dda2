"""The configuration of a city: read from TOML, checked as a whole, turned into rules and business days."""

from .business_days import HoursOfDay, hours, local_date, next_business_day
from .kinds import Names
from .loading import SecretMissing, check, load, pin, secret
from .menu import MenuGroup, languages_of, menu, text
from .mistakes import ConfigurationError, Mistake
from .model import (
    Category,
    City,
    Counter,
    Display,
    Limits,
    Line,
    Notice,
    Retention,
    Service,
    Settings,
    Site,
    WebPush,
)
from .model_devices import FIELDS, Agent, ButtonAction, ButtonKey, Buttons, ButtonShow, Field, Layout, Printer
from .model_kiosk import Hint, Kiosk, Question, QuestionAnswer, Units
from .notes import Note, notes
from .presets import preset_at
from .to_rules import rules

__all__ = [
    "FIELDS",
    "Agent",
    "ButtonAction",
    "ButtonKey",
    "ButtonShow",
    "Buttons",
    "Category",
    "City",
    "ConfigurationError",
    "Counter",
    "Display",
    "Field",
    "Hint",
    "HoursOfDay",
    "Kiosk",
    "Layout",
    "Limits",
    "Line",
    "MenuGroup",
    "Mistake",
    "Names",
    "Note",
    "Notice",
    "Printer",
    "Question",
    "QuestionAnswer",
    "Retention",
    "SecretMissing",
    "Service",
    "Settings",
    "Site",
    "Units",
    "WebPush",
    "check",
    "hours",
    "languages_of",
    "load",
    "local_date",
    "menu",
    "next_business_day",
    "notes",
    "pin",
    "preset_at",
    "rules",
    "secret",
    "text",
]
