"""Vector tiles: one layer or several in one tile, by one statement, straight from PostGIS."""

import hashlib
from itertools import pairwise
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from api.access.gate import Gate
from api.access.reader import Reader
from api.access.rights import Open, require
from api.answers.addresses import base_address
from api.answers.parameters import Plain
from api.answers.wording import shown
from api.features.parsing import LANGUAGES, Language
from api.limits import MAX_ZOOM
from api.overview import extent_of
from api.tiles.asked import Asked
from api.tiles.chosen import chosen_layers
from api.tiles.narrowed import narrowed
from api.tiles.packed import MVT
from api.tiles.tilejson import tilejson as told_of
from layers.catalogue import ROLES
from layers.errors import BadInput, NotFound

router = APIRouter(tags=["切片"])
AnyReader = Annotated[Reader, require(*ROLES, open=Open.READ)]
Layers = Annotated[str, Path(max_length=1000, description="图层,可用逗号分隔多个")]
Zoom = Annotated[Plain, Path(ge=0, le=MAX_ZOOM)]
Place = Annotated[Plain, Path(ge=0, lt=2**MAX_ZOOM)]


def narrowing(
    request: Request,
    filter: Annotated[str | None, Query(max_length=8192, description="过滤条件,CQL2,对各图层都要成立")] = None,
    filter_lang: Annotated[Language, Query(alias="filter-lang", description="过滤条件的写法")] = LANGUAGES[0],
    filter_crs: Annotated[
        str | None, Query(alias="filter-crs", max_length=200, description="条件中图形的坐标系")
    ] = None,
    datetime: Annotated[str | None, Query(max_length=100, description="哪天有效的,缺为今天")] = None,
    known_at: Annotated[str | None, Query(max_length=40, description="按当时所知,缺为现在")] = None,
) -> tuple[tuple[str, str], ...]:
    """The query as it stands, sorted: these, and columns of the layers. Raises BadInput for one that is given twice."""
    given = sorted(request.query_params.multi_items())
    if (twice := next((one for (one, _), (other, _) in pairwise(given) if one == other), None)) is not None:
        raise BadInput(f"查询参数 {shown(twice)} 给了多次:请只给一次。")
    return tuple(given)


Narrowing = Annotated[tuple[tuple[str, str], ...], Depends(narrowing)]


@router.get("/tiles/{layers}.json", summary="切片说明(TileJSON)", openapi_extra={"x-any-query": True})
def tilejson(layers: Layers, request: Request, reader: AnyReader, narrowed_to: Narrowing) -> Response:
    """TileJSON 3.0.0 of one layer or several: where the tiles are, what fields they have, which zooms and bounds.

    `limits` says how much a tile takes, `left_out` by layer and zoom where a layer has more features than that.
    What is left out for the limit of bytes, each tile says itself: `left_out_about`.
    """
    gate: Gate = request.app.state.gate
    chosen = chosen_layers(gate.catalogue, layers, reader)
    address = f"{base_address(request, gate.public_url)}/tiles/{layers}"
    if narrowed_to:
        narrowed(gate.database, reader, narrowed_to, chosen)
    with gate.database.transaction(reader) as connection:
        told = told_of(connection, chosen, address, extent_of(connection, chosen), narrowed_to)
    answer = JSONResponse(told)
    etag = f'"{hashlib.blake2b(answer.body, digest_size=12).hexdigest()}"'
    if etag in (request.headers.get("if-none-match") or ""):
        return Response(status_code=304, headers={"ETag": etag})
    answer.headers["ETag"] = etag
    return answer


@router.get(
    "/tiles/{layers}/{z}/{x}/{y}",
    summary="一张矢量切片",
    response_class=Response,
    responses={200: {"content": {MVT: {}}}, 204: {"description": "此处没有要素"}},
    openapi_extra={"x-any-query": True},
)
@router.get("/tiles/{layers}/{z}/{x}/{y}.mvt", include_in_schema=False, openapi_extra={"x-any-query": True})
async def tile(
    layers: Layers, z: Zoom, x: Place, y: Place, request: Request, reader: AnyReader, narrowed_to: Narrowing
) -> Response:
    """One Mapbox vector tile with a layer for each layer asked for; 204 where there is nothing.

    Areas and lines are named by points of their own, one each, in layers `…_label`; a layer `left_out` is there where
    something did not fit. Any column of the layers is a parameter, too: `state=open`.
    What is in memory was answered before (`api.tiles.endpoint`), in the same way.
    """
    gate: Gate = request.app.state.gate
    if x >= 2**z or y >= 2**z:
        raise NotFound(f"第 {z} 级没有切片 {x}/{y}:列号与行号应为 0 到 {2**z - 1}。")
    chosen = chosen_layers(gate.catalogue, layers, reader)
    found = await request.app.state.tiles.tile(Asked(tuple(layer.id for layer in chosen), z, x, y, narrowed_to), reader)
    told = [request.headers.get(name) for name in ("accept-encoding", "if-none-match")]
    answer = request.app.state.first.sent(found, *[value and value.encode("latin-1") for value in told])
    response = Response(answer.body, answer.status)
    response.raw_headers = list(answer.headers)
    return response
