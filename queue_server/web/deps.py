"""What handlers stand on. ``app.py`` makes it once; the parts that the hall itself brings are protocols here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from aiohttp import web

from queue_server import contract
from queue_server.clock import HallClock
from queue_server.domain.promise import Told
from queue_server.domain.state import SiteState, Ticket
from queue_server.log import IdempotencyKey, Log
from queue_server.settings import Settings
from queue_server.settings.model_devices import ButtonAction

from .agents import Agents
from .device_book import DeviceBook
from .keys import Keys
from .languages import Languages
from .limits import Limits
from .metrics import Figures
from .pages import Pages
from .passwords import Passwords
from .pins import PinLocks
from .sessions import Sessions
from .streams import Hub
from .texts import Texts
from .tokens import Tokens


class Boards(Protocol):
    """Encoded public boards."""

    def encoded(self, site: str) -> bytes:
        """The board of a site as JSON."""


class Phones(Protocol):
    """Live pages of tickets."""

    def serve(self, request: web.Request, site: str, ticket: str) -> Awaitable[web.StreamResponse]:
        """The stream of one ticket."""

    def told(self, state: SiteState, ticket: Ticket) -> Told:
        """The remaining wait of a ticket as it is told to its holder now."""


class History(Protocol):
    """How full it was on past days."""

    def of(self, site: str, days: int = ...) -> Awaitable[contract.History]:
        """By service and hour, oldest first."""


class Printing(Protocol):
    """What the edge must know of printers."""

    def state_for(self, printer: str | None) -> Literal["queued", "none", "unavailable"]:
        """Whether a ticket for this printer (a known one, or none) gets paper now."""

    def printer_for(self, site: str, printer: str | None, kiosk: str | None) -> str | None:
        """The printer for a reprint: the one asked for, or that of the kiosk; None when there is none."""

    def owes(self, site: str, ticket: str) -> bool:
        """Whether the ticket gets paper of which the log does not know yet."""

    async def unprinted(self, site: str) -> list[contract.UnprintedTicket]:
        """The day's tickets whose last paper did not come out for certain and that have not ended, newest first."""

    def waiting(self, printer: str) -> int:
        """Papers that wait for a printer."""


class Kiosks(Protocol):
    """Which ticket machines are alive."""

    def seen(self, site: str, kiosk: str) -> None:
        """A known kiosk has asked for something."""


class CallButtons(Protocol):
    """The lines at the counters."""

    def follow(self, device: str, on_show: Callable[[str, str | None, bool], None]) -> Callable[[], None]:
        """Tell ``on_show(counter, number, waiting)`` what each counter of a line shows, now and at each change.

        On the event loop; call the result to end that.
        """

    def press(
        self, device: str, counter: str, action: ButtonAction, *, at: float, key: IdempotencyKey
    ) -> Awaitable[contract.PressAnswer]:
        """Do what a button says that was pressed ``at`` (monotonic seconds), once a key. Raises ``KeyReused``."""


class NoPrinting:
    """No printers: the part did not start, or there are none."""

    def state_for(self, printer: str | None) -> Literal["queued", "none", "unavailable"]:
        """Nothing is printed."""
        return "none"

    def printer_for(self, site: str, printer: str | None, kiosk: str | None) -> str | None:
        """There is none."""
        return None

    def owes(self, site: str, ticket: str) -> bool:
        """Nothing is owed."""
        return False

    async def unprinted(self, site: str) -> list[contract.UnprintedTicket]:
        """Nothing was to be printed."""
        return []

    def waiting(self, printer: str) -> int:
        """Nothing waits."""
        return 0


@dataclass
class Deps:
    """One for the process."""

    settings: Settings
    log: Log
    clock: HallClock
    zone: ZoneInfo
    keys: Keys
    texts: Texts
    languages: Languages
    pages: Pages
    hub: Hub
    tokens: Tokens
    sessions: Sessions
    passwords: Passwords
    limits: Limits
    figures: Figures
    printing: Printing = field(default_factory=NoPrinting)
    devices: DeviceBook = field(default_factory=DeviceBook)
    pins: PinLocks = field(default_factory=PinLocks)
    warnings: dict[str, str] = field(default_factory=dict)
    """Part → what staff should know: it did not start, it is away. Shown in the health details."""
    checks: dict[str, Callable[[], object]] = field(default_factory=dict)
    """Name → a figure of a part, asked for by the health details."""
    address: str = ""
    """``http://host:port`` of this process, once it listens."""
    agents: Agents = field(init=False)
    buttons: CallButtons = field(init=False)
    boards: Boards = field(init=False)
    phones: Phones = field(init=False)
    history: History = field(init=False)
    kiosks: Kiosks = field(init=False)

    def ticket_url(self, site: str, ticket: str) -> str:
        """The address that the QR code of a ticket carries."""
        base = self.settings.public_url or self.address
        return f"{base.rstrip('/')}/t/{self.keys.ticket_token(site, ticket)}"
