"""What columns mean to an analyst: real types instead of texts, and units, titles and words beside the table."""

import re
from collections.abc import Mapping
from typing import Any, TypeVar

import pandas as pd
from pandas.api.types import is_string_dtype

__all__ = ["as_declared", "told_of", "units_of", "with_times"]

Frame = TypeVar("Frame", bound=pd.DataFrame)
Row = Mapping[str, Any]
_SUFFIXES = {
    "_m_days": "m·d",
    "_target_days": "d",
    "_days": "d",
    "_mps": "m/s",
    "_deg": "deg",
    "_min": "min",
    "_m2": "m2",
    "_ha": "ha",
    "_mu": "亩",
    "_km": "km",
    "_m": "m",
    "_s": "s",
    "_h": "h",
}
"""The longer before the shorter that it ends in."""
_SHARE = re.compile(r"(^|_)share(_|$)")
_CODES = {"har": "ha"}
_STATED = re.compile(r"[((]([^()()0-9]{1,4})[))]$")
_TIME = re.compile(r"(_at|_seen|^(valid|known)_(from|to)|^deadline)$")
_DAY = r"\d{4}-\d\d-\d\d"


def units_of(frame: pd.DataFrame) -> dict[str, str]:
    """The unit of each column whose name ends in one; 1 for a share, which is between 0 and 1.

    >>> units_of(pd.DataFrame(columns=["code", "length_m", "debt_m_days", "share_sure"]))
    {'length_m': 'm', 'debt_m_days': 'm·d', 'share_sure': '1'}
    """
    found = {str(name): _unit(str(name)) for name in frame.columns}
    return {name: unit for name, unit in found.items() if unit}


def with_times(frame: Frame, zone: str) -> Frame:
    """The table with its times as times of the zone, or as days where only days are told; what says none stays.

    A column is one of times by its name: found_at, last_seen, valid_from.

    >>> with_times(pd.DataFrame({"found_at": ["2026-06-29T14:00:00+08:00"]}), "Asia/Shanghai")["found_at"].dtype
    datetime64[us, Asia/Shanghai]
    """
    for name in frame.columns:
        if _TIME.search(str(name)) and (is_string_dtype(frame[name]) or frame[name].isna().all()):
            frame[name] = _times(frame[name], zone)
    return frame


def as_declared(frame: Frame, schema: Row, zone: str) -> Frame:
    """A layer's table with the types that its schema declares.

    Whole numbers and truth values may be missing (Int64, boolean); days are datetime64, instants are in the zone; an
    enumeration is a category, its values in their order.
    """
    for name, declared in schema["properties"].items():
        if name in frame.columns:
            frame[name] = _as_declared(frame[name], declared, zone)
    return frame


def told_of(schema: Row, frame: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """What a schema says of a table's columns: `columns` their titles, `units`, and `words` of enumerations.

    >>> width = {"title": "河宽(米)", "type": "number", "x-ogc-unit": "m"}
    >>> told_of({"properties": {"width_m": width}}, pd.DataFrame(columns=["width_m"]))
    {'columns': {'width_m': '河宽(米)'}, 'units': {'width_m': 'm'}, 'words': {}}
    """
    columns = {name: one for name, one in schema["properties"].items() if name in frame.columns}
    units = {name: _stated(name, one) for name, one in columns.items()}
    return {
        "columns": {name: one["title"] for name, one in columns.items()},
        "units": {name: unit for name, unit in units.items() if unit},
        "words": {
            name: {value["const"]: value["title"] for value in one["oneOf"]}
            for name, one in columns.items()
            if "oneOf" in one
        },
    }


def _unit(name: str) -> str | None:
    if _SHARE.search(name):
        return "1"
    return next((unit for suffix, unit in _SUFFIXES.items() if name.endswith(suffix)), None)


def _stated(name: str, declared: Row) -> str | None:
    if declared.get("type") not in ("number", "integer"):
        return None
    code, words = declared.get("x-ogc-unit"), _STATED.search(declared["title"])
    return _CODES.get(str(code), code) or (words[1] if words else _unit(name))


def _as_declared(values: "pd.Series[Any]", declared: Row, zone: str) -> "pd.Series[Any]":
    kind, form = declared.get("type"), declared.get("format")
    if "enum" in declared:
        known = set(declared["enum"]) >= set(values.dropna().unique())
        return values.astype(pd.CategoricalDtype(declared["enum"])) if known else values
    if form == "date":
        return pd.to_datetime(values).astype("datetime64[s]")
    if form == "date-time":
        return pd.to_datetime(values, utc=True).astype("datetime64[us, UTC]").dt.tz_convert(zone)
    types: Mapping[Any, Any] = {"integer": "Int64", "boolean": "boolean", "number": "float64", "string": "str"}
    return values.astype(types[kind]) if kind in types else values


def _times(values: "pd.Series[Any]", zone: str) -> "pd.Series[Any]":
    told = values.dropna()
    if len(told) and told.astype(str).str.fullmatch(_DAY).all():
        return pd.to_datetime(values, format="%Y-%m-%d").astype("datetime64[s]")
    instants = pd.to_datetime(values, utc=True, format="ISO8601")
    return instants.astype("datetime64[us, UTC]").dt.tz_convert(zone)
