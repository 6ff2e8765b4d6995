"""Vector tiles: one layer or several in one tile, by one statement, straight from PostGIS."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy import Connection

from api import statements
from api.access.gate import Gate
from api.access.reader import Reader
from api.access.rights import Open, check_read, require
from api.answers.addresses import base_address
from api.answers.wording import shown
from api.limits import MAX_TILE_LAYERS, MAX_ZOOM
from api.tiles.asked import Asked
from layers import query
from layers.catalogue import ROLES, Catalogue, Layer
from layers.crs import Bounds
from layers.errors import BadInput, NotFound

router = APIRouter(tags=["切片"])
MVT = "application/vnd.mapbox-vector-tile"
MERCATOR_LAT = 85.0511
AnyReader = Annotated[Reader, require(*ROLES, open=Open.READ)]
Layers = Annotated[str, Path(max_length=1000, description="图层,可用逗号分隔多个")]
Zoom = Annotated[int, Path(ge=0, le=MAX_ZOOM)]
Place = Annotated[int, Path(ge=0, lt=2**MAX_ZOOM)]


@router.get("/tiles/{layers}.json", summary="切片说明(TileJSON)")
def tilejson(layers: Layers, request: Request, reader: AnyReader) -> JSONResponse:
    """TileJSON 3.0.0 of one layer or several: where the tiles are, what fields they have, which zooms and bounds."""
    gate: Gate = request.app.state.gate
    chosen = chosen_layers(gate.catalogue, layers, reader)
    with gate.database.transaction(reader) as connection:
        facts = query.rows(connection, "deployment/deployment_facts")[0]
        fields = {layer.id: _fields(connection, layer) for layer in chosen}
        extent = extent_of(connection, chosen)
    west, south, east, north = facts["bounds"]
    low, high = min(layer.min_zoom for layer in chosen), max(layer.max_zoom for layer in chosen)
    center = (extent or Bounds(west, south, east, north)).center
    return JSONResponse(
        {
            "tilejson": "3.0.0",
            "name": "、".join(layer.title.zh for layer in chosen),
            "attribution": "、".join(dict.fromkeys(layer.source.zh for layer in chosen)),
            "scheme": "xyz",
            "tiles": [f"{base_address(request, gate.public_url)}/tiles/{layers}/{{z}}/{{x}}/{{y}}"],
            "minzoom": low,
            "maxzoom": min(high, MAX_ZOOM),
            "bounds": [west, max(south, -MERCATOR_LAT), east, min(north, MERCATOR_LAT)],
            "center": [center.lon, center.lat, max(low, min(high, 13))],
            "vector_layers": [_vector_layer(layer, fields[layer.id]) for layer in chosen],
        }
    )


@router.get(
    "/tiles/{layers}/{z}/{x}/{y}",
    summary="一张矢量切片",
    response_class=Response,
    responses={200: {"content": {MVT: {}}}, 204: {"description": "此处没有要素"}},
)
@router.get("/tiles/{layers}/{z}/{x}/{y}.mvt", include_in_schema=False)
async def tile(layers: Layers, z: Zoom, x: Place, y: Place, request: Request, reader: AnyReader) -> Response:
    """One Mapbox vector tile with a layer for each layer asked for; 204 where there is nothing.

    What is in memory was answered before (`api.tiles.endpoint`), in the same way.
    """
    gate: Gate = request.app.state.gate
    if x >= 2**z or y >= 2**z:
        raise NotFound(f"第 {z} 级没有切片 {x}/{y}:列号与行号应为 0 到 {2**z - 1}。")
    chosen = chosen_layers(gate.catalogue, layers, reader)
    found = await request.app.state.tiles.tile(Asked(tuple(layer.id for layer in chosen), z, x, y), reader)
    told = [request.headers.get(name) for name in ("accept-encoding", "if-none-match")]
    answer = request.app.state.first.sent(found, *[value and value.encode("latin-1") for value in told])
    response = Response(answer.body, answer.status)
    response.raw_headers = list(answer.headers)
    return response


def tile_bytes(connection: Connection, layers: list[Layer], z: int, x: int, y: int) -> bytes:
    """The tile of these layers, as one statement makes it; empty where there is nothing."""
    parts = [{"tile": statements.tile_function(layer)} for layer in layers]
    found = statements.joined(connection, "deployment/layer_tile", parts, by="||", before="SELECT ", z=z, x=x, y=y)
    return bytes(found.scalar_one())


def chosen_layers(catalogue: Catalogue, names: str, reader: Reader) -> list[Layer]:
    """The layers named, all of which the reader may see; raises BadInput, NotFound or NotAllowed."""
    ids = names.split(",")
    if len(ids) > MAX_TILE_LAYERS:
        raise BadInput(f"一次要了 {len(ids)} 个图层:至多 {MAX_TILE_LAYERS} 个。")
    if "" in ids:
        raise NotFound("图层名是空的:请写成 water 或 water,road 这样,名字之间一个逗号。")
    twice = next((name for name in ids if ids.count(name) > 1), None)
    if twice is not None:
        raise BadInput(f"图层 {shown(twice)} 写了两次:请只写一次。")
    chosen = [catalogue[name] for name in ids]
    for layer in chosen:
        check_read(reader, layer)
    return chosen


def extent_of(connection: Connection, layers: list[Layer]) -> Bounds | None:
    """About where these layers lie, in degrees; None where all are empty."""
    parts = [statements.table_parts(layer) for layer in layers]
    boxes = statements.joined(connection, "deployment/layer_extent", parts, by="UNION ALL").all()
    full = [box for box in boxes if box.west is not None]
    if not full:
        return None
    wests, souths, easts, norths = zip(*full, strict=True)
    return Bounds(min(wests), min(souths), max(easts), max(norths))


def _fields(connection: Connection, layer: Layer) -> dict[str, str]:
    columns = query.rows(connection, "deployment/columns", table=statements.view_name(layer))
    words = {column["name"]: column["zh"] for column in columns}
    return {name: words.get(name) or kind for name, kind in layer.fields.items()}


def _vector_layer(layer: Layer, fields: dict[str, str]) -> dict[str, Any]:
    return {
        "id": layer.id,
        "description": layer.description.zh,
        "minzoom": layer.min_zoom,
        "maxzoom": min(layer.max_zoom, MAX_ZOOM),
        "fields": fields,
    }
