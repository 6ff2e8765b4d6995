"""Features of a layer one by one, by OGC API Features 4: create, replace, update, delete, and what one may do."""

import json
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from api.access.gate import Gate
from api.access.reader import Reader
from api.access.rights import Open, check_read, check_write, require
from api.answers.addresses import base_address
from api.edits.body import ACCEPTED, read_feature
from api.edits.editor import Editor, Outcome
from api.edits.where import check_here, methods_of
from api.features.collection import with_members
from api.features.systems import System, systems
from api.ogc.links import GEOJSON, JSON
from layers import query
from layers.catalogue import ROLES, Layer
from layers.errors import NotFound

router = APIRouter(include_in_schema=False)
AnyReader = Annotated[Reader, require(*ROLES, open=Open.READ)]
SignedIn = Annotated[Reader, require(*ROLES)]
LayerId = Annotated[str, Path(max_length=100, description="图层标识,如 site")]
FeatureId = Annotated[str, Path(max_length=100, description="要素编号")]
DryRun = Annotated[bool, Query(description="只说会怎样,不写入")]
Repair = Annotated[bool, Query(description="修复自相交等无效的面")]
IfMatch = Annotated[str | None, Header(max_length=1000, description="读取时所得的 ETag;* 为不论现状")]
ContentCrs = Annotated[str | None, Header(max_length=200, description="所发与答复的坐标系(URI),缺为 CRS84")]
_ITEMS, _ITEM = "/ogc/collections/{layer}/items", "/ogc/collections/{layer}/items/{id}"
_MAX_ID = 2**63 - 1


async def sent_body(request: Request) -> bytes:
    """The request's body as it came."""
    return await request.body()


Body = Annotated[bytes, Depends(sent_body)]


class Desk:
    """One request to edit: who may edit what, in which system, whether in earnest, and its answer."""

    def __init__(
        self,
        layer: LayerId,
        request: Request,
        reader: SignedIn,
        dry_run: DryRun = False,
        repair: Repair = False,
        content_crs: ContentCrs = None,
    ) -> None:
        gate: Gate = request.app.state.gate
        self.layer, self._gate, self._request, self._reader = gate.catalogue[layer], gate, request, reader
        self._dry_run, self._repair, self._crs = dry_run, repair, content_crs
        check_read(reader, self.layer)
        check_here(self.layer)
        check_write(reader, self.layer)

    def done(self, edit: Callable[[Editor], Outcome], status: int = 200) -> Response:
        """The answer to an edit, which is written, or taken back where it was a dry run."""
        with self._gate.database.transaction(self._reader, write=True) as connection:
            metric = query.rows(connection, "deployment/deployment_facts")[0]["metric_crs"]
            named = self._crs.strip().strip("<>") if self._crs is not None else None
            system = systems(metric).named(named, "Content-Crs")
            savepoint = connection.begin_nested()
            outcome = edit(
                Editor(connection, self._gate.catalogue, self.layer, self._reader, system, mend=self._repair)
            )
            if self._dry_run:
                savepoint.rollback()
            else:
                savepoint.commit()
        return _supposed(outcome, system) if self._dry_run else self._answered(outcome, system, status)

    def _answered(self, outcome: Outcome, system: System, status: int) -> Response:
        if outcome.after is None:
            return Response(status_code=204)
        headers = {"ETag": outcome.after.etag, "Content-Crs": f"<{system.uri}>"}
        if status == 201:
            base = base_address(self._request, self._gate.public_url)
            headers["Location"] = f"{base}/ogc/collections/{self.layer.id}/items/{outcome.id}"
        text = outcome.after.text
        text = with_members(text, {"notes": outcome.notes}) if outcome.notes else text
        return Response(text, status, headers, GEOJSON)


AtDesk = Annotated[Desk, Depends(Desk)]


@router.post(_ITEMS, status_code=201, response_class=Response)
def create(desk: AtDesk, request: Request, body: Body) -> Response:
    """Add a feature: 201 with its address and its ETag."""
    sent = read_feature(request, body)
    return desk.done(lambda editor: editor.create(sent), 201)


@router.put(_ITEM, response_class=Response)
def replace(desk: AtDesk, request: Request, id: FeatureId, body: Body, if_match: IfMatch = None) -> Response:
    """Replace a feature: what is left out is emptied, but for code, validity and provenance."""
    number, sent = _number(desk.layer, id), read_feature(request, body)
    return desk.done(lambda editor: editor.replace(number, sent, if_match))


@router.patch(_ITEM, response_class=Response)
def update(desk: AtDesk, request: Request, id: FeatureId, body: Body, if_match: IfMatch = None) -> Response:
    """Change what is named of a feature, and nothing else."""
    number, sent = _number(desk.layer, id), read_feature(request, body)
    return desk.done(lambda editor: editor.update(number, sent, if_match))


@router.delete(_ITEM, status_code=204, response_class=Response)
def remove(desk: AtDesk, id: FeatureId, if_match: IfMatch = None) -> Response:
    """End a feature today; what was true until then stays."""
    number = _number(desk.layer, id)
    return desk.done(lambda editor: editor.remove(number, if_match))


@router.options(_ITEMS, response_class=Response)
def may_with_all(layer: LayerId, request: Request, reader: AnyReader) -> Response:
    """What this reader may do with a layer's features."""
    return _may(request, reader, layer, one=False)


@router.options(_ITEM, response_class=Response)
def may_with_one(layer: LayerId, id: FeatureId, request: Request, reader: AnyReader) -> Response:
    """What this reader may do with any one feature of a layer: QGIS asks of one that there need not be."""
    return _may(request, reader, layer, one=True)


def _may(request: Request, reader: Reader, layer: str, *, one: bool) -> Response:
    asked = request.app.state.gate.catalogue[layer]
    check_read(reader, asked)
    methods = methods_of(asked, reader, one=one)
    headers = {"Allow": ", ".join(methods)}
    headers |= {"Accept-Post": ", ".join(ACCEPTED["POST"])} if "POST" in methods else {}
    headers |= {"Accept-Patch": ", ".join(ACCEPTED["PATCH"])} if "PATCH" in methods else {}
    return Response(headers=headers)


def _number(layer: Layer, id: str) -> int:
    if not (id.isascii() and id.isdigit() and 0 < int(id) <= _MAX_ID):
        raise NotFound(f"图层“{layer.title.zh}”没有编号为 {id[:40]!r} 的要素:编号是正整数。")
    return int(id)


def _supposed(outcome: Outcome, system: System) -> Response:
    """What a dry run would have come to."""
    before = outcome.before.feature if outcome.before else None
    after = outcome.after.feature if outcome.after else None
    if after and not before:
        after.pop("id")  # which is given when it is made
    document = {"dry_run": True, "before": before, "after": after, "changed": _changed(before, after)}
    return JSONResponse(
        document | {"notes": outcome.notes}, media_type=JSON, headers={"Content-Crs": f"<{system.uri}>"}
    )


def _changed(before: dict[str, Any] | None, after: dict[str, Any] | None) -> list[str]:
    """The names of the members that an edit of what is there would change; the version's own are no change."""
    if before is None or after is None:
        return []
    old, new = before["properties"], after["properties"]
    told = [name for name in new if old.get(name) != new[name] and name not in ("known_from", "made_by")]
    return told + (["geometry"] if json.dumps(before["geometry"]) != json.dumps(after["geometry"]) else [])
