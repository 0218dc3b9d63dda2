"""Whatever stands in the files: ``check`` answers, and what it accepts becomes rules."""

import json
import tempfile
import tomllib
from copy import deepcopy
from datetime import date
from pathlib import Path

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from queue_server import settings
from queue_server.domain.rules import Rules

CONFIG = Path(__file__).parents[2] / "config"
BENCH = tomllib.loads((CONFIG / "bench/city.toml").read_text(encoding="utf-8"))

names = st.fixed_dictionaries({"ja": st.text(min_size=1, max_size=5)})
minutes = st.integers(0, 24 * 60)
span = (
    st.tuples(minutes, minutes)
    .filter(lambda pair: pair[0] < pair[1])
    .map(lambda pair: "{}:{:02d}-{}:{:02d}".format(*divmod(pair[0], 60), *divmod(pair[1], 60)))
)
week = st.dictionaries(
    st.sampled_from(["weekdays", "mon", "thu", "sat", "sun"]), st.lists(span, max_size=1), max_size=3
)


def toml(value):
    """A TOML value of plain data, tables inline."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{toml(k)} = {toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def in_folder(tree, use):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "city.toml").write_text(
            "\n".join(f"{toml(key)} = {toml(value)}" for key, value in tree.items()), encoding="utf-8"
        )
        return use(Path(folder))


@st.composite
def cities(draw):
    """A valid city with one site: bands that do not meet, services on them, counters that take them."""
    widths = draw(st.lists(st.integers(1, 400), min_size=1, max_size=4))
    bands, first = {}, 1
    for index, width in enumerate(widths):
        bands[f"b{index}"] = {"first": first, "last": first + width - 1, "digits": draw(st.integers(0, 4))}
        first += width + draw(st.integers(0, 3))
    departments = {f"D{index}": {"names": draw(names)} for index in range(draw(st.integers(0, 3)))}
    services = {}
    for index in range(draw(st.integers(1, 6))):
        band = draw(st.sampled_from(sorted(bands)))
        size = bands[band]["last"] - bands[band]["first"] + 1
        service = {"names": draw(names), "band": band, "service_minutes": draw(st.floats(0.1, 90))}
        if departments and draw(st.booleans()):
            service["department"] = draw(st.sampled_from(sorted(departments)))
        if draw(st.booleans()):
            service["caps"] = [{"count": draw(st.integers(1, size)), "from": "8:30", "to": "12:00"}]
        services[f"s{index}"] = service
    counters = {"1": {"names": draw(names), "services": list(services)}}
    if draw(st.booleans()):
        counters["2"] = {"names": draw(names), "kind": "pickup", "helps": draw(st.sampled_from([[], ["s0"]]))}
    hours = {"week": {**draw(week), "weekdays": ["8:30-17:15"]}, "services": {"s0": {"week": draw(week)}}}
    site = {
        "names": draw(names),
        "bands": bands,
        "departments": departments,
        "services": services,
        "counters": counters,
        "hours": hours,
        "queue": {"late_places": draw(st.integers(1, 9)), "undo_seconds": draw(st.integers(0, 90))},
    }
    return {"names": draw(names), "sites": {"hall": site}}


@given(cities(), st.dates(date(2026, 1, 1), date(2030, 12, 31)))
def test_a_valid_city_becomes_rules_whose_references_all_stand(tree, day):
    city = in_folder(tree, settings.load)
    rules = settings.rules(city, "hall")
    assert msgspec.json.decode(msgspec.json.encode(rules), type=Rules) == rules
    assert list(rules.services) == list(tree["sites"]["hall"]["services"])
    for service in rules.services.values():
        assert service.band in rules.bands
        assert service.department is None or service.department in rules.departments
    for counter in rules.counters.values():
        assert {*counter.services, *counter.helps} <= set(rules.services)
    numbers = [band.text(n) for band in rules.bands.values() for n in range(band.first, band.last + 1)]
    assert len(set(numbers)) == len(numbers)
    found = settings.hours(city, "hall", day)
    if found is not None:
        assert list(found.spans) == list(rules.services)
        assert found.starts <= found.open_from < found.closes


def places(tree, at=()):
    """The paths of all nodes of a tree."""
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in items:
        yield (*at, key)
        yield from places(value, (*at, key))


PLACES = list(places(BENCH))
anything = st.one_of(
    st.booleans(),
    st.integers(-1, 2**40),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.dates(),
    st.lists(st.integers(0, 2), max_size=2),
    st.dictionaries(st.text(max_size=4), st.integers(0, 9), max_size=2),
)


@given(st.lists(st.tuples(st.sampled_from(PLACES), anything), min_size=1, max_size=4))
def test_check_answers_whatever_stands_in_a_file(changes):
    tree = deepcopy(BENCH)
    for path, value in changes:
        target = tree
        for part in path[:-1]:
            if not isinstance(target, dict | list):
                break
            try:
                target = target[part]
            except (KeyError, IndexError, TypeError):
                break
        if isinstance(target, dict):
            target[str(path[-1])] = value
    mistakes = in_folder(tree, settings.check)
    for mistake in mistakes:
        assert mistake.what
        assert mistake.remedy
    if not mistakes:
        city = in_folder(tree, settings.load)
        for site in city.sites:
            assert settings.rules(city, site).site == site
