"""Observations in a list: which, as the views show them to the acting person."""

from typing import Annotated, Any, Literal

from fastapi import Query
from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api.access.rights import Open, require
from api.observations.handed import Grade
from api.tracks.moments import period
from layers import query
from layers.catalogue import ROLES
from layers.crs import Bounds

__all__ = ["LAYER", "SEES_OBSERVATIONS", "Wanted", "counts", "observation_rows"]

LAYER = "observation"
SEES_OBSERVATIONS = require(*ROLES, open=Open.SAMPLE)
_CONDITIONS = (
    "ids", "code", "family", "kind", "grade", "states", "post", "patrol", "overdue", "words", "start", "end",
    "after_at", "after_id",
)  # fmt: skip
_NOT_COUNTED = ("ids", "code", "states", "after_at", "after_id")
_STATES = {"unsettled": ["open", "handed"]}
"""Words for several states at once."""


class Wanted:
    """Which observations a request asks for: the conditions that lists, counts and sheets of them share."""

    def __init__(
        self,
        family: Annotated[str | None, Query(max_length=200, description="大类编码")] = None,
        kind: Annotated[str | None, Query(max_length=200, description="小类编码")] = None,
        grade: Annotated[Grade | None, Query(description="等级")] = None,
        state: Annotated[
            Literal["open", "handed", "settled", "unsettled"] | None, Query(description="状态;unsettled 为尚未办结")
        ] = None,
        post: Annotated[str | None, Query(max_length=200, description="交办岗位编码")] = None,
        patrol: Annotated[str | None, Query(max_length=200, description="巡查编码")] = None,
        overdue: Annotated[bool | None, Query(description="是否已交办而超期")] = None,
        q: Annotated[str | None, Query(max_length=200, description="编码、名称、地点、情况或发现人所含的文字")] = None,
        start: Annotated[str | None, Query(alias="from", max_length=40, description="发现时间,含;日期或时间")] = None,
        end: Annotated[str | None, Query(alias="to", max_length=40, description="发现时间,不含;日期或时间")] = None,
        bbox: Annotated[str | None, Query(max_length=200, description="范围:西,南,东,北(度)")] = None,
    ) -> None:
        self._named = {
            "family": family, "kind": kind, "grade": grade, "states": _STATES.get(state or "", state and [state]),
            "post": post, "patrol": patrol, "overdue": overdue, "words": (q or "").strip() or None,
        }  # fmt: skip
        self._period = (start, end)
        self.box = Bounds.parse(bbox) if bbox is not None else None

    def conditions(self, zone: Any) -> dict[str, Any]:
        """They, as the queries take them. zone: of times without an offset."""
        first, last = period(*self._period, zone)
        return self._named | {"start": first, "end": last}


def observation_rows(
    connection: Connection, asked: dict[str, Any], box: Bounds | None, row_limit: int
) -> list[RowMapping]:
    """Observations valid today that meet what is asked, the newest first. asked: any of the query's conditions."""
    return list(query.rows(connection, "observation/listed", None, **_filled(asked, box), row_limit=row_limit))


def counts(connection: Connection, asked: dict[str, Any], box: Bounds | None) -> dict[str, int]:
    """How many observations of each state meet what is asked, but for the state itself."""
    conditions = {name: value for name, value in _filled(asked, box).items() if name not in _NOT_COUNTED}
    found = query.rows(connection, "observation/counted", None, **conditions)
    return dict.fromkeys(("open", "handed", "settled"), 0) | {row["state"]: row["n"] for row in found}


def _filled(asked: dict[str, Any], box: Bounds | None) -> dict[str, Any]:
    return dict.fromkeys(_CONDITIONS) | asked | (box._asdict() if box else dict.fromkeys(Bounds._fields))
