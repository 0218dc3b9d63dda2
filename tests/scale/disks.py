"""Disks that are full or may not be written. As root they are small file systems of their own."""

import contextlib
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

from bench.server import Server


class NotPermitted(Exception):
    """This user may not mount a file system."""


@contextlib.contextmanager
def small(folder: Path, size: str) -> Iterator[Path]:
    """A file system of its own in memory. Raises ``NotPermitted``."""
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if done.returncode:
        raise NotPermitted(done.stderr.decode())
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


class FullDisk:
    """A file system without room."""

    reason = "disk_full"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def fill(self, server: Server) -> None:
        with contextlib.suppress(OSError), self._filler.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))

    def free(self, server: Server) -> None:
        self._filler.unlink()


class FileLimit:
    """Files that may not grow any more: what quotas do, and what any user can be told."""

    reason = "io_error"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self, server: Server) -> None:
        largest = max(file.stat().st_size for file in self.folder.iterdir())
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))

    def free(self, server: Server) -> None:
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


class ReadOnlyMount:
    """A file system that is mounted for reading for a while."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextlib.contextmanager
    def __call__(self) -> Iterator[None]:
        subprocess.run(["mount", "-o", "remount,ro", str(self.folder)], check=True)
        try:
            yield
        finally:
            subprocess.run(["mount", "-o", "remount,rw", str(self.folder)], check=True)


class ReadOnlyRights:
    """Files and a folder without the right to write: enough for everybody but root."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextlib.contextmanager
    def __call__(self) -> Iterator[None]:
        files = [*self.folder.iterdir(), self.folder]
        modes = [file.stat().st_mode for file in files]
        for file in files:
            file.chmod(0o555 if file.is_dir() else 0o444)
        try:
            yield
        finally:
            for file, mode in zip(files, modes, strict=True):
                file.chmod(mode)
