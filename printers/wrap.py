"""Breaking a text into lines, for any measure (dots on a picture, columns on a character printer).

Japanese breaks between any two characters except before closing marks and small kana and after opening marks;
words of other scripts stay whole; a figure stays with its unit ("3" with what is counted). Where it costs at
most one line more, Japanese breaks only where a phrase ends (after a comma or a particle), as people would write.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable
from functools import lru_cache

Measure = Callable[[str], float]
"""Width of a text in the unit of the limit. Must never shrink when a character is added."""

_SMALL = (
    "HIRAGANA LETTER SMALL",
    "KATAKANA LETTER SMALL",
    "KATAKANA-HIRAGANA",
    "HALFWIDTH KATAKANA LETTER SMALL",
)
_NEVER_FIRST_NAMES = ("WAVE DASH", "FULLWIDTH TILDE", "IDEOGRAPHIC ITERATION MARK", "KATAKANA MIDDLE DOT")

_PARTICLES = frozenset(
    unicodedata.lookup(f"HIRAGANA LETTER {name}")
    for name in ("NO", "WO", "NI", "HA", "GA", "TO", "DE", "HE", "MO", "YA")
)
_CLEAR_PARTICLES = frozenset(
    unicodedata.lookup(f"HIRAGANA LETTER {name}") for name in ("WO", "NI", "HA", "GA", "MO")
)  # the others are as often part of a word
_HONORIFICS = frozenset(unicodedata.lookup(f"HIRAGANA LETTER {name}") for name in ("O", "GO"))  # begin a word
_MORE = 0.25  # how much one more line disturbs
_SHORT = 3  # letters of a word that leans on the next one
_ALWAYS_ENDS = frozenset(
    (unicodedata.lookup("HIRAGANA LETTER WO"), unicodedata.lookup("KATAKANA MIDDLE DOT"))
)


def wrap(text: str, limit: float, measure: Measure, *, balance: bool = False) -> list[str]:
    """Break ``text`` into lines no wider than ``limit`` (same unit as ``measure``); line feeds are kept.

    ``balance`` makes the lines about equally long, in as few lines, and ends them where sense does: better for centred
    text. A single character wider than the limit still gets its own line.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        units = _units(paragraph)
        filled = _fill(units, limit, measure)
        if len(filled) > 1:
            phrases = _phrases(units, limit, measure)
            by_phrase = _fill(phrases, limit, measure)
            if len(by_phrase) <= len(filled) + 1:  # one more line is worth whole phrases, two are not
                units, filled = phrases, by_phrase
            if balance:
                tried = [_even(units, len(filled) + more, limit, measure) for more in (0, 1)]
                filled = (
                    min((cost + more * _MORE, lines) for more, (cost, lines) in enumerate(tried))[1] or filled
                )
        lines.extend(filled)
    return [line for line in lines if line]


def is_wide(char: str) -> bool:
    """Whether the character takes a full cell, as kanji and kana do."""
    return unicodedata.east_asian_width(char) in ("W", "F")


@lru_cache(maxsize=4096)
def _never_first(char: str) -> bool:
    if unicodedata.category(char) in ("Pe", "Pf"):
        return True
    name = unicodedata.name(char, "")
    if unicodedata.category(char) == "Po" and is_wide(char):
        return True  # ideographic comma and full stop, full-width ! ? : ;
    return name.startswith(_SMALL) or name in _NEVER_FIRST_NAMES


@lru_cache(maxsize=4096)
def _never_last(char: str) -> bool:
    return unicodedata.category(char) in ("Ps", "Pi")


def _glued(before: str, after: str) -> bool:
    """Whether a line may not end between these two neighbours."""
    if _never_first(after) or _never_last(before):
        return True
    if not is_wide(before) and not is_wide(after):
        return before != " " and after != " "
    return before.isdecimal() and after != " "


def _units(paragraph: str) -> list[str]:
    """Runs that must stay together; a space is kept at the end of the run it follows."""
    units: list[str] = []
    for char in paragraph:
        if units and (char == " " or _glued(units[-1][-1], char)):
            units[-1] += char
        else:
            units.append(char)
    return units


def _phrases(units: list[str], limit: float, measure: Measure) -> list[str]:
    """Units joined to phrases: up to a space, a mark or a particle that is followed by a new word.

    A phrase wider than ``limit`` is cut where a word begins, and what is still too wide is left as its units.
    """
    joined: list[str] = []
    for phrase in _joined(units, _phrase_ends):
        if measure("".join(phrase).rstrip()) <= limit:
            joined.append("".join(phrase))
            continue
        for word in _joined(phrase, _word_begins):
            whole = "".join(word)
            joined.extend([whole] if measure(whole.rstrip()) <= limit else word)
    return joined


def _joined(units: list[str], ends: Callable[[str, str], bool]) -> list[list[str]]:
    groups: list[list[str]] = []
    for unit in units:
        if groups and not ends(groups[-1][-1][-1], unit[0]):
            groups[-1].append(unit)
        else:
            groups.append([unit])
    return groups


def _word_begins(before: str, after: str) -> bool:
    """Whether kana end there and something else begins: most often the next word."""
    name = unicodedata.name(before, "")
    return (
        name.startswith("HIRAGANA")
        and not name.startswith(_SMALL)
        and before not in _HONORIFICS
        and not unicodedata.name(after, "").startswith("HIRAGANA")
    )


def _phrase_ends(before: str, after: str) -> bool:
    if before == " " or before in _ALWAYS_ENDS or _never_last(after):
        return True
    if _never_first(before):
        return not unicodedata.name(before, "").startswith(_SMALL)
    return before in _PARTICLES and (
        after in _HONORIFICS or not unicodedata.name(after, "").startswith("HIRAGANA")
    )


def _fill(units: list[str], limit: float, measure: Measure) -> list[str]:
    lines: list[str] = []
    line = ""
    for unit in units:
        if not line or measure((line + unit).rstrip()) <= limit:
            line += unit
        else:
            lines.append(line)
            line = unit
        while measure(line.rstrip()) > limit and len(line.rstrip()) > 1:
            cut = _longest(line, limit, measure)
            lines.append(line[:cut])
            line = line[cut:]
    if line:
        lines.append(line)
    return [done.strip() for done in lines]


def _longest(line: str, limit: float, measure: Measure) -> int:
    """How many characters of an unbreakable run fit; at least one."""
    count = 1
    while count < len(line) - 1 and measure(line[: count + 1]) <= limit:
        count += 1
    return count


def _even(units: list[str], count: int, limit: float, measure: Measure) -> tuple[float, list[str]]:
    """The units on ``count`` lines, as even as they go and broken where sense breaks, and what disturbs in it.

    Infinitely much, and no lines, when they do not fit.
    """
    best: list[dict[int, tuple[float, int]]] = [{0: (0.0, 0)}]  # per line: units used → (cost, units before)
    for number in range(1, count + 1):
        reached: dict[int, tuple[float, int]] = {}
        for start, (cost, _) in best[-1].items():
            line = ""
            for end in range(start + 1, len(units) + 1):
                line += units[end - 1]
                width = measure(line.strip())
                if width > limit:
                    break
                more = cost + (1 - width / limit) ** 2
                if end < len(units):
                    more += _break_cost(line, units[end])
                elif number < count:
                    continue
                if end not in reached or more < reached[end][0]:
                    reached[end] = (more, start)
        best.append(reached)
    end = len(units)
    if end not in best[count]:
        return math.inf, []
    cost = best[count][end][0]
    lines: list[str] = []
    for reached in reversed(best[1:]):
        start = reached[end][1]
        lines.append("".join(units[start:end]).strip())
        end = start
    return cost, lines[::-1]


def _break_cost(line: str, after: str) -> float:
    """How much it disturbs the reader that a line ends there; an empty line would cost 1."""
    last = line.rstrip()[-1]
    if _never_last(after[0]) or _stops(last):
        return 0.0
    word = line.split()[-1]
    if after[0].isdecimal() and any(char.isdecimal() for char in word):
        return 0.4  # a date and its time
    if word.isdecimal():
        return 0.25  # a figure and what it counts
    if after[0].isdecimal() and not is_wide(last):
        return 0.18  # a counter and its figure
    if line.endswith(" "):
        # an article or a preposition belongs to what follows
        return 0.15 if is_wide(last) or len(word) > _SHORT else 0.2
    if _kana(last) == _kana(after[0]) != "":
        return 0.15 if last in _CLEAR_PARTICLES else 1.0  # inside a word, most likely
    return 0.15


def _stops(char: str) -> bool:
    return unicodedata.category(char) in ("Po", "Pe", "Pf")


def _kana(char: str) -> str:
    kind = unicodedata.name(char, "").partition(" ")[0].partition("-")[0]
    return kind if kind in ("HIRAGANA", "KATAKANA") else ""
