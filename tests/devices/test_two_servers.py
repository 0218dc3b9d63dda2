"""Two real servers on one PostgreSQL and one printer: every number on one paper."""

import time
from collections import Counter

import pytest
from emulator import EscPos

from bench.postgres import Postgres

TICKETS = 12
SITE = "/api/v1/sites/bench"


def papers(out):
    """The numbers on the papers that were cut."""
    printer = EscPos()
    printer.feed(out.read_bytes() if out.exists() else b"")
    return [ticket.text[2] for ticket in printer.tickets if ticket.text]


@pytest.mark.postgres
def test_a_number_comes_out_once_whichever_server_prints_it(running_server, tmp_path):
    out = tmp_path / "out.prn"
    settings = (f"device=file://{out}", "mode=text", "site=bench")
    options = [part for value in settings for part in ("--set", f"printers.kiosk1.{value}")]
    with Postgres() as postgres:
        env = {"MATANAI_SECRET_KEY": "00" * 32}
        database = postgres.database()
        servers = [running_server("bench", *options, database=database, env=env) for _ in range(2)]
        try:
            body = {"service": "service", "channel": "kiosk", "kiosk": "kiosk1"}
            given = []
            for at in range(TICKETS):
                answer = servers[at % 2].call("POST", f"{SITE}/tickets", body, role="kiosk")
                assert (answer.status, answer.json["print"]["state"]) == (201, "queued")
                given.append(answer.json["number"])
            end = time.monotonic() + 60
            while len(papers(out)) < TICKETS:
                assert time.monotonic() < end, papers(out)
                time.sleep(0.1)
            time.sleep(1.5)  # a second paper would come with the other server's next look
            assert Counter(papers(out)) == Counter(given)
        finally:
            for server in servers:
                server.stop()
