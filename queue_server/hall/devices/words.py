"""A device's state in words, and what somebody beside it can do."""

from __future__ import annotations

from typing import Literal

from queue_server.contract import DeviceNote, DeviceState
from queue_server.web.texts import Texts

Tone = Literal["good", "warn", "bad", "soft"]
TONES: dict[DeviceState, Tone] = {
    "ready": "good",
    "paper_near_end": "warn",
    "paper_out": "bad",
    "cover_open": "bad",
    "offline": "bad",
    "error": "bad",
    "unplugged": "bad",
    "unknown": "soft",
}
SYMBOLS: dict[Tone, str] = {"good": "✓", "warn": "△", "bad": "✕", "soft": "?"}
"""Beside the word, so that nobody has to tell colours apart."""

REASONS: dict[DeviceState, tuple[str, ...]] = {
    "offline": ("no_answer", "agent_away"),
    "error": (
        *("blade", "overheated", "timeout", "stuck", "fonts_missing"),
        *("not_allowed", "busy", "ambiguous", "not_a_printer", "no_driver", "settings", "internal", "bug"),
    ),
    "unknown": ("starting", "not_asked", "no_answer", "garbled"),
}
"""Reasons of printers that have words of their own."""


class DeviceWords:
    """The words in one language. A text for the device's kind and the state's reason wins over a general one."""

    def __init__(self, texts: Texts, lang: str) -> None:
        self._texts, self._lang = texts, lang

    def state(self, kind: str, state: str, reason: str = "") -> str:
        """What is so, in a few words."""
        return self._found("devices.state", kind, state, reason)

    def remedy(self, kind: str, state: str, reason: str = "", *, by_agent: bool = False) -> str:
        """What to do now, in a sentence; empty when there is nothing to do. ``by_agent``: it hangs on a machine other
        than this server's."""
        return self._found("devices.do", kind, state, reason, ".by_agent" if by_agent else "")

    def note(self, note: DeviceNote, counter: str, at: str) -> str:
        """What came last and led to nothing; ``counter``: its name, ``at``: when, as the hall's clocks show it."""
        texts, lang = self._texts, self._lang
        if note.what == "unknown_bytes":
            return texts.get(lang, "devices.note.unknown_bytes", data=note.data, at=at)
        known = (f"devices.refused.{note.code}", f"problem.{note.code}")
        why = next((texts.get(lang, key) for key in known if texts.has(key)), note.code)
        act = texts.get(lang, f"act.{note.action}")
        return texts.get(lang, "devices.note.refused_press", counter=counter, act=act, why=why, at=at)

    def why(self, reason: str) -> str:
        """Why a paper did not come out for certain; empty where nothing is known."""
        key = f"devices.why.{reason}"
        return self._texts.get(self._lang, key) if self._texts.has(key) else ""

    def of_printers(self, *, by_agent: bool = False) -> dict[str, tuple[str, str]]:
        """``<state> <reason>`` (and ``<state>`` alone) → word and remedy, for a page that fills them in itself."""
        return {
            f"{state} {reason}".strip(): (
                self.state("printer", state, reason),
                self.remedy("printer", state, reason, by_agent=by_agent),
            )
            for state in TONES
            for reason in ("", *REASONS.get(state, ()))
        }

    def _found(self, about: str, kind: str, state: str, reason: str, place: str = "") -> str:
        told = reason or "plain"
        for key in (f"{kind}.{state}.{told}", f"{kind}.{state}", f"{state}.{told}", state):
            for text in (f"{about}.{key}{place}", f"{about}.{key}"):
                if self._texts.has(text):
                    return self._texts.get(self._lang, text)
        return ""
