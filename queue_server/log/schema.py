"""Which migrations a database still needs. Running them is the adapters' work."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from .errors import CannotOpen

FOLDER = Path(__file__).parent / "migrations"


class Migration(NamedTuple):
    """One step: the version it leads to, and its SQL with ``{clustered}`` and ``{bytes}`` still open."""

    version: int
    name: str
    text: str

    def sql(self, *, clustered: str, bytes_type: str) -> str:
        """The SQL of one database."""
        return self.text.replace("{clustered}", clustered).replace("{bytes}", bytes_type)


def migrations(folder: Path = FOLDER) -> list[Migration]:
    """All migrations in order. Raises ``ValueError`` when the numbers are not 1, 2, 3 …"""
    found = [
        Migration(int(file.name[:4]), file.stem, file.read_text(encoding="utf-8"))
        for file in sorted(folder.glob("*.sql"))
    ]
    if [m.version for m in found] != list(range(1, len(found) + 1)):
        raise ValueError(f"the migrations are not numbered without gaps: {[m.name for m in found]}")
    return found


def missing(version: int, where: str) -> list[Migration]:
    """The migrations a database of this version lacks. Raises ``CannotOpen`` when it is newer than we are."""
    known = migrations()
    if version > len(known):
        raise CannotOpen(
            f"{where} has schema version {version}, this program knows {len(known)}: it was used by a newer "
            "Matanai. Start that version, or restore the backup that was made before the upgrade."
        )
    return known[version:]


CREATE_VERSION = "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)"
READ_VERSION = "SELECT max(version) FROM schema_version"
WRITE_VERSION = "INSERT INTO schema_version (version) VALUES ({version})"
