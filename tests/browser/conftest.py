"""A real Chromium before a real server. Every page must stay free of errors in its console."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

HERE = Path(__file__).parent
# at_the_hall.py lies beside the tests, reading.py beside those of the printers
sys.path[:0] = [str(HERE), str(HERE.parent / "devices")]

PHONE = (390, 844)
KIOSK = (1080, 1920)
TABLET = (820, 1180)
DESK = (1366, 900)
HALL = (1920, 1080)
SIZES = {"phone": PHONE, "kiosk": KIOSK, "tablet": TABLET, "desk": DESK, "hall": HALL}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker drives the browser: two at once would only slow each other down."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


class Chromium:
    """The browser that all tests of this folder share, started by the first."""

    def __init__(self) -> None:
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None

    def start(self) -> Browser:
        """The browser: the system's, else the one that Playwright brings."""
        if self._browser is None:
            names = ("chromium", "chromium-browser", "google-chrome")
            found = next((path for name in names if (path := shutil.which(name))), None)
            self._playwright = sync_playwright().start()
            self._browser = self._playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        return self._browser

    def stop(self) -> None:
        if self._browser is not None and self._playwright is not None:
            self._browser.close()
            self._playwright.stop()
        self._browser = self._playwright = None


CHROMIUM = Chromium()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> Iterator[None]:
    """Ends the browser when the next test is another folder's.

    While it is open an event loop runs in this thread, and tests that come to the same worker could not run theirs.
    """
    try:
        return (yield)
    finally:
        if nextitem is None or HERE not in nextitem.path.parents:
            CHROMIUM.stop()


@pytest.fixture
def chromium() -> Browser:
    """The browser."""
    return CHROMIUM.start()


@pytest.fixture(scope="module")
def hall(module_server: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Aobahama on a Friday at ten; its printers draw into ``hall.tickets``. Shared by the tests of a module."""
    from at_the_hall import hall_options  # beside this file

    server = module_server("aobahama", *hall_options(tmp_path_factory.mktemp("tickets")))
    server.tickets = Path(next(o for o in server.options if "kiosk1" in o).split("draw://")[1])
    return server


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """``open_page(server, path, size="phone", role=None, lang="ja-JP") -> Page``; pages with errors fail the test."""
    contexts = []
    errors: list[str] = []

    def open_(
        server: Any, path: str, size: str = "phone", *, role: str | None = None, lang: str = "ja-JP"
    ) -> Page:
        width, height = SIZES[size]
        context = chromium.new_context(
            viewport={"width": width, "height": height}, locale=lang, has_touch=size == "tablet"
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(8_000)
        page.on("pageerror", lambda error: errors.append(f"{path}: {error}"))
        page.on("console", lambda said: errors.append(f"{path}: {said.text}") if is_fault(said) else None)
        if role is not None:
            path += ("&" if "?" in path else "?") + "token=" + server.token(role)
        page.goto(server.url + path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert errors == []


def is_fault(said: Any) -> bool:
    """Whether a message of the console is a fault of the page. Refusals and a server that is away are none."""
    return said.type == "error" and "Failed to load resource" not in said.text
