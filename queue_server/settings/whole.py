"""Checks that need more than one key: references, bands, languages, hours."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from .mistakes import did_you_mean, listed
from .model import Band, City, Site
from .reading import Key, Source
from .referring import reference as _reference
from .referring import references as _references
from .referring import unique as _unique
from .whole_devices import check_devices
from .whole_hours import check_hours, reason_of_times
from .whole_kiosk import check_kiosks
from .whole_presets import check_presets

RESERVED_SITES = frozenset(
    {"staff", "t", "kiosk", "display", "api", "line", "healthz", "metrics", "patterns", "static"}
    | {"assets", "fonts", "login", "logout", "push", "relay", "demo"}
)
"""First path segments of the program's own addresses."""


def check_city(source: Source, city: City, texts: list[tuple[Key, dict[str, str]]]) -> None:
    """Note every mistake that is not one of a single key."""
    _time_zone(source, city.time_zone)
    _languages(source, city, texts)
    for index, network in enumerate(city.limits.trusted_proxies):
        _network(source, ("limits", "trusted_proxies", str(index)), network)
    if not city.sites and not source.mistaken(("sites",)):
        source.note(("sites",), "no_site")
    check_devices(source, city)
    for site_id, site in city.sites.items():
        if site_id in RESERVED_SITES:
            source.note(("sites", site_id), "reserved_id", name=site_id)
        _site(source, city, ("sites", site_id), site)


def _time_zone(source: Source, name: str) -> None:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        if not source.mistaken(("time_zone",)):
            source.note(("time_zone",), "unknown_time_zone", name=name)


def _network(source: Source, key: Key, text: str) -> None:
    from ipaddress import ip_network

    try:
        ip_network(text, strict=False)
    except ValueError:
        if not source.mistaken(key):
            source.note(key, "bad_network", name=text)


def _languages(source: Source, city: City, texts: list[tuple[Key, dict[str, str]]]) -> None:
    _unique(source, ("languages",), city.languages)
    if not city.languages or source.mistaken(("languages",)):
        return
    first = city.languages[0]
    for key, names in texts:
        if first not in names:
            source.note(key, "name_missing", language=first)
        for name in names:
            _language(source, (*key, name), name, city.languages)


def _language(source: Source, key: Key, name: str, languages: tuple[str, ...]) -> None:
    if name not in languages and not source.mistaken(key):
        hint = did_you_mean(name, languages)
        source.note(key, "unknown_language", name=name, hint=hint, known=listed(languages))


def _site(source: Source, city: City, at: Key, site: Site) -> None:
    _bands(source, at, site.bands)
    _services(source, at, site)
    services = site.services
    _reference(source, (*at, "queue", "pickup"), "service", site.queue.pickup, services)
    _pickup(source, (*at, "queue", "pickup"), site, site.queue.pickup)
    _reference(
        source, (*at, "queue", "last_ticket_notice"), "notice", site.queue.last_ticket_notice, city.notices
    )
    _unique(source, (*at, "queue", "carry"), site.queue.carry)
    for key, counter in site.counters.items():
        here = (*at, "counters", key)
        _references(source, (*here, "services"), "service", counter.services, services)
        _references(source, (*here, "helps"), "service", counter.helps, services)
    check_kiosks(source, city, at, site)
    check_presets(source, at, site)
    for key, display in site.displays.items():
        here = (*at, "displays", key)
        _references(source, (*here, "counters"), "counter", display.counters, site.counters)
        for index, name in enumerate(display.languages):
            _language(source, (*here, "languages", str(index)), name, city.languages)
    check_hours(source, at, site)


def _services(source: Source, at: Key, site: Site) -> None:
    served = {name for counter in site.counters.values() for name in (*counter.services, *counter.helps)}
    for key, service in site.services.items():
        here = (*at, "services", key)
        if key not in served:
            source.note(here, "no_counter")
        _reference(source, (*here, "band"), "band", service.band, site.bands)
        _reference(source, (*here, "category"), "category", service.category, site.categories)
        _reference(source, (*here, "department"), "department", service.department, site.departments)
        _reference(source, (*here, "pickup"), "service", service.pickup, site.services)
        _pickup(source, (*here, "pickup"), site, service.pickup)
        band = site.bands.get(service.band)
        if band is not None and band.emergency:
            source.note((*here, "band"), "emergency_band", name=service.band)
        for index, cap in enumerate(service.caps):
            cap_at = (*here, "caps", str(index))
            if source.mistaken(cap_at):
                continue
            if band is not None and band.last >= band.first and cap.count > _size(band):
                facts = {"count": cap.count, "size": _size(band), "band": service.band}
                source.note((*cap_at, "count"), "cap_too_large", **facts)
            if reason := reason_of_times(cap.from_, cap.to):
                source.note(cap_at, "bad_span", span=f"{cap.from_}-{cap.to}", reason=reason)


def _pickup(source: Source, key: Key, site: Site, name: str | None) -> None:
    service = site.services.get(name or "")
    if service is not None and not service.is_pickup:
        source.note(key, "not_pickup", name=name)


def _bands(source: Source, at: Key, bands: dict[str, Band]) -> None:
    seen: list[tuple[str, Band]] = []
    for key, band in bands.items():
        here = (*at, "bands", key)
        if source.mistaken(here):
            continue
        if band.last < band.first:
            source.note((*here, "last"), "band_empty", first=band.first, last=band.last)
            continue
        for number in band.skip:
            if not band.first <= number <= band.last:
                source.note((*here, "skip"), "skip_outside", number=number, first=band.first, last=band.last)
        if _size(band) == 0:
            source.note((*here, "skip"), "band_all_skipped")
        for other_key, other in seen:
            shared = _shared_number(band, other)
            if shared is not None:
                source.note(
                    here, "band_overlap", number=f"{band.prefix}{shared:0{band.digits}d}", other=other_key
                )
        seen.append((key, band))


def _size(band: Band) -> int:
    return band.last - band.first + 1 - len({n for n in band.skip if band.first <= n <= band.last})


def _shared_number(one: Band, two: Band) -> int | None:
    """A number that both bands print. A voice reads neither leading zeros nor case: they do not count."""
    if one.prefix.casefold() != two.prefix.casefold():
        return None
    skipped = {*one.skip, *two.skip}
    both = range(max(one.first, two.first), min(one.last, two.last) + 1)
    return next((n for n in both if n not in skipped), None)
