"""Base maps: which there are, and their tiles; drawn or fetched by the server, so that a browser asks nobody else."""

from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Path, Query, Request, Response

from api.access.gate import Gate
from api.access.reader import Reader
from api.access.rights import Open, require
from api.answers.parameters import Plain
from api.base.service import Service
from api.base.told import told
from api.limits import MAX_ZOOM
from layers.catalogue import ROLES
from layers.errors import NotFound

router = APIRouter(tags=["底图"])
AnyReader = Annotated[Reader, require(*ROLES, open=Open.READ)]
Id = Annotated[str, Path(max_length=80, description="底图")]
Zoom = Annotated[Plain, Path(ge=0, le=MAX_ZOOM)]
Place = Annotated[Plain, Path(ge=0, lt=2**MAX_ZOOM)]
Version = Annotated[str | None, Query(max_length=40, description="/base 所说的版本;写对了浏览器便可留存")]
_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"content": {kind: {} for kind in ("image/png", "image/jpeg", "image/webp")}},
    204: {"description": "此处没有图"},
}
_KEPT = "private, max-age=86400"
_ASKED_AGAIN = "private, no-cache"


@router.get("/base", summary="有哪些底图")
def bases(request: Request, reader: AnyReader) -> dict[str, Any]:
    """Every base map of this deployment, in order, with year and 审图号 as far as they are written down; maybe none.

    `problem` says in words why one cannot be shown, or that its host is away and only kept tiles are.
    """
    gate: Gate = request.app.state.gate
    return told(request.app.state.base, ZoneInfo(gate.settings.timezone))


@router.get(
    "/base/{id}/{z}/{x}/{y}",
    summary="底图的一张瓦片",
    response_class=Response,
    responses=_ANSWERS,
)
async def base_tile(
    id: Id, z: Zoom, x: Place, y: Place, request: Request, reader: AnyReader, v: Version = None
) -> Response:
    """One tile as a picture; 204 where there is nothing.

    Where its host is away, what is kept is answered however old, and X-Base-Kept-Since says since when.
    """
    service: Service = request.app.state.base
    if x >= 2**z or y >= 2**z:
        raise NotFound(f"第 {z} 级没有瓦片 {x}/{y}:列号与行号应为 0 到 {2**z - 1}。")
    base = await service.find(id)
    given = await service.tile(base, z, x, y, request.headers.get("if-none-match") or "")
    settled = v == base.version and given.stale_since_s is None
    headers = {"Cache-Control": _KEPT if settled else _ASKED_AGAIN} | ({"ETag": given.etag} if given.etag else {})
    if given.stale_since_s is not None:
        gate: Gate = request.app.state.gate
        since = datetime.fromtimestamp(given.stale_since_s, ZoneInfo(gate.settings.timezone))
        headers["X-Base-Kept-Since"] = since.isoformat(timespec="seconds")
    if given.picture is None:
        return Response(status_code=304 if given.same else 204, headers=headers)
    return Response(given.picture.body, headers=headers, media_type=given.picture.media_type)
