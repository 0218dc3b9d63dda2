"""Which language a reader gets: what they chose, else what their browser asks for, else Japanese."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from aiohttp import web

DEFAULT = "ja"
COOKIE = "lang"


class Languages:
    """The languages a city offers, in its order. The first one is the default."""

    def __init__(self, offered: Sequence[str]) -> None:
        self.offered = tuple(offered) or (DEFAULT,)
        self._known = {tag.lower(): tag for tag in self.offered}

    def of(self, request: web.BaseRequest) -> str:
        """The language of a request: ``?lang=``, the cookie ``lang``, ``Accept-Language``, the default."""
        chosen = self.known(request.query.get("lang")) or self.known(request.cookies.get(COOKIE))
        return chosen or self.accepted(request.headers.get("Accept-Language", ""))

    def known(self, tag: str | None) -> str | None:
        """The offered spelling of a tag, also for a more special one (``en-GB`` → ``en``); None if not offered."""
        if not tag or len(tag) > 40:
            return None
        parts = tag.lower().replace("_", "-").split("-")
        while parts:
            found = self._known.get("-".join(parts))
            if found is not None:
                return found
            parts.pop()
        return None

    def accepted(self, header: str) -> str:
        """The best offered language of an ``Accept-Language`` header."""
        for tag in _by_quality(header[:200]):
            found = self.known(tag) or self._related(tag)
            if found is not None:
                return found
        return self.offered[0]

    def _related(self, tag: str) -> str | None:
        """``pt`` or ``pt-PT`` finds ``pt-BR``, ``zh-CN`` finds ``zh-Hans``: better than another language."""
        main = tag.lower().split("-")[0]
        return next((known for low, known in self._known.items() if low.split("-")[0] == main), None)


@lru_cache(maxsize=512)
def _by_quality(header: str) -> tuple[str, ...]:
    found: list[tuple[float, int, str]] = []
    for index, part in enumerate(header.split(",")):
        tag, _, parameter = part.strip().partition(";")
        try:
            quality = float(parameter.strip().removeprefix("q=")) if parameter else 1.0
        except ValueError:
            continue
        if tag and tag != "*" and quality > 0:
            found.append((-quality, index, tag.strip()))
    return tuple(tag for _, _, tag in sorted(found))
