"""Coverage of targets by tracks that are sent along: nothing is stored."""

import json
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import shapely
from numpy.typing import NDArray

from api.answers.times import said
from api.coverage.compute_wholes import areas_told, points_told
from api.coverage.frame import Frame
from api.coverage.sent import SentFeature, ToCompute, cleaned, framed, shapes_of
from geo.coverage.sightings import BOUNDS, Lines, Track, Visits, see
from geo.lines.chainage import CentimetreRange, parts
from geo.lines.multirange import Ranges, lengths, union
from layers.crs import Bounds

Geometries = NDArray[np.object_]
Told = dict[str, Any]


def compute(asked: ToCompute, *, metric_crs: str, bounds: Bounds, zone: ZoneInfo) -> Told:
    """What the tracks saw of each target: sure, nominal and possible, with the account of their cleaning.

    metric_crs, bounds: the deployment's, used where the targets lie inside; else a transverse Mercator centred on them.
    zone: of times without an offset. Raises BadInput, BadGeometry or TooLarge for what cannot be computed.
    """
    frame, metric = framed(shapes_of(asked.targets), metric_crs, bounds)
    found = [cleaned(sent, asked, frame, zone) for sent in asked.tracks]
    tracks = [one.track for one in found if len(one.track.x)]
    told: list[Told] = [{} for _ in metric]
    kinds = np.array([shape.geom_type.removeprefix("Multi") for shape in metric])
    for kind, answer in (("LineString", _lines), ("Polygon", areas_told), ("Point", points_told)):
        own = np.flatnonzero(kinds == kind)
        if not len(own):
            continue
        for number, one in zip(own.tolist(), answer(metric[own], tracks, asked.reach_m, frame, zone=zone), strict=True):
            told[number] = one
    return {
        "metric_crs": frame.crs,
        "reach_m": asked.reach_m,
        "targets": [
            {"id": _name(feature, number), **one}
            for number, (feature, one) in enumerate(zip(asked.targets.features, told, strict=True))
        ],
        "tracks": [one.account for one in found],
    }


def _lines(metric: Geometries, tracks: Sequence[Track], reach_m: float, frame: Frame, *, zone: ZoneInfo) -> list[Told]:
    """Length, metres seen, the nominal intervals with their times, and what was not seen."""
    lines = Lines(metric)
    seen = {bound: [see(track, lines, reach_m, bound) for track in tracks] for bound in BOUNDS}
    ranges = {bound: _ranges(visits) for bound, visits in seen.items()}
    seen_m = {bound: lengths(own, len(metric)) / 100 for bound, own in ranges.items()}
    unseen = _unseen(metric, ranges["nominal"], lines)
    intervals = _intervals(seen["nominal"], len(metric), zone)
    length_m = shapely.length(metric)
    return [
        {
            "length_m": float(length_m[line]),
            "seen_m": {bound: min(float(metres[line]), float(length_m[line])) for bound, metres in seen_m.items()},
            "intervals": intervals[line],
            "unseen": _wire(unseen[line], frame),
        }
        for line in range(len(metric))
    ]


def _ranges(visits: Sequence[Visits]) -> Ranges:
    empty = np.empty(0, dtype=np.int64)
    columns = [
        np.concatenate([empty, *(getattr(one, name) for one in visits)]) for name in ("line", "from_cm", "to_cm")
    ]
    return Ranges(*columns)


def _intervals(visits: Sequence[Visits], lines: int, zone: ZoneInfo) -> list[list[list[Any]]]:
    """For each line its sightings: from and to in metres, first and last time; by chainage, then time."""
    found: list[list[list[Any]]] = [[] for _ in range(lines)]
    for one in visits:
        for line, from_cm, to_cm, first_s, last_s in zip(*(column.tolist() for column in one), strict=True):
            found[line].append([from_cm / 100, to_cm / 100, first_s, last_s])
    return [[[*row[:2], said(row[2], zone), said(row[3], zone)] for row in sorted(rows)] for rows in found]


def _unseen(metric: Geometries, seen: Ranges, lines: Lines) -> list[shapely.MultiLineString]:
    joined, _ = union(seen)
    unseen = []
    for number, line in enumerate(metric):
        own = joined.group == number
        edges = np.concatenate([[0], np.column_stack([joined.start[own], joined.stop[own]]).ravel()])
        gaps = np.append(edges, lines.length_cm[number]).reshape(-1, 2)
        unseen.append(_cut(line, [(int(low), int(high)) for low, high in gaps if low < high]))
    return unseen


def _cut(line: shapely.Geometry, gaps_cm: list[CentimetreRange]) -> shapely.MultiLineString:
    """The parts of a line, or of the parts of a multiline one after another, within ranges of chainage."""
    pieces: list[shapely.LineString] = []
    before_cm = 0.0
    for part in shapely.get_parts(line):
        long_cm = part.length * 100
        own = [(low - before_cm, high - before_cm) for low, high in gaps_cm]
        inside = [(max(low, 0), min(high, long_cm)) for low, high in own if high > 0 and low < long_cm]
        pieces += parts(part, [(round(low), round(high)) for low, high in inside]).geoms
        before_cm += long_cm
    return shapely.MultiLineString(pieces)


def _wire(shape: shapely.MultiLineString, frame: Frame) -> Told | None:
    return None if shape.is_empty else dict(json.loads(shapely.to_geojson(frame.unproject(shape))))


def _name(feature: SentFeature, number: int) -> Any:
    """The id of a feature as it was given, in its properties too, or its place, from 1 as messages count."""
    if feature.id is not None:
        return feature.id
    return (feature.properties or {}).get("id", number + 1)
