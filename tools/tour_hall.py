"""What the pictures of the tour are taken of: the sample city's hall on a clock that stands, and a camera."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).parents[1]
MATANAI = str(Path(sys.executable).with_name("matanai"))
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SITE = "/api/v1/sites/city-hall"
DAY = "2027-03-30"
LOOK_SECONDS = 1.3
"""After a step of the clock: the timekeeper, who looks every second, has seen it."""
SETTLE_MS = 700
"""A page has drawn what its stream told."""
COLOURS = 96


class Hall:
    """``matanai serve`` of Aobahama. Hall time stands at what ``at`` said last."""

    def __init__(self, folder: Path) -> None:
        self.tickets = folder / "tickets"
        self.tickets.mkdir()
        self._database = f"sqlite:///{folder / 'matanai.db'}"
        self._command = [MATANAI, "serve", "--config", str(ROOT / "config" / "aobahama")]
        self._command += ["--database", self._database, "--port", "0", "--clock", f"{DAY}T07:50+09:00"]
        for printer in ("kiosk1", "kiosk2", "reception", "minami1"):
            self._command += ["--set", f"printers.{printer}.device=draw://{self.tickets}"]

        self._log = folder / "log"
        self._tokens: dict[str, str] = {}
        self.url = ""

    @contextlib.contextmanager
    def running(self) -> Iterator[Hall]:
        """Open until the block ends. Raises ``RuntimeError`` when the server does not start."""
        with (
            self._log.open("w") as log,
            subprocess.Popen(self._command, stdout=subprocess.PIPE, stderr=log, text=True) as process,
        ):
            try:
                assert process.stdout is not None
                for line in process.stdout:
                    if line.startswith("Matanai is ready: "):
                        self.url = line.partition(": ")[2].strip().rstrip("/")
                        break
                else:
                    raise RuntimeError(f"the server did not start:\n{self._log.read_text()}")
                yield self
            finally:
                process.terminate()

    def token(self, role: str) -> str:
        """A token of the role, made once."""
        if role not in self._tokens:
            command = [MATANAI, "token", "create", "--database", self._database, "--role", role]
            made = subprocess.run([*command, "--name", "tour"], capture_output=True, text=True, check=True)
            self._tokens[role] = made.stdout.strip()
        return self._tokens[role]

    def get(self, path: str) -> Any:
        """The answer to a GET below the site."""
        return self._ask(path, None, "staff")

    def post(self, path: str, body: dict[str, Any] | None = None, role: str = "staff") -> Any:
        """The answer to a POST below the site, or of a path that begins with a slash."""
        return self._ask(path, json.dumps(body or {}).encode(), role)

    def _ask(self, path: str, body: bytes | None, role: str) -> Any:
        headers = {"Authorization": f"Bearer {self.token(role)}"}
        if body is not None:
            headers |= {"Content-Type": "application/json", "Idempotency-Key": secrets.token_hex(8)}
        address = self.url + (path if path.startswith("/") else f"{SITE}/{path}")
        try:
            with urllib.request.urlopen(urllib.request.Request(address, body, headers)) as answer:  # noqa: S310
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            raise RuntimeError(f"{path} {body!r}: {refused.read().decode()}") from None

    def at(self, time_of_day: str, *, look: bool = False) -> None:
        """Hall time is ``H:MM[:SS]`` of the day, which must not be earlier than it is.

        ``look``: what happens by the clock alone (the day opens, a preset holds, somebody is absent) has happened.
        """
        hour, _, rest = time_of_day.partition(":")
        self.post("/api/v1/clock", {"to": f"{DAY}T{int(hour):02}:{rest}+09:00"})
        if look:
            time.sleep(LOOK_SECONDS)

    def issue(self, *services: str, kiosk: str | None = "kiosk1", **more: Any) -> Any:
        """A number from the kiosk; with ``kiosk=None`` from the reception."""
        channel = {"channel": "staff"} if kiosk is None else {"channel": "kiosk", "kiosk": kiosk}
        return self.post("tickets", {"services": list(services), **channel, **more})

    def counter(self, counter: str, act: str, **body: Any) -> Any:
        """A button of a counter."""
        return self.post(f"counters/{counter}/{act}", body)

    def paper(self, number: str) -> Path:
        """The picture that the printer drew of a number. Raises ``RuntimeError`` when none comes."""
        until = time.monotonic() + 10
        while time.monotonic() < until:
            for path in self.tickets.glob(f"{number}-*.png"):
                return path
            time.sleep(0.05)
        raise RuntimeError(f"no paper of {number}")


class Camera:
    """Opens pages of the hall and keeps pictures of them below ``folder``."""

    def __init__(self, hall: Hall, browser: Browser, folder: Path) -> None:
        self._hall = hall
        self._browser = browser
        self._folder = folder

    def open(
        self, path: str, width: int, height: int, role: str | None = "staff", scale: float = 1.0, **more: Any
    ) -> Page:
        """A page in a browser of its own."""
        context: BrowserContext = self._browser.new_context(
            viewport={"width": width, "height": height}, device_scale_factor=scale, locale="ja-JP", **more
        )
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.goto(self._hall.url + path + (f"?token={self._hall.token(role)}" if role else ""))
        return page

    def take(
        self, page: Page, name: str, *, width: int | None = None, height: int | None = None, top: int = 0
    ) -> None:
        """``name``.png of what the page shows, ``width`` pixels wide; without the line about the clock."""
        page.wait_for_timeout(SETTLE_MS)
        page.evaluate("document.querySelector('.simulated')?.remove()")
        size = page.viewport_size
        assert size is not None
        clip = {"x": 0, "y": top, "width": size["width"], "height": height or size["height"] - top}
        shot = page.screenshot(clip=clip, full_page=True, animations="disabled")  # type: ignore[arg-type]
        self.keep(Image.open(BytesIO(shot)), name, width)

    def keep(self, picture: Image.Image, name: str, width: int | None = None) -> None:
        """``name``.png with a small palette."""
        picture = picture.convert("RGB")
        if width is not None and width != picture.width:
            height = round(picture.height * width / picture.width)
            picture = picture.resize((width, height), Image.Resampling.LANCZOS)
        few = picture.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        few.save(self._folder / f"{name}.png", optimize=True)


@contextlib.contextmanager
def hall_and_camera(folder: Path) -> Iterator[tuple[Hall, Camera]]:
    """Both, with a database of their own that is gone afterwards; pictures go to ``folder``."""
    named = os.environ.get("MATANAI_CHROMIUM")
    found = named or next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    with (
        tempfile.TemporaryDirectory() as work,
        Hall(Path(work)).running() as hall,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield hall, Camera(hall, browser, folder)
        browser.close()
