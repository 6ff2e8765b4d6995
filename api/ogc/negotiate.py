"""In which form and language an answer is wanted: `f` and `lang` win over the headers Accept and Accept-Language."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Request
from fastapi.responses import JSONResponse, Response

from api.access.gate import Gate
from api.answers.addresses import base_address
from api.answers.wording import shown
from api.ogc.links import HTML, JSON, Link, link
from layers.catalogue import Words
from layers.errors import BadInput

__all__ = [
    "DOCUMENT",
    "Asked",
    "Document",
    "Format",
    "Lang",
    "Language",
    "answered",
    "asked",
    "chosen_format",
    "chosen_language",
]

Language = Literal["zh", "en"]
DOCUMENT: Mapping[str, str] = {"json": JSON, "html": HTML}
"""The forms of every document that is not features or tiles; the first is the usual one."""
Format = Annotated[str | None, Query(max_length=20, description="答复的格式;优先于请求头 Accept")]
Lang = Annotated[Language | None, Query(description="标题与说明的语言;优先于请求头 Accept-Language")]

_QUALITY = re.compile(r"\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*", re.IGNORECASE)
_MOST_CHOICES = 40


@dataclass(frozen=True)
class Asked:
    """How an answer is wanted, and where the interface is. base: the address of /ogc, without a slash at its end."""

    format: str
    language: Language
    base: str

    def say(self, words: Words) -> str:
        """The words in the language asked for."""
        return words.zh if self.language == "zh" else words.en

    def at(self, path: str) -> str:
        """The address of something below /ogc."""
        return f"{self.base}{path}"

    def links(self, path: str, title: str, media_type: str = JSON) -> list[Link]:
        """The links of a document to itself and to the page that says the same; media_type: of the document."""
        return [
            link(self.at(path), "self", media_type, title),
            link(f"{self.at(path)}{'&' if '?' in path else '?'}f=html", "alternate", HTML, f"{title} (HTML)"),
        ]

    def headers(self) -> dict[str, str]:
        """What an answer made for these wishes says of them."""
        return {"Content-Language": "zh-CN" if self.language == "zh" else "en", "Vary": "Accept, Accept-Language"}


def asked(request: Request, f: Format = None, lang: Lang = None) -> Asked:
    """How a document is wanted; raises BadInput for a format that there is not."""
    gate: Gate = request.app.state.gate
    base = f"{base_address(request, gate.public_url)}/ogc"
    return Asked(chosen_format(request, f, DOCUMENT), chosen_language(request, lang), base)


Document = Annotated[Asked, Depends(asked)]


def chosen_format(request: Request, f: str | None, offered: Mapping[str, str]) -> str:
    """The name of the format to answer in: `f`, else what Accept likes best, else the first.

    offered: names with their media types, in order of preference. Nothing is refused for its header Accept: programs
    send there what they would like rather than what they can read.
    """
    if f is not None:
        if f not in offered:
            raise BadInput(f"没有格式 f={shown(f)}:可用的有 {'、'.join(offered)}。")
        return f
    ranges = dict(_choices(request.headers.get("accept", "")))
    liked = {name: _liking(ranges, media_type) for name, media_type in offered.items()}
    # The first of equals is the one that is offered first.
    best = max(offered, key=lambda name: liked[name])
    return best if liked[best] > 0 else next(iter(offered))


def chosen_language(request: Request, lang: Language | None) -> Language:
    """The language to answer in: `lang`, else the better liked in Accept-Language, else Chinese."""
    if lang is not None:
        return lang
    ranges: dict[str, float] = {}
    for tag, quality in _choices(request.headers.get("accept-language", "")):
        ranges.setdefault(tag.partition("-")[0], quality)
    return "en" if ranges.get("en", 0.0) > ranges.get("zh", ranges.get("*", 0.0)) else "zh"


def answered(asked: Asked, document: Mapping[str, Any], media_type: str = JSON) -> Response:
    """A document as programs read it."""
    return JSONResponse(document, media_type=media_type, headers=asked.headers())


def _choices(header: str) -> Iterator[tuple[str, float]]:
    """Each choice of a header with its quality, 1 where none is stated.

    >>> list(_choices("text/html, application/json;q=0.5"))
    [('text/html', 1.0), ('application/json', 0.5)]
    """
    for choice in header.split(",")[:_MOST_CHOICES]:
        name, *parameters = choice.strip().lower().split(";")
        stated = [float(found[1]) for found in map(_QUALITY.fullmatch, parameters) if found]
        if name:
            yield name.strip(), stated[0] if stated else 1.0


def _liking(ranges: Mapping[str, float], media_type: str) -> float:
    """How well a media type is liked: by the narrowest range that it is in, 0 where it is in none.

    Whoever reads one kind of JSON reads any: what a document is made of is told by its own type.

    >>> _liking({"application/schema+json": 0.9, "*/*": 0.1}, "application/json")
    0.9
    """
    whole, _, _ = media_type.partition(";")
    named = [quality for name, quality in ranges.items() if name == whole or (_is_json(name) and _is_json(whole))]
    wider = [ranges[name] for name in (f"{whole.partition('/')[0]}/*", "*/*") if name in ranges]
    return max(named) if named else next(iter(wider), 0.0)


def _is_json(media_type: str) -> bool:
    return media_type == JSON or media_type.endswith("+json")
