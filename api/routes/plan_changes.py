"""Plans that there are: changed by hand, held against what was walked, erased."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import JSONResponse

from api.access.gate import Gate
from api.access.turns import Heavy
from api.plans import store
from api.plans.body import PatchBody
from api.plans.rights import check_owner, check_version
from api.plans.told import own_crews, told, veiled
from api.routes.plans import GONE, Code, Planner, Seer
from api.versions.answers import seen
from layers.errors import Conflict

router = APIRouter(tags=["巡查方案"])
STALE: dict[int | str, dict[str, Any]] = {412: {"description": "已有别的版次"}}


@router.patch("/plans/{code}", summary="改动巡查方案,或试算改动", responses={**STALE, **GONE})
def change(
    code: Code,
    body: PatchBody,
    request: Request,
    reader: Planner,
    turn: Heavy,
    if_match: Annotated[str | None, Header(max_length=200, description="所依据版次的 ETag")] = None,
) -> JSONResponse:
    """Move pieces to other routes or places, off every route, or hold them there; the plan as it then is, not solved.

    What a change breaks is not refused but told, in the route's `over`: hours, metres, who may settle a duty. `save`
    false tries it and keeps nothing. Every saved change is a revision; `revision` goes back to one, or forward again,
    which is a revision, too. With If-Match only in place of the revision it names: 412 where another is in force.
    """
    from api.plans.changes import patched  # the solver's packages, which no start of the server need wait for

    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader, write=body.save) as connection:
        plan = patched(connection, request.app.state.plan_holding, code, body, reader, seen(if_match))
    return JSONResponse(plan, headers={"ETag": f'"{plan["revision"]}"', "Cache-Control": "no-store"})


@router.get("/plans/{code}/result", summary="方案与实际巡查对照", responses=GONE)
def result(code: Code, request: Request, reader: Seer, turn: Heavy) -> JSONResponse:
    """What became of each piece by now: walked, partly, missed (and why), or not yet; when first, and by which patrol.

    What anybody saw counts that counts for the duties; pieces that were left out and seen all the same are told, too.
    `debt_after` is what is owed by what was seen, nominally, when the plan was judged, beside what the plan promised.
    `legs`: where the plan's crews went. A patroller is told of the own crews.
    """
    from api.plans.result import result_told

    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader) as connection:
        row, own = store.one(connection, code), own_crews(connection, reader)
        veiled(told(connection, row), own)
        if row["status"] in store.OPEN or row["answer"] is None:
            raise Conflict(f"方案 {code} {store.STATUS[row['status']]},没有可对照的路线:请等它完成。")
        solved = request.app.state.plan_holding.at(connection, row["plan_id"], row["revision"])
        found = result_told(connection, solved, row, own)
    return JSONResponse(found, headers={"Cache-Control": "no-store"})


@router.delete("/plans/{code}", summary="删除巡查方案", status_code=204, responses=GONE)
def erase(
    code: Code,
    request: Request,
    reader: Planner,
    if_match: Annotated[str | None, Header(max_length=200, description="所依据版次的 ETag")] = None,
) -> Response:
    """Erase all that a plan says, and end its links; that there was one is still told (410)."""
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader, write=True) as connection:
        row = store.held(connection, code)
        check_owner(reader, row)
        check_version(row, seen(if_match))
        store.erase(connection, row["plan_id"])
    return Response(status_code=204)
