"""Columns as query parameters: `kind=school&width_m=6` asks for rows with just these values."""

from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo

from api.access.columns import Column
from api.features.conditions import Condition
from api.features.terms import KINDS, Bound, kind_of, named, number_of
from api.tracks.moments import instant
from layers.errors import BadInput

__all__ = ["with_values"]

_TRUTHS = {"true": True, "1": True, "false": False, "0": False}


def with_values(
    given: Mapping[str, str], columns: Mapping[str, Column], zone: ZoneInfo, *, alias: str = "f", prefix: str = "value_"
) -> list[Condition]:
    """A condition for each parameter: its column has that value. Raises BadInput for a value that is of another kind.

    given: by the names of columns, all of them known.  zone: of times that state none.
    """
    bound = Bound(prefix)
    asked = [f"{named(alias, name)} = {_value(columns[name], text, zone, bound)}" for name, text in given.items()]
    return [Condition(" AND ".join(asked), bound.params)] if asked else []


def _value(column: Column, text: str, zone: ZoneInfo, bound: Bound) -> str:
    kind = kind_of(column)
    try:
        if kind == "text":
            return bound.place(text, "text")
        if kind == "number":
            return bound.place(*number_of(float(text)))
        if kind == "boolean":
            return bound.place(_TRUTHS[text.lower()], "boolean")
        if kind == "date":
            return bound.place(date.fromisoformat(text).isoformat(), "date")
    except (ValueError, KeyError):
        raise BadInput(
            f"参数 {column.name} 的值 {text[:40]!r} 不对:列 {column.name}({column.zh})是{KINDS[str(kind)]}。"
        ) from None
    return bound.place(str(instant(text, column.name, zone)), "timestamptz")
