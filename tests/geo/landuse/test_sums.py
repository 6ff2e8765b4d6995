"""Sums by class, group, owner and grid: across schemes without guessing, uncertain where parcels overlap."""

import numpy as np
import pytest
import shapely

from geo.landuse.check import check
from geo.landuse.city import Grids, Parcels
from geo.landuse.sums import Amounts, by_class, by_group, cultivated, summed
from layers.crs import METRIC_DEFAULT
from tests.geo.landuse.towns import CLASSES, EMPTY_TOWN, SOUTH_M, WEST_M, outline


def box(west, south, east, north):
    return shapely.box(WEST_M + west, SOUTH_M + south, WEST_M + east, SOUTH_M + north)


def amounts(*area_m2):
    return Amounts(np.array(area_m2, dtype=float), np.zeros(len(area_m2)), float(sum(area_m2)))


def test_a_class_that_may_be_several_elsewhere_is_a_row_of_its_own():
    fields = Parcels.of([None] * 4, class_code=["0702", "0103", "1104", "0701"], scheme=["sandiao"] * 3 + ["land_sea"])
    sandiao, land_sea = by_class(fields, amounts(4, 3, 2, 1), CLASSES)
    assert [(row.code, row.name, row.group, row.ambiguous) for row in land_sea.rows] == [
        ("0701/0703", "城镇住宅或农村宅基地", "built", True),
        ("01", "耕地", "farm", False),
        ("0701", "城镇住宅", "built", False),
    ]  # fmt: skip
    assert (land_sea.unmapped_m2, sandiao.unmapped_m2) == (2, 0)
    assert [(row.code, row.share) for row in sandiao.rows] == [
        ("0702", 0.4), ("0103", 0.3), ("1104", 0.2), ("0701", 0.1)
    ]  # fmt: skip


def test_a_class_of_no_group_is_told_as_none():
    fields = Parcels.of([None] * 3, class_code=["0101", "9999", "1104"])
    assert [(row.code, row.area_m2) for row in by_group(fields, amounts(1, 2, 3), CLASSES)] == [
        ("unused", 3), (None, 2), ("farm", 1),
    ]  # fmt: skip


def test_ridges_are_deducted_where_the_ratio_is_known_and_nowhere_else():
    fields = Parcels.of([None] * 4, class_code=["0101", "0103", "0301", "0102"], deduct_ratio=[0.1, None, 0.5, 0.0])
    found = cultivated(fields, np.array([100.0, 50.0, 70.0, 30.0]))
    assert found == (180.0, 10.0, 120.0, 50.0)


def test_of_nothing_there_is_nothing():
    none = Parcels.of([])
    assert summed([], amounts()) == () and by_group(none, amounts(), CLASSES) == ()
    assert [(each.rows, each.unmapped_m2) for each in by_class(none, amounts(), CLASSES)] == [((), 0.0)] * 2
    assert cultivated(none, np.empty(0)) == (0, 0, 0, 0)


def test_what_two_parcels_claim_is_uncertain_in_both_rows():
    shapes = [box(-9, -9, 60, 109), box(50, -9, 109, 109), box(55, -9, 60, 109)]
    city = EMPTY_TOWN._replace(parcels=Parcels.of(shapes, class_code=["0101", "0702", "1104"]))
    found = check(outline(box(0, 0, 100, 100)), city, [], "build", METRIC_DEFAULT)
    assert {row.code: (round(row.area_m2, -1), round(row.uncertain_m2, -1)) for row in found.classes[0].rows} == {
        "0101": (6000, 1500), "0702": (5000, 1500), "1104": (500, 500),
    }  # fmt: skip
    assert round(found.base.overlap_m2, -1) == 1500 and len(found.base.overlaps.shape) == 3


def test_grids_of_every_level_and_outlines_beyond_them():
    grids = Grids.of([box(-9, -9, 80, 109), box(-9, -9, 50, 109)], ["street", "village"], code=["S", "V"])
    found = check(outline(box(0, 0, 100, 100)), EMPTY_TOWN._replace(grids=grids), [], "build", METRIC_DEFAULT)
    assert [(row.code, row.name, row.share) for row in found.grids] == [
        ("S", "street", pytest.approx(0.8, abs=1e-5)), ("V", "village", pytest.approx(0.5, abs=1e-5)),
    ]  # fmt: skip


def test_slivers_of_everything_are_listed():
    parcels = Parcels.of([box(-9, -9, 99.8, 109), box(99.9, -9, 200, 109)], class_code=["0101", "0702"])
    city = EMPTY_TOWN._replace(parcels=parcels, district=box(-9, -9, 109, 99.7))
    found = check(outline(box(0, 0, 100, 100)), city, [], "build", METRIC_DEFAULT)
    assert [(each.of, each.feature, round(each.area_m2), round(each.width_m, 1)) for each in found.slivers] == [
        ("landuse", 1, 10, 0.1), ("gap", None, 10, 0.1), ("outside", None, 30, 0.3),
    ]  # fmt: skip
