"""Pages: jinja2 templates of all rooms, escaped by default, with texts in the reader's language."""

from __future__ import annotations

from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import web

from .headers import PAGE
from .languages import Languages
from .static import StaticFiles
from .texts import CATALOGUES, Texts

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = "templates"
STATIC = "static"


class Pages:
    """Renders the templates of every room that was added."""

    def __init__(self, texts: Texts, languages: Languages) -> None:
        self._texts = texts
        self._languages = languages
        self._templates: list[Path] = []
        self.static = StaticFiles()
        self.facts: dict[str, Any] = {}
        """What every template knows besides ``_``, ``lang``, ``languages``, ``static`` and ``path``."""

    def add_room(self, name: str, folder: Path) -> None:
        """Take a room's ``templates/``, ``static/`` (served under ``/static/<name>/``) and ``locales/``."""
        if (folder / TEMPLATES).is_dir():
            self._templates.append(folder / TEMPLATES)
        if (folder / STATIC).is_dir():
            self.static.add(name, folder / STATIC)
        if (folder / CATALOGUES).is_dir():
            self._texts.add(folder / CATALOGUES)

    @cached_property
    def _environment(self) -> Environment:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        environment = Environment(
            loader=FileSystemLoader(self._templates),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        # texts by language keep the order of the screen's languages
        environment.policies["json.dumps_kwargs"] = {"sort_keys": False}
        return environment

    def has(self, template: str) -> bool:
        """Whether a room brought this template."""
        return any((folder / template).is_file() for folder in self._templates)

    def html(self, lang: str, template: str, **context: Any) -> str:
        """The text of a page. In templates ``_('key', fact=…)`` is a text and ``static('room/file')`` an address.

        Raises ``jinja2.TemplateError``.
        """
        facts = {
            "_": partial(self._texts.get, lang),
            "lang": lang,
            "languages": self._languages.offered,
            "static": self.static.url,
            **self.facts,
        }
        return self._environment.get_template(template).render(facts | context)

    def render(
        self,
        request: web.Request,
        template: str,
        *,
        lang: str | None = None,
        status: int = 200,
        **context: Any,
    ) -> web.Response:
        """The page as an answer, in the reader's language or in ``lang``."""
        chosen = lang or self._languages.of(request)
        html = self.html(chosen, template, path=request.path, **context)
        headers = PAGE | {"Content-Language": chosen, "Vary": "Accept-Language, Cookie"}
        return web.Response(text=html, status=status, content_type="text/html", headers=headers)
