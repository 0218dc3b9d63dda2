"""A mistake in the configuration, as data: a code and facts; sentence and remedy stand in one table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

SENTENCES: dict[str, tuple[str, str]] = {
    # reading
    "no_folder": ("there is no folder {folder}", "give the folder that holds the city's city.toml"),
    "no_file": ("the file is missing", "create it; docs/configuration.md lists its keys"),
    "unreadable": ("the file cannot be read: {reason}", "check its owner and its rights"),
    "not_utf8": ("line {line} is not UTF-8", "save the file as UTF-8, not as Shift_JIS"),
    "syntax": (
        "line {line}: not valid TOML: {reason}",
        "correct the line; texts stand in double quotes; quotes, blanks and = are the half-width ones",
    ),
    "defined_twice": ("defined already in {other}", "keep one of the two"),
    "override_form": ("{text!r} is not KEY=VALUE", "write for example limits.misses_per_minute=100"),
    "override_path": ("{parent} is a value, not a table", "check the dotted path"),
    # shape
    "unknown_key": ("unknown key {name!r}{hint}", "remove it or correct its spelling; known here: {known}"),
    "of_the_city": (
        "{name!r} belongs to the city, not to a site",
        "move it to a file in the city's folder, such as {name}.toml",
    ),
    "of_a_site": ("{name!r} belongs to a site", "move it to a file in the folder sites/<id>/"),
    "missing": ("the key is missing", "add it: {expected}"),
    "wrong_type": ("expected {expected}, found {found}", "write {expected}"),
    "bad_value": ("{value!r} is not {expected}", "write {expected}"),
    "bad_id": ("{name!r} cannot be an id", "use only {allowed}"),
    "literal_secret": (
        "a secret stands here in clear",
        "put it into the environment or a file and write env:NAME or file:PATH",
    ),
    # the whole
    "no_site": ("the city has no site", "create sites/<id>/site.toml with the names of the building"),
    "reserved_id": ("{name!r} is reserved for the program's own addresses", "choose another id for the site"),
    "unknown_time_zone": ("there is no time zone {name!r}", "write an IANA name such as Asia/Tokyo"),
    "bad_network": ("{name!r} is no address", "write an address or a network such as 192.0.2.0/24"),
    "unknown_language": (
        "{name!r} is not one of the city's languages{hint}",
        "use one of {known}, or add it to languages",
    ),
    "name_missing": (
        "no text in {language!r}",
        "write it too: every text needs the city's first language",
    ),
    "repeated": ("{name!r} stands there twice", "keep one of the two"),
    "unknown_reference": ("there is no {kind} {name!r}{hint}", "define it, or use one of: {known}"),
    "band_empty": ("last ({last}) is smaller than first ({first})", "make last at least {first}"),
    "band_overlap": (
        "prints the same number ({number}) as band {other}",
        "give the two bands different prefixes or separate ranges",
    ),
    "skip_outside": ("skips {number}, which is outside {first}–{last}", "remove it from skip"),
    "band_all_skipped": ("every number is skipped", "leave some numbers in the band"),
    "cap_too_large": (
        "a cap of {count} needs more than the {size} numbers of band {band}",
        "widen the band or lower the cap",
    ),
    "no_counter": ("no counter takes this service", "add it to the services of a counter"),
    "emergency_band": ("band {name} is the emergency pad", "issue this service from an ordinary band"),
    "bad_span": (
        "the hours {span!r} are impossible: {reason}",
        "write spans such as 8:30-17:15, in order, up to 24:00",
    ),
    "bad_date": ("{name!r} is not a date", "write it as 2026-12-27"),
    "bad_yearly": ("{name!r} names a day that does not exist", "write existing days such as 12-29..01-03"),
    "bad_nth": ("{name!r} is not an nth weekday", "write 1 to 5, a dash and a weekday: 2-sat"),
    "never_open": ("the site has no hours at all", "add [hours.week], or always_open = true"),
    "not_pickup": ("service {name!r} is not a pick-up service", "set is_pickup = true there or name another"),
    "other_site": ("{kind} {name!r} stands at {other}", "use the {kind} of this site, or correct the site"),
    "few_answers": ("a question needs at least two answers", "write another answer, or remove the question"),
    "asked_twice": ("question {other} is asked for service {name!r} already", "keep one of the two"),
    "pickup_offered": ("{name!r} is a pick-up service: nobody comes for it", "name another service"),
    "bad_device": ("{reason}", "{remedy}"),
    "same_address": (
        "{other} has this address already",
        "one device is written once: give this one its own address, or use {other} in both places",
    ),
    "other_machine": (
        "{name!r} hangs on another machine: a printer's paper is never sent from one machine to the other",
        "name a printer with the same agent, or none",
    ),
    "not_a_line": ("buttons need a line that can be read, and this is {kind}:", "use serial: or tcp:"),
    "same_bytes": ("two buttons send {name}", "give every button bytes of its own"),
    "bytes_inside": ("{name} begins with the bytes of another button", "give every button bytes of its own"),
    "no_bytes": ("there are no bytes", "write pairs of hex digits, such as 02 31 03"),
    "placeholder_here": ("{name} cannot be sent by a button", "write plain bytes"),
    "unknown_placeholder": ("there is no {name}", "use one of: {known}"),
    "half_shown": (
        "there is {name} without {missing}: what {name} shows would stay for ever",
        "write both, or remove {name}",
    ),
    "no_number_here": (
        "{name} is a number, and there is none to show here",
        "write plain bytes; a number stands in number only",
    ),
    "nothing_before": (
        "{name} is made of the bytes before it, and there are none",
        "write it behind those bytes",
    ),
    "same_shown": (
        "the same bytes stand for {other}, which means another thing",
        "write for each what the device shows it by; give every counter its own address",
    ),
    "no_release": ("a long press needs the bytes of letting go", "write released, or remove long"),
    "field_missing": ("{name!r} is not among them, and no ticket may be without it", "add it to fields"),
    "unknown_model": (
        "there is no model {name!r}{hint}",
        "write one of {known}; for another printer leave it out and write width and dpi from its manual",
    ),
    "no_such_paper": ("{name} takes no paper of {paper} mm", "write {name}, and load paper of {other} mm"),
    "bad_logo": ("{name} cannot be printed: {reason}", "put a PNG into the city's folder and write its name"),
    "logo_too_big": ("{name} has {size:,} bytes", "save it in black and white, with at most {most:,} bytes"),
    "logo_too_wide": (
        "{name} is {width} × {height} dots, and printer {printer!r} has room for {room} × {room}",
        "make it smaller, or give that printer a layout of its own",
    ),
    "own_fallback": ("a printer cannot be its own fallback", "name another printer, or remove the key"),
}
"""Code → sentence, remedy (English). Another language is another table with the same codes and facts."""


class Mistake(Struct, frozen=True):
    """One mistake. ``key`` is the dotted path from the city's root, as ``--set`` takes it."""

    file: str
    """Relative to the city's folder, or ``--set``."""
    key: str
    code: str
    facts: dict[str, Any] = {}

    @property
    def what(self) -> str:
        """What is wrong, in English."""
        return SENTENCES[self.code][0].format(**self.facts)

    @property
    def remedy(self) -> str:
        """What to do about it, in English."""
        return SENTENCES[self.code][1].format(**self.facts)

    def __str__(self) -> str:
        where = f"{self.file}: {self.key}" if self.key else self.file
        return f"{where}: {self.what} ({self.remedy})"


class ConfigurationError(Exception):
    """The configuration cannot be used. ``mistakes`` holds all that were found."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = list(mistakes)
        count = len(self.mistakes)
        head = "1 mistake" if count == 1 else f"{count} mistakes"
        super().__init__("\n".join([f"{head} in the configuration:", *(f"  {m}" for m in self.mistakes)]))


def did_you_mean(name: str, known: Sequence[str]) -> str:
    """``", did you mean 'x'?"`` when something known is close to ``name``, else an empty string."""
    from difflib import get_close_matches

    lowered = {k.lower(): k for k in known}
    close = get_close_matches(name.lower(), list(lowered), n=1, cutoff=0.6)
    return f", did you mean {lowered[close[0]]!r}?" if close else ""


def listed(known: Sequence[str]) -> str:
    """Known names for a sentence."""
    return ", ".join(known) if known else "(none yet)"
