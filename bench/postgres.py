"""A PostgreSQL server of its own in a temporary directory, reached by its socket."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path


class PostgresMissing(Exception):
    """PostgreSQL is not installed, or does not start; the message says which."""


def tool(name: str) -> str:
    """A program of PostgreSQL: of the newest version that the system has. Raises ``PostgresMissing``."""
    newest = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    found = shutil.which(name) or next(map(str, newest), None)
    if found is None:
        raise PostgresMissing(f"{name} is missing: install PostgreSQL (Debian: apt-get install postgresql)")
    return found


class Postgres:
    """Start and stop it by ``with``. Every ``database()`` is a new, empty one. Commits wait for the disk."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self._made = 0
        if os.getuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")

    def __enter__(self) -> Postgres:
        try:
            data = str(self.folder / "data")
            self._run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
            options = f"-c listen_addresses='' -c unix_socket_directories={self.folder}"
            self._run("pg_ctl", "-D", data, "-l", str(self.folder / "log"), "-o", options, "-w", "start")
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop")
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def database(self) -> str:
        """The address of a new, empty database."""
        self._made += 1
        name = f"hall{self._made}"
        self._run("createdb", "-h", str(self.folder), "-U", "postgres", name)
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def _run(self, program: str, *arguments: str) -> None:
        as_user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        command = [*as_user, tool(program), *arguments]
        # Not by pipes: the server would inherit them, and reading would wait until it ends.
        with tempfile.TemporaryFile() as said:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd=self.folder, check=False
            )
            if done.returncode:
                said.seek(0)
                raise PostgresMissing(f"{program} failed:\n{said.read().decode(errors='replace')}")
