"""The way of one resident: from a tap on the kiosk to the counter, seen on every page."""

import time
from urllib.parse import urlsplit

import reading
from at_the_hall import counter, drawn
from PIL import Image
from playwright.sync_api import expect


def test_from_the_kiosk_to_the_counter(hall, open_page):
    counter(hall, "1", "open")
    kiosk = open_page(hall, "/kiosk/city-hall/kiosk1", "kiosk", role="kiosk")
    screen = open_page(hall, "/display/city-hall/hall1", "hall", role="display")
    desk = open_page(hall, "/staff/city-hall/counter/1", "desk", role="staff")

    # a tap gives a number on the screen …
    kiosk.get_by_role("button", name="証明書がほしい").click()
    kiosk.get_by_role("button", name="住民票・印鑑証明などの証明書").click()
    kiosk.get_by_role("button", name="それでも番号札を取る").click()
    given = kiosk.locator("[data-screen=given]")
    expect(given).to_be_visible()
    number = given.locator("[data-part=number]").inner_text()
    expect(given.get_by_text("番号札をお取りください")).to_be_visible()

    # … and on paper, whose code leads to the same ticket as the code on the screen
    paper = drawn(hall.tickets, number)
    assert reading.number(paper)[0] == number
    [url] = reading.qr_codes(paper)
    address = urlsplit(url).path
    assert url == hall.url + address
    assert given.locator("img").get_attribute("src") == f"{address}/qr.svg"
    shown = given.locator("img").screenshot(path=hall.tickets / "screen.png")
    assert shown
    assert reading.qr_codes(Image.open(hall.tickets / "screen.png")) == [url]

    phone = open_page(hall, address)
    expect(phone.get_by_text("順番をお待ちください", exact=True)).to_be_visible()
    expect(phone.locator("[data-part=number]")).to_have_text(number)

    # the counter calls: the hall screen shows it within a second, the phone too
    expect(desk.locator("[data-now-part=queues]")).to_contain_text(number)
    expect(screen.locator("[data-part=hero-number]")).not_to_have_text(number)
    desk.get_by_role("button", name="次のかたを呼ぶ").click()
    pressed = time.monotonic()
    expect(screen.locator("[data-part=hero-number]")).to_have_text(number)
    assert time.monotonic() - pressed < 1
    expect(screen.locator("[data-part=hero-counter]")).to_contain_text("1番窓口")
    expect(screen.locator("[data-part=hero]")).to_have_attribute("data-new", "")
    expect(phone.locator(".ticket__counter")).to_have_text("1番窓口")
    expect(desk.locator("[data-now-part=here] [data-part=number]")).to_have_text(number)

    # it is served, and over
    desk.get_by_role("button", name="対応を始める").click()
    expect(phone.get_by_text("ただいま窓口で対応しています", exact=True)).to_be_visible()
    desk.get_by_role("button", name="終了", exact=True).click()
    expect(desk.get_by_text("お呼びしているかたはいません。")).to_be_visible()
    expect(phone.get_by_text("手続きは終わりました", exact=True)).to_be_visible()
    expect(phone.get_by_role("button")).to_have_count(0)
