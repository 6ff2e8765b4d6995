"""What changed under an outline between another moment and the one that was asked about, as it is answered."""

from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from api.answers.times import said
from api.landuse.answers.shapes import features_told, geometries_told
from api.landuse.answers.sums import sums_told
from api.landuse.evidence.city import Reading, When
from api.landuse.words import ANSWERS, KINDS, LAYERS, area
from geo.landuse.check import Check
from geo.landuse.city import Classes
from geo.landuse.compare import Changed, Class, Moment, compare

__all__ = ["compared_told"]

Row = dict[str, Any]
_ALTERED = {"new": "新增", "gone": "消失", "altered": "变更"}


def compared_told(
    then: tuple[When, Check, Reading], now: tuple[When, Check, Reading], metric_crs: str, zone: ZoneInfo
) -> Row:
    """What changed from `then` to `now`: land by class, zones, features, the verdict; and what there was then."""
    when, was, reading = then
    found = compare(Moment(was, reading.city), Moment(now[1], now[2].city), metric_crs)
    return {
        "then": {
            "as_of": when.as_of.isoformat(),
            "known_at": said(when.known_at, zone),
            "verdict": {"answer": was.verdict.answer, "title": ANSWERS[was.verdict.answer]},
            **sums_told(was),
        },
        "classes": _classes(found, now[2].city.classes, metric_crs),
        "zones": [
            {
                "kind": each.kind,
                "name": KINDS.get(each.kind, each.kind),
                "before": area(each.before_m2),
                "after": area(each.after_m2),
                "change_m2": round(each.after_m2 - each.before_m2, 4),
                "state_before": each.state_before,
                "state_after": each.state_after,
            }
            for each in found.zones
        ],
        "features": _features(found, reading, now[2]),
        "verdict": {"before": found.verdict_before, "after": found.verdict_after},
        "text": _text(found, when, now[0]),
    }


def _classes(found: Changed, classes: Classes, metric_crs: str) -> list[Row]:
    shapes = np.array([each.shape for each in found.classes], dtype=object)
    return [
        {
            "from": _code(each.before),
            "from_name": _name(each.before, classes),
            "to": _code(each.after),
            "to_name": _name(each.after, classes),
            "area": area(each.area_m2),
            "geometry": geometry,
        }
        for each, geometry in zip(found.classes, geometries_told(shapes, metric_crs), strict=True)
    ]


def _code(one: Class | None) -> str | None:
    return None if one is None else one[1]


def _name(one: Class | None, classes: Classes) -> str:
    known = None if one is None else classes.at(*one)
    return "未覆盖" if one is None else known.name if known else one[1]


def _features(found: Changed, before: Reading, after: Reading) -> list[Row]:
    told = {layer: (features_told(before.layers[layer]), features_told(after.layers[layer])) for layer in before.layers}
    rows = []
    for each in found.features:
        was, now = told[each.layer]
        feature = now[each.after] if each.after is not None else was[each.before or 0]
        fields = {name: [_plain(value) for value in values] for name, values in each.fields.items()}
        rows.append(feature | {"title": LAYERS[each.layer][0], "what": each.what, "fields": fields})
    return rows


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | np.floating):
        value = float(value)
    return None if isinstance(value, float) and not np.isfinite(value) else value


def _land_parts(found: Changed) -> list[str]:
    """How land has changed; where one of both times has no parcels, nothing is known to have changed."""
    known = sum(each.area_m2 for each in found.classes if each.before and each.after)
    since = sum(each.area_m2 for each in found.classes if each.before is None)
    gone = sum(each.area_m2 for each in found.classes if each.after is None)
    said = (known, "地类变化"), (since, "当时没有地类图斑、后来才有的"), (gone, "当时有地类图斑、后来没有的")
    return [f"{what} {area_m2:,.1f} 平方米" for area_m2, what in said if area_m2]


def _zone_parts(found: Changed) -> list[str]:
    """Which zones have changed; a kind of which there were no data at one of both times is told as that."""
    then = [each.kind for each in found.zones if each.state_before == "no_data"]
    now = [each.kind for each in found.zones if each.state_after == "no_data"]
    both = [each.kind for each in found.zones if each.kind not in {*then, *now}]
    said = ("控制区有变化:", both), ("当时没有图层数据的控制区:", then), ("后来没有图层数据的控制区:", now)
    return [what + "、".join(KINDS.get(kind, kind) for kind in kinds) for what, kinds in said if kinds]


def _text(found: Changed, then: When, now: When) -> str:
    """One sentence for people."""
    moved = f"{then.as_of} → {now.as_of}" if then.as_of != now.as_of else f"{now.as_of},按两个时刻所知"
    if not (found.classes or found.zones or found.features):
        return f"{moved}:范围内无变化。"
    parts = [*_land_parts(found), *_zone_parts(found)]
    counts: dict[str, int] = {}
    for each in found.features:
        counts[each.what] = counts.get(each.what, 0) + 1
    parts += [f"{_ALTERED.get(what, what)}要素 {count} 个" for what, count in counts.items()]
    if found.verdict_before != found.verdict_after:
        parts.append(f"结论由“{ANSWERS[found.verdict_before]}”变为“{ANSWERS[found.verdict_after]}”")
    return f"{moved}:{';'.join(parts)}。"
