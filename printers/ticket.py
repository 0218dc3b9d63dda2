"""What stands on a ticket, as data.

Whoever makes a `TicketPaper` has already chosen the language and worded every line; this room only lays out.
"""

from __future__ import annotations

import msgspec


class Labels(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Small words beside the facts, worded in the holder's language. An empty one is left out."""

    number: str = ""
    """Stands above the number ("your number")."""
    area: str = ""
    """Stands before the counter area ("where to go")."""
    issued: str = ""
    """Stands before the time of issue."""
    qr: str = ""
    """Stands under the QR: what it opens."""


class TicketPaper(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that goes on one paper. Only ``number`` must be there; an empty text takes no room."""

    number: str
    """The number as the screens show it, the largest thing on the paper: ``A12``, ``00012``."""
    title: str = ""
    """The hall."""
    purposes: tuple[str, ...] = ()
    """Names of the services, one line or more each."""
    area: str = ""
    """Where to wait or go."""
    issued_at: str = ""
    ahead: str = ""
    """One line: how many people are ahead."""
    wait: str = ""
    """One line: the reference wait."""
    qr: str = ""
    """The address of the holder's own page. It is a right, not a fact: see `printers.jobs.to_body`."""
    absent_note: str = ""
    """What happens to somebody who is not there when called."""
    notice: str = ""
    """A notice of the hall; may hold line feeds."""
    reissue: str = ""
    """The mark of a second print, drawn white on black at the top."""
    lang: str = "ja"
    """BCP 47; decides which regional letter forms are drawn (ja and zh-Hans differ)."""
    large: bool = False
    """Everything but the number about one and a half times as big, for those who asked for it."""
    labels: Labels = Labels()

    def texts(self) -> list[str]:
        """Every text that is set in type (the QR's address is not), for whoever asks whether it can be printed."""
        labels = self.labels
        lines = [
            self.number,
            self.title,
            *self.purposes,
            self.area,
            self.issued_at,
            self.ahead,
            self.wait,
            self.absent_note,
            self.notice,
            self.reissue,
            labels.number,
            labels.area,
            labels.issued,
            labels.qr,
        ]
        return [line for line in lines if line]
