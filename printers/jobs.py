"""What is owed to a printer: one ticket on one printer, planned as pure data."""

from __future__ import annotations

import hashlib
from typing import Literal

import msgspec

from printers.ticket import TicketPaper

Kind = Literal["ticket", "reprint"]
JobState = Literal["queued", "sending", "sent", "confirmed", "failed", "expired", "unknown"]


class PrintJob(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery by paper. Times are milliseconds of the real clock (see DESIGN, "Time")."""

    id: str
    """Derived from site, ticket, kind, seq and printer: planning the same event again gives the same job."""
    site: str
    ticket_id: str
    number: str
    kind: Kind
    printer: str
    seq: int
    """Of the event that asked for the paper: a second reprint is another job, a replay of the first is not."""
    paper: TicketPaper
    at_ms: int
    expires_ms: int
    """Not printed at or after this time: a forgotten ticket in the slot confuses the next person."""
    tries: int = 0


def job_id(site: str, ticket_id: str, kind: Kind, seq: int, printer: str) -> str:
    """24 hex digits, the same for the same delivery on any machine and day."""
    # The unit separator cannot be part of an id, so no two lists of parts run together to the same text.
    parts = "\x1f".join(("print", site, ticket_id, kind, str(seq), printer))
    return hashlib.sha256(parts.encode("utf-8")).hexdigest()[:24]


def plan_print(
    *,
    site: str,
    ticket_id: str,
    number: str,
    kind: Kind,
    printer: str,
    seq: int,
    paper: TicketPaper,
    at_ms: int,
    expires_ms: int,
) -> PrintJob:
    """The job for one event. Pure: the same arguments give the same job.

    A reprint must carry the reissue mark (ValueError without: two papers must not look alike); a first print
    never carries it.
    """
    if kind == "reprint" and not paper.reissue.strip():
        raise ValueError("a reprint needs its mark: word `paper.reissue` from the catalogue")
    if kind == "ticket" and paper.reissue:
        paper = msgspec.structs.replace(paper, reissue="")
    return PrintJob(
        id=job_id(site, ticket_id, kind, seq, printer),
        site=site,
        ticket_id=ticket_id,
        number=number,
        kind=kind,
        printer=printer,
        seq=seq,
        paper=paper,
        at_ms=at_ms,
        expires_ms=expires_ms,
    )


def to_body(job: PrintJob) -> bytes:
    """The job as JSON for the table of deliveries, without the QR's address.

    The address holds the ticket's token, which is derived and stored nowhere: whoever reads the table must not be
    able to act for the holder. `from_body` is given it anew.
    """
    return msgspec.json.encode(msgspec.structs.replace(job, paper=msgspec.structs.replace(job.paper, qr="")))


def from_body(body: bytes, *, qr: str, tries: int = 0) -> PrintJob:
    """The job of a row; ``qr``: the holder's address, derived again; ``tries``: as counted in the table."""
    job = msgspec.json.decode(body, type=PrintJob)
    return msgspec.structs.replace(job, tries=tries, paper=msgspec.structs.replace(job.paper, qr=qr))
