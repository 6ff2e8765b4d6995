"""What moved in a layer between two times, by its history."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from psycopg2 import sql
from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api import statements
from api.access.columns import Columns
from api.answers.times import said
from api.figures.sums import MU_PER_M2
from api.tracks.moments import instant
from layers.catalogue import Layer
from layers.errors import BadInput

__all__ = ["SIZES", "Changes", "Term", "changes_of", "term_of"]

USUAL = timedelta(days=7)
_INSTANT = timedelta(microseconds=1)
"""The least by which one time comes before another in the database."""
_UNCOMPARED = {"id", "edition_id", "known_from", "made_by"}
"""Which version it is, not what it says."""
HOW = {
    "entered": "新录入",
    "in_force": "到期生效",
    "edited": "修改",
    "ended": "失效",
    "postponed": "推迟生效",
    "deleted": "删除",
}
SIZES = ("length_m", "area_m2", "area_mu")


class Term(NamedTuple):
    """A half-open stretch of time."""

    start: datetime
    end: datetime


class Changes(NamedTuple):
    """How many features were added, removed and altered; and a page of them by number, with whether there are more."""

    counts: dict[str, int]
    rows: list[dict[str, Any]]
    more: bool


def term_of(start: str | None, end: str | None, zone: ZoneInfo, now: datetime) -> Term:
    """The period that is asked for by dates or times: up to now, and seven days long, where nothing is said.

    Raises BadInput for what is no time, and for a period that is empty.
    """
    last = instant(end, "to", zone) or now
    first = instant(start, "from", zone) or last - USUAL
    if first >= last:
        raise BadInput(
            f"时段是空的:from={said(first, zone)} 不早于 to={said(last, zone)}。"
            "时段含起点、不含终点,如 from=2026-06-01&to=2026-06-08;to 缺为现在。"
        )
    return Term(first, last)


def changes_of(
    connection: Connection, layer: Layer, columns: Columns, term: Term, *, after: int, limit: int
) -> Changes:
    """What stood just before a term against what stood just before its end, a row a feature that is not the same.

    after: the number of the last feature of the page before. Each row has `fields`, those that differ, by name as
    (before, after); a feature that was added or removed has none, but its `properties`.
    """
    compared = [name for name in columns.shown if name not in _UNCOMPARED]
    statement = statements.filled_in(
        "deployment/layer_changes",
        table=statements.table_of(layer.table),
        history=statements.table_of(f"{layer.table}_history"),
        fields=sql.SQL(", ").join([sql.Identifier("v", name) for name in compared]),
    )
    first_day, last_day = (_day_before(moment) for moment in term)
    found = (
        statements.run(
            connection,
            statement,
            layer=layer.id,
            start=term.start,
            end=term.end,
            first_day=first_day,
            last_day=last_day,
            after=after,
            row_limit=limit + 1,
        )
        .mappings()
        .all()
    )
    rows = [_change(row, compared) for row in found if row["id"] is not None]
    counts = {name: found[0][name] for name in ("added", "removed", "altered")}
    return Changes(counts, rows[:limit], more=len(rows) > limit)


def _day_before(moment: datetime) -> str:
    """The local day of the instant just before: at midnight what begins that day has yet to begin."""
    zone = moment.tzinfo
    return (moment.astimezone(UTC) - _INSTANT).astimezone(zone).date().isoformat()


def _change(row: RowMapping, compared: Sequence[str]) -> dict[str, Any]:
    before, after = row["before"] or {}, row["after"] or {}
    stands: Mapping[str, Any] = after or before
    altered = row["change"] == "altered"
    differing = [name for name in compared if altered and before[name] != after[name]]
    return {
        "id": row["id"],
        "code": stands["code"],
        "name": stands.get("name"),
        "change": row["change"],
        "how": row["how"],
        "words": HOW[row["how"]],
        "valid_from": row["valid_from"].isoformat(),
        "valid_to": row["valid_to"] and row["valid_to"].isoformat(),
        "edits": row["edits"],
        "known_from": said(row["known_from"]),
        "editions": row["editions"],
        "made_by": row["made_by"],
        "fields": {name: (before[name], after[name]) for name in differing},
        "properties": None if altered else {name: stands[name] for name in compared},
        "redrawn": altered and row["redrawn"],
        "moved_m": _rounded(row["moved_m"]),
        **_sizes(row, "before"),
        **_sizes(row, "after"),
    }


def _sizes(row: RowMapping, end: str) -> dict[str, float | None]:
    length_m, area_m2 = (_rounded(row[f"{name}_{end}"]) for name in ("length_m", "area_m2"))
    area_mu = None if area_m2 is None else _rounded(area_m2 * float(MU_PER_M2))
    return {f"{name}_{end}": size for name, size in zip(SIZES, (length_m, area_m2, area_mu), strict=True)}


def _rounded(size: float | None) -> float | None:
    """To 0.1 mm or cm², as figures are summed."""
    return None if size is None else round(size, 4)
