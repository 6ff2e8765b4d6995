"""What readers are told of a batch of land checks: how far it is, and each outline's answer."""

from collections.abc import Mapping
from typing import Any

from api.answers.times import said
from api.landuse.batches.kind import BATCHES
from api.landuse.words import ACTIVITIES, ANSWERS

__all__ = ["MEDIA", "listed_told", "row_told", "state_told", "told"]

Told = dict[str, Any]
FAULT = "不能核查"
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "gpkg": "application/geopackage+sqlite3",
}


def told(row: Mapping[str, Any]) -> Told:
    """A batch as GET /landuse/batches/{code} answers it, without its rows."""
    counts = {name: row[name] for name in (*ANSWERS, "faults")}
    return {**listed_told(row), "ahead": row["ahead"], "counts": counts, "asked": row["asked"] | _when(row)}


def listed_told(row: Mapping[str, Any]) -> Told:
    """A batch among others."""
    return {
        "code": row["code"],
        "name": row["name"],
        "status": row["status"],
        "fault": row["fault"],
        "activity": row["activity"],
        "activity_name": ACTIVITIES[row["activity"]].zh,
        "as_of": row["as_of"].isoformat(),
        "known_at": said(row["known_at"]),
        "source": row["asked"].get("source"),
        "total": row["total"],
        "progress": row["progress"],
        "made_by": row["made_by"],
        "made_at": said(row["made_at"]),
        "ended_at": said(row["ended_at"]),
    }


def _when(row: Mapping[str, Any]) -> Told:
    return {
        "activity": row["activity"],
        "as_of": row["as_of"].isoformat(),
        "known_at": said(row["known_at"]),
        "tolerance_m": row["tolerance_m"],
    }


def row_told(row: Mapping[str, Any]) -> Told:
    """One outline of a batch: `answer` is null until it was looked at, and where it could not be checked (`fault`)."""
    head = {name: row[name] for name in ("number", "name", "answer", "fault")}
    return {**head, "title": ANSWERS.get(row["answer"], FAULT if row["fault"] else None), **(row["row"] or {})}


def state_told(row: Mapping[str, Any]) -> tuple[str, Told]:
    """How far a batch is, as those who follow it are told: the event, and what it says."""
    code, status = row["code"], row["status"]
    if row["erased_at"] is not None:
        return "cancelled", {"code": code, "detail": "批量核查已删除。"}
    far = {"code": code, "total": row["total"], **(row["progress"] or {})}
    if status in BATCHES.open:
        return "progress", far | {"status": status}
    return status, far | ({"detail": row["fault"]} if status == "failed" else {})
