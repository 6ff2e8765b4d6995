"""What a request to change a feature says: a feature in GeoJSON, or what of one is to be another."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from fastapi import Request

from api.answers.problems import WrongMedia
from api.answers.wording import shown
from api.transfer.repair import VERTEX_LIMIT
from layers.errors import BadInput, TooLarge

__all__ = ["ACCEPTED", "MERGE_PATCH", "Sent", "read_feature"]

GEOJSON, MERGE_PATCH, JSON = "application/geo+json", "application/merge-patch+json", "application/json"
ACCEPTED: Mapping[str, tuple[str, ...]] = {
    "POST": (GEOJSON, JSON),
    "PUT": (GEOJSON, JSON),
    "PATCH": (MERGE_PATCH, GEOJSON, JSON),
}
"""By method the media types that it reads."""
MOST_BYTES = 16 * 2**20
"""Of one feature: 200,000 vertices with all their digits take half of it."""
_ASIDE = ("links", "bbox", "notes")
"""Members that answers have beside a feature, and that come back with it."""


@dataclass(frozen=True)
class Sent:
    """A feature as it was sent. said: its members that are there, of `id`, `geometry` and `properties`."""

    said: frozenset[str]
    id: Any
    geometry: Any
    properties: Mapping[str, Any]


def read_feature(request: Request, body: bytes) -> Sent:
    """The feature in a request's body. Raises BadInput, WrongMedia or TooLarge for what is none that can be read."""
    _check_media(request)
    if len(body) > MOST_BYTES:
        raise TooLarge(f"要素有 {len(body):,} 字节,上限 {MOST_BYTES:,}:请先简化或切分图形。")
    # Each vertex has one: what has far too many is not worth reading, which would take seconds and much memory.
    if body.count(b"[") > 2 * VERTEX_LIMIT:
        raise TooLarge(f"图形的顶点远超上限 {VERTEX_LIMIT:,}:请先简化或切分。")
    document = _parsed(body)
    if not isinstance(document, dict):
        raise BadInput("请求正文应为一个 GeoJSON 要素(Feature),是 JSON 对象。")
    _check_members(document)
    properties = document.get("properties")
    if properties is not None and not isinstance(properties, dict):
        raise BadInput("成员 properties 应为 JSON 对象:列名与值。")
    said = frozenset(document) & {"id", "geometry", "properties"}
    return Sent(said, document.get("id"), document.get("geometry"), properties or {})


def _check_media(request: Request) -> None:
    accepted, told = ACCEPTED[request.method], request.headers.get("content-type")
    names = "、".join(accepted)
    if not told:
        raise BadInput(f"没有请求头 Content-Type:请说明正文的格式,可用 {names}。")
    media, _, more = told.partition(";")
    charset = more.partition("charset=")[2].strip().strip('"').lower()
    if media.strip().lower() not in accepted:
        raise WrongMedia(f"不收格式 {shown(media.strip())}:{request.method} 可用 {names}。", request.method, accepted)
    if charset not in ("", "utf-8", "utf8") or request.headers.get("content-encoding", "identity") != "identity":
        raise WrongMedia("正文须为 UTF-8、不压缩:请改正后再发。", request.method, accepted)


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except RecursionError:
        raise BadInput("请求正文嵌套太深:应为一个 GeoJSON 要素(Feature)。") from None
    except ValueError as error:  # of the decoder, too
        place = f"第 {error.lineno} 行第 {error.colno} 列附近" if isinstance(error, json.JSONDecodeError) else ""
        raise BadInput(f"请求正文不是合法的 UTF-8 JSON{place}:请改正后再发。") from None


def _refuse_constant(name: str) -> NoReturn:
    raise BadInput(f"请求正文中有 {name}:JSON 没有这样的数,请改为数字或 null。")


def _check_members(document: Mapping[str, Any]) -> None:
    kind = document.get("type", "Feature")
    if kind == "FeatureCollection":
        raise BadInput(
            "一次只收一个要素:FeatureCollection 请逐个 POST;成批请用 huashan import,它全有或全无,并逐行说明原因。"
        )
    if kind != "Feature":
        raise BadInput(f"正文的类型 type 是 {shown(kind)}:应为 Feature,图形写在 geometry 里。")
    if "crs" in document:
        raise BadInput("正文里不能有 crs:坐标系写在请求头 Content-Crs 里,缺为经度在前的度(CRS84)。")
    known = ("type", "id", "geometry", "properties", *_ASIDE)
    if (stray := next((name for name in document if name not in known), None)) is not None:
        raise BadInput(f"不认识成员 {shown(stray)}:列写在 properties 里,图形写在 geometry 里。")
