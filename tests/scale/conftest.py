"""Real servers as processes, on both databases."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

# disks.py lies beside the tests; the servers, loads and judges are those of the benchmarks
sys.path += [str(Path(__file__).parent), str(Path(__file__).parents[2])]

from disks import FileLimit, FullDisk, NotPermitted, ReadOnlyMount, ReadOnlyRights, small

from bench.postgres import Postgres
from bench.server import Server

StartServer = Callable[..., Server]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    with Postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a new database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/hall.db"
    server: Postgres = request.getfixturevalue("postgres_server")
    return server.database()


@pytest.fixture
def serve() -> Iterator[StartServer]:
    """``serve(database, …)`` starts a server that ends with the test, on any core."""
    with contextlib.ExitStack() as stack:

        def start(database: str, **options: object) -> Server:
            server = Server(database, core=None, **options)
            stack.enter_context(server)
            return server

        yield start


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[ReadOnlyMount | ReadOnlyRights]:
    """A folder that cannot be written within ``with read_only():``."""
    folder = tmp_path / "read-only"
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(small(folder, "16m"))
        except NotPermitted:
            yield ReadOnlyRights(folder)
        else:
            yield ReadOnlyMount(folder)


@pytest.fixture(params=["full disk", "file limit"])
def limited_disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FullDisk | FileLimit]:
    """A folder that ``fill`` leaves without room, until ``free``."""
    folder = tmp_path / "limited"
    if request.param == "file limit":
        folder.mkdir()
        yield FileLimit(folder)
        return
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(small(folder, "8m"))
        except NotPermitted:
            pytest.skip("only root may make a small disk; the test with a file limit says the same")
        yield FullDisk(folder)
