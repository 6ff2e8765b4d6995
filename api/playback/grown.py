"""What grew as patrols went: every place of a layer's lines that was seen in a period, once, with when it first was."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection

from api.access.reader import Reader
from api.access.rights import admits
from api.coverage.asked import Asked
from api.coverage.lines import line_coverage, timeline
from api.coverage.places import Geometries, targets_of
from api.patrols.pseudonyms import code_told
from api.playback.columns import DEGREES, MILLISECONDS, steps
from api.sightings.sides import BANK
from api.sightings.targets import read_city
from api.veil.listed import SEES_PATROLS, patrol_rows, sees_persons
from api.veil.seen import seen_on_duty
from api.veil.whose import only_own, sees_all
from geo.coverage.growth import Growth, growth
from geo.coverage.lines import Lines
from geo.lines.chainage import distances_m
from geo.lines.multirange import Ranges
from layers import query
from layers.crs import STORED, project

__all__ = ["grown"]

_MOST = 100_000
Row = Mapping[Any, Any]


def grown(connection: Connection, reader: Reader, asked: Asked, *, sightings: str, shapes: bool) -> dict[str, Any]:
    """For each line its pieces: from and to, when first seen in the period, and by which patrol, as the reader is told.

    A piece counts from when its sighting was complete, so that nothing is shown before it was seen. What has a time up
    to the end comes to what coverage says of the period (`seen_m`), to the centimetre; to who is told of less, to that.
    shapes: whether to tell where the lines are, with the chainage of every vertex.
    """
    lines, drawn = targets_of(connection, asked)
    codes = tuple(str(line["code"]) for line in lines)
    # Who is told of no patrols knows of none to the minute.
    seen = admits(SEES_PATROLS, reader, open_read=False)
    known = timeline(connection, replace(asked, codes=codes), sightings=sightings) if seen else []
    rows = _told(connection, reader, known, drawn, codes)
    found, whole_cm = _growth(rows, codes, drawn)
    patrols = sorted({row["told"] for row in rows})
    number_of = {code: number for number, code in enumerate(patrols)}
    whole = {row["code"]: row for row in line_coverage(connection, asked, sightings=sightings)}
    by = np.array([number_of[row["told"]] for row in rows], dtype=np.int64)
    return {
        "patrols": patrols,
        "whole": sees_all(reader),
        **({"reaches": _reaches(connection, asked)} if shapes and asked.layer.id == BANK else {}),
        "lines": [
            _line(line, number, _known(whole[line["code"]], whole_cm[number], asked), (found, by, whole_cm))
            | (_shape(connection, drawn[number]) if shapes else {})
            for number, line in enumerate(lines)
        ],
    }


def _reaches(connection: Connection, asked: Asked) -> list[dict[str, Any]]:
    """The reaches of the banks, each range of one with its ends in centimetres, by place."""
    known_at = asked.known_at.isoformat() if asked.known_at else None
    rows = query.rows(connection, "coverage/bank_pieces", None, by="reach", known_at=known_at)
    own = [dict(row) for row in rows if asked.codes is None or row["target"] in asked.codes]
    return sorted(own, key=lambda row: (row["target"], row["from_cm"]))


def _told(
    connection: Connection, reader: Reader, rows: Sequence[Row], drawn: Geometries, codes: Sequence[str]
) -> list[dict[str, Any]]:
    """The sightings that the reader may know to the minute, with the name that their patrol has to them: `told`."""
    if sees_persons(reader):
        own = _own(connection, reader) if only_own(reader) else None
        return [{**row, "told": row["patrol"]} for row in rows if own is None or row["patrol_id"] in own]
    city = read_city(connection)
    of_line: dict[str, list[Row]] = {}
    for row in rows:
        of_line.setdefault(row["code"], []).append(row)
    shape_of = dict(zip(codes, drawn, strict=True))
    seen = [row for code, some in of_line.items() for row in seen_on_duty(connection, some, shape_of[code], city)]
    return [{**row, "told": code_told(row["patrol"], row["named_id"])} for row in seen]


def _own(connection: Connection, reader: Reader) -> set[int]:
    return {int(row["patrol_id"]) for row in patrol_rows(connection, reader, (None, None), _MOST)}


def _growth(rows: Sequence[Row], codes: Sequence[str], drawn: Geometries) -> tuple[Growth, list[int]]:
    """The pieces of all lines, by the line's place; and how long each line is, beyond which nothing counts."""
    number_of = {code: number for number, code in enumerate(codes)}
    whole_cm = Lines(drawn).length_cm
    table = [(number_of[row["code"]], round(row["from_m"] * 100), round(row["to_m"] * 100)) for row in rows]
    line, start, stop = np.array(table, dtype=np.int64).reshape(-1, 3).T
    ranges = Ranges(line, start, np.minimum(stop, whole_cm[line]) if len(line) else stop)
    return growth(ranges, [row["last_at"].timestamp() for row in rows]), whole_cm.tolist()


def _known(whole: Row, whole_cm: int, asked: Asked) -> dict[str, Any]:
    """What a share of the line is a share of, `known_m`: None where nobody can tell it, as coverage has it."""
    known_m = whole_cm / 100 - whole["unknown_m"]
    untold = asked.known_since is not None and whole["unknown_m"] > 0
    return {**whole, "known_m": None if untold or known_m <= 0 else known_m}


def _line(line: Row, number: int, whole: Row, found: tuple[Growth, Any, list[int]]) -> dict[str, Any]:
    """One line: its lengths, as coverage tells them, and its pieces in order of time."""
    pieces, by, whole_cm = found
    own = np.flatnonzero(pieces.group == number)
    own = own[np.argsort(pieces.time_s[own], kind="stable")]
    return {
        "code": line["code"],
        "name": line["name"],
        "length_m": whole["length_m"],
        "length_cm": whole_cm[number],
        "unknown_m": whole["unknown_m"],
        "known_m": whole["known_m"],
        "from_cm": pieces.start[own].tolist(),
        "to_cm": pieces.stop[own].tolist(),
        "t": steps(pieces.time_s[own], MILLISECONDS),
        "patrol": by[pieces.row[own]].tolist() if len(own) else [],
    }


def _shape(connection: Connection, shape: shapely.Geometry) -> dict[str, Any]:
    """Where a line is: longitude and latitude of every vertex, and its chainage in centimetres."""
    degrees = project(np.array([shape], dtype=object), read_city(connection).metric_crs, STORED)[0]
    lon, lat = shapely.get_coordinates(degrees).T
    metres = distances_m(shapely.get_coordinates(shape))
    return {"shape": {"x": steps(lon, DEGREES * 10), "y": steps(lat, DEGREES * 10), "m": steps(metres, 100)}}
