"""Features of any layer by OGC API Features 1 to 3: pages of them, files with all of them, and each by its number."""

import json
import os
from functools import partial
from pathlib import Path as FilePath
from typing import IO, Annotated, Any, NamedTuple
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy import Connection
from starlette.background import BackgroundTask

from api.access.columns import columns_of
from api.access.gate import Gate
from api.access.reader import Reader
from api.access.rights import Open, check_read, require
from api.answers.addresses import base_address
from api.answers.times import said
from api.features.collection import Told, in_chunks, with_members, written
from api.features.files import FORMATS, Table, made, turn
from api.features.rows import Page, Rows, numbered, rows_of
from api.features.systems import System, Systems, systems
from api.features.wanted import Clock, Viewed, Wanted, conditions_of, names_of, page_of, viewed, wanted, when_of
from api.limits import COUNTED_FEATURES
from api.ogc.linked import OFFERED, headers_of, links_of, next_of
from api.ogc.links import GEOJSON
from api.ogc.negotiate import Asked, Format, Lang, chosen_format, chosen_language
from api.ogc.pages import Visit, item_page, items_page
from api.qgis.geopackage import add_styles
from layers import query
from layers.catalogue import ROLES, Layer
from layers.errors import NotFound

router = APIRouter(include_in_schema=False)
AnyReader = Annotated[Reader, require(*ROLES, open=Open.READ)]
LayerId = Annotated[str, Path(max_length=100, description="图层标识,如 grid")]
FeatureId = Annotated[str, Path(max_length=100, description="要素编号")]
_MAX_ID = 2**63 - 1


def form(request: Request, f: Format = None, lang: Lang = None) -> Asked:
    """How features are wanted; raises BadInput for a format that there is not."""
    gate: Gate = request.app.state.gate
    base = f"{base_address(request, gate.public_url)}/ogc"
    return Asked(chosen_format(request, f, OFFERED), chosen_language(request, lang), base)


Form = Annotated[Asked, Depends(form)]
View = Annotated[Viewed, Depends(viewed)]
Want = Annotated[Wanted, Depends(wanted)]


class Ground(NamedTuple):
    """What a deployment offers: its systems and its clock."""

    systems: Systems
    clock: Clock


@router.get("/ogc/collections/{layer}/items", openapi_extra={"x-any-query": True}, response_class=Response)
def items(
    layer: LayerId,
    request: Request,
    reader: AnyReader,
    asked: Form,
    view: View,
    want: Want,
) -> Response:
    """The features of a layer that a question asks for: a page as GeoJSON or HTML, or all of them as a file."""
    gate: Gate = request.app.state.gate
    collection = gate.catalogue[layer]
    check_read(reader, collection)
    with turn(asked.format), gate.database.transaction(reader) as connection:
        visit = Visit(request, asked, connection, reader, collection)
        ground = _ground(connection)
        columns = columns_of(connection, collection, reader)
        system = ground.systems.named(view.crs, "crs")
        when = when_of(view, collection, columns, ground.clock, connection)
        conditions = conditions_of(want, columns, ground.systems, ground.clock.zone)
        rows = rows_of(collection, columns, when, conditions, names_of(view, columns, collection))
        page = page_of(want, asked.format)
        if asked.format in FORMATS:
            return _file(visit, rows, page, system)
        return _page(visit, rows, page, system, ground.clock)


@router.get("/ogc/collections/{layer}/items/{id}", response_class=Response)
def item(layer: LayerId, id: FeatureId, request: Request, reader: AnyReader, asked: Form, view: View) -> Response:
    """One feature by its number. Its ETag names the version of its row, for a change to be made on."""
    gate: Gate = request.app.state.gate
    collection = gate.catalogue[layer]
    check_read(reader, collection)
    missing = NotFound(f"图层“{collection.title.zh}”此时没有编号为 {id[:40]!r} 的要素:它可能尚未生效、已失效或被删除。")
    if not (id.isascii() and id.isdigit() and int(id) <= _MAX_ID):
        raise missing
    with turn(asked.format), gate.database.transaction(reader) as connection:
        visit = Visit(request, asked, connection, reader, collection)
        ground = _ground(connection)
        columns = columns_of(connection, collection, reader)
        system = ground.systems.named(view.crs, "crs")
        when = when_of(view, collection, columns, ground.clock, connection)
        rows = rows_of(collection, columns, when, [numbered(int(id))], names_of(view, columns, collection))
        found = rows.feature(connection, system)
        if found is None:
            raise missing
        if asked.format in FORMATS:
            return _file(visit, rows, Page(1), system)
        feature = with_members(found.feature, {"links": links_of(request, asked, collection)})
        if asked.format == "html":
            return item_page(visit, json.loads(feature))
    tag = {"ETag": f'"{int(id)}-{found.version}"'}
    return Response(feature, media_type=GEOJSON, headers=headers_of(asked, system) | tag)


def _ground(connection: Connection) -> Ground:
    facts = query.rows(connection, "deployment/deployment_facts")[0]
    return Ground(systems(facts["metric_crs"]), Clock(ZoneInfo(facts["timezone"]), facts["now"]))


def _page(visit: Visit, rows: Rows, page: Page, system: System, clock: Clock) -> Response:
    def after_all(told: Told) -> dict[str, Any]:
        following = next_of(visit.request, visit.asked, told.last)
        return {
            "timeStamp": said(clock.now, clock.zone),
            "numberReturned": told.returned,
            **({"numberMatched": told.matched} if told.matched is not None else {}),
            "links": links_of(visit.request, visit.asked, visit.layer, following),
        }

    # One more than asked for tells whether there are more; counting stops where it is one too many.
    one_more = page._replace(row_limit=page.row_limit + 1)
    found = rows.features(visit.connection, one_more, system, COUNTED_FEATURES + 1)
    spool, told = written(found, page.row_limit, after_all)
    if visit.asked.format == "html":
        with spool:
            return items_page(visit, json.load(spool))
    following = next_of(visit.request, visit.asked, told.last)
    return _sent(spool, GEOJSON, headers_of(visit.asked, system, following))


def _file(visit: Visit, rows: Rows, page: Page, system: System) -> Response:
    format, one_more = FORMATS[visit.asked.format], page._replace(row_limit=page.row_limit + 1)
    flat = system._replace(north_first=False)
    parts = rows.table(visit.connection, one_more, flat, format.shape)
    table = Table(visit.layer.id, rows.shown, visit.layer.geometry, flat, page.row_limit, parts)
    file = made(table, format, partial(_complete, layer=visit.layer))
    following = next_of(visit.request, visit.asked, table.last if table.more else None)
    named = {"Content-Disposition": f'attachment; filename="{visit.layer.id}.{format.suffix}"'}
    return _sent(file, format.media_type, headers_of(visit.asked, system, following) | named)


def _complete(path: FilePath, layer: Layer) -> None:
    """What a file holds besides features: in a GeoPackage how QGIS draws them."""
    if path.suffix == ".gpkg":
        add_styles(path, layer)


def _sent(file: IO[bytes], media_type: str, headers: dict[str, str]) -> Response:
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    told, closed = headers | {"Content-Length": str(size)}, BackgroundTask(file.close)
    return StreamingResponse(in_chunks(file), media_type=media_type, headers=told, background=closed)
