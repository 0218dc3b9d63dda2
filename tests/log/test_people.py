"""People and their sessions in the tables of each database."""

from queue_server.web import people

HANAKO = {"login": "hanako", "password_hash": "h", "role": "staff", "now": 1}


async def with_a_session(log, login):
    def write(tx):
        tx.execute("add_session", hash=f"of {login}", login=login, token=None, now=1, expires_at=1_000)

    await log.run(write)


async def sessions(log, *logins):
    return [bool(await log.read("session", hash=f"of {login}", now=2)) for login in logins]


async def test_a_login_is_given_once(opened, url):
    log = await opened(url)
    assert await people.add(log, **HANAKO)
    assert not await people.add(log, **HANAKO | {"role": "admin", "password_hash": "other"})
    (row,) = await log.read("person", login="hanako")
    assert (row["role"], row["password_hash"], row["site"]) == ("staff", "h", None)
    assert await people.disable(log, "hanako", 5)
    assert not await people.add(log, **HANAKO)
    assert await log.read("person", login="hanako") == []


async def test_a_new_password_and_a_disabled_login_end_the_sessions_of_that_person_only(opened, url):
    log = await opened(url)
    for login in ("hanako", "taro"):
        assert await people.add(log, **HANAKO | {"login": login, "site": "honcho"})
        await with_a_session(log, login)
    assert await sessions(log, "hanako", "taro") == [True, True]
    assert await people.set_password(log, "hanako", "new", 3)
    assert await sessions(log, "hanako", "taro") == [False, True]
    assert await people.disable(log, "taro", 4)
    assert await sessions(log, "taro") == [False]
    assert not await people.disable(log, "taro", 5)
    assert not await people.set_password(log, "taro", "new", 5)
    assert not await people.set_password(log, "nobody", "new", 5)
    rows = {row["login"]: row["disabled_at"] for row in await log.read("people")}
    assert rows == {"hanako": None, "taro": 4}
    assert (await log.read("person", login="hanako"))[0]["password_hash"] == "new"
