"""Families and kinds of observations: which there are, what they are called, when what is of them is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api.answers.wording import shown
from api.observations.handed import Sort as Said
from layers import query
from layers.errors import BadInput, Conflict


@dataclass(frozen=True)
class Sort:
    """What an observation is: family, kind where it is known, and the hours it may take once handed over, if said."""

    family: str
    kind: str | None
    due_hours: int | None


def listed(connection: Connection) -> list[dict[str, Any]]:
    """Families in their order, each with its kinds."""
    rows = _rows(connection)
    return [
        {**_told(row), "code": row["family"], "kinds": [_kind(one) for one in rows if _below(one, row)]}
        for row in rows
        if row["kind"] is None
    ]


def sort_of(connection: Connection, family: str | None, kind: str | None) -> Sort:
    """The sort that a family and a kind name, or one of them; raises BadInput where there is no such."""
    rows = _rows(connection)
    if family is None and kind is None:
        raise BadInput("没有说是哪一类:请给出大类 family 或小类 kind,可用的见 /observation-kinds。")
    found = [row for row in rows if row["kind"] == kind and family in (None, row["family"])]
    if found:
        return Sort(found[0]["family"], kind, found[0]["due_hours"])
    families = {row["family"] for row in rows}
    if family is not None and family not in families:
        raise BadInput(f"没有大类 {shown(family)}:现有 {'、'.join(sorted(families))}。")
    kinds = sorted(row["kind"] for row in rows if row["kind"] and family in (None, row["family"]))
    of_family = f"大类 {family} 没有" if family else "没有"
    raise BadInput(f"{of_family}小类 {shown(kind)}:现有 {'、'.join(kinds) or '(无)'}。")


def put_family(connection: Connection, family: str, said: Said) -> bool:
    """Add a family, or change its titles, order and hours; whether it is new."""
    return bool(query.value(connection, "observation/family_put", code=family, **said.model_dump()))


def put_kind(connection: Connection, family: str, kind: str, said: Said) -> bool:
    """Add a kind, or change its titles, order and hours; whether it is new. Raises Conflict for another family."""
    sort_of(connection, family, None)
    made = query.value(connection, "observation/kind_put", code=kind, family=family, **said.model_dump())
    if made is None:
        raise Conflict(f"小类 {shown(kind)} 属于另一大类,不可改到 {family}:请换一个编码。")
    return bool(made)


def _rows(connection: Connection) -> Sequence[RowMapping]:
    return query.rows(connection, "observation/kinds")


def _below(row: RowMapping, family: RowMapping) -> bool:
    return row["kind"] is not None and row["family"] == family["family"]


def _kind(row: RowMapping) -> dict[str, Any]:
    return {**_told(row), "code": row["kind"]}


def _told(row: RowMapping) -> dict[str, Any]:
    return {name: row[name] for name in ("zh", "en", "rank", "due_hours")}
