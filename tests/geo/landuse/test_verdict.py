"""Verdicts: the worst reason wins, every reason names its rule and its features, and yes is never said blindly."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.landuse.check import check
from geo.landuse.city import CITY_EMPTY, REGISTERS, Features, Parcels, Zones
from geo.landuse.rules import ANSWERS, BUILT_IN, SUBJECTS, Rule
from layers.crs import METRIC_DEFAULT
from layers.errors import BadInput
from tests.geo.landuse.towns import CLASSES, SOUTH_M, WEST_M, outline, stars, towns


def box(west, south, east, north):
    return shapely.box(WEST_M + west, SOUTH_M + south, WEST_M + east, SOUTH_M + north)


SITE, ALL = box(0, 0, 100, 100), box(-500, -500, 600, 600)
KINDS = frozenset(["eco_redline", "urban_boundary"])
RED = Rule("R1", "build", "zone_inside", "no", "在生态保护红线内", ("eco_redline",), "依据待核")
TOWN = Rule("R2", "build", "zone_outside", "ask", "在城镇开发边界外", ("urban_boundary",))
CROPS = Rule("R3", "*", "class", "ask", "占用耕地", ("sandiao:01",), "土地管理法第四十四条")
PLOT = Rule("R4", "build", "plot", "no", "占用复垦地块")


def city_of(parcels=None, zones=(), plots=(), kinds=KINDS, district=ALL):
    parcels = Parcels.of([ALL], class_code=["0702"]) if parcels is None else parcels
    return CITY_EMPTY._replace(
        parcels=parcels, zones=Zones.of([shape for shape, _ in zones], [kind for _, kind in zones]), zone_kinds=kinds,
        plots=Features.of("farmland", list(plots)), district=district, classes=CLASSES, registers=REGISTERS,
    )  # fmt: skip


def verdict(city, *rules, shape=SITE, activity="build", tolerance_m=0.5):
    return check(outline(shape), city, rules, activity, METRIC_DEFAULT, tolerance_m=tolerance_m).verdict


def told(found):
    return [(reason.rule.code, reason.answer, reason.state) for reason in found.reasons]


def test_yes_is_said_where_all_is_known_and_nothing_stands_against_it():
    found = verdict(city_of(zones=[(box(300, 0, 400, 99), "eco_redline"), (ALL, "urban_boundary")]), RED, TOWN, CROPS)
    assert (found.answer, told(found)) == ("yes", [("base-nothing", "yes", "overlap")])


def test_the_worst_reason_wins_and_comes_first():
    zones = [(box(50, 0, 200, 100), "eco_redline"), (box(-9, -9, 80, 120), "urban_boundary")]
    fields = Parcels.of([ALL - box(90, 90, 95, 95)], class_code=["0101"])
    found = verdict(city_of(fields, zones), CROPS, TOWN, RED)
    assert told(found) == [
        ("R1", "no", "overlap"), ("base-gap", "unknown", "overlap"), ("R3", "ask", "overlap"), ("R2", "ask", "overlap"),
    ]  # fmt: skip
    assert [reason.share for reason in found.reasons] == pytest.approx([0.5, 0.0025, 0.9975, 0.2], abs=1e-4)
    hit = found.reasons[0].hits[0]
    assert (hit.layer, hit.feature, round(hit.area_m2), hit.sliver) == ("zone", 0, 5000, False)


def test_rules_of_other_activities_do_not_matter():
    city = city_of(Parcels.of([ALL], class_code=["0101"]), [(ALL, "eco_redline"), (ALL, "urban_boundary")])
    assert verdict(city, RED, CROPS, activity="crops").answer == "ask"
    assert verdict(city, RED, CROPS, activity="build").answer == "no"


def test_a_sliver_is_told_and_does_not_decide():
    zones = [(box(99.7, -50, 200, 150), "eco_redline"), (ALL, "urban_boundary")]
    found = verdict(city_of(zones=zones), RED, TOWN)
    assert (found.answer, told(found)) == ("yes", [("base-nothing", "yes", "overlap"), ("R1", "no", "sliver")])
    assert round(found.reasons[1].area_m2) == 30
    assert verdict(city_of(zones=zones), RED, TOWN, tolerance_m=0.1).answer == "no"


def test_slivers_side_by_side_are_none_together():
    strips = [(box(99.4, -50, 99.8, 150), "eco_redline"), (box(98.9, -50, 99.4, 150), "eco_redline")]
    assert verdict(city_of(zones=[*strips, (ALL, "urban_boundary")]), RED).answer == "no"


def test_what_is_near_is_told_and_does_not_decide():
    zones = [(box(100.2, -50, 200, 150), "eco_redline"), (box(-50, -50, 100.3, 150), "urban_boundary")]
    fields = Parcels.of([box(-50, -50, 100.1, 150), box(100.1, -50, 600, 600)], class_code=["0702", "0101"])
    found = verdict(city_of(fields, zones, plots=[box(-20, -20, -0.4, 0)]), RED, TOWN, CROPS, PLOT)
    assert found.answer == "yes"
    near = {reason.rule.code: reason.nearest_m for reason in found.reasons if reason.state == "near"}
    assert near == {
        "R1": pytest.approx(0.2),
        "R2": pytest.approx(0.3),
        "R3": pytest.approx(0.1),
        "R4": pytest.approx(0.4),
    }


def test_no_data_is_no_clearance():
    found = verdict(city_of(kinds=frozenset()), RED, TOWN)
    assert (found.answer, told(found)) == ("unknown", [("base-no-data", "unknown", "no_data")] * 2)
    assert [reason.match for reason in found.reasons] == ["eco_redline", "urban_boundary"]
    assert verdict(city_of(kinds=frozenset()), CROPS).answer == "yes"  # that rule asks about no zone


def test_a_kind_with_data_but_nothing_near_is_clear():
    assert verdict(city_of(), RED).answer == "yes"
    assert verdict(city_of(), TOWN).answer == "ask"  # all of it is outside


def test_where_the_outline_leaves_the_district_nothing_is_known():
    found = verdict(city_of(district=box(-50, -50, 60, 150)))
    assert (found.answer, told(found)) == ("unknown", [("base-outside", "unknown", "overlap")])
    assert round(found.reasons[0].share, 3) == 0.4
    assert verdict(city_of(district=None)).answer == "yes"


def test_a_register_that_nobody_keeps_is_named_and_decides_nothing():
    city = city_of(district=None)._replace(registers=frozenset({"project"}))
    found = verdict(city, PLOT)
    assert found.answer == "yes"
    silent = [(reason.match, reason.state) for reason in found.reasons if not reason.decides]
    assert silent == [("farmland", "no_data"), ("street", "no_data")]


def test_a_class_that_may_or_may_not_be_meant_is_not_decided():
    houses = Parcels.of([ALL], class_code=["0702"])
    town_only = Rule("X1", "build", "class", "no", "城镇住宅", ("land_sea:0701",))
    assert told(verdict(city_of(houses), town_only)) == [("X1", "unknown", "maybe")]
    both = Rule("X2", "build", "class", "no", "住宅", ("land_sea:0701", "land_sea:0703"))
    assert told(verdict(city_of(houses), both)) == [("X2", "no", "overlap")]
    asks = Rule("X3", "build", "class", "ask", "城镇住宅", ("land_sea:0701",))
    assert told(verdict(city_of(houses), asks)) == [("X3", "ask", "maybe")]


def test_a_parcel_is_matched_in_its_own_scheme_first():
    own = Parcels.of([ALL], scheme=["land_sea"], class_code=["0701"])
    both = Rule("X4", "build", "class", "ask", "宅基地", ("land_sea:0703", "sandiao:0701"))
    assert verdict(city_of(own), both).answer == "yes"  # by the crosswalk it would be sandiao 0701
    assert verdict(city_of(own), Rule("X5", "build", "class", "ask", "住宅", ("sandiao:0701",))).answer == "ask"


def test_a_class_that_the_crosswalk_does_not_know_is_told():
    odd = Parcels.of([ALL], scheme=["gb21010"], class_code=["011"])
    assert told(verdict(city_of(odd), CROPS)) == [("base-class", "unknown", "overlap")]
    nameless = Parcels.of([ALL], class_code=["9999"])
    group = Rule("X6", "build", "group", "ask", "占用农用地", ("farm",))
    assert told(verdict(city_of(nameless), group)) == [("base-class", "unknown", "overlap")]
    assert verdict(city_of(nameless), CROPS).answer == "yes"  # in its own scheme it is surely not 01


def test_groups_and_ownership():
    fields = Parcels.of([box(-9, -9, 50, 109), box(50, -9, 109, 109)], class_code=["0101", "0702"],
                        ownership=["collective", None])  # fmt: skip
    farm = Rule("G", "build", "group", "ask", "农用地转用", ("farm",))
    taken = Rule("O", "build", "ownership", "ask", "征收", ("collective",))
    found = verdict(city_of(fields), farm, taken)
    assert [(reason.rule.code, round(reason.share, 2), len(reason.hits)) for reason in found.reasons] == [
        ("G", 0.5, 1), ("O", 0.5, 1),
    ]  # fmt: skip


def test_data_replace_the_built_in_rules_of_their_subject():
    gap = Rule("MINE", "*", "gap", "ask", "图斑有缺口")
    nothing = Rule("DEFAULT", "build", "nothing", "ask", "一律报批")
    holed = Parcels.of([ALL - box(10, 10, 50, 50)], class_code=["0702"])
    assert told(verdict(city_of(holed), gap)) == [("MINE", "ask", "overlap")]
    assert told(verdict(city_of(), nothing)) == [("DEFAULT", "ask", "overlap")]


def test_a_trench_through_a_zone_decides_though_it_is_thin_everywhere():
    trench = box(10, 10, 90, 10.3)
    assert verdict(city_of(zones=[(ALL, "eco_redline")]), RED, shape=trench).answer == "no"
    assert verdict(city_of(zones=[(ALL, "urban_boundary")]), TOWN, shape=trench).answer == "yes"


def test_a_strip_outside_of_a_zone_decides_across_the_site_and_not_along_its_edge():
    across = [(box(-50, -50, 40, 150), "urban_boundary"), (box(40.3, -50, 150, 150), "urban_boundary")]
    assert told(verdict(city_of(zones=across), TOWN)) == [("R2", "ask", "overlap")]
    along = [(box(-50, -50, 99.7, 150), "urban_boundary"), (box(100.05, -50, 150, 150), "urban_boundary")]
    assert told(verdict(city_of(zones=along), TOWN))[1:] == [("R2", "ask", "sliver")]
    trench = box(99.7, 10, 100, 90)
    assert told(verdict(city_of(zones=[(box(-50, -50, 99.8, 150), "urban_boundary")]), TOWN, shape=trench))[1:] == [
        ("R2", "ask", "sliver")
    ]  # fmt: skip
    far = box(99.7, 10, 102, 10.3)
    assert told(verdict(city_of(zones=[(box(-50, -50, 99.8, 150), "urban_boundary")]), TOWN, shape=far)) == [
        ("R2", "ask", "overlap")
    ]  # fmt: skip


@pytest.mark.parametrize("tolerance_m", [-0.1, float("nan"), float("inf")])
def test_a_tolerance_that_is_none_is_refused(tolerance_m):
    with pytest.raises(BadInput, match="容差"):
        verdict(city_of(), tolerance_m=tolerance_m)


def test_without_a_tolerance_everything_decides():
    zones = [(box(99.9, -50, 200, 150), "eco_redline"), (box(100, 0, 300, 9), "urban_boundary")]
    found = verdict(city_of(zones=zones), RED, tolerance_m=0.0)
    assert told(found) == [("R1", "no", "overlap")]


def test_of_a_city_of_which_nothing_is_known_nothing_is_said():
    found = check(outline(SITE), CITY_EMPTY, [RED, CROPS, PLOT], "build", METRIC_DEFAULT)
    assert found.verdict.answer == "unknown"
    assert {reason.rule.subject for reason in found.verdict.reasons} == {"gap", "no_data"}
    assert found.outside.state == "no_data" and {zone.state for zone in found.zones} == {"no_data"}


@given(towns(), stars(), st.permutations(range(4)))
@settings(max_examples=25)
def test_the_order_of_rules_does_not_matter_and_the_worst_wins(city, star, order):
    rules = [RED, TOWN, CROPS, PLOT]
    found = check(outline(star), city, rules, "build", METRIC_DEFAULT).verdict
    again = check(outline(star), city, [rules[nth] for nth in order], "build", METRIC_DEFAULT).verdict
    assert (found.answer, sorted(map(str, found.reasons))) == (again.answer, sorted(map(str, again.reasons)))
    deciding = [reason for reason in found.reasons if reason.decides]
    assert found.answer == min((reason.answer for reason in deciding), key=ANSWERS.index)
    assert list(found.reasons[: len(deciding)]) == deciding
    assert all(reason.rule.code and reason.rule.subject in SUBJECTS for reason in found.reasons)
    of_features = [reason for reason in found.reasons if reason.rule.subject in ("zone_inside", "class", "plot")]
    assert all(reason.hits for reason in of_features)


def test_the_built_in_rules_say_what_to_do():
    assert {rule.subject for rule in BUILT_IN} <= set(SUBJECTS)
    assert all(rule.text and (rule.remedy or rule.answer == "yes") for rule in BUILT_IN)
    assert np.unique([rule.code for rule in BUILT_IN]).size == len(BUILT_IN)


def test_ground_that_is_mapped_twice_is_taken_once():
    """An edition laid over the last one: the sums count both, a reason tells how much of the outline is taken."""
    twice = Parcels.of([ALL, box(-50, -50, 40, 150), box(60, -50, 150, 150)], class_code=["0101", "0101", "0702"])
    plots = [box(0, 0, 50, 100), box(0, 0, 30, 100)]
    found = verdict(city_of(twice, plots=plots), CROPS, PLOT)
    assert [(each.rule.code, round(each.share, 4)) for each in found.reasons] == [("R4", 0.5), ("R3", 1.0)]
    assert found.reasons[1].area_m2 == pytest.approx(1e4, rel=1e-3)
    assert [round(hit.area_m2, -2) for hit in found.reasons[1].hits] == [10000, 4000]
