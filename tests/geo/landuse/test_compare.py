"""What changed under an outline between two moments."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings

from geo.landuse.check import check
from geo.landuse.city import CITY_EMPTY, Features, Parcels, Zones
from geo.landuse.compare import Moment, compare
from geo.landuse.rules import Rule
from layers.crs import METRIC_DEFAULT
from tests.geo.landuse.towns import SOUTH_M, WEST_M, outline, stars, towns


def box(west, south, east, north):
    return shapely.box(WEST_M + west, SOUTH_M + south, WEST_M + east, SOUTH_M + north)


SITE = outline(box(0, 0, 100, 100))
RED = Rule("R1", "build", "zone_inside", "no", "在红线内", ("eco_redline",))
CROPS = Rule("R3", "build", "class", "ask", "占用耕地", ("sandiao:01",))


def moment(city, shape=SITE, rules=(RED, CROPS)):
    return Moment(check(shape, city, rules, "build", METRIC_DEFAULT), city)


def land(*rows):
    """Parcels from (shape, code, class code, time of knowledge)."""
    shapes, codes, classes, known = zip(*rows, strict=True)
    return CITY_EMPTY._replace(
        parcels=Parcels.of(list(shapes), code=codes, class_code=classes, id=codes, known_from=known),
        zone_kinds=frozenset(["eco_redline"]),
    )


def changes(was, now):
    return compare(moment(was), moment(now), METRIC_DEFAULT)


def turned(found):
    return {
        (each.before and each.before[1], each.after and each.after[1]): round(each.area_m2) for each in found.classes
    }


def test_a_parcel_divided_of_which_one_half_is_built_on():
    was = land((box(-9, -9, 109, 109), "1", "0101", "a"))
    now = land((box(-9, -9, 60, 109), "1", "0101", "b"), (box(60, -9, 109, 109), "2", "0702", "b"))
    found = changes(was, now)
    assert turned(found) == {("0101", "0702"): 4000}
    assert found.classes[0].shape.equals(box(60, 0, 100, 100))
    assert [(each.code, each.what, each.before, each.after) for each in found.features] == [
        ("1", "altered", 0, 0), ("2", "new", None, 1),
    ]  # fmt: skip
    was_m2, now_m2 = found.features[0].fields["area_m2"]
    assert (round(was_m2, -1), round(now_m2, -1)) == (10_000, 6000)


def test_a_class_written_anew_on_the_same_shape():
    field = box(-9, -9, 109, 109)
    found = changes(land((field, "1", "0101", "a")), land((field, "1", "0702", "b")))
    assert turned(found) == {("0101", "0702"): round(SITE.area_m2)}
    assert found.features[0].fields == {"class_code": ("0101", "0702")}
    assert (found.verdict_before, found.verdict_after) == ("ask", "yes")
    assert [reason.rule.code for reason in found.reasons_gone] == ["R3"]
    assert [reason.rule.code for reason in found.reasons_new] == ["base-nothing"]


def test_land_that_no_parcel_covers_any_more():
    was = land((box(-9, -9, 50, 109), "1", "0101", "a"), (box(50, -9, 109, 109), "2", "0702", "a"))
    found = changes(was, land((box(-9, -9, 50, 109), "1", "0101", "a")))
    assert turned(found) == {("0702", None): 5000}
    assert [(each.code, each.what) for each in found.features] == [("2", "gone")]
    assert turned(changes(land((box(-9, -9, 50, 109), "1", "0101", "a")), was)) == {(None, "0702"): 5000}


def test_zones_in_and_out_and_plots():
    parcels = land((box(-9, -9, 109, 109), "1", "0702", "a"))
    was = parcels._replace(
        zones=Zones.of([box(50, 0, 100, 100)], ["eco_redline"], code=["Z"], known_from=["a"], id=[1])
    )
    now = parcels._replace(
        zones=Zones.of([box(75, 0, 100, 100)], ["eco_redline"], code=["Z"], known_from=["b"], id=[1]),
        plots=Features.of("farmland", [box(10, 10, 20, 20)], code=["P"]),
    )
    found = changes(was, now)
    assert [(zone.kind, zone.state_before, zone.state_after) for zone in found.zones] == [
        ("eco_redline", *["overlap"] * 2)
    ]
    assert round(found.zones[0].after_m2 - found.zones[0].before_m2) == -2500
    assert [(each.layer, each.what) for each in found.features] == [("zone", "altered"), ("farmland", "new")]
    without = changes(was, parcels._replace(zone_kinds=frozenset()))
    assert [(zone.state_before, zone.state_after) for zone in without.zones] == [("overlap", "no_data")]
    assert (without.verdict_before, without.verdict_after) == ("no", "unknown")


def test_two_parcels_of_one_code_are_kept_apart():
    left, right = box(-9, -9, 50, 109), box(50, -9, 109, 109)
    was = land((left, "1", "0101", "a"), (right, "1", "0702", "a"))
    now = land((left, "1", "0103", "b"), (right, "1", "0702", "b"))
    found = changes(was, now)
    assert turned(found) == {("0101", "0103"): 5000}
    assert [each.what for each in found.features] == ["altered"]


@given(towns(), towns(), stars())
@settings(max_examples=25)
def test_what_turned_explains_the_sums_and_nothing_else_changed(one, other, star):
    shape = outline(star)
    was, now = moment(one, shape), moment(other, shape)
    found = compare(was, now, METRIC_DEFAULT)
    if was.check.base.overlap_m2 or now.check.base.overlap_m2:
        return
    for code in {each[1] for turn in found.classes for each in (turn.before, turn.after) if each}:
        sums = [
            sum(row.area_m2 for row in each.check.classes[0].rows if row.code == code) for each in (was, now)
        ]  # fmt: skip
        came = sum(turn.area_m2 for turn in found.classes if turn.after and turn.after[1] == code)
        went = sum(turn.area_m2 for turn in found.classes if turn.before and turn.before[1] == code)
        assert sums[1] - sums[0] == pytest.approx(came - went, abs=0.3)
    assert np.all([turn.area_m2 > 0 and turn.before != turn.after for turn in found.classes])


@given(towns(), stars())
@settings(max_examples=15)
def test_nothing_changes_between_a_moment_and_itself(city, star):
    now = moment(city, outline(star))
    found = compare(now, now, METRIC_DEFAULT)
    assert not any((found.classes, found.zones, found.reasons_gone, found.reasons_new))
    assert found.features == ()
