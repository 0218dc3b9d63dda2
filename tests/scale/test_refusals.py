"""Databases that a server must not use: it says which, why, and what to do, and ends."""

import contextlib
import sqlite3

import pytest

from bench.server import Server

pytestmark = [pytest.mark.real_process, pytest.mark.xdist_group("scale")]


def refused(database: str) -> str:
    """What a server says that must not start."""
    server = Server(database, core=None)
    try:
        server.launch()
        assert server.wait_end(20) != 0
    finally:
        server.kill()
    assert "Traceback" not in server.said
    return server.said


def test_a_second_server_on_one_file_is_refused_and_the_first_goes_on(serve, tmp_path):
    database = f"sqlite:///{tmp_path}/hall.db"
    first = serve(database)
    said = refused(database)
    assert f"{tmp_path}/hall.db is in use by another Matanai (process {first.pid})" in said
    assert first.healthy()


def test_the_file_is_free_again_when_its_server_was_killed(serve, tmp_path):
    database = f"sqlite:///{tmp_path}/hall.db"
    serve(database).kill()
    assert serve(database).healthy()


def test_a_database_of_a_newer_version_is_refused_and_left_as_it_is(serve, tmp_path):
    file = tmp_path / "hall.db"
    serve(f"sqlite:///{file}").stop()
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as db:
        db.execute("INSERT INTO schema_version (version) VALUES (9999)")
    before = file.read_bytes()
    said = refused(f"sqlite:///{file}")
    assert "schema version 9999" in said
    assert "newer" in said
    assert file.read_bytes() == before


def test_a_read_only_database_is_refused(serve, read_only, tmp_path):
    file = read_only.folder / "hall.db"
    serve(f"sqlite:///{file}").stop()
    with read_only():
        said = refused(f"sqlite:///{file}")
    assert str(file) in said
    assert "check the path and its permissions" in said
    assert serve(f"sqlite:///{file}").healthy()


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path):
    file = tmp_path / "hall.db"
    file.write_bytes(b"a letter to the mayor\n" * 100)
    said = refused(f"sqlite:///{file}")
    assert str(file) in said
    assert file.read_bytes() == b"a letter to the mayor\n" * 100


@pytest.mark.postgres
def test_a_postgres_that_is_not_there_is_named(tmp_path):
    said = refused(f"postgresql://nobody@/hall?host={tmp_path}")
    assert "PostgreSQL" in said
    assert str(tmp_path) in said
