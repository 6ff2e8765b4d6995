"""A request to check land, read: its body in any of its forms, and the outline in it."""

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
import orjson
import shapely
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from api.answers.wording import shown
from api.landuse.body import OutlineBody
from api.landuse.reading.outlines import Ground, Read, Said, read_file, read_geojson, read_text, row_of
from api.transfer.repair import VERTEX_LIMIT
from layers.errors import BadFile, BadInput, TooLarge

__all__ = ["Outlines", "Parcel", "file_of", "outlines_of", "parsed", "read_of", "received", "request_of", "together"]

Asked = TypeVar("Asked", bound=OutlineBody)
FORM, JSON = "multipart/form-data", "application/json"
_MOST_NAME = 100
_OPTION = re.compile(r"--(crs|axes|encoding|layer-name)\b")
_THEN = ("compared_as_of", "compared_known_at")


class Parcel(NamedTuple):
    """What came: a document in JSON, or a file with its name and fields. Nothing of it is believed yet."""

    document: bytes | None
    file: bytes | None
    name: str
    fields: Mapping[str, str]


class Outlines(NamedTuple):
    """What was read: one outline of all that is in it, in metres, and how. found: how many there were."""

    shape: shapely.Geometry
    name: str | None
    source: str
    crs: str
    crs_name: str
    crs_how: str
    notes: tuple[str, ...]
    found: int


def request_of(body: type[OutlineBody]) -> dict[str, Any]:
    """What the description of a route says of the body that it reads by itself."""
    schema = body.model_json_schema()
    parts = schema.pop("$defs", {})
    for name, told in schema["properties"].items():
        if "$ref" in str(told):
            then = next(iter(parts.values()))
            schema["properties"][name] = {"anyOf": [then, {"type": "null"}], "description": told.get("description", "")}
    fields = {name: told for name, told in schema["properties"].items() if name not in ("geometry", "text")}
    file = {"type": "string", "format": "binary"}
    return {
        "requestBody": {
            "required": True,
            "description": "JSON;或 multipart/form-data 里的一个文件(file)和同名字段;或文件原文,文件名写在 ?name=",
            "content": {
                JSON: {"schema": schema},
                FORM: {"schema": {"type": "object", "properties": {"file": file, **fields}}},
                "application/octet-stream": {"schema": file},
            },
        }
    }


async def received(request: Request) -> Parcel:
    """The body of a request: JSON, a form with one file, or a file as it is, which `?name=` calls by its name."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    told = dict(request.query_params)
    if kind == FORM:
        return await _form(request, told)
    body = await request.body()
    if kind in (JSON, "") and "name" not in told:
        return Parcel(body, None, "", told)
    return Parcel(None, body, told.pop("name", ""), told)


async def _form(request: Request, told: dict[str, str]) -> Parcel:
    try:
        async with request.form(max_files=1, max_fields=20, max_part_size=16 * 2**20) as form:
            files = [value for value in form.values() if isinstance(value, UploadFile)]
            fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
            if not files:
                return Parcel(orjson.dumps({}), None, "", told | fields)
            return Parcel(None, await files[0].read(), files[0].filename or "", told | fields)
    except HTTPException as error:
        raise BadInput("看不懂表单:请以 multipart/form-data 发来一个文件和若干字段。") from error


def parsed(parcel: Parcel, body: type[Asked]) -> Asked:
    """What a request says beside its file. Raises RequestValidationError, BadInput or TooLarge."""
    if parcel.document is not None and parcel.document.count(b"[") > 3 * VERTEX_LIMIT:
        raise TooLarge(f"图形的顶点远超上限 {VERTEX_LIMIT:,}:请先简化或切分。")
    document: Any = {}
    if parcel.document is not None:
        try:
            document = orjson.loads(parcel.document)
        except orjson.JSONDecodeError as error:
            raise BadInput(
                f"请求正文不是合法的 UTF-8 JSON(第 {error.lineno} 行第 {error.colno} 列附近):请改正后再发。"
            ) from None
        if not isinstance(document, dict):
            raise BadInput('请求正文应为 JSON 对象,如 {"geometry": …, "activity": "build"}。')
    try:
        return body.model_validate(document | _fields(parcel.fields))
    except ValidationError as error:
        raise RequestValidationError([{**each, "loc": ("body", *each["loc"])} for each in error.errors()]) from error


def _fields(told: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a form, or of a query: texts all of them; what is empty was not said."""
    fields: dict[str, Any] = {name: value for name, value in told.items() if value != ""}
    then = {name.removeprefix("compared_"): fields.pop(name) for name in _THEN if name in fields}
    for name in ("compared_to", "geometry"):
        if isinstance(fields.get(name), str):
            try:
                fields[name] = orjson.loads(fields[name])
            except orjson.JSONDecodeError:
                raise BadInput(f"字段 {name} 的值 {shown(fields[name])} 不是 JSON:请改正后再发。") from None
    return fields | ({"compared_to": then} if then else {})


def outlines_of(parcel: Parcel, asked: OutlineBody, ground: Ground) -> Outlines:
    """The outline of a request, of several parts where there are several in it. Raises what the reading raises."""
    read, source = read_of(parcel, asked, ground)
    return together(read, source, asked.name)


def read_of(parcel: Parcel, asked: OutlineBody, ground: Ground, *, each: bool = False) -> tuple[Read, str]:
    """The outlines of a request, and what they came as. each: those that cannot be read are told, and the rest read.

    What is refused names its row as a member, and fields of a request instead of options of a command.
    """
    try:
        return _read(parcel, asked, ground, each=each)
    except BadInput as error:
        error.args = (_OPTION.sub(lambda option: option[1].replace("-", "_"), str(error)),)
        if (row := row_of(str(error))) is not None:
            error.members = {**error.members, "row": row}
        raise


def _read(parcel: Parcel, asked: OutlineBody, ground: Ground, *, each: bool) -> tuple[Read, str]:
    said = Said(asked.crs, asked.name or "", asked.layer_name, asked.encoding, asked.axes, asked.datum, each)
    if parcel.file is not None:
        if asked.geometry is not None or asked.text is not None:
            raise BadInput("文件、geometry、text 只能给一样:请去掉其余。")
        with tempfile.TemporaryDirectory(prefix="huashan-landuse-") as folder:
            path = file_of(Path(folder), parcel)
            return read_file(path, said, ground), path.name
    if (asked.geometry is None) == (asked.text is None):
        raise BadInput("请给出范围:geometry(GeoJSON)、text(粘贴的坐标文本)或一个文件,只给一样。")
    if asked.geometry is not None:
        return read_geojson(asked.geometry, said, ground), "drawn"
    return read_text(asked.text or "", said, ground), "pasted"


def file_of(folder: Path, parcel: Parcel) -> Path:
    """The file that came, in a folder: by its own last name, for by that it is known what it is."""
    name = parcel.name.replace("\\", "/").rpartition("/")[2].replace("\x00", "").strip()
    stem, suffix = Path(name).stem[:_MOST_NAME], Path(name).suffix[:12]
    if not stem or not suffix:
        raise BadFile(f"文件名 {shown(parcel.name)} 没有扩展名:请连扩展名一起给出(如 范围.zip、范围.dxf、界址点.txt)。")
    path = folder / f"{stem}{suffix}".encode("utf-8", "replace").decode()
    try:
        path.write_bytes(parcel.file or b"")
    except OSError:
        path = folder / f"outline{suffix}"
        path.write_bytes(parcel.file or b"")
    return path


def together(read: Read, source: str, name: str | None) -> Outlines:
    """What was read as one outline, of several parts where there were several."""
    shapes, notes = read.shapes, list(read.notes)
    if len(shapes) == 1:
        whole = shapes[0]
    else:
        if (total := int(shapely.get_num_coordinates(shapes).sum())) > VERTEX_LIMIT:
            raise TooLarge(
                f"{len(shapes):,} 个图形共有 {total:,} 个顶点,超过上限 {VERTEX_LIMIT:,}:要逐个核查请用批量。"
            )
        whole = shapely.multipolygons(np.concatenate([shapely.get_parts(each) for each in shapes]))
        notes.append(f"共 {len(shapes)} 个图形,合为一个范围核查;要逐个核查请用批量")
    called = name or next((each for each in read.names if each), None)
    return Outlines(
        whole,
        called[:200] if called else None,
        source,
        read.crs,
        read.crs_name,
        read.crs_how,
        tuple(notes),
        len(shapes),
    )
