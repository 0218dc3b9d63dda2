"""Sites, boards, streams, the day and its rows."""

from __future__ import annotations

import csv
import io
from typing import Any

from aiohttp import web

from queue_server import contract, settings
from queue_server.domain import commands as c
from queue_server.domain.hours import is_open
from queue_server.hall.day.asked_day import asked_day
from queue_server.hall.times import rfc3339
from queue_server.web import Call, ProblemError


async def sites(call: Call[Any]) -> contract.Sites:
    """``GET /api/v1/sites``"""
    now = call.deps.clock.now()
    found = []
    for site_id in call.deps.settings.sites:
        state = call.deps.log.view(site_id)
        rules = state.rules
        if rules is None:
            continue
        found.append(
            contract.SiteInfo(
                id=site_id,
                names=rules.names,
                services=[
                    contract.ServiceInfo(
                        id=s.id, names=s.names, open=not s.is_pickup and is_open(state, s.id, now)
                    )
                    for s in rules.services.values()
                ],
                counters=[
                    contract.CounterInfo(
                        id=x.id,
                        names=x.names,
                        kind=x.kind,
                        services=[*x.services, *x.helps],
                    )
                    for x in rules.counters.values()
                ],
                departments=[contract.Named(id=d.id, names=d.names) for d in rules.departments.values()],
                flows=[],
            )
        )
    return contract.Sites(sites=found)


async def board(call: Call[Any]) -> bytes:
    """``GET …/board``: encoded once for everybody who asks at the same seq."""
    return call.deps.boards.encoded(call.state.site)


async def events(call: Call[Any]) -> web.StreamResponse:
    """``GET …/events``: the public event stream (``web/streams.py`` has its rules)."""
    site = call.state.site
    return await call.deps.hub.serve(
        call.request, site, call.query.get("after"), lambda: call.deps.boards.encoded(site)
    )


async def open_day(call: Call[Any]) -> contract.SeqAnswer:
    """``POST …/day/open``: by a person, also on a day without hours (then every service follows its calendar)."""
    deps, site = call.deps, call.state.site
    today = settings.local_date(deps.settings, deps.clock.now())
    hours = settings.hours(deps.settings, site, today)
    if hours is None:
        raise ProblemError("no_business_day", 409, day=today.isoformat())
    outcome = await call.execute(
        c.OpenDay(
            day=hours.day, starts=hours.starts, rules=settings.rules(deps.settings, site), hours=hours.spans
        )
    )
    return contract.SeqAnswer(seq=outcome.seq)


async def close_day(call: Call[contract.CloseDayBody]) -> contract.SeqAnswer:
    """``POST …/day/close``"""
    outcome = await call.execute(c.CloseDay(force=call.body.force))
    return contract.SeqAnswer(seq=outcome.seq)


async def preset(call: Call[contract.PresetBody]) -> contract.SeqAnswer:
    """``POST …/preset``: counters at work take the services of a preset, or their own again."""
    outcome = await call.execute(c.ApplyPreset(preset=call.body.preset))
    return contract.SeqAnswer(seq=outcome.seq)


async def notice(call: Call[contract.NoticeBody]) -> contract.SeqAnswer:
    """``POST …/notice``"""
    if call.body.notice is not None and call.body.notice not in call.deps.settings.notices:
        raise ProblemError("unknown_notice", 404, notice=call.body.notice)
    outcome = await call.execute(c.PostNotice(notice=call.body.notice))
    return contract.SeqAnswer(seq=outcome.seq)


async def tickets(call: Call[Any]) -> contract.TicketRows | web.Response:
    """``GET …/tickets?date=``: the rows of a day, by default the running one; CSV when asked for."""
    deps = call.deps
    day = asked_day(deps, call.state, call.query.get("date"))
    rows = [
        _row(row, deps.zone) for row in await deps.log.read("tickets_of_day", site=call.state.site, day=day)
    ]
    if "text/csv" in call.request.headers.get("Accept", ""):
        return web.Response(body=_csv(rows), content_type="text/csv", charset="utf-8")
    return contract.TicketRows(tickets=rows)


def _row(row: dict[str, Any], zone: Any) -> contract.TicketRow:
    def at(name: str) -> str | None:
        return None if row[name] is None else rfc3339(row[name], zone)

    def seconds(name: str) -> int | None:
        return None if row[name] is None else row[name] // 1000

    return contract.TicketRow(
        id=row["ticket"],
        number=row["number"],
        day=row["day"],
        services=row["services"].split(),
        channel=row["channel"],
        state=row["state"],
        issued_at=at("issued_at") or "",
        called_at=at("called_at"),
        started_at=at("started_at"),
        ended_at=at("ended_at"),
        counter=row["counter"],
        waited_seconds=seconds("wait_ms"),
        service_seconds=seconds("service_ms"),
    )


def _csv(rows: list[contract.TicketRow]) -> bytes:
    """UTF-8 with a byte order mark, as spreadsheet programs in city halls expect it (R-34)."""
    out = io.StringIO()
    writer = csv.writer(out)
    names = contract.TicketRow.__struct_fields__
    writer.writerow(names)
    for row in rows:
        values = [getattr(row, name) for name in names]
        writer.writerow([" ".join(v) if isinstance(v, list) else v for v in values])
    return b"\xef\xbb\xbf" + out.getvalue().encode()
