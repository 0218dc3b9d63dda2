"""The pictures of docs/tour.md and of the READMEs, taken of running pages: `make tour`.

One day of the sample city is played over the API, its clock stepped from scene to scene; each scene takes its picture.
"""

from __future__ import annotations

from typing import Any

from PIL import Image
from playwright.sync_api import Page
from tour_hall import ROOT, Camera, Hall, hall_and_camera

FOLDER = ROOT / "docs" / "images"
DESK = (1366, 900)
KIOSK = (1080, 1440)
PHONE = (390, 700)
SCREEN = (1920, 1080)
STAFF = "/staff/city-hall"
WIDE = 1000
"""Pixels of a picture of a staff page."""


def main() -> None:
    """Writes the pictures over the old ones."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with hall_and_camera(FOLDER) as (hall, camera):
        Tour(hall, camera).play()
    for path in sorted(FOLDER.glob("*.png")):
        print(f"{path.relative_to(ROOT)}  {path.stat().st_size / 1000:.0f} kB")


class Tour:
    """The scenes, in the order of the day."""

    def __init__(self, hall: Hall, camera: Camera) -> None:
        self._hall = hall
        self._camera = camera
        self._passed: Any = None
        """A ticket that somebody with priority will go before."""

    def play(self) -> None:
        """Every scene."""
        for scene in (
            self.the_list,
            self.the_door_opens,
            self.the_kiosk,
            self.the_family,
            self.on_the_screen,
            self.the_wrong_number,
            self.the_reception,
            self.back_from_a_walk,
            self.lunch,
            self.the_pick_up,
            self.the_pad,
            self.the_evening,
            self.what_is_left,
            self.why,
        ):
            scene()

    # --- the morning ---------------------------------------------------------------------------------------

    def the_list(self) -> None:
        """8:00: where everything is."""
        self._hall.at("8:00", look=True)
        page = self._open("/staff/", DESK)
        self._camera.take(page, "tour-list", width=WIDE, height=640)
        page.context.close()

    def the_door_opens(self) -> None:
        """8:30: counters open, and people are there already."""
        hall = self._hall
        hall.at("8:30")
        for counter in ("1", "2", "3", "4", "5", "6", "8", "12", "15", "23"):
            hall.counter(counter, "open")
        for _ in range(2):
            self._issue("certificates")
        self._issue("moving")
        hall.at("8:36")
        self._issue("moving")
        self._issue("seal")
        self._issue("health-insurance", kiosk="kiosk2")
        for counter in ("1", "2", "3", "4", "8"):
            self._serve(counter)
        hall.at("8:47")
        for counter in ("1", "2", "3", "4"):
            hall.counter(counter, "finish")
        for _ in range(3):
            self._issue("moving", kiosk=None)
        for counter in ("3", "4"):
            self._serve(counter)

    def the_kiosk(self) -> None:
        """9:02: a purpose is tapped, and the number is there."""
        self._hall.at("9:02")
        for service in ("moving", "certificates", "koseki", "mynumber-update", "child-allowance"):
            self._issue(service, kiosk=None)
        self._passed = self._issue("certificates", kiosk=None)
        kiosk = self._open("/kiosk/city-hall/kiosk1", KIOSK, role="kiosk")
        kiosk.locator('[data-go="group-2"]').click()
        self._camera.take(kiosk, "tour-kiosk", width=540)
        kiosk.locator('[data-go="home"]:visible').click()
        kiosk.locator('[data-go="group-1"]').click()
        kiosk.locator('[data-service="koseki-certificates"]').click()
        given = kiosk.locator("[data-screen=given] [data-part=number]")
        self._through_the_questions(kiosk, given)
        kiosk.locator("[data-screen=given] img").evaluate("image => image.decode()")
        self._camera.take(kiosk, "kiosk", width=540)
        self._camera.keep(Image.open(self._hall.paper(given.inner_text())), "ticket")
        kiosk.context.close()

    def the_family(self) -> None:
        """9:05: three errands on one number, and what the family needs is seen before the call."""
        hall = self._hall
        hall.at("9:05")
        family = self._issue(
            "moving", "mynumber-update", "child-allowance", kiosk=None, needs=["infant", "hearing"]
        )
        hall.at("9:12")
        self._issue("moving", kiosk=None, lang="en", needs=["wheelchair"])
        self._issue("certificates", kiosk=None, priority="pregnant")
        hall.counter("12", "call-next")
        phone = self._open(f"/t/{family['token']}", PHONE, role=None, scale=1.5)
        self._camera.take(phone, "phone", height=1010)
        phone.context.close()
        hall.at("9:16")
        self._serve("3")
        hall.at("9:24")
        page = self._open(f"{STAFF}/counter/3", DESK)
        self._camera.take(page, "tour-counter", width=WIDE)
        page.context.close()

    def on_the_screen(self) -> None:
        """9:26: the call on the screen of the hall."""
        hall = self._hall
        hall.at("9:26")
        screen = self._open("/display/city-hall/hall1", SCREEN, role="display")
        for counter in ("1", "2", "4", "3"):
            hall.counter(counter, "call-next")
        self._camera.take(screen, "hall-screen", width=1280)
        screen.context.close()

    def the_wrong_number(self) -> None:
        """9:40: a slip, and the way back."""
        hall = self._hall
        hall.at("9:40")
        for _ in range(4):
            self._issue("moving", kiosk=None)
        hall.at("9:41")
        screen = self._open("/display/city-hall/hall1", SCREEN, role="display")
        hall.counter("4", "call-next")
        screen.wait_for_timeout(1000)
        hall.counter("4", "undo")
        self._camera.take(screen, "tour-undo", width=800)
        screen.context.close()
        self._serve_everybody(("9:46", "9:53", "9:59", "10:06", "10:13"))

    def the_reception(self) -> None:
        """10:30: somebody took a number for the wrong purpose."""
        hall = self._hall
        hall.at("10:30")
        ticket = self._issue("certificates", kiosk="kiosk1")
        hall.at("10:32")
        page = self._open(f"{STAFF}/reception", DESK)
        page.locator("#find").fill(ticket["number"])
        page.keyboard.press("Enter")
        page.locator(".whole__acts summary").first.click()
        page.locator("#change-to").select_option("tax-certificates")
        self._camera.take(page, "tour-reception", width=WIDE)
        page.context.close()

    def back_from_a_walk(self) -> None:
        """11:10: absent, and back with the paper at the kiosk."""
        hall = self._hall
        hall.at("10:50")
        ticket = self._issue("tax-certificates")
        hall.at("10:58")
        hall.counter("15", "call-next")
        hall.counter("15", "recall")
        hall.at("11:00")
        hall.counter("15", "recall")
        hall.at("11:02", look=True)
        hall.at("11:10")
        kiosk = self._open("/kiosk/city-hall/kiosk1", KIOSK, role="kiosk")
        kiosk.keyboard.type(ticket["url"])
        kiosk.keyboard.press("Enter")
        self._camera.take(kiosk, "tour-scan", width=540)
        kiosk.context.close()
        hall.post("scan/back", {"code": ticket["url"]}, role="kiosk")

    # --- noon ----------------------------------------------------------------------------------------------

    def lunch(self) -> None:
        """12:00: two clerks cover the others."""
        hall = self._hall
        self._serve_everybody(("11:16", "11:22"))
        hall.at("12:00", look=True)
        hall.counter("2", "pause", reason="lunch")
        hall.counter("4", "pause", reason="lunch")
        self._issue("seal", kiosk=None)
        page = self._open(f"{STAFF}/counter/1", DESK)
        page.keyboard.press("v")
        self._camera.take(page, "tour-lunch", width=WIDE)
        page.context.close()
        for counter in ("2", "4"):
            hall.counter(counter, "open")

    # --- the afternoon ---------------------------------------------------------------------------------------

    def the_pick_up(self) -> None:
        """13:40: twelve papers are ready, and one press calls them."""
        hall = self._hall
        self._serve_everybody(("13:05", "13:10"))
        hall.at("13:20")
        numbers = []
        for turn in range(12):
            if turn % 4 == 3:
                hall.at(f"13:{22 + turn}")
            numbers.append(self._issue("certificates", kiosk=None)["number"])
        while numbers:
            called = hall.counter("1", "call-next")["ticket"]
            hall.counter("1", "start")
            if called["number"] in numbers:
                numbers.remove(called["number"])
                hall.counter("1", "await-pickup")
        hall.at("13:40")
        page = self._open(f"{STAFF}/counter/5", (1366, 1140))
        waiting = [row["number"] for row in hall.get("queue")["processing"]][:12]
        for number in waiting:
            page.keyboard.type(number)
            page.keyboard.press("Enter")
        self._camera.take(page, "tour-pickup", width=WIDE)
        page.context.close()
        hall.at("13:45")
        hall.counter("5", "call-many", numbers=waiting)
        for number in waiting:
            hall.counter("5", "finish", number=number)

    def the_pad(self) -> None:
        """15:10: the numbers that were written by hand are entered."""
        self._hall.at("15:10")
        page = self._open(f"{STAFF}/reception/pad", DESK)
        for number, service, time in (("Z01", "certificates", "1452"), ("Z02", "moving", "1455")):
            purpose = page.locator(f'#pad-purposes [data-service="{service}"]').get_attribute("value")
            row = page.locator("[data-part=rows] tr").last
            for field, text in (("number", number), ("purpose", purpose), ("time", time)):
                row.locator(f"[data-field={field}]").fill(text or "")
            page.keyboard.press("Enter")
            page.wait_for_timeout(500)
        self._camera.take(page, "tour-pad", width=WIDE, height=700)
        page.context.close()

    # --- the evening -----------------------------------------------------------------------------------------

    def the_evening(self) -> None:
        """17:05: the last counter of a service wants to close."""
        hall = self._hall
        self._serve_everybody(("15:20",))
        hall.at("16:20")
        self._leave("moving", "3", "hold")
        self._leave("health-insurance", "8", "no-show")
        self._leave("koseki-certificates", "2", "await-pickup")
        hall.at("16:50")
        for _ in range(2):
            self._issue("environment")
        hall.at("17:05")
        page = self._open(f"{STAFF}/counter/23", DESK)
        page.keyboard.press("c")
        self._camera.take(page, "tour-closing", width=WIDE, height=640)
        page.context.close()
        hall.counter("23", "call-next")
        hall.counter("23", "finish")

    def what_is_left(self) -> None:
        """17:30: what becomes of everybody who is left."""
        hall = self._hall
        hall.at("17:30", look=True)
        page = self._open(f"{STAFF}/today", DESK)
        self._camera.take(page, "tour-today", width=WIDE, height=1260)
        page.context.close()

    def why(self) -> None:
        """17:45: why somebody was called later."""
        self._hall.at("17:45")
        page = self._open(f"{STAFF}/why/{self._passed['number']}", DESK)
        self._camera.take(page, "tour-why", width=WIDE)
        page.context.close()

    # --- what the scenes share -----------------------------------------------------------------------------

    def _open(self, path: str, size: tuple[int, int], role: str | None = "staff", scale: float = 1.0) -> Page:
        return self._camera.open(path, *size, role=role, scale=scale)

    def _issue(self, *services: str, kiosk: str | None = "kiosk1", **more: Any) -> Any:
        return self._hall.issue(*services, kiosk=kiosk, **more)

    def _serve(self, counter: str) -> None:
        self._hall.counter(counter, "call-next")
        self._hall.counter(counter, "start")

    def _leave(self, service: str, counter: str, act: str) -> None:
        """Somebody whose visit does not end today."""
        hall = self._hall
        self._issue(service, kiosk=None)
        hall.counter(counter, "call-next")
        if act == "no-show":
            hall.counter(counter, "recall")
        else:
            hall.counter(counter, "start")
        hall.counter(counter, act)

    def _serve_everybody(self, times: tuple[str, ...], counters: str = "1 2 3 4 6 8 12 15 23") -> None:
        """The hall works through its queues, a round of calls at each of the times; then the desks are free."""
        for time in times:
            self._hall.at(time, look=time == times[0])
            for counter in counters.split():
                self._hall.counter(counter, "call-next")
        for counter in counters.split():
            while self._hall.counter(counter, "call-next")["ticket"] is not None:
                pass

    def _through_the_questions(self, kiosk: Page, given: Any) -> None:
        """Whatever the kiosk shows before the number: a way without waiting, a last look."""
        for _ in range(4):
            kiosk.wait_for_timeout(400)
            if given.is_visible():
                return
            kiosk.locator("[data-act=hinted]:visible, [data-act=issue]:visible").first.click()


if __name__ == "__main__":
    main()
