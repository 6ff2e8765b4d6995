"""The frame of every page of /ogc, and addresses as pages name them."""

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi import Request
from fastapi.responses import Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.access.gate import Gate
from api.ogc.links import HTML, JSON
from api.ogc.negotiate import Asked
from api.ogc.words import text
from layers.catalogue import Layer
from layers.crs import Bounds

__all__ = ["PAGE_FOLDER", "Drawn", "crumb", "degrees", "here", "layer_crumbs", "local", "page", "readdressed", "within"]

PAGE_FOLDER = Path(__file__).parent / "page"
"""What the pages load."""
_TEMPLATES = Path(__file__).parent / "templates"


class Drawn(NamedTuple):
    """What the map of a page shows: a layer, or the features at an address; extent: where the map opens."""

    layer: str
    extent: str
    features: str = ""


def page(template: str, asked: Asked, request: Request, /, **told: Any) -> Response:
    """A page of a template below templates/, in the language asked for. told: at least its title and crumbs."""
    gate: Gate = request.app.state.gate
    other = text(asked.language, "page.other")
    frame = {
        "t": lambda key, **values: text(asked.language, key, **values),
        "language": asked.language,
        "name": gate.settings.name,
        "drawn": None,
        "json_type": JSON,
        "as_json": here(request, f="json"),
        "in_other_language": here(request, lang=other),
    }
    body = _templates().get_template(template).render(frame | told)
    return Response(body, media_type=HTML, headers=asked.headers())


def local(href: str) -> str:
    """An address of this server without scheme and host: as a page names it, by whatever name it is reached.

    >>> local("https://city.example.cn/ogc/collections?f=html")
    '/ogc/collections?f=html'
    """
    parts = urlsplit(href)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def readdressed(href: str, **parameters: str | None) -> str:
    """An address with query parameters set, or taken out where None.

    >>> readdressed("/ogc/collections/grid/items?f=json&limit=10", f="html", crs=None)
    '/ogc/collections/grid/items?limit=10&f=html'
    """
    parts = urlsplit(href)
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in parameters]
    given = kept + [(name, value) for name, value in parameters.items() if value is not None]
    return parts._replace(query=urlencode(given)).geturl()


def here(request: Request, **parameters: str | None) -> str:
    """The address that was asked for, as `local`, with parameters set or taken out."""
    return readdressed(local(str(request.url)), **parameters)


def within(asked: Asked, path: str) -> str:
    """Another page of the interface, in the same language.

    >>> within(Asked("html", "en", ""), "/collections")
    '/ogc/collections?f=html&lang=en'
    """
    return readdressed(f"/ogc{path}", f="html", lang=asked.language if asked.language != "zh" else None)


def crumb(asked: Asked, path: str, key: str) -> dict[str, str]:
    """A step of the way here. key: of what it is called."""
    return {"href": within(asked, path), "title": text(asked.language, key)}


def layer_crumbs(asked: Asked, layer: Layer) -> list[dict[str, str]]:
    """The way to whatever belongs to a layer."""
    return [
        crumb(asked, "", "page.crumb_home"),
        crumb(asked, "/collections", "collections.title"),
        {"href": within(asked, f"/collections/{layer.id}"), "title": asked.say(layer.title)},
    ]


def degrees(box: Bounds) -> str:
    """A box as the map of a page reads it."""
    return ",".join(f"{degree:.6f}" for degree in box)


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
