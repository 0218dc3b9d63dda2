"""Checks of the ticket machines of one site, and of what they ask and tell before a number."""

from __future__ import annotations

from .model import City, Site
from .reading import Key, Source
from .referring import reference, references, unique
from .whole_hours import check_spans

FEWEST_ANSWERS = 2


def check_kiosks(source: Source, city: City, at: Key, site: Site) -> None:
    """Note references to nothing, printers of other sites, questions that are none, and impossible hours."""
    for key, kiosk in site.kiosks.items():
        here = (*at, "kiosks", key)
        references(source, (*here, "categories"), "category", kiosk.categories, site.categories)
        reference(source, (*here, "printer"), "printer", kiosk.printer, city.printers)
        printer = city.printers.get(kiosk.printer or "")
        if printer is not None and printer.site in city.sites and printer.site != at[1]:
            source.note(
                (*here, "printer"), "other_site", kind="printer", name=kiosk.printer, other=printer.site
            )
    for key, service in site.services.items():
        references(source, (*at, "services", key, "hints"), "hint", service.hints, site.hints)
    _questions(source, at, site)
    for key, hint in site.hints.items():
        here = (*at, "hints", key)
        check_spans(source, (*here, "hours"), hint.hours)
        unique(source, (*here, "weekdays"), hint.weekdays)


def _questions(source: Source, at: Key, site: Site) -> None:
    asked: dict[str, str] = {}
    for key, question in site.questions.items():
        here = (*at, "questions", key)
        references(source, (*here, "services"), "service", question.services, site.services)
        for index, service in enumerate(question.services):
            other = asked.setdefault(service, key)
            if other != key:
                source.note((*here, "services", str(index)), "asked_twice", name=service, other=other)
        if len(question.answers) < FEWEST_ANSWERS and not source.mistaken((*here, "answers")):
            source.note((*here, "answers"), "few_answers")
        for index, answer in enumerate(question.answers):
            leads = (*here, "answers", str(index), "service")
            reference(source, leads, "service", answer.service, site.services)
            known = site.services.get(answer.service)
            if known is not None and known.is_pickup:
                source.note(leads, "pickup_offered", name=answer.service)
