"""The two shipped configurations load without a mistake and hold what the documents promise."""

from datetime import date
from pathlib import Path

import pytest

from queue_server import settings
from queue_server.settings.business_days import HoursOfDay

CONFIG = Path(__file__).parents[2] / "config"


@pytest.fixture(scope="module")
def aobahama():
    return settings.load(CONFIG / "aobahama")


@pytest.mark.parametrize("name", ["aobahama", "bench"])
def test_no_mistake(name):
    assert settings.check(CONFIG / name) == []


@pytest.mark.parametrize(("name", "site"), [("aobahama", "city-hall"), ("bench", "bench")])
def test_kiosk1_prints_on_kiosk1(name, site):
    city = settings.load(CONFIG / name)
    assert city.sites[site].kiosks["kiosk1"].printer == "kiosk1"
    moved = settings.load(CONFIG / name, ["printers.kiosk1.device=tcp://127.0.0.1:9100"])
    assert moved.printers["kiosk1"].device == "tcp://127.0.0.1:9100"


def test_bench():
    city = settings.load(CONFIG / "bench")
    rules = settings.rules(city, "bench")
    assert list(rules.services) == ["service"]
    service = rules.services["service"]
    assert (rules.bands[service.band].first, rules.bands[service.band].last) == (1, 99999)
    assert service.caps == ()
    assert list(rules.counters) == ["1", "2", "3", "4", "5", "6"]
    assert all(c.kind == "desk" and c.services == ("service",) for c in rules.counters.values())
    assert service.department == "back-office"
    assert [b.text(1) for b in rules.bands.values() if b.emergency] == ["Z001"]
    found = settings.hours(city, "bench", date(2027, 1, 1))
    assert isinstance(found, HoursOfDay)
    assert found.spans is None


def test_departments_and_series_of_the_city_hall(aobahama):
    rules = settings.rules(aobahama, "city-hall")
    assert set(rules.departments) == {
        *(
            "SHIMIN",
            "SOGO",
            "KOKUHO",
            "KAIGO",
            "SHOGAI",
            "KODOMO",
            "HOIKU",
            "ZEI",
            "SHISAN",
            "SHUNO",
            "GAKUMU",
        ),
        *("KENKO", "JUTAKU", "KANKYO", "SUIDO", "TABUNKA", "OKUYAMI"),
    }
    series = {b.id: (b.text(b.first), b.text(b.last)) for b in rules.bands.values() if not b.emergency}
    assert series == {
        "A": ("001", "299"),
        "B": ("301", "599"),
        "C": ("601", "699"),
        "D": ("701", "799"),
        "E": ("801", "899"),
        "F": ("901", "949"),
        "G": ("951", "979"),
        "H": ("T01", "T99"),
    }
    assert [b.id for b in rules.bands.values() if b.emergency] == ["pad"]
    counters = [str(n) for n in (*range(1, 19), 21, 22, 23, 31, 32)]
    assert list(rules.counters) == [*counters, "A", "B"]
    assert [c.id for c in rules.counters.values() if c.kind == "pickup"] == ["5"]
    assert rules.pickup == "pickup"
    assert rules.services["pickup"].is_pickup
    assert rules.services["okuyami"].sensitive


def test_every_department_does_hand_offs_of_a_service(aobahama):
    rules = settings.rules(aobahama, "city-hall")
    assert {s.department for s in rules.services.values()} - {None} == set(rules.departments)


def test_the_kiosk_offers_between_15_and_25_purposes_in_categories(aobahama):
    groups = settings.menu(aobahama, "city-hall", "kiosk1")
    purposes = [service for group in groups for service in group.services]
    assert 15 <= len(purposes) <= 25
    assert len(set(purposes)) == len(purposes)
    assert None not in [group.id for group in groups]
    assert not {"okuyami", "pickup"} & set(purposes)
    second = settings.menu(aobahama, "city-hall", "kiosk2")
    assert [g.id for g in second] == list(aobahama.sites["city-hall"].kiosks["kiosk2"].categories)


def test_names_that_residents_read_are_in_every_language(aobahama):
    for site in aobahama.sites.values():
        for named in (*site.services.values(), *site.categories.values(), *site.counters.values()):
            assert set(named.names) == set(aobahama.languages)


def test_the_branch_is_silent(aobahama):
    displays = aobahama.sites["minami-center"].displays
    assert displays
    assert not any(d.voice for d in displays.values())


@pytest.mark.parametrize(
    ("day", "service", "closes"),
    [
        (date(2026, 11, 20), "certificates", "17:15"),
        (date(2026, 11, 19), "certificates", "19:00"),
        (date(2026, 11, 19), "moving", "17:15"),
        (date(2026, 11, 14), "certificates", "12:30"),
        (date(2026, 11, 14), "pension", None),
        (date(2026, 11, 20), "mynumber-update", "16:45"),
        (date(2026, 11, 20), "single-parent", None),
    ],
)
def test_hours_of_the_city_hall(aobahama, day, service, closes):
    found = settings.hours(aobahama, "city-hall", day)
    spans = found.spans[service]
    minute = (spans[-1][1] - found.starts) // 60_000 if spans else None
    assert (f"{minute // 60}:{minute % 60:02d}" if minute is not None else None) == closes


def test_texts_and_languages(aobahama):
    assert set(settings.text(aobahama, "city-hall", "ticket-note")) == set(aobahama.languages)
    assert settings.text(aobahama, "city-hall", "no-such-text") == {}
    displays = aobahama.sites["city-hall"].displays
    assert settings.languages_of(aobahama, displays["hall1"]) == aobahama.languages
    assert settings.languages_of(aobahama, displays["info"]) == ("ja", "en")


def test_a_text_of_the_site_goes_before_one_of_the_city(write_city):
    folder = write_city({"more.toml": "texts.a.ja = 'city'", "sites/hall/z.toml": "texts.a.ja = 'site'"})
    assert settings.text(settings.load(folder), "hall", "a") == {"ja": "site"}
