"""Correcting how a patrol is said to have gone, once somebody knows better."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from api.access.gate import Gate
from api.access.reader import Reader
from api.access.rights import require
from api.answers.times import said
from api.patrols.accept import MAX_CODE
from api.patrols.correct import Corrected, correct_in
from api.patrols.datum import datum_told
from api.patrols.receipt import Receipt

router = APIRouter(tags=["巡查"])
Given = Annotated[str | None, Field(min_length=1, max_length=200)]


_COLUMNS = {"post": "post_code"}


class Correction(BaseModel):
    """How the patrol went: what is not named stays; crew and post may be null, for none."""

    model_config = ConfigDict(extra="forbid")

    mode: Annotated[Literal["foot", "bicycle", "car", "boat", "drone"] | None, Field(description="巡查方式")] = None
    datum: Annotated[Literal["wgs84", "gcj02", "bd09"] | None, Field(description="坐标基准")] = None
    crew: Annotated[Given, Field(description="巡查组,null 为无")] = None
    post: Annotated[Given, Field(description="责任岗位编码,null 为无")] = None


@router.patch("/patrols/{code}", summary="更正一次巡查的方式、坐标基准、巡查组或岗位")
def put_right(
    code: Annotated[str, Path(max_length=MAX_CODE, description="编码")],
    correction: Correction,
    request: Request,
    reader: Annotated[Reader, require("dispatcher")],
    dry_run: Annotated[bool, Query(description="是否只试算而不写入")] = False,
) -> JSONResponse:
    """Say otherwise how a patrol went, and work it out anew from its raw positions; 409 for one that was erased.

    `changes` tells what was said before and now, `before` and `after` what the patrol comes to. What it was known to be
    stays under the code `kept_as`, for questions about what was known at an earlier instant.
    """
    gate: Gate = request.app.state.gate
    given = {_COLUMNS.get(name, name): getattr(correction, name) for name in correction.model_fields_set}
    done = correct_in(gate.database, reader, request.app.state.intake, (code, given), dry_run=dry_run)
    request.app.state.backlog.wake()
    return JSONResponse(_told(done) | {"dry_run": dry_run})


def _told(done: Corrected) -> dict[str, Any]:
    changes = {name.removesuffix("_code"): {"from": was, "to": now} for name, (was, now) in done.changes.items()}
    figures = {"before": _figures(done.before), "after": _figures(done.after)}
    return {"code": done.code, "changes": changes, **figures, "kept_as": done.kept_as}


def _figures(receipt: Receipt) -> dict[str, Any]:
    datum = receipt.datum
    return {
        "fixes_kept": receipt.fixes_kept,
        "left_out": receipt.left_out,
        "legs": receipt.legs,
        "length_m": receipt.length_m,
        "started_at": said(receipt.started_at),
        "ended_at": said(receipt.ended_at),
        "datum": datum and datum_told(datum.declared, datum.found, datum.odds),
        "seen": [
            {"layer": seen.layer, "targets": len(seen.codes), "sightings": seen.sightings, "seen_m": seen.length_m}
            for seen in receipt.seen
        ],
    }
