"""What one patrol saw, target by target."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse

from api.access.gate import Gate
from api.patrols.accept import MAX_CODE
from api.patrols.saw import saw_told
from api.routes.patrols import Watcher
from api.veil.found import found_for
from api.veil.listed import sees_persons
from layers.errors import NotAllowed

router = APIRouter(tags=["巡查"])


@router.get("/patrols/{code}/saw", summary="一次巡查看到了什么,逐个目标")
def saw(
    code: Annotated[str, Path(max_length=MAX_CODE, description="编码")], request: Request, reader: Watcher
) -> JSONResponse:
    """What a patrol saw of every line, and where, at the usual reach; what it visited, its credits, doubts and legs.

    `seen_geometry` is what was seen nominally, `possible_geometry` possibly. Nothing of it is clipped: it is for who
    sees persons, and a patroller's own.
    """
    gate: Gate = request.app.state.gate
    if not sees_persons(reader):
        raise NotAllowed(f"{reader.name} 的角色不可看一次巡查的全部所见:请用 GET /patrols/{{code}}。")
    with gate.database.transaction(reader) as connection:
        found = found_for(connection, code, reader)
        told = saw_told(connection, gate.catalogue, found["code"], gate.settings.reaches_m)
    return JSONResponse({"code": found["code"], **told})
