"""From an event to a worded ticket: the holder's language, the hall's names, the catalogue's sentences."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from printers.ticket import Labels, TicketPaper
from queue_server.domain.events import TicketIssued, TicketReprinted
from queue_server.domain.rules import Names, Rules
from queue_server.domain.state import Estimate, Ticket
from queue_server.settings import Settings, text
from queue_server.web import Texts
from queue_server.web.absence import when_absent, when_back


def in_language(names: Names, lang: str) -> str:
    """A name in the holder's language, in Japanese, or in whatever there is."""
    return names.get(lang) or names.get("ja") or next(iter(names.values()), "")


class Wording:
    """Words the tickets of one city."""

    def __init__(self, settings: Settings, texts: Texts, zone: ZoneInfo) -> None:
        self._settings = settings
        self._texts = texts
        self._zone = zone

    def issued(self, event: TicketIssued, rules: Rules, printer: str) -> TicketPaper:
        """The paper of a new number. Its QR is filled in when it is printed: a token is stored nowhere.

        ``printer``: whose layout's notice it carries.
        """
        return self.paper(
            event.lang or "ja",
            rules,
            printer,
            number=event.number,
            services=event.services,
            issued_at=event.issued_at,
            ahead=event.ahead,
            estimate=event.estimate,
        )

    def reprinted(self, event: TicketReprinted, ticket: Ticket, rules: Rules, printer: str) -> TicketPaper:
        """The paper again, marked as a reissue; people ahead are left out, for they have changed."""
        return self.paper(
            ticket.lang or "ja",
            rules,
            printer,
            number=event.number,
            services=event.services,
            issued_at=event.issued_at,
            reissue=True,
            large=event.large,
        )

    def paper(
        self,
        lang: str,
        rules: Rules,
        printer: str,
        *,
        number: str,
        services: tuple[str, ...],
        issued_at: int,
        ahead: int | None = None,
        estimate: Estimate | None = None,
        reissue: bool = False,
        large: bool = False,
    ) -> TicketPaper:
        """A ticket of these facts; ``issued_at`` in ms UTC."""
        say = self._texts.get
        return TicketPaper(
            number=number,
            title=in_language(rules.names, lang),
            purposes=tuple(
                in_language(rules.services[s].names, lang) for s in services if s in rules.services
            ),
            area=self._area(lang, rules, services),
            issued_at=datetime.fromtimestamp(issued_at / 1000, self._zone).strftime(say(lang, "ticket.time")),
            ahead=self._ahead(lang, ahead),
            wait=self._wait(lang, estimate),
            absent_note=self._absent(lang, rules),
            notice=self._notice(lang, printer),
            reissue=say(lang, "ticket.reissue") if reissue else "",
            lang="ja" if lang == "ja-easy" else lang,
            large=large,
            labels=Labels(
                number=say(lang, "ticket.number"),
                area=say(lang, "ticket.area"),
                issued=say(lang, "ticket.issued"),
                qr=say(lang, "ticket.qr"),
            ),
        )

    def _ahead(self, lang: str, ahead: int | None) -> str:
        if ahead is None:
            return ""
        return self._texts.get(lang, "ticket.ahead" if ahead else "ticket.ahead-none", ahead=ahead)

    def _notice(self, lang: str, printer: str) -> str:
        layout = self._settings.layouts.get(self._settings.printers[printer].layout or "")
        return "" if layout is None else in_language(layout.notice, lang)

    def _absent(self, lang: str, rules: Rules) -> str:
        """What the city says to whoever misses the call, and the rule that holds for all."""
        note = in_language(text(self._settings, rules.site, "ticket-note"), lang)
        said = (
            note or self._texts.get(lang, "ticket.absent"),
            when_absent(self._texts, lang, rules),
            when_back(self._texts, lang, rules),
        )
        return "\n".join(filter(None, said))

    def _area(self, lang: str, rules: Rules, services: tuple[str, ...]) -> str:
        """Where the purposes are called to, in their order: the areas of their counters, else the counters' names."""
        areas = [
            in_language(counter.area or counter.names, lang)
            for service in services
            for counter in rules.counters.values()
            if service in counter.services
        ]
        return self._texts.get(lang, "ticket.list").join(dict.fromkeys(areas))

    def _wait(self, lang: str, estimate: Estimate | None) -> str:
        if estimate is None:
            return ""
        if estimate.high_minutes < 3:
            return self._texts.get(lang, "ticket.wait-short")
        return self._texts.get(lang, "ticket.wait", low=estimate.low_minutes, high=estimate.high_minutes)
