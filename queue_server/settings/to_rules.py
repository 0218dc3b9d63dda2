"""From a checked configuration to what the core decides by."""

from __future__ import annotations

from queue_server.domain.rules import Band, Cap, Counter, Department, Preset, PriorityClass, Rules, Service

from . import model
from .business_days import minute_of_day
from .model import Settings


def rules(settings: Settings, site_id: str) -> Rules:
    """The rules of one site. Pure. Raises ``KeyError`` for an unknown site."""
    site = settings.sites[site_id]
    queue = site.queue
    return Rules(
        site=site_id,
        names=site.names,
        bands={
            key: Band(
                id=key,
                first=band.first,
                last=band.last,
                prefix=band.prefix,
                digits=band.digits,
                skip=tuple(sorted(set(band.skip))),
                emergency=band.emergency,
            )
            for key, band in site.bands.items()
        },
        services={key: _service(key, service) for key, service in site.services.items()},
        counters={
            key: Counter(
                id=key,
                names=counter.names,
                kind=counter.kind,
                services=counter.services,
                helps=counter.helps,
                area=counter.area,
            )
            for key, counter in site.counters.items()
        },
        departments={key: Department(id=key, names=d.names) for key, d in site.departments.items()},
        priorities={
            key: PriorityClass(id=key, names=p.names, boost_minutes=p.boost_minutes)
            for key, p in site.priorities.items()
        },
        pickup=queue.pickup,
        help_penalty_minutes=queue.help_penalty_minutes,
        undo_seconds=queue.undo_seconds,
        appointment_early_minutes=queue.appointment_early_minutes,
        appointment_grace_minutes=queue.appointment_grace_minutes,
        late_places=queue.late_places,
        no_show_after_recalls=queue.no_show_after_recalls,
        absent_after_recalls=queue.absent_after_recalls,
        absent_after_minutes=queue.absent_after_minutes,
        return_places=queue.return_places,
        kiosk_tickets=queue.kiosk_tickets,
        kiosk_seconds=queue.kiosk_seconds,
        last_ticket_minutes=queue.last_ticket_minutes,
        presets={
            key: Preset(id=key, names=preset.names, counters=preset.counters)
            for key, preset in site.presets.items()
        },
        close_after_minutes=queue.close_after_minutes,
        carry=queue.carry,
    )


def _service(key: str, service: model.Service) -> Service:
    return Service(
        id=key,
        names=service.names,
        band=service.band,
        target_minutes=service.target_minutes,
        service_minutes=service.service_minutes,
        fairness=service.fairness,
        caps=tuple(
            Cap(count=cap.count, from_minute=minute_of_day(cap.from_), to_minute=minute_of_day(cap.to))
            for cap in service.caps
        ),
        department=service.department,
        pickup=service.pickup,
        is_pickup=service.is_pickup,
        sensitive=service.sensitive,
        closed_hint=service.closed_hint,
        closing_margin_minutes=service.closing_margin_minutes,
        closes_by_estimate=service.closes_by_estimate,
        category=service.category,
    )
