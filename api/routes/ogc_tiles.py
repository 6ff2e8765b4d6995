"""Tiles by OGC API Tiles: of all layers together and of each; rows before columns, and none beyond the limits."""

from collections.abc import Sequence
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Connection

from api.access.gate import Gate
from api.access.reader import Reader
from api.access.rights import PUBLIC, Open, require
from api.answers.addresses import base_address
from api.answers.parameters import Plain
from api.limits import MAX_TILE_LAYERS, MAX_ZOOM
from api.ogc.collection import read_city
from api.ogc.document_pages import document_page
from api.ogc.links import MVT
from api.ogc.negotiate import Asked, Document, Format, answered, chosen_format
from api.ogc.tilesets import MATRIX_SET, Tiled, limits_of, matrix_set, matrix_sets, tileset, tilesets, zooms_of
from api.ogc.words import text
from api.overview import extent_of
from api.routes.ogc import LayerId, readable, visible
from api.tiles.asked import Asked as Wanted
from api.tiles.chosen import chosen_layers
from layers.catalogue import ROLES, Layer
from layers.crs import Bounds
from layers.errors import NotFound

router = APIRouter(include_in_schema=False)
AnyReader = Annotated[Reader, require(*ROLES, open=Open.READ)]
MatrixSet = Annotated[str, Path(max_length=100, description="切片方案")]
Zoom = Annotated[Plain, Path(ge=0, le=MAX_ZOOM, description="级别")]
Place = Annotated[Plain, Path(ge=0, lt=2**MAX_ZOOM)]
Chosen = Annotated[str | None, Query(alias="collections", max_length=1000, description="只要这些图层,逗号分隔")]


@router.get("/ogc/tileMatrixSets", dependencies=[PUBLIC])
def all_sets(request: Request, asked: Document) -> Response:
    """The tile matrix sets: the one."""
    return _told(asked, request, matrix_sets(asked), text(asked.language, "tiles.sets"))


@router.get("/ogc/tileMatrixSets/{tileMatrixSetId}", dependencies=[PUBLIC])
def one_set(tileMatrixSetId: MatrixSet, request: Request, asked: Document) -> Response:  # noqa: N803 - the standard's
    """The tile matrix set."""
    _known(tileMatrixSetId)
    return _told(asked, request, matrix_set(asked), text(asked.language, "tiles.set", id=MATRIX_SET))


@router.get("/ogc/tiles")
def whole_tilesets(request: Request, reader: AnyReader, asked: Document, chosen: Chosen = None) -> Response:
    """The tilesets of all layers together."""
    tiled = _whole(request, reader, asked, chosen)
    return _told(asked, request, tilesets(asked, tiled), text(asked.language, "tiles.all"))


@router.get("/ogc/tiles/{tileMatrixSetId}")
def whole_tileset(
    tileMatrixSetId: MatrixSet,  # noqa: N803
    request: Request,
    reader: AnyReader,
    asked: Document,
    chosen: Chosen = None,
) -> Response:
    """What the tiles of all layers together hold."""
    _known(tileMatrixSetId)
    tiled = _whole(request, reader, asked, chosen)
    return _told(asked, request, tileset(asked, tiled), text(asked.language, "tiles.all"))


@router.get("/ogc/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}")
async def whole_tile(
    tileMatrixSetId: MatrixSet,  # noqa: N803
    tileMatrix: Zoom,  # noqa: N803
    tileRow: Place,  # noqa: N803
    tileCol: Place,  # noqa: N803
    request: Request,
    reader: AnyReader,
    chosen: Chosen = None,
    f: Format = None,
) -> Response:
    """One tile of all layers together; no bytes where there is nothing."""
    _known(tileMatrixSetId)
    layers = _chosen(request.app.state.gate, reader, chosen)
    return await _tile(request, reader, layers, Spot(tileMatrix, tileRow, tileCol), f)


@router.get("/ogc/collections/{layer}/tiles")
def layer_tilesets(layer: LayerId, request: Request, reader: AnyReader, asked: Document) -> Response:
    """The tilesets of a layer."""
    tiled = _one(request, reader, asked, layer)
    title = text(asked.language, "tiles.title", title=tiled.title)
    return _told(asked, request, tilesets(asked, tiled), title, tiled.layers[0])


@router.get("/ogc/collections/{layer}/tiles/{tileMatrixSetId}")
def layer_tileset(
    layer: LayerId,
    tileMatrixSetId: MatrixSet,  # noqa: N803
    request: Request,
    reader: AnyReader,
    asked: Document,
) -> Response:
    """What the tiles of a layer hold."""
    _known(tileMatrixSetId)
    tiled = _one(request, reader, asked, layer)
    title = text(asked.language, "tiles.title", title=tiled.title)
    return _told(asked, request, tileset(asked, tiled), title, tiled.layers[0])


@router.get("/ogc/collections/{layer}/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}")
async def layer_tile(
    layer: LayerId,
    tileMatrixSetId: MatrixSet,  # noqa: N803
    tileMatrix: Zoom,  # noqa: N803
    tileRow: Place,  # noqa: N803
    tileCol: Place,  # noqa: N803
    request: Request,
    reader: AnyReader,
    f: Format = None,
) -> Response:
    """One tile of a layer; no bytes where there is nothing."""
    _known(tileMatrixSetId)
    gate: Gate = request.app.state.gate
    return await _tile(request, reader, [readable(gate, reader, layer)], Spot(tileMatrix, tileRow, tileCol), f)


class Spot(NamedTuple):
    """Where a tile stands in the tile matrix set."""

    zoom: int
    row: int
    col: int


async def _tile(request: Request, reader: Reader, layers: list[Layer], spot: Spot, f: str | None) -> Response:
    chosen_format(request, f, {"mvt": MVT})
    zooms = zooms_of(layers)
    if spot.zoom not in zooms:
        raise NotFound(f"没有第 {spot.zoom} 级的切片:此处有第 {zooms[0]} 至 {zooms[-1]} 级。")
    if max(spot.row, spot.col) >= 2**spot.zoom:
        raise NotFound(f"第 {spot.zoom} 级没有第 {spot.row} 行第 {spot.col} 列的切片:应为 0 到 {2**spot.zoom - 1}。")
    wanted = Wanted(tuple(layer.id for layer in layers), spot.zoom, spot.col, spot.row)
    found = await request.app.state.tiles.tile(wanted, reader)
    if found.empty:
        # What holds something lies within the limits: of the others alone the database has to be asked.
        await run_in_threadpool(_check_limits, request.app.state.gate, reader, layers, spot)
        return Response(media_type=MVT)
    told = [request.headers.get(name) for name in ("accept-encoding", "if-none-match")]
    answer = request.app.state.first.sent(found, *[value and value.encode("latin-1") for value in told])
    response = Response(answer.body, answer.status)
    response.raw_headers = list(answer.headers)
    return response


def _check_limits(gate: Gate, reader: Reader, layers: list[Layer], spot: Spot) -> None:
    """Raises NotFound for a tile beyond the limits that the tileset states."""
    with gate.database.transaction(reader) as connection:
        limits = limits_of(_box(connection, layers), spot.zoom)
    if not limits.hold(spot.row, spot.col):
        raise NotFound(
            f"第 {spot.zoom} 级没有第 {spot.row} 行第 {spot.col} 列的切片:此处有第 {limits.min_row} 至"
            f" {limits.max_row} 行、第 {limits.min_col} 至 {limits.max_col} 列。"
        )


def _known(name: str) -> None:
    """Raises NotFound for a tile matrix set that tiles are not cut in."""
    if name != MATRIX_SET:
        raise NotFound(f"没有切片方案 {name[:80]!r}:现有 {MATRIX_SET}。")


def _chosen(gate: Gate, reader: Reader, names: str | None) -> list[Layer]:
    """The layers named, or else all that the reader may see."""
    if names is not None:
        return chosen_layers(gate.catalogue, names, reader)
    layers = visible(gate, reader)[:MAX_TILE_LAYERS]
    if not layers:
        raise NotFound("没有您可以查看的图层:请用有权查看图层的令牌。")
    return layers


def _whole(request: Request, reader: Reader, asked: Asked, names: str | None) -> Tiled:
    gate: Gate = request.app.state.gate
    layers = _chosen(gate, reader, names)
    title = text(asked.language, "tiles.every") if names is None else "、".join(asked.say(one.title) for one in layers)
    return _tiled(request, reader, layers, path="", title=title, only=names)


def _one(request: Request, reader: Reader, asked: Asked, layer: str) -> Tiled:
    chosen = readable(request.app.state.gate, reader, layer)
    return _tiled(request, reader, [chosen], path=f"/collections/{chosen.id}", title=asked.say(chosen.title))


def _tiled(
    request: Request, reader: Reader, layers: list[Layer], *, path: str, title: str, only: str | None = None
) -> Tiled:
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader) as connection:
        boxes = {layer.id: _box(connection, [layer]) for layer in layers}
        box = _box(connection, layers)
    names = ",".join(layer.id for layer in layers)
    tilejson = f"{base_address(request, gate.public_url)}/tiles/{names}.json"
    return Tiled(layers, box, boxes, path, title, tilejson, only)


def _box(connection: Connection, layers: Sequence[Layer]) -> Bounds:
    """About where layers lie; where the deployment lies if all are empty."""
    return extent_of(connection, list(layers)) or read_city(connection).bounds


def _told(asked: Asked, request: Request, document: dict[str, Any], title: str, layer: Layer | None = None) -> Response:
    if asked.format == "html":
        return document_page(asked, request, document, title=title, layer=layer)
    return answered(asked, document)
