"""No room left: commands are refused with 503, nothing half written stays, and the hall goes on when there is room."""

import time
from collections.abc import Callable

import pytest

from bench.kills import events
from bench.server import SITE

pytestmark = [pytest.mark.real_process, pytest.mark.xdist_group("scale")]

TAP = {"service": "service", "channel": "kiosk", "kiosk": "kiosk1"}


def until_taken(tap: Callable[[], tuple[int, dict]]) -> tuple[int, dict]:
    """The first answer that is not 503; the last one if it never comes."""
    until = time.monotonic() + 20
    while (answer := tap())[0] == 503 and time.monotonic() < until:
        time.sleep(0.1)
    return answer


async def test_a_full_disk_refuses_commands_and_recovers(limited_disk, serve):
    database = f"sqlite:///{limited_disk.folder}/hall.db"
    server = serve(database)
    token, staff = server.token("kiosk"), server.token("staff")

    def tap(key: str) -> tuple[int, dict]:
        return server.ask("POST", f"{SITE}/tickets", TAP, token, key=key)

    given = [tap(f"before {n}")[1]["number"] for n in range(5)]
    limited_disk.fill(server)
    answers = [tap(f"full {n}") for n in range(400)]
    refused = [n for n, (status, _) in enumerate(answers) if status != 201]
    assert refused, "the disk did not fill"
    given += [answer["number"] for status, answer in answers if status == 201]
    for n in refused:
        status, answer = answers[n]
        assert (status, answer["status"]) == (503, 503)
        assert answer["code"] == "unavailable"
    health = server.ask("GET", "/healthz", token=staff)[1]
    assert (health["status"], health["details"]["reason"]) == ("read-only", limited_disk.reason)
    status, board = server.ask("GET", f"{SITE}/board")
    assert (status, board["services"][0]["waiting"]) == (200, len(given))  # reading goes on

    limited_disk.free(server)
    retried = until_taken(lambda: tap(f"full {refused[0]}"))
    assert retried[0] == 201, retried
    given.append(retried[1]["number"])
    assert tap(f"full {refused[0]}")[1]["number"] == retried[1]["number"]
    assert given == [str(n) for n in range(1, len(given) + 1)]

    server.kill()
    server.start()
    assert tap(f"full {refused[0]}")[1]["number"] == retried[1]["number"]
    assert [event["number"] for event in await events(database, "TicketIssued")] == given
