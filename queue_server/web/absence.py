"""The site's rule about absence, in words: the same on paper, on phones and at the reception (R-15)."""

from __future__ import annotations

from queue_server.domain.rules import Rules

from .texts import Texts


def when_absent(texts: Texts, lang: str, rules: Rules) -> str:
    """When whoever was called counts as absent; empty where staff alone decide."""
    recalls, minutes = rules.absent_after_recalls, rules.absent_after_minutes
    if not recalls and not minutes:
        return ""
    kind = "both" if recalls and minutes else "recalls" if recalls else "minutes"
    return texts.get(lang, f"absence.{kind}", recalls=recalls, minutes=minutes)


def when_back(texts: Texts, lang: str, rules: Rules) -> str:
    """Where whoever was absent stands when back."""
    places = rules.return_places
    return texts.get(lang, "absence.back" if places else "absence.back_first", places=places)
