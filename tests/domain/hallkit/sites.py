"""The halls that the tests play in."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from queue_server.domain.rules import Band, Cap, Counter, Department, Preset, PriorityClass, Rules, Service


def names(text: str) -> dict[str, str]:
    return {"en": text}


def band(name: str, first: int, last: int, prefix: str = "", **more: Any) -> Band:
    return Band(id=name, first=first, last=last, prefix=prefix, **more)


def service(name: str, band: str = "a", **more: Any) -> Service:
    return Service(id=name, names=names(name), band=band, **more)


def counter(name: str, *services: str, **more: Any) -> Counter:
    return Counter(id=name, names=names(name), services=services, **more)


def by_id(*things: Any) -> dict[str, Any]:
    return {thing.id: thing for thing in things}


def small(**changes: Any) -> Rules:
    """Three services with a back office and a pick-up counter; targets of 15, 15 and 30 minutes."""
    rules = Rules(
        site="hall",
        names=names("hall"),
        bands=by_id(
            band("a", 1, 99),
            band("b", 101, 199),
            band("p", 901, 999),
            band("pad", 1, 20, "T", digits=2, emergency=True),
        ),
        services=by_id(
            service("cert", department="office", pickup="pick"),
            service("tax", "b"),
            service("move", "b", target_minutes=30),
            service("pick", "p", is_pickup=True, target_minutes=5),
        ),
        counters=by_id(
            counter("1", "cert", "tax"),
            counter("2", "cert"),
            counter("3", "move"),
            counter("4", "tax", helps=("move",)),
            counter("P", "pick", kind="pickup"),
        ),
        departments=by_id(*(Department(id=x, names=names(x)) for x in ("office", "pension", "care"))),
        priorities=by_id(
            PriorityClass(id="baby", names=names("baby"), boost_minutes=20),
            PriorityClass(id="elder", names=names("elder"), boost_minutes=5),
        ),
        pickup="pick",
        absent_after_recalls=1,
        presets=by_id(
            Preset(id="lunch", names=names("lunch"), counters={"1": ("move",), "3": ("move", "tax")})
        ),
    )
    return replace(rules, **changes)


def with_service(rules: Rules, name: str, **changes: Any) -> Rules:
    """The same rules, one service changed."""
    return replace(rules, services={**rules.services, name: replace(rules.services[name], **changes)})


def without(rules: Rules, *, services: tuple[str, ...] = (), counters: tuple[str, ...] = ()) -> Rules:
    """The same rules, some services and counters removed."""

    def kept(ids: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(x for x in ids if x not in services)

    return replace(
        rules,
        pickup=None if rules.pickup in services else rules.pickup,
        services={
            name: replace(x, pickup=None if x.pickup in services else x.pickup)
            for name, x in rules.services.items()
            if name not in services
        },
        counters={
            name: replace(x, services=kept(x.services), helps=kept(x.helps))
            for name, x in rules.counters.items()
            if name not in counters
        },
    )


def wandering() -> list[Rules]:
    """The rules that the random days pass through: tiny bands (so laps happen), then variants of them."""
    first = Rules(
        site="hall",
        names=names("hall"),
        bands=by_id(
            band("a", 1, 12, skip=(4, 9)),
            band("b", 50, 57, "B"),
            band("c", 1, 6, "C", digits=2),
            band("p", 1, 3, "P"),
            band("pad", 1, 5, "T", digits=2, emergency=True),
        ),
        services=by_id(
            service("cert", "a", department="office", pickup="pick", fairness=3),
            service("tax", "b", department="office", fairness=2),
            service("move", "c", target_minutes=25, fairness=4),
            service("care", "a", target_minutes=10, fairness=1, closes_by_estimate=False),
            service("child", "b", target_minutes=0, sensitive=True, closing_margin_minutes=5),
            service("pick", "p", is_pickup=True, target_minutes=5),
        ),
        counters=by_id(
            counter("1", "cert", "tax"),
            counter("2", "cert", helps=("move",)),
            counter("3", "move", "care", helps=("cert", "child")),
            counter("4", "tax", "child"),
            counter("5", "pick", "cert"),
            counter("P", "pick", kind="pickup"),
        ),
        departments=by_id(*(Department(id=x, names=names(x)) for x in ("office", "pension", "care"))),
        priorities=by_id(
            PriorityClass(id="baby", names=names("baby"), boost_minutes=20),
            PriorityClass(id="elder", names=names("elder"), boost_minutes=7),
        ),
        pickup="pick",
        help_penalty_minutes=4.5,
        undo_seconds=60,
        late_places=2,
        absent_after_recalls=2,
        absent_after_minutes=5,
        kiosk_tickets=2,
        kiosk_seconds=1800,
        presets=by_id(
            Preset(id="lunch", names=names("lunch"), counters={"1": ("cert", "tax", "move"), "3": ("cert",)}),
            Preset(id="march", names=names("march"), counters={"2": ("cert", "move"), "4": ("tax",)}),
        ),
    )
    capped = with_service(first, "cert", caps=(Cap(count=9), Cap(count=4, from_minute=540, to_minute=660)))
    return [
        first,
        with_service(first, "tax", target_minutes=40, fairness=5),
        capped,
        without(first, services=("care",), counters=("4",)),
        without(capped, services=("pick",), counters=("P",)),
        replace(
            first,
            no_show_after_recalls=1,
            appointment_early_minutes=30,
            carry=("held", "no_show", "pickup", "processing"),
        ),
        replace(first, late_places=0, pickup=None, carry=(), return_places=0, presets={}),
    ]
