"""Photos of observations: taking them in, and handing them out to those who may see the observations."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from sqlalchemy import Connection
from starlette.datastructures import UploadFile

from api.access.gate import Gate
from api.access.reader import Reader
from api.access.rights import Open, check_read, check_write, refused, require
from api.answers.forms import KNOWN
from api.observations import store
from api.observations.listed import LAYER
from api.observations.photo import Photo
from api.observations.photo_store import PhotoStore
from api.observations.told import photos
from api.routes.observations import ObservationCode, Writer
from api.sightings.targets import read_city
from layers import query
from layers.catalogue import ROLES
from layers.errors import BadInput, NotFound

router = APIRouter(tags=["发现"])
SEES_ORIGINALS = frozenset({"dispatcher", "admin"})
MOST_FILES = 10
_FILE = {"type": "string", "format": "binary"}
_BODY = {
    "requestBody": {
        "required": True,
        "description": "一张照片的原文,或 multipart/form-data 里的一张或几张",
        "content": {
            **{kind: {"schema": _FILE} for kind in ("image/jpeg", "image/png", "image/webp")},
            "multipart/form-data": {
                "schema": {"type": "object", "properties": {"photo": {"type": "array", "items": _FILE}}}
            },
        },
    }
}


@router.post(
    "/observations/{code}/photos",
    summary="为发现上传照片",
    status_code=201,
    responses=KNOWN,
    openapi_extra=_BODY,
)
async def attach(
    code: ObservationCode,
    request: Request,
    reader: Writer,
    shows: Annotated[Literal["found", "settled"], Query(description="拍的是发现时还是办结后")] = "found",
) -> JSONResponse:
    """Take in photos, all or none: each checked, kept once, compared with the observation. 200 where all were known."""
    check_write(reader, request.app.state.gate.catalogue[LAYER])
    bodies = await _files(request)
    told, new = await run_in_threadpool(_attach, request, reader, code, (bodies, shows))
    return JSONResponse({"photos": told}, status_code=201 if new else 200)


@router.get("/photos/{sha256}", summary="一张照片", response_class=Response)
def photo(
    sha256: Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="照片的 SHA-256")],
    request: Request,
    reader: Annotated[Reader, require(*ROLES, open=Open.SAMPLE)],
    original: Annotated[bool, Query(description="是否要原件(仅调度与管理)")] = False,
    if_none_match: Annotated[str | None, Header(max_length=1000)] = None,
) -> Response:
    """The copy for viewing, with nothing in it but pixels; the file as it came, for dispatcher and admin alone."""
    gate: Gate = request.app.state.gate
    check_read(reader, gate.catalogue[LAYER])
    if original and not (reader.signed_in and reader.roles & SEES_ORIGINALS):
        raise refused(reader, SEES_ORIGINALS)
    with gate.database.transaction(reader) as connection:
        media_type = query.value(connection, "observation/photo", sha256=sha256)
        zone = read_city(connection).zone
    if media_type is None:
        raise NotFound(f"没有照片 {sha256[:12]}…:请从发现的 photos 里取地址。")
    tag = f'"{sha256}{"" if original else "-view"}"'
    headers = {"ETag": tag, "Content-Disposition": f'inline; filename="{sha256[:16]}"'}
    if if_none_match is not None and tag in [one.strip().removeprefix("W/") for one in if_none_match.split(",")]:
        return Response(status_code=304, headers=headers)
    kept = _store(request)
    body = kept.original(sha256, media_type) if original else kept.view(sha256, media_type, zone)
    return Response(body, headers=headers, media_type=f"image/{media_type if original else 'jpeg'}")


async def _files(request: Request) -> list[bytes]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "multipart/form-data":
        body = await request.body()
        if not body:
            raise BadInput("请求正文是空的:请附上照片文件。")
        return [body]
    async with request.form(max_files=MOST_FILES, max_fields=MOST_FILES) as form:
        files = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
        if not files:
            raise BadInput("表单里没有照片:请用文件字段 photo 附上。")
        return [await file.read() for file in files]


def _attach(
    request: Request, reader: Reader, code: str, sent: tuple[list[bytes], str]
) -> tuple[list[dict[str, Any]], bool]:
    gate, kept = request.app.state.gate, _store(request)
    with gate.database.transaction(reader) as connection:
        zone = read_city(connection).zone
        store.known(connection, code)
    # Decoded outside the writing transaction, so that it locks nothing for long.
    examined = [(kept.examine(body, zone), body) for body in sent[0]]
    for photo, body in examined:
        kept.keep(photo, body)
    with gate.database.transaction(reader, write=True) as connection:
        row = store.held(connection, code)
        new = [_remember(connection, row["id"], photo, sent[1]) for photo, _ in examined]
        told = photos(connection, row, persons=True)
    mine = {photo.sha256 for photo, _ in examined}
    return [one for one in told if one["sha256"] in mine], any(new)


def _remember(connection: Connection, observation_id: int, photo: Photo, shows: str) -> bool:
    known = query.value(
        connection,
        "observation/photo_keep",
        sha256=photo.sha256,
        size_bytes=photo.size_bytes,
        media_type=photo.media_type,
        width=photo.width,
        height=photo.height,
        taken_at=photo.taken_at,
        lon=photo.at.lon if photo.at else None,
        lat=photo.at.lat if photo.at else None,
        observation_id=observation_id,
        shows=shows,
    )
    return known is not None


def _store(request: Request) -> PhotoStore:
    """The server's one store, made with the first photo."""
    state = request.app.state
    if not hasattr(state, "photos"):
        state.photos = PhotoStore(state.gate.settings.data)
    kept: PhotoStore = state.photos
    return kept
