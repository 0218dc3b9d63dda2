"""Static files: one folder a room, at an address with a hash of the room's content, kept by browsers for ever.

The hash stands in the path, so modules that import each other by relative addresses stay together:
``/static/<room>/<hash>/<file>``. Without the hash a file is served too, and asked for again each time.
Texts that a browser keeps travel compressed: packed once, in memory.
"""

from __future__ import annotations

import gzip
import mimetypes
from hashlib import blake2b
from pathlib import Path, PurePosixPath

from aiohttp import web

from .headers import AGAIN, FILE, FOREVER
from .problems import ProblemError

TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
    ".json": "application/json",
    ".opus": "audio/ogg",
    ".wav": "audio/wav",
    ".html": "text/html",
}


class StaticFiles:
    """The static folders of all rooms."""

    def __init__(self) -> None:
        self._folders: dict[str, Path] = {}
        self._files: dict[str, dict[str, Path]] = {}
        self._hashes: dict[str, str] = {}
        self._packed: dict[Path, bytes] = {}

    def add(self, room: str, folder: Path) -> None:
        """Serve a folder. What is in it is read when first asked for; a change needs a restart."""
        self._folders[room] = folder

    def url(self, name: str) -> str:
        """``hall/base.css`` → its address. Raises ``KeyError`` when there is no such file."""
        room, _, file = name.partition("/")
        if file not in self._listed(room):
            raise KeyError(f"no static file {name}")
        return f"/static/{room}/{self._hash(room)}/{file}"

    def routes(self) -> list[web.RouteDef]:
        """To be added to the application."""
        return [web.get("/static/{room}/{file:.+}", self._serve)]

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        room, file = request.match_info["room"], request.match_info["file"]
        if room not in self._folders:
            raise ProblemError("not_found")
        first, _, rest = file.partition("/")
        hashed = bool(rest) and first == self._hash(room)
        path = self._listed(room).get(rest if hashed else file)
        if path is None:
            raise ProblemError("not_found")
        kind = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        response: web.StreamResponse
        if hashed and _is_text(kind) and "gzip" in request.headers.get("Accept-Encoding", ""):
            headers = FILE | {"Cache-Control": FOREVER, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
            response = web.Response(body=self._pack(path), headers=headers)
        else:
            response = web.FileResponse(path, headers=FILE | {"Cache-Control": FOREVER if hashed else AGAIN})
        response.content_type = kind
        if kind.startswith("text/"):
            response.charset = "utf-8"
        return response

    def _pack(self, path: Path) -> bytes:
        found = self._packed.get(path)
        if found is None:
            found = self._packed[path] = gzip.compress(path.read_bytes(), mtime=0)
        return found

    def _listed(self, room: str) -> dict[str, Path]:
        """Relative name → file: only what is listed can be asked for."""
        found = self._files.get(room)
        if found is None:
            folder = self._folders[room]
            found = self._files[room] = {
                str(PurePosixPath(path.relative_to(folder))): path
                for path in sorted(folder.rglob("*"))
                if path.is_file()
            }
        return found

    def _hash(self, room: str) -> str:
        found = self._hashes.get(room)
        if found is None:
            digest = blake2b(digest_size=6)
            for name, path in self._listed(room).items():
                digest.update(f"{name}\0".encode())
                digest.update(path.read_bytes())
            found = self._hashes[room] = digest.hexdigest()
        return found


def _is_text(kind: str) -> bool:
    return kind.startswith("text/") or kind in (
        "image/svg+xml",
        "application/json",
        "application/manifest+json",
    )
