"""What a ticket machine shows: its purposes, its questions, what needs no waiting, and the words of its screens."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from queue_server import contract
from queue_server import settings as configuration
from queue_server.hall.devices.words import DeviceWords
from queue_server.hall.kiosk.staff_pin import has_staff_mode
from queue_server.settings import Hint, QuestionAnswer, Settings
from queue_server.web.page_facts import named
from queue_server.web.texts import Texts

WORDS = (
    "between", "waiting", "estimate", "closing_soon", "hall_closing", "usable_now", "usable_from", "usable_not",
    "chosen_none", "chosen", "mending", "helping", "leaving", "still_left", "resting_left",
    "place", "printing", "take_paper", "note_number", "no_paper", "given_unsure", "given_failed",
    "found_called", "cancel_sure", "found_mended", "found_back", "found_language", "found_reprint", "found_cancelled",
    "staff_idle", "staff_wait", "staff_nobody", "staff_chosen", "staff_sure", "staff_cancelled",
    "staff_reprinted", "staff_reprint_of", "pin_typed", "remove_of", "printer_now", "printer_none",
    "before_no_paper", "before_no_paper_words", "before_elsewhere", "printing_elsewhere", "take_elsewhere",
)  # fmt: skip
"""Keys ``kiosk.<word>`` that the screens fill in themselves."""
STATES = ("waiting", "called", "serving", "held", "no_show", "processing", "done", "cancelled", "expired")
PAPERS = ("none", "queued", "sent", "confirmed", "unknown", "failed", "expired", "unavailable")


class KioskView:
    """One kiosk in one language. ``board`` is the site's board as it is now."""

    def __init__(
        self, settings: Settings, texts: Texts, site: str, kiosk: str, board: contract.Board, lang: str
    ) -> None:
        """Raises ``KeyError`` for an unknown site or kiosk."""
        self._settings, self._texts, self._site, self._lang = settings, texts, site, lang
        self._about = settings.sites[site]
        self._kiosk = self._about.kiosks[kiosk]
        self._loads = {load.id: load for load in board.services}
        self._asked = {
            service: key for key, question in self._about.questions.items() for service in question.services
        }
        self.groups: list[dict[str, Any]] = [
            {"names": group.names, "purposes": [self._purpose(key) for key in group.services]}
            for group in configuration.menu(settings, site, kiosk)
        ]
        self._offered: set[str] = {p["id"] for group in self.groups for p in group["purposes"]}
        self.questions: list[dict[str, Any]] = [
            {
                "id": key,
                "text": named(question.text, lang),
                "answers": [self._answer(answer) for answer in question.answers],
            }
            for key, question in self._about.questions.items()
            if self._offered & set(question.services)
        ]
        self._offered |= {a["id"] for question in self.questions for a in question["answers"]}
        self.hints = [
            {
                "service": key,
                "name": named(service.names, lang),
                "hints": [self._hint(h) for h in service.hints],
            }
            for key, service in self._about.services.items()
            if service.hints and key in self._offered
        ]
        self.staff = has_staff_mode(settings, site, kiosk)

    def _purpose(self, key: str) -> dict[str, Any]:
        service, load = self._about.services[key], self._loads[key]
        behind = self._behind(key)
        return {
            "id": key,
            "name": named(service.names, self._lang),
            "note": service.note.get(self._lang, ""),
            "closed_hint": named(service.closed_hint, self._lang),
            "opens_with": behind,
            "load": load,
            "open": any(self._loads[one].stopped is None for one in behind),
            "attended": any(self._loads[one].attended for one in behind if self._loads[one].stopped is None),
        }

    def _answer(self, answer: QuestionAnswer) -> dict[str, Any]:
        """A purpose that asks nothing more."""
        return self._purpose(answer.service) | {
            "name": named(answer.names, self._lang),
            "note": named(answer.note, self._lang),
            "opens_with": [answer.service],
            "open": self._loads[answer.service].stopped is None,
            "attended": self._loads[answer.service].attended,
        }

    def _behind(self, key: str) -> list[str]:
        """The services that a tap may lead to: it is offered while one of them takes people."""
        question = self._asked.get(key)
        if question is None:
            return [key]
        return [answer.service for answer in self._about.questions[question].answers]

    def _hint(self, key: str) -> dict[str, Any]:
        hint: Hint = self._about.hints[key]
        return {
            "kind": hint.kind,
            "name": named(hint.names, self._lang),
            "text": named(hint.text, self._lang),
            "fee": named(hint.fee, self._lang),
            "hours": hint.hours,
            "weekdays": hint.weekdays,
            "qr": None if hint.link is None else qr_of(hint.link),
        }

    def _printers(self) -> dict[str, tuple[str, str]]:
        printer = self._settings.printers[self._kiosk.printer] if self._kiosk.printer else None
        by_agent = printer is not None and printer.agent is not None
        return DeviceWords(self._texts, self._lang).of_printers(by_agent=by_agent)

    def facts(self) -> dict[str, Any]:
        """What the page's script knows: words, and the services, counters and questions by id."""
        services = self._about.services
        return {
            "words": {word: self._text(f"kiosk.{word}") for word in WORDS},
            "states": {state: self._text(f"kiosk.state_{state}") for state in STATES},
            "staff_states": {state: self._text(f"problem.state.{state}") for state in STATES},
            "papers": {paper: self._text(f"kiosk.paper_{paper}") for paper in PAPERS},
            "printers": self._printers() if self.staff else {},
            "services": {key: self._service(key) for key in services},
            "counters": {
                key: {"name": named(counter.names, self._lang), "area": named(counter.area, self._lang)}
                for key, counter in self._about.counters.items()
            },
            "confirm": self._kiosk.confirm,
            "last_minutes": self._about.queue.last_ticket_minutes,
        }

    def _service(self, key: str) -> dict[str, Any]:
        service = self._about.services[key]
        offered = key in self._offered
        return {
            "name": named(service.names, self._lang),
            "question": self._asked.get(key) if offered else None,
            "hints": offered and bool(service.hints),
            "places": self._places(key) if offered else [],
            "units": None
            if service.units is None
            else {"text": named(service.units.text, self._lang), "most": service.units.most},
        }

    def _places(self, key: str) -> list[str]:
        """Where people are called to for a service, in the words of its paper."""
        counters = [counter for counter in self._about.counters.values() if key in counter.services]
        return list(dict.fromkeys(named(counter.area or counter.names, self._lang) for counter in counters))

    def text_of_city(self, text_id: str, key: str) -> str:
        """A text that the city writes, else ours."""
        own: Mapping[str, str] = configuration.text(self._settings, self._site, text_id)
        return named(own, self._lang) or self._text(key)

    def _text(self, key: str) -> str:
        return self._texts.get(self._lang, key)


@lru_cache(maxsize=64)
def qr_of(link: str) -> str:
    """A QR code of an address as a ``data:`` address of a picture."""
    import segno  # only needed here

    return str(segno.make(link, error="m", micro=False).svg_data_uri(border=4, light="#fff"))
