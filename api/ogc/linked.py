"""Links of pages of features and of single ones, and the headers that say the same."""

from collections.abc import Iterator, Mapping

from fastapi import Request

from api.features.files import FORMATS
from api.features.systems import System
from api.ogc.links import GEOJSON, HTML, JSON, Link, link
from api.ogc.negotiate import Asked
from api.ogc.pages import readdressed
from api.ogc.words import text
from layers.catalogue import Layer

__all__ = ["OFFERED", "headers_of", "links_of", "next_of"]

OFFERED: Mapping[str, str] = {
    "json": GEOJSON,
    "html": HTML,
    **{name: format.media_type for name, format in FORMATS.items()},
}
"""The formats of features by what `f` calls them, the usual one first."""


def links_of(request: Request, asked: Asked, layer: Layer, following: Link | None = None) -> list[Link]:
    """To the answer itself, the same in other formats, the next page where there is one, and the collection."""
    return [
        _in_format(request, asked, asked.format, "self"),
        *(_in_format(request, asked, name, "alternate") for name in OFFERED if name != asked.format),
        *([following] if following else []),
        link(asked.at(f"/collections/{layer.id}"), "collection", JSON, asked.say(layer.title)),
    ]


def next_of(request: Request, asked: Asked, last: int | None) -> Link | None:
    """To what comes after the last feature of a page; None where there is no more."""
    if last is None:
        return None
    href = readdressed(_here(request, asked), f=asked.format, offset=None, after=str(last))
    return link(href, "next", OFFERED[asked.format], text(asked.language, "items.next"))


def headers_of(asked: Asked, system: System, following: Link | None = None) -> dict[str, str]:
    """What an answer says of itself: its system, its language, and the next page."""
    return asked.headers() | {"Content-Crs": f"<{system.uri}>"} | dict(_next(following))


def _next(following: Link | None) -> Iterator[tuple[str, str]]:
    if following:
        yield "Link", f'<{following["href"]}>; rel="next"; type="{following["type"]}"'


def _in_format(request: Request, asked: Asked, name: str, rel: str) -> Link:
    href = readdressed(_here(request, asked), f=name)
    title = "HTML" if name == "html" else text(asked.language, f"formats.{'geojson' if name == 'json' else name}")
    return link(href, rel, OFFERED[name], title)


def _here(request: Request, asked: Asked) -> str:
    path = request.url.path.removeprefix("/ogc")
    return asked.at(path) + (f"?{request.url.query}" if request.url.query else "")
