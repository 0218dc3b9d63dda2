"""Presses and taps at the same moment, on one server and on two that share a database."""

import threading
from collections import Counter

import pytest

from bench import day, load, races
from bench.kills import events
from bench.server import SITE

pytestmark = [pytest.mark.real_process, pytest.mark.xdist_group("scale")]

PAIRS = 100
POINTS, TICKETS = 16, 640


def test_two_counters_that_press_at_once_get_two_people_in_turn(database, serve):
    server = serve(database)
    token = server.token("staff")
    server.open_counters(token, "12")
    assert races.pairs([server], token, PAIRS) == []


async def test_sixteen_issuing_points_give_each_number_once(database, serve):
    server = serve(database)
    taken = load.run(day.issuing(server, server.token("kiosk"), TICKETS, POINTS), core=None)
    assert sorted(taken.numbers) == list(range(1, TICKETS + 1))
    written = await events(database, "TicketIssued")
    assert [event["number"] for event in written] == [str(n) for n in range(1, TICKETS + 1)]


@pytest.mark.postgres
def test_counters_of_two_servers_on_one_database_never_get_the_same_person(postgres_server, serve):
    database = postgres_server.database()
    servers = [serve(database), serve(database)]
    token = servers[0].token("staff")
    servers[0].open_counters(token, "12")
    assert races.pairs(servers, token, PAIRS) == []


@pytest.mark.postgres
def test_two_servers_on_one_database_never_give_a_number_twice(postgres_server, serve):
    database = postgres_server.database()
    servers = [serve(database), serve(database)]
    token = servers[0].token("kiosk")
    found = [load.Result(), load.Result()]

    def take(which: int) -> None:
        found[which] = load.run(day.issuing(servers[which], token, TICKETS // 2, POINTS // 2), core=None)

    threads = [threading.Thread(target=take, args=(which,)) for which in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [n for n, times in Counter(found[0].numbers + found[1].numbers).items() if times > 1] == []
    assert sorted(found[0].numbers + found[1].numbers) == list(range(1, TICKETS + 1))


@pytest.mark.postgres
def test_one_key_at_two_servers_is_one_ticket(postgres_server, serve):
    database = postgres_server.database()
    servers = [serve(database), serve(database)]
    token = servers[0].token("kiosk")
    body = {"service": "service", "channel": "kiosk", "kiosk": "kiosk1"}
    for n in range(10):
        answers: list[tuple[int, dict]] = []

        def tap(server, n=n, answers=answers) -> None:
            answers.append(server.ask("POST", f"{SITE}/tickets", body, token, key=f"tap {n}"))

        threads = [threading.Thread(target=tap, args=(server,)) for server in servers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [status for status, _ in answers] == [201, 201]
        assert answers[0][1]["id"] == answers[1][1]["id"]
        assert answers[0][1]["number"] == answers[1][1]["number"] == str(n + 1)
