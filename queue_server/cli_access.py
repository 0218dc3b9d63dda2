"""``matanai token`` and ``matanai person``: who may do what. Works beside a running server."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from getpass import getpass
from typing import TYPE_CHECKING, Any

from queue_server.clock import wall_ms

from .cli_common import MISUSED, Stop, add_command, add_database, add_group, open_log, run_work

if TYPE_CHECKING:
    from queue_server.log import Log

    from .cli_common import Commands

ROLES = ("kiosk", "display", "staff", "agent", "admin")
ROLES_OF_PEOPLE = ("staff", "admin")
PASSWORD = "MATANAI_PASSWORD"
LONGEST_LOGIN, LONGEST_PASSWORD = 100, 200
"""What the contract lets somebody sign in with."""
SHORTEST_PASSWORD = 8


# --- tokens ----------------------------------------------------------------------------------------


def _token_create(options: argparse.Namespace) -> int:
    from queue_server.web import tokens

    _check_scope(options)
    if options.agent and options.role != "agent":
        raise Stop("--agent is for tokens of the role agent: --role agent", MISUSED)
    if options.role == "agent" and not options.agent:
        print("matanai: note: without --agent this token drives no device", file=sys.stderr)

    async def create() -> str:
        async with open_log(options.database, new=True) as log:
            await _note_site(log, options.site)
            return await tokens.create(
                log,
                role=options.role,
                name=options.name,
                site=options.site,
                counter=options.counter,
                department=options.department,
                agent=options.agent,
                now=wall_ms(),
            )

    print(run_work(create))
    return 0


def _token_list(options: argparse.Namespace) -> int:
    for row in _rows(options, "tokens"):
        state = "revoked" if row["revoked_at"] is not None else "valid"
        print(f"{row['id']}  {row['role']:<8}{_scope(row):<24}{_day(row)}  {state:<8}{row['name']}")
    return 0


def _token_revoke(options: argparse.Namespace) -> int:
    from queue_server.web import tokens

    async def revoke() -> bool:
        async with open_log(options.database) as log:
            return await tokens.revoke(log, options.id, wall_ms())

    if not run_work(revoke):
        raise Stop(f"there is no valid token with the id {options.id!r}: see `matanai token list`")
    return 0


# --- people ----------------------------------------------------------------------------------------


def _person_add(options: argparse.Namespace) -> int:
    from queue_server.web import people

    _check_scope(options)

    async def taken() -> bool:
        async with open_log(options.database, new=True) as log:
            await _note_site(log, options.site)
            return options.login in [row["login"] for row in await log.read("people")]

    async def add() -> bool:
        async with open_log(options.database) as log:
            return await people.add(
                log,
                login=options.login,
                password_hash=hashed,
                role=options.role,
                site=options.site,
                counter=options.counter,
                department=options.department,
                now=wall_ms(),
            )

    refusal = Stop(
        f"the login {options.login!r} is taken: choose another (a disabled person's is never free again), "
        "or give its person a new password with `matanai person password`"
    )
    if run_work(taken):
        raise refusal
    password = _new_password(options)
    hashed = _hash(password)
    if not run_work(add):
        raise refusal
    print(password if options.generate else f"{options.login} can sign in now")
    return 0


def _person_list(options: argparse.Namespace) -> int:
    for row in _rows(options, "people"):
        state = "disabled" if row["disabled_at"] is not None else "active"
        print(f"{row['login']:<24}{row['role']:<8}{_scope(row):<24}{_day(row)}  {state}")
    return 0


def _person_password(options: argparse.Namespace) -> int:
    from queue_server.web import people

    async def known() -> bool:
        async with open_log(options.database) as log:
            return bool(await log.read("person", login=options.login))

    async def change() -> bool:
        async with open_log(options.database) as log:
            return await people.set_password(log, options.login, hashed, wall_ms())

    if not run_work(known):
        raise _unknown(options.login)
    password = _new_password(options)
    hashed = _hash(password)
    if not run_work(change):
        raise _unknown(options.login)
    print(password if options.generate else f"{options.login} has a new password and must sign in again")
    return 0


def _person_disable(options: argparse.Namespace) -> int:
    from queue_server.web import people

    async def disable() -> bool:
        async with open_log(options.database) as log:
            return await people.disable(log, options.login, wall_ms())

    if not run_work(disable):
        raise _unknown(options.login)
    print(f"{options.login} can sign in no more")
    return 0


def _unknown(login: str) -> Stop:
    return Stop(f"nobody with the login {login!r} can sign in: see `matanai person list`")


def _new_password(options: argparse.Namespace) -> str:
    """Made, from the environment, or asked for twice. Not as an argument: everybody sees those of a process."""
    if options.generate:
        from queue_server.web.passwords import new_password

        return new_password()
    password = os.environ.get(PASSWORD) or _asked(options.login)
    if len(password) < SHORTEST_PASSWORD:
        raise Stop(
            f"the password is too short: it needs at least {SHORTEST_PASSWORD} characters; nothing was changed"
        )
    if len(password) > LONGEST_PASSWORD:
        raise Stop(
            f"the password is too long: it may have {LONGEST_PASSWORD} characters; nothing was changed"
        )
    return password


def _asked(login: str) -> str:
    if not sys.stdin.isatty():
        raise Stop(f"there is no terminal to ask for the password: set {PASSWORD}, or use --generate")
    try:
        password = getpass(f"Password for {login}: ")
        if getpass("The same again: ") != password:
            raise Stop("the two passwords differ; nothing was changed")
    except EOFError:
        raise Stop("no password was given; nothing was changed") from None
    return password


def _hash(password: str) -> str:
    from queue_server.web.passwords import Passwords

    return Passwords().hash(password)


# --- both ------------------------------------------------------------------------------------------


def _check_scope(options: argparse.Namespace) -> None:
    if (options.counter or options.department) and not options.site:
        raise Stop("--counter and --department need --site", MISUSED)


async def _note_site(log: Log, site: str | None) -> None:
    """A site that the log does not know may be one of tomorrow: only a note."""
    known = [row["id"] for row in await log.read("sites")]
    if site and known and site not in known:
        print(f"matanai: note: site {site!r} is not among {', '.join(known)}", file=sys.stderr)


def _rows(options: argparse.Namespace, name: str) -> list[dict[str, Any]]:
    async def rows() -> list[dict[str, Any]]:
        async with open_log(options.database) as log:
            return await log.read(name)

    return run_work(rows)


def _scope(row: Mapping[str, Any]) -> str:
    parts = ("site", "counter", "department", "agent")
    return "/".join(row[part] for part in parts if row.get(part)) or "*"


def _day(row: Mapping[str, Any]) -> str:
    return datetime.fromtimestamp(row["created_at"] / 1000, UTC).strftime("%Y-%m-%d")


# --- arguments -------------------------------------------------------------------------------------


def add_commands(commands: Commands) -> None:
    """``token`` and ``person`` on the command line."""
    tokens = add_group(commands, "token", "Tokens of devices and programs: create, list, revoke.")
    create = add_command(tokens, "create", _token_create, "Make a token and print it, this one time.")
    create.add_argument("--role", required=True, choices=ROLES, help="what its bearer may do")
    create.add_argument(
        "--name", type=_label, required=True, metavar="LABEL", help="what it is for, e.g. 'kiosk 1'"
    )
    _add_scope(create)
    create.add_argument(
        "--agent",
        metavar="ID",
        help="with --role agent: whose devices, an id under [agents] of the configuration",
    )
    listing = add_command(tokens, "list", _token_list, "List the tokens, without their secrets.")
    revoke = add_command(tokens, "revoke", _token_revoke, "End a token and the devices enrolled with it.")
    revoke.add_argument("id", metavar="ID", help="from `matanai token list`")

    people = add_group(commands, "person", "People who sign in: add, list, password, disable.")
    add = add_command(people, "add", _person_add, "Let somebody sign in.")
    everybody = add_command(people, "list", _person_list, "List the people, without their passwords.")
    password = add_command(
        people, "password", _person_password, "Give somebody a new password and end their sessions."
    )
    disable = add_command(
        people, "disable", _person_disable, "Let somebody sign in no more and end their sessions."
    )
    for parser in (add, password, disable):
        parser.add_argument(
            "--login", type=_login, required=True, metavar="NAME", help="what the person signs in with"
        )
    add.add_argument("--role", required=True, choices=ROLES_OF_PEOPLE, help="what the person may do")
    _add_scope(add)
    for parser in (add, password):
        parser.epilog = (
            f"Without --generate the password is taken from {PASSWORD} in the environment, or asked for."
        )
        parser.add_argument(
            "--generate", action="store_true", help="make the password and print it, this one time"
        )
    for parser in (create, listing, revoke, add, everybody, password, disable):
        add_database(parser)


def _add_scope(parser: argparse.ArgumentParser) -> None:
    for scope in ("site", "counter", "department"):
        more = "" if scope == "site" else "; needs --site"
        parser.add_argument(f"--{scope}", metavar="ID", help=f"only for this {scope}{more}")


def _label(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("say what it is for, e.g. 'kiosk 1'")
    return text.strip()


def _login(text: str) -> str:
    if not text or len(text) > LONGEST_LOGIN or not text.isprintable() or " " in text:
        raise argparse.ArgumentTypeError(
            f"give 1 to {LONGEST_LOGIN} letters, digits or signs, without spaces"
        )
    return text
