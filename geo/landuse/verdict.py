"""The verdict on an activity under an outline: every rule (rules.py) put on what was found there."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.landuse.area import areas_m2
from geo.landuse.city import City
from geo.landuse.cover import BaseFaults
from geo.landuse.cutting import Pieces, Touched
from geo.landuse.outline import Outline
from geo.landuse.overlay import union
from geo.landuse.rules import ANSWERS, BUILT_IN, Hit, Reason, Rule, Verdict
from geo.landuse.zones import Lie, ZoneState, vanish_together

__all__ = ["Found", "judge"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Booleans = NDArray[np.bool_]


class Found(NamedTuple):
    """What was found under an outline, on which rules are put. land: of the parcels; outside: of the district.

    system: the metric one, in which all shapes are.
    """

    outline: Outline
    city: City
    tolerance_m: float
    system: str
    land: Touched
    base: BaseFaults
    zones: tuple[ZoneState, ...]
    plots: Touched
    projects: Touched
    outside: Lie


class _Case(NamedTuple):
    """What was found, and the rules that hold for the activity."""

    found: Found
    rules: tuple[Rule, ...]


def judge(found: Found, rules: Iterable[Rule], activity: str) -> Verdict:
    """The verdict on an activity. Rules of other activities do not matter; without any rule the built-in ones hold.

    `check` has an example: it is what calls this.
    """
    own = [rule for rule in rules if rule.activity in (activity, "*")]
    told = {rule.subject for rule in own}
    own += [rule for rule in BUILT_IN if rule.subject not in told]
    case = _Case(found, tuple(own))
    reasons = [reason for rule in own for reason in _MAKERS[rule.subject](case, rule)]
    if not any(reason.decides for reason in reasons):
        reasons += [_reason(rule, "overlap") for rule in own if rule.subject == "nothing"]
    reasons.sort(key=lambda each: (not each.decides, ANSWERS.index(each.answer), -(each.area_m2 or 0.0)))
    return Verdict(reasons[0].answer, tuple(reasons))


def _reason(
    rule: Rule, state: str, *, match: str | None = None, area_m2: float | None = None, share: float | None = None,
    nearest_m: float | None = None, hits: Sequence[Hit] = (), answer: str | None = None, told: bool = False,
) -> Reason:  # fmt: skip
    """told: it is named, and decides nothing."""
    decides = not told and state not in ("sliver", "near")
    return Reason(answer or rule.answer, rule, state, decides, match, area_m2, share, nearest_m, tuple(hits))


def _of_lie(rule: Rule, lie: Lie, match: str | None, nearest_m: float | None, hits: Sequence[Hit]) -> list[Reason]:
    if lie.state in ("none", "no_data"):
        return []
    return [
        _reason(
            rule,
            lie.state,
            match=match,
            area_m2=lie.area_m2,
            share=lie.share,
            nearest_m=nearest_m if lie.near_m is None else lie.near_m,
            hits=hits,
        )
    ]


def _zone_inside(case: _Case, rule: Rule) -> list[Reason]:
    return [
        reason for zone in case.found.zones if zone.kind in rule.match
        for reason in _of_lie(rule, zone.inside, zone.kind, zone.nearest_m, _zone_hits(zone))
    ]  # fmt: skip


def _zone_outside(case: _Case, rule: Rule) -> list[Reason]:
    return [
        reason for zone in case.found.zones if zone.kind in rule.match
        for reason in _of_lie(rule, zone.outside, zone.kind, zone.nearest_m, _zone_hits(zone))
    ]  # fmt: skip


def _zone_hits(zone: ZoneState) -> list[Hit]:
    hits = _hits("zone", zone.pieces.feature, zone.pieces.area_m2, zone.pieces.sliver)
    if not hits and zone.nearest is not None and zone.nearest_m is not None:
        hits = [Hit("zone", zone.nearest, 0.0, False, zone.nearest_m)]
    return hits


def _class(case: _Case, rule: Rule) -> list[Reason]:
    """Parcels of the rule's classes, surely; or maybe, where one of several that the crosswalk gives is meant."""
    meant: dict[str, list[str]] = {}
    for each in rule.match:
        scheme, _, begins = each.partition(":")
        meant.setdefault(scheme, []).append(begins)
    classes = case.found.city.classes

    def fits(scheme: str, code: str, enough: Callable[[Iterable[bool]], bool]) -> bool:
        asked = [scheme] if scheme in meant else list(meant)
        codes = [(classes.into(scheme, code, other), tuple(meant[other])) for other in asked]
        return any(bool(found) and enough(each.startswith(begins) for each in found) for found, begins in codes)

    sure, maybe = (_each_class(case, partial(fits, enough=enough)) for enough in (all, any))
    return _of_parcels(case, rule, sure, "overlap") + _of_parcels(case, rule, maybe & ~sure, "maybe")


def _group(case: _Case, rule: Rule) -> list[Reason]:
    classes = case.found.city.classes

    def meant(scheme: str, code: str) -> bool:
        known = classes.at(scheme, code)
        return known is not None and known.group in rule.match

    return _of_parcels(case, rule, _each_class(case, meant), "overlap")


def _ownership(case: _Case, rule: Rule) -> list[Reason]:
    return _of_parcels(case, rule, np.isin(case.found.city.parcels.ownership.astype(str), rule.match), "overlap")


def _each_class(case: _Case, says: Callable[[str, str], bool]) -> Booleans:
    """(n,) what is said of the class of each parcel that is touched, asked once for each class; False of the others."""
    parcels, touched = case.found.city.parcels, case.found.land.features
    own = parcels.take(touched).classes()
    said = {each: says(*each) for each in set(own)}
    answers = np.zeros(len(parcels.class_code), dtype=bool)
    answers[touched] = [said[each] for each in own]
    return answers


def _of_parcels(case: _Case, rule: Rule, meant: Booleans, state: str) -> list[Reason]:
    found = _of_features(case, rule, "landuse", case.found.land, meant)
    if state != "maybe":
        return found
    # What may be forbidden cannot be decided; what may need asking is to be asked about.
    answer = "unknown" if rule.answer == "no" else rule.answer
    return [each._replace(answer=answer, state="maybe" if each.decides else each.state) for each in found]


def _of_features(case: _Case, rule: Rule, layer: str, land: Touched, meant: Booleans | None = None) -> list[Reason]:
    """The reason of a rule about features: those that share area, or else those that come near."""
    pieces = land.pieces if meant is None else land.pieces.take(meant[land.pieces.feature])
    near = np.ones(len(land.near), dtype=bool) if meant is None else meant[land.near]
    if len(pieces.feature):
        area_m2 = _once_m2(case, layer, pieces)
        sliver = bool(pieces.sliver.all()) and _vanish(case, layer, pieces)
        share = min(area_m2 / case.found.outline.area_m2, 1.0)
        hits = _hits(layer, pieces.feature, pieces.area_m2, pieces.sliver)
        return [
            _reason(rule, "sliver" if sliver else "overlap", area_m2=area_m2, share=share, nearest_m=0.0, hits=hits)
        ]
    if near.any():
        by = zip(land.near[near].tolist(), land.near_m[near].tolist(), strict=True)
        hits = [Hit(layer, feature, 0.0, False, distance_m) for feature, distance_m in by]
        return [_reason(rule, "near", area_m2=0.0, share=0.0, nearest_m=min(hit.distance_m for hit in hits), hits=hits)]
    return []


def _once_m2(case: _Case, layer: str, pieces: Pieces) -> float:
    """What pieces take of the outline: ground on which several of them lie is taken once."""
    if layer == "landuse":
        pairs = case.found.base.overlaps.features
        apart = not len(pairs) or not np.isin(pairs, pieces.feature).all(axis=1).any()
    else:
        apart = len(pieces.feature) == 1
    if apart:
        return float(pieces.area_m2.sum())
    return float(areas_m2(np.array([union(pieces.shape)]), case.found.system)[0])


def _vanish(case: _Case, layer: str, pieces: Pieces) -> bool:
    city = case.found.city
    shapes = {"landuse": city.parcels.features, "farmland": city.plots, "project": city.projects}[layer].shape
    return vanish_together(case.found.outline, pieces.shape, shapes[pieces.feature], case.found.tolerance_m)


def _hits(layer: str, feature: Indices, area_m2: Floats, sliver: Booleans) -> list[Hit]:
    rows = zip(feature.tolist(), area_m2.tolist(), sliver.tolist(), strict=True)
    return [Hit(layer, each, own_m2, thin, 0.0) for each, own_m2, thin in rows]


def _plot(case: _Case, rule: Rule) -> list[Reason]:
    return _of_features(case, rule, "farmland", case.found.plots)


def _project(case: _Case, rule: Rule) -> list[Reason]:
    return _of_features(case, rule, "project", case.found.projects)


def _gap(case: _Case, rule: Rule) -> list[Reason]:
    base = case.found.base
    if not base.gap_m2:
        near_m = base.gap_near_m
        return [] if near_m is None else [_reason(rule, "near", area_m2=0.0, share=0.0, nearest_m=near_m)]
    state = "sliver" if base.gaps.sliver.all() else "overlap"
    return [_reason(rule, state, area_m2=base.gap_m2, share=min(base.gap_m2 / case.found.outline.area_m2, 1.0))]


def _outside(case: _Case, rule: Rule) -> list[Reason]:
    return _of_lie(rule, case.found.outside, None, None, ())


def _no_data(case: _Case, rule: Rule) -> list[Reason]:
    asked = {kind for each in case.rules if each.subject in ("zone_inside", "zone_outside") for kind in each.match}
    known = {zone.kind for zone in case.found.zones if zone.inside.state != "no_data"}
    registers = {_REGISTER[each.subject] for each in case.rules if each.subject in _REGISTER}
    # A city without control lines cannot be told yes; one that keeps no register of projects can, and is told so.
    return [
        *(_reason(rule, "no_data", match=kind) for kind in sorted(asked - known)),
        *(_reason(rule, "no_data", match=name, told=True) for name in sorted(registers - case.found.city.registers)),
    ]


_REGISTER = {"plot": "farmland", "project": "project", "outside": "street"}
"""What rules ask a register about, by their subject."""


def _class_unknown(case: _Case, rule: Rule) -> list[Reason]:
    """Parcels of whose class no rule about classes or groups can tell whether it is meant."""
    schemes = [{each.split(":", 1)[0] for each in own.match} for own in case.rules if own.subject == "class"]
    groups = any(own.subject == "group" for own in case.rules)
    classes = case.found.city.classes

    def unknown(scheme: str, code: str) -> bool:
        lost = any(
            scheme not in asked and not any(classes.into(scheme, code, each) for each in asked) for asked in schemes
        )
        return lost or (groups and classes.at(scheme, code) is None)

    return _of_features(case, rule, "landuse", case.found.land, _each_class(case, unknown))


def _nothing(case: _Case, rule: Rule) -> list[Reason]:
    return []


_MAKERS: dict[str, Callable[[_Case, Rule], list[Reason]]] = {
    "zone_inside": _zone_inside,
    "zone_outside": _zone_outside,
    "class": _class,
    "group": _group,
    "ownership": _ownership,
    "plot": _plot,
    "project": _project,
    "gap": _gap,
    "outside": _outside,
    "no_data": _no_data,
    "class_unknown": _class_unknown,
    "nothing": _nothing,
}
