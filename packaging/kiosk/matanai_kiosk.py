#!/usr/bin/python3
"""Keeps one page of Matanai on a screen: starts Chromium in kiosk mode, looks at the page, brings it back.

For the machine of a kiosk or of a hall screen: matanai-kiosk.service, beside the compositor of matanai-screen.service.
Needs nothing but Python 3.10 and the browser. docs/kiosk.md (Japanese) is the guide; docs/decisions/014 says why.
"""

from __future__ import annotations

import argparse
import http.client
import os
import signal
import socket
import ssl
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from led_browser import Browser, Gone, Where

LOOK_SECONDS = 5.0
"""Between two looks at the page."""
AGAIN_SECONDS = 15.0
"""Between two tries to open the page: a refused token is a miss, and the server counts them."""
SERVER_SECONDS = 3.0
WAITING = Path(__file__).resolve().with_name("waiting.html")

FLAGS = (
    "--kiosk",
    "--remote-debugging-pipe",
    "--accept-lang=ja",
    # nothing asks, nothing offers
    "--no-first-run",
    "--no-default-browser-check",
    "--noerrdialogs",
    "--password-store=basic",
    "--disable-extensions",
    "--disable-sync",
    "--disable-component-update",
    "--disable-background-networking",
    "--disable-features=Translate,MediaRouter",
    # a finger presses buttons: it does not zoom, go back or reload
    "--disable-pinch",
    "--overscroll-history-navigation=0",
    "--pull-to-refresh=0",
    # a hall screen speaks without having been touched
    "--autoplay-policy=no-user-gesture-required",
)


class Keeper:
    """Looks at a page and does the one thing that helps."""

    def __init__(self, browser: Browser, page: str, token: str) -> None:
        """``page``: its whole address. ``token``: enrols the browser; empty where the page needs none."""
        self._browser = browser
        self._page = urlsplit(page)
        self._query = "&".join(
            part for part in (self._page.query, urlencode({"token": token} if token else {})) if part
        )
        self._went = -AGAIN_SECONDS
        self._said = ""

    def keep(self) -> None:
        """Until the browser is gone: raises ``Gone`` then."""
        self._browser.open()
        tell_systemd("READY=1")
        while True:
            self._look()
            time.sleep(LOOK_SECONDS)

    def _look(self) -> None:
        where = self._browser.look()
        if where is None:
            return
        if self._is_ours(where):
            self._say("the page is shown")
            tell_systemd("WATCHDOG=1")
        elif not self._server_answers():
            self._say("the server does not answer: waiting for it")
            if where.address != WAITING.as_uri():
                self._browser.go(WAITING.as_uri())
            tell_systemd("WATCHDOG=1")
        elif time.monotonic() - self._went >= AGAIN_SECONDS:
            # not told to systemd: when this never helps, a new browser may
            self._say(f"opening the page (its status was {where.status})")
            self._browser.go(self._page._replace(query=self._query, fragment="").geturl())
            self._went = time.monotonic()

    def _is_ours(self, where: Where) -> bool:
        shown = urlsplit(where.address)
        same = (shown.scheme, shown.netloc, shown.path) == (
            self._page.scheme,
            self._page.netloc,
            self._page.path,
        )
        return same and where.status == 200

    def _server_answers(self) -> bool:
        """Only a sign of life: the browser itself looks at the certificate, before it sends anything."""
        host, port = self._page.hostname or "", self._page.port
        connection = (
            http.client.HTTPSConnection(
                host,
                port,
                timeout=SERVER_SECONDS,
                context=ssl._create_unverified_context(),  # noqa: S323
            )
            if self._page.scheme == "https"
            else http.client.HTTPConnection(host, port, timeout=SERVER_SECONDS)
        )
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _say(self, text: str) -> None:
        if text != self._said:
            say(text)
            self._said = text


def say(text: str) -> None:
    """A line for the journal."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def tell_systemd(message: str) -> None:
    """``man sd_notify``; nothing where nobody asks. A path is all that a system's manager gives as address."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if address:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line, suppress(OSError):
            line.sendto(message.encode(), "\0" + address[1:] if address.startswith("@") else address)


def page_address(text: str) -> str:
    """An argument: a whole address of a page of Matanai."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path in ("", "/"):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no page: give the address of a kiosk or a screen (MATANAI_PAGE in "
            "/etc/default/matanai-kiosk), for example http://matanai.example:8080/kiosk/city-hall/kiosk1"
        )
    return text


def main() -> int:
    """The exit code: 1 when the browser is gone, and systemd starts everything again."""
    parser = argparse.ArgumentParser(description="Keeps one page of Matanai on a screen.")
    parser.add_argument(
        "page", type=page_address, help="e.g. http://matanai.example:8080/kiosk/city-hall/kiosk1"
    )
    parser.add_argument(
        "--token-file", type=Path, metavar="FILE", help="the token that enrols the browser, in a file"
    )
    parser.add_argument("--browser", default="chromium", help="the program (default: %(default)s)")
    parser.add_argument("flags", nargs="*", metavar="FLAG", help="more flags for the browser, after --")
    options = parser.parse_args()
    try:
        token = options.token_file.read_text().strip() if options.token_file else ""
    except OSError as error:
        parser.error(f"{options.token_file} cannot be read: {error.strerror}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # so that the browser and its profile end too
    os.environ.setdefault("XDG_RUNTIME_DIR", f"/run/user/{os.getuid()}")  # where the compositor listens
    host = urlsplit(options.page).hostname
    with tempfile.TemporaryDirectory(prefix="profile-", ignore_cleanup_errors=True) as profile:
        # a new profile each time: no damage of a power cut is kept, no "restore pages?", nothing grows
        os.environ["TMPDIR"] = profile
        command = [
            options.browser,
            *FLAGS,
            f"--user-data-dir={profile}",
            f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {host}",
            *(["--ozone-platform=wayland"] if "WAYLAND_DISPLAY" in os.environ else []),
            *options.flags,
            WAITING.as_uri(),
        ]
        try:
            browser = Browser(command)
        except OSError as error:
            parser.error(f"{options.browser} cannot be started: {error.strerror}")
        try:
            Keeper(browser, options.page, token).keep()
        except Gone as gone:
            say(f"ending the browser: {gone}")
        finally:
            browser.end()
    return 1


if __name__ == "__main__":
    sys.exit(main())
