"""What holds of every check: sums, cuts in two, another way to write the same outline, small shifts."""

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shapely import affinity

from geo.landuse.area import areas_m2
from geo.landuse.check import check
from geo.landuse.city import Features, Zones
from geo.landuse.many import check_many
from layers.crs import METRIC_DEFAULT
from layers.errors import BadGeometry
from tests.geo.landuse.towns import (
    BOX,
    EMPTY_TOWN,
    RULES,
    SOUTH_M,
    WEST_M,
    cells,
    outline,
    parcels_of,
    stars,
    towns,
)  # fmt: skip

TOLERANCE_M = 0.5


def checked(shape, city, tolerance_m=TOLERANCE_M):
    return check(outline(shape), city, RULES, "build", METRIC_DEFAULT, tolerance_m=tolerance_m)


def area_m2(shape):
    return areas_m2(np.array([shape]), METRIC_DEFAULT)[0]


@given(towns(), stars())
def test_pieces_less_overlaps_and_with_gaps_are_the_outline(city, star):
    found = checked(star, city)
    assert abs(found.base.remainder_m2) < 0.2
    left = shapely.difference(found.outline.shape, shapely.union_all(city.parcels.features.shape))
    assert found.base.gap_m2 == pytest.approx(area_m2(left), abs=0.2)
    covered = area_m2(shapely.intersection(found.outline.shape, shapely.union_all(city.parcels.features.shape)))
    assert found.land.pieces.area_m2.sum() - found.base.overlap_m2 == pytest.approx(covered, abs=0.2)


@given(towns(), stars())
def test_every_sum_is_of_all_pieces(city, star):
    found = checked(star, city)
    pieces_m2 = pytest.approx(found.land.pieces.area_m2.sum(), abs=1e-6)
    for scheme in found.classes:
        assert sum(row.area_m2 for row in scheme.rows) + scheme.unmapped_m2 == pieces_m2
    for rows in (found.groups, found.ownership, found.owners):
        assert sum(row.area_m2 for row in rows) == pieces_m2
    crop = found.cultivated
    assert crop.gross_m2 == pytest.approx(crop.net_m2 + crop.ridges_m2 + crop.without_ratio_m2)
    own = next(each for each in found.classes if each.scheme == "sandiao")
    assert crop.gross_m2 == pytest.approx(sum(row.area_m2 for row in own.rows if row.code.startswith("01")))


def amounts(found):
    """Everything that adds up, by name."""
    of_zones = {("zone", zone.kind): zone.inside.area_m2 for zone in found.zones}
    of_classes = {(each.scheme, row.code): row.area_m2 for each in found.classes for row in each.rows}
    of_grids = {("grid", nth, row.code): row.area_m2 for nth, row in enumerate(sorted(found.grids))}
    crop = {("crop", name): value for name, value in found.cultivated._asdict().items()}
    base = {"gap": found.base.gap_m2, "overlap": found.base.overlap_m2, "whole": found.outline.area_m2}
    return of_zones | of_classes | crop | base | (of_grids if len(of_grids) == 1 else {})


@given(towns(), stars(), st.floats(-40, 40), st.floats(0, np.pi))
def test_an_outline_cut_in_two_sums_to_the_same(city, star, off_m, turn):
    whole = outline(star).shape
    middle = shapely.get_coordinates(shapely.centroid(whole))[0] + off_m * np.array([-np.sin(turn), np.cos(turn)])
    along = 1000 * np.array([np.cos(turn), np.sin(turn)])
    side = shapely.buffer(
        shapely.LineString([middle - along, middle + along]), 1000, cap_style="flat", single_sided=True
    )
    halves = [shapely.intersection(whole, side), shapely.difference(whole, side)]
    assume(all(half.area > 1 and half.geom_type in ("Polygon", "MultiPolygon") for half in halves))
    found = amounts(checked(whole, city))
    parts = [amounts(checked(half, city)) for half in halves]
    for name in {*found, *parts[0], *parts[1]}:
        both = sum(part.get(name, 0.0) for part in parts)
        assert both == pytest.approx(found.get(name, 0.0), abs=0.2), name


@given(towns(), stars(), st.data())
@settings(max_examples=25)
def test_the_way_an_outline_is_written_changes_nothing(city, star, data):
    whole = outline(star).shape
    parts = []
    for part in shapely.get_parts(whole):
        rings = [np.roll(ring.coords[:-1], data.draw(st.integers(0, 9)), axis=0) for ring in shapely.get_rings(part)]
        turned = [ring[::-1] if data.draw(st.booleans()) else ring for ring in rings]
        parts.append(shapely.Polygon(turned[0], data.draw(st.permutations(turned[1:]))))
    again = shapely.MultiPolygon(data.draw(st.permutations(parts)))
    one, other = (checked(shape, city) for shape in (again, whole))
    assert str(one._replace(outline=one.outline._replace(drawn=None))) == str(
        other._replace(outline=other.outline._replace(drawn=None))
    )


@given(towns(), st.lists(stars(), max_size=4))
@settings(max_examples=20)
def test_many_are_checked_as_each(city, several):
    outlines = [outline(star) for star in several]
    alone = [check(each, city, RULES, "build", METRIC_DEFAULT) for each in outlines]
    assert [str(each) for each in check_many(outlines, city, RULES, "build", METRIC_DEFAULT)] == [
        str(each) for each in alone
    ]


def named(found):
    """By rule and what it is matched with: whether it decides, and whether it is told at all."""
    return {(reason.rule.code, reason.match): reason.decides for reason in found.verdict.reasons}


@given(towns(), st.data())
@settings(max_examples=60)
def test_a_shift_below_the_tolerance_flips_nothing_that_is_not_named_in_both(city, data):
    star = data.draw(stars())
    if data.draw(st.booleans()):  # drawn along parcels, as people do
        chosen = data.draw(st.lists(st.integers(0, len(city.parcels.class_code) - 1), min_size=1, max_size=3))
        star = shapely.union_all(city.parcels.features.shape[chosen])
        star = shapely.buffer(star, data.draw(st.sampled_from([0.0, -0.3, 0.3, -0.5, 0.499])), join_style="mitre")
        assume(star.area > 1)
    far_m, turn = data.draw(st.floats(0, 0.98)) * TOLERANCE_M, data.draw(st.floats(0, 2 * np.pi))
    before = checked(star, city)
    after = checked(affinity.translate(star, far_m * np.cos(turn), far_m * np.sin(turn)), city)
    for one, other in ((before, after), (after, before)):
        told = named(other)
        for reason in one.verdict.reasons:
            if reason.decides and reason.rule.subject != "nothing":
                assert (reason.rule.code, reason.match) in told, (reason, far_m, turn)
    if before.verdict.answer != after.verdict.answer:
        assert any(not reason.decides for each in (before, after) for reason in each.verdict.reasons)


def test_no_shift_is_lost_on_a_long_strip():
    """A strip as wide as the outline leaves between two zones, which a shift fills."""
    left, right = (
        shapely.box(545_000, 3_380_000, 545_050, 3_380_100),
        shapely.box(545_050.4, 3_380_000, 545_100, 3_380_100),
    )
    found = checked(left, _zoned(right))
    assert [(each.rule.code, each.state) for each in found.verdict.reasons if each.rule.code == "N1"] == [
        ("N1", "near")
    ]
    moved = checked(affinity.translate(left, 0.45), _zoned(right))
    assert [(each.rule.code, each.state) for each in moved.verdict.reasons if each.rule.code == "N1"] == [
        ("N1", "sliver")
    ]


def _zoned(shape):
    whole = shapely.box(544_000, 3_379_000, 546_000, 3_381_000)
    parcels = parcels_of([whole])._replace(class_code=np.array(["0702"], object), ownership=np.array(["state"], object))
    return EMPTY_TOWN._replace(
        parcels=parcels, zones=Zones.of([shape], ["eco_redline"]), zone_kinds=frozenset(["eco_redline"])
    )


def _ring_of(corners):
    return shapely.Polygon(np.array(corners) * 11.3 + (WEST_M, SOUTH_M))


CORNERS = st.tuples(st.integers(0, 9), st.integers(0, 9))
SHAPES = st.one_of(
    st.none(),
    st.just(shapely.Polygon()),
    st.lists(CORNERS, min_size=3, max_size=8).map(_ring_of),
)


@given(st.lists(SHAPES, max_size=9), st.lists(CORNERS, min_size=3, max_size=9), st.sampled_from([0.0, 0.01, 0.5, 30.0]))
@settings(max_examples=100)
def test_broken_heaps_of_parcels_are_added_up_all_the_same(shapes, ring, tolerance_m):
    try:
        shape = outline(shapely.Polygon(np.array(ring) * 10.0 + (WEST_M, SOUTH_M)))
    except BadGeometry:
        return
    heap = np.array(shapes, dtype=object)
    city = EMPTY_TOWN._replace(
        parcels=parcels_of(heap), zones=Zones.of(heap[:3], ["eco_redline", "blue", "blue"][: len(heap)]),
        plots=Features.of("farmland", heap[::2]), zone_kinds=frozenset(["eco_redline"]), district=BOX,
    )  # fmt: skip
    found = check(shape, city, RULES, "build", METRIC_DEFAULT, tolerance_m=tolerance_m)
    sound = [shapely.make_valid(each, method="structure") for each in shapes if each is not None]
    left = shapely.difference(shape.shape, shapely.union_all(sound)) if sound else shape.shape
    assert abs(found.base.remainder_m2) < 0.2
    assert found.base.gap_m2 == pytest.approx(area_m2(left), abs=0.2)
    assert found.verdict.answer in ("no", "unknown", "ask", "yes")


def test_cells_cover_their_box():
    assert shapely.area(cells(1, 30)).sum() == pytest.approx(240.0**2)
