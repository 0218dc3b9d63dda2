"""A real Chromium, and how long its pages take: from what somebody does to the frame that shows it."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator

from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE_MS = 10_000

WATCH = """({event, place}) => {
  const shown = () => {
    const found = document.querySelector(place);
    return found !== null && found.checkVisibility() ? found.textContent.trim() : "";
  };
  window.bench = new Promise((resolve) => {
    const before = shown();
    let began = null;
    const painted = () => requestAnimationFrame(() => requestAnimationFrame(
      () => resolve({ms: performance.now() - began, number: shown()}),
    ));
    const seen = new MutationObserver(() => {
      if (began === null || shown() === "" || shown() === before) return;
      seen.disconnect();
      painted();
    });
    seen.observe(document, {subtree: true, childList: true, characterData: true, attributes: true});
    addEventListener(event, (what) => { began = what.timeStamp; }, {capture: true, once: true});
  });
}"""
"""Counts from ``event`` (its own time stamp) to the second frame after ``place`` shows another text than before: the
first one paints it. A MutationObserver runs before the frame in which the change is painted."""


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """The machine's own, else Playwright's."""
    named = os.environ.get("MATANAI_CHROMIUM")
    found = named or next((path for name in NAMES if (path := shutil.which(name))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


def time_to_show(page: Page, event: str, place: str, act: Callable[[], None]) -> tuple[float, str]:
    """Milliseconds from ``event`` (pointerdown, keydown), which ``act`` causes, to the painted text, and that text."""
    page.evaluate(WATCH, {"event": event, "place": place})
    act()
    found = page.evaluate("window.bench")
    return found["ms"], found["number"]


def bare_page(page: Page, address: str) -> None:
    """The least: a page of ``address`` with one button, also key N, that fetches the address and shows a number."""
    page.goto(address)
    page.evaluate(
        """() => {
          const button = document.createElement("button");
          const shown = document.createElement("output");
          button.textContent = "N";
          button.style.cssText = "position: fixed; inset: 0; width: 100vw; height: 50vh";
          document.body.replaceChildren(button, shown);
          let number = 0;
          const go = async () => {
            await (await fetch(location.href, {cache: "no-store"})).text();
            number += 1;
            shown.textContent = String(number);
          };
          button.addEventListener("click", go);
          document.addEventListener("keydown", (event) => { if (event.key === "n") go(); });
        }"""
    )
