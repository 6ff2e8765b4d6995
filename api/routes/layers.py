"""The layers: which there are, and their features as GeoJSON text, written by PostGIS and parsed by nobody here."""

import json
import tempfile
from collections.abc import Iterator
from typing import IO, Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from sqlalchemy.engine import RowMapping
from starlette.background import BackgroundTask

from api import statements
from api.access.columns import hidden_from
from api.access.gate import Gate
from api.access.reader import Reader
from api.access.rights import Open, check_read, require
from api.answers.times import said
from api.edits.where import methods_of
from api.limits import MAX_FEATURES
from api.overview import extent_of, summaries
from api.routes.session import described
from layers import query
from layers.catalogue import ROLES, Layer
from layers.crs import Bounds
from layers.errors import NotFound

router = APIRouter(tags=["图层"])
GEOJSON = "application/geo+json"
AnyReader = Annotated[Reader, require(*ROLES, open=Open.READ)]
LayerId = Annotated[str, Path(max_length=100, description="图层标识,如 grid")]
FeatureId = Annotated[int, Path(ge=1, le=2**63 - 1, description="要素编号")]
_SPOOL_BYTES = 4 * 2**20
_CHUNK_BYTES = 2**16
_ROWS_AT_ONCE = 500


@router.get("/layers", summary="全部图层")
def layers(request: Request, reader: AnyReader) -> JSONResponse:
    """Every layer this reader may see: title, count, edition, age and look; and what the database holds."""
    gate: Gate = request.app.state.gate
    visible = [layer for layer in gate.catalogue.values() if reader.may_read(layer)]
    with gate.database.transaction(reader) as connection:
        facts = query.rows(connection, "deployment/deployment_facts")[0]
        told = summaries(connection, visible)
        extent = extent_of(connection, visible) if visible else None
        holding = gate.holding(connection)
    bounds = Bounds(*facts["bounds"])
    return JSONResponse(
        {
            "layers": [_listed(layer, told[layer.id], reader) for layer in visible],
            "sample": holding,
            "deployment": {
                "name": facts["name"],
                "timezone": facts["timezone"],
                "bounds": bounds,
                "center": (extent or bounds).center,
                "extent": extent,
            },
            "now": said(facts["now"]),
            "reader": described(reader),
        }
    )


@router.get("/layers/{layer}", summary="一个图层的要素(GeoJSON)", response_class=StreamingResponse)
def features(
    layer: LayerId,
    request: Request,
    reader: AnyReader,
    bbox: Annotated[str | None, Query(max_length=200, description="范围:西,南,东,北(度)")] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_FEATURES, description="至多多少个要素")] = 1000,
    code: Annotated[str | None, Query(max_length=200, description="只要这个编码")] = None,
    after: Annotated[int, Query(ge=0, le=2**63 - 1, description="上一页最后的要素编号")] = 0,
) -> Response:
    """The features valid today, in the order of their ids; `complete` says whether that was all, `after` pages on."""
    gate: Gate = request.app.state.gate
    asked = gate.catalogue[layer]
    check_read(reader, asked)
    box = Bounds.parse(bbox) if bbox is not None else None
    with gate.database.transaction(reader) as connection:
        found = query.execute(
            connection.execution_options(stream_results=True),
            "deployment/features",
            {"table": statements.view_name(asked)},
            **(box._asdict() if box else dict.fromkeys(Bounds._fields)),
            code=code,
            after=after,
            # One more than asked for tells whether there are more.
            row_limit=limit + 1,
            hidden=hidden_from(reader),
        )
        spool = _collection((row.feature for part in found.partitions(_ROWS_AT_ONCE) for row in part), limit)
    return _sent(spool)


@router.get("/layers/{layer}/style.json", summary="一个图层的样式")
def style(layer: LayerId, request: Request, reader: AnyReader) -> JSONResponse:
    """The MapLibre rules that draw the layer, without a source; the legend is drawn from the same."""
    asked = request.app.state.gate.catalogue[layer]
    check_read(reader, asked)
    return JSONResponse(list(asked.style))


@router.get("/layers/{layer}/{id}", summary="一个要素", response_class=Response)
def feature(layer: LayerId, id: FeatureId, request: Request, reader: AnyReader) -> Response:
    """One feature as GeoJSON, with what its columns mean in both languages under `columns`."""
    gate: Gate = request.app.state.gate
    asked = gate.catalogue[layer]
    check_read(reader, asked)
    with gate.database.transaction(reader) as connection:
        view, hidden = {"table": statements.view_name(asked)}, hidden_from(reader)
        text = query.value(connection, "deployment/feature", view, id=id, hidden=hidden)
        columns = query.rows(connection, "deployment/columns", table=asked.table)
        extra = query.rows(connection, "deployment/columns", table=statements.view_name(asked))
    if text is None:
        raise NotFound(f"图层“{asked.title.zh}”今日没有编号为 {id} 的要素:它可能已失效或被删除。")
    labels = json.dumps(
        {row["name"]: _label(row) for row in [*extra, *columns] if row["name"] not in hidden}, ensure_ascii=False
    )
    return Response(f'{text.rstrip()[:-1]}, "columns": {labels}}}', media_type=GEOJSON)


def _listed(layer: Layer, summary: RowMapping, reader: Reader) -> dict[str, Any]:
    data_at = summary["data_at"]
    return {
        "id": layer.id,
        "title": layer.title._asdict(),
        "description": layer.description._asdict(),
        "group": layer.group._asdict(),
        "source": layer.source._asdict(),
        "geometry": layer.geometry,
        "lines": layer.lines,
        "min_zoom": layer.min_zoom,
        "max_zoom": layer.max_zoom,
        "order": layer.order,
        "count": summary["count"],
        "edition": summary["edition"],
        "provenance": summary["provenance"],
        "data_at": said(data_at),
        "kept": summary["kept"],
        "may_write": reader.may_write(layer),
        "may_edit": "PUT" in methods_of(layer, reader, one=True),
        "style": list(layer.style),
    }


def _label(column: RowMapping) -> dict[str, Any]:
    words = {"zh": column["zh"] or column["name"], "en": column["en"] or column["name"]}
    return words | ({"options": column["options"]} if column["options"] else {})


def _collection(features: Iterator[str], limit: int) -> IO[bytes]:
    """A FeatureCollection, set aside so that no slow reader keeps a connection and no fault comes half-way."""
    spool = tempfile.SpooledTemporaryFile(max_size=_SPOOL_BYTES)  # noqa: SIM115 - closed once it is sent
    spool.write(b'{"type": "FeatureCollection", "features": [')
    count, complete = 0, True
    for text in features:
        if count == limit:
            complete = False
            break
        spool.write((",\n" if count else "\n").encode() + text.encode())
        count += 1
    spool.write(f'\n], "numberReturned": {count}, "complete": {json.dumps(complete)}}}'.encode())
    spool.seek(0)
    return spool


def _sent(spool: IO[bytes]) -> Response:
    chunks = iter(lambda: spool.read(_CHUNK_BYTES), b"")
    return StreamingResponse(chunks, media_type=GEOJSON, background=BackgroundTask(spool.close))
