"""The site's rule about absence, in words: the same on paper, on phones and at the reception (R-15)."""

from __future__ import annotations

from queue_server.domain.rules import Rules

from .texts import Texts


def absence_rule(texts: Texts, lang: str, rules: Rules) -> list[str]:
    """One sentence when whoever was called counts as absent, unless staff decide; one where they stand when back."""
    facts = {
        "recalls": rules.absent_after_recalls,
        "minutes": rules.absent_after_minutes,
        "places": rules.return_places,
    }
    kind = {
        (True, True): "both",
        (True, False): "recalls",
        (False, True): "minutes",
    }.get((rules.absent_after_recalls > 0, rules.absent_after_minutes > 0))
    sentences = [] if kind is None else [texts.get(lang, f"absence.{kind}", **facts)]
    sentences.append(
        texts.get(lang, "absence.back" if rules.return_places else "absence.back_first", **facts)
    )
    return sentences
