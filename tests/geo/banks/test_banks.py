"""Banks: left, right, shore and island lines of waters, and what is no bank."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, Polygon
from shapely.affinity import rotate, translate

from geo.banks.banks import Water, derive
from geo.banks.numbering import Bank
from geo.banks.shores import ends_along, rings, sides
from geo.lines.chainage import NO_SPANS, is_ring
from layers.crs import METRIC_DEFAULT, STORED, Bounds, project

bearings = st.floats(0, 360)


def meander(*, length_m: float = 3000, width_m: float = 200, bend_m: float = 600) -> Polygon:
    """A river running east in bends, cut straight across at both ends; its left bank lies north."""
    x = np.linspace(0, length_m, 60)
    y = bend_m * np.sin(x / length_m * 3 * np.pi)
    return Polygon(np.concatenate([np.column_stack([x, y + width_m / 2]), np.column_stack([x, y - width_m / 2])[::-1]]))


def river(geometry: Polygon, **columns: object) -> Water:
    return Water("R", "清河", "river", geometry, **columns)  # type: ignore[arg-type]


def of_side(banks: list[Bank], side: str) -> list[LineString]:
    return [bank.line for bank in banks if bank.side == side]


def in_degrees(*polygons: Polygon) -> list[tuple[Polygon, Polygon]]:
    """Polygons given in degrees, each with its twin in metres."""
    metric = project(np.array(polygons, dtype=object), STORED, METRIC_DEFAULT)
    return list(zip(metric, polygons, strict=True))


@given(bearings)
def test_a_meander_has_one_left_and_one_right_bank_however_the_map_is_turned(bearing_deg):
    shape = rotate(meander(), 90 - bearing_deg, origin=(0, 0))
    banks = derive([river(shape, flow_deg=bearing_deg)]).banks
    (left,), (right,) = of_side(banks, "left"), of_side(banks, "right")
    turned_left = rotate(left, bearing_deg - 90, origin=(0, 0))
    turned_right = rotate(right, bearing_deg - 90, origin=(0, 0))
    assert turned_left.coords[0] == pytest.approx((0, 100), abs=1e-6)
    assert turned_left.coords[-1] == pytest.approx((3000, 100), abs=1e-6)
    assert turned_right.coords[0] == pytest.approx((0, -100), abs=1e-6)
    assert turned_right.coords[-1] == pytest.approx((3000, -100), abs=1e-6)


@given(bearings, st.floats(-50, 50))
def test_reversed_flow_mirrors_left_and_right(bearing_deg, off_deg):
    shape = rotate(meander(), 90 - bearing_deg, origin=(0, 0))
    down = derive([river(shape, flow_deg=bearing_deg + off_deg)]).banks
    up = derive([river(shape, flow_deg=bearing_deg + off_deg + 180)]).banks
    assert of_side(down, "left")[0].reverse().equals_exact(of_side(up, "right")[0], 1e-6)
    assert of_side(down, "right")[0].reverse().equals_exact(of_side(up, "left")[0], 1e-6)


def test_a_flow_line_does_what_a_stated_direction_does_and_gives_no_banks_of_its_own():
    x = np.linspace(-500, 3500, 80)
    line = LineString(np.column_stack([x, 600 * np.sin(np.clip(x, 0, 3000) / 3000 * 3 * np.pi)]))
    stated = derive([river(meander(), flow_deg=90)]).banks
    drawn = derive([river(meander()), Water("L", "清河", "river", shapely.intersection(line, meander()))])
    assert [bank.line for bank in drawn.banks] == [bank.line for bank in stated]
    assert [water.water_code for water in drawn.bankless] == ["L"]
    backward = derive([river(meander()), Water("L", None, "river", line.reverse())]).banks
    assert of_side(backward, "left")[0].length == pytest.approx(of_side(stated, "right")[0].length)


def test_a_stated_direction_says_which_way_a_line_drawn_backward_flows():
    line = LineString(np.column_stack([np.linspace(2990, 10, 80), np.zeros(80)]))
    straight = meander(bend_m=0)
    banks = derive([river(straight, flow_deg=90), Water("L", "清河", "river", line)]).banks
    assert of_side(banks, "left")[0].coords[0] == (0, 100)


@given(bearings, st.floats(300, 2700))
def test_the_edge_shared_by_two_polygons_is_no_bank_of_either_and_lengths_add_up(bearing_deg, cut_m):
    whole = meander()
    boxes = shapely.box(-9, -2e3, cut_m, 2e3), shapely.box(cut_m, -2e3, 4e3, 2e3)
    halves = [shapely.intersection(whole, box) for box in boxes]
    shared = shapely.intersection(*(half.boundary for half in halves))
    turn = 90 - bearing_deg
    turned = [rotate(half, turn, origin=(0, 0)) for half in halves]
    waters = [Water(f"R{i}", "清河", "river", half, flow_deg=bearing_deg) for i, half in enumerate(turned)]
    result = derive(waters)
    lines = [rotate(bank.line, -turn, origin=(0, 0)) for bank in result.banks]
    assert all(line.intersection(shared.buffer(0.01)).length < 0.1 for line in lines)
    ends_m = 2 * 200
    assert sum(line.length for line in lines) == pytest.approx(whole.exterior.length - ends_m, abs=1)
    assert [bank.code for bank in result.banks if bank.side == "left"] == ["R0-左1", "R1-左2"]
    assert [bank.name for bank in result.banks if bank.side == "right"] == ["清河右岸1", "清河右岸2"]


def test_a_tributarys_mouth_is_a_gap_in_the_bank_not_an_end_of_the_river():
    brook = Water("B", "小溪", "stream", shapely.box(1000, 100, 1030, 900), flow_deg=180)
    banks = derive([river(meander(bend_m=0), flow_deg=90), brook]).banks
    of_river = [bank for bank in banks if bank.water_code == "R"]
    assert [(bank.code, round(bank.line.length)) for bank in of_river] == [
        ("R-左1", 1000), ("R-左2", 1970), ("R-右1", 3000)
    ]  # fmt: skip
    assert [round(bank.line.length) for bank in banks if bank.water_code == "B"] == [800, 800]


def test_a_river_that_ends_in_a_point_is_split_there():
    spindle = Polygon([(0, 0), (500, 80), (1000, 0), (500, -80)])
    banks = derive([river(spindle, flow_deg=90)]).banks
    assert of_side(banks, "left")[0].wkt == "LINESTRING (0 0, 500 80, 1000 0)"
    assert of_side(banks, "right")[0].wkt == "LINESTRING (0 0, 500 -80, 1000 0)"


def test_a_river_polygon_without_flow_is_kept_without_banks_and_listed_with_the_remedy():
    result = derive([river(meander())])
    assert result.banks == []
    assert result.bankless[0].water_code == "R" and "flow_deg" in result.bankless[0].why


def test_a_lake_has_its_shore_and_each_island_is_a_line_of_its_own():
    lake = shapely.box(0, 0, 900, 600) - shapely.box(100, 100, 200, 200) - shapely.box(400, 300, 450, 350)
    banks = derive([Water("H", "镜湖", "lake", lake)]).banks
    assert [(bank.code, bank.name) for bank in banks] == [
        ("H-岸1", "镜湖岸线"), ("H-岛1", "镜湖岛岸1"), ("H-岛2", "镜湖岛岸2")
    ]  # fmt: skip
    assert [bank.line.coords[0] for bank in banks] == [(0, 600), (400, 350), (100, 200)]
    assert all(is_ring(bank.line) and not shapely.is_ccw(shapely.linearrings(bank.line.coords)) for bank in banks)


def test_the_edge_of_an_extract_is_no_bank():
    extract = Bounds(114.40, 30.50, 114.60, 30.70)
    lake = Polygon([(114.39, 30.55), (114.45, 30.60), (114.45, 30.52), (114.39, 30.51)])
    clipped = shapely.intersection(lake, shapely.box(*extract))
    ((metric, degrees),) = in_degrees(clipped)
    result = derive([Water("H", None, "lake", metric, degrees, extract)])
    (bank,) = result.banks
    assert not is_ring(bank.line)
    assert bank.line.length + result.no_shore_m["H"] == pytest.approx(metric.exterior.length)
    west_m = project(np.array([LineString([(114.40, 30.4), (114.40, 30.8)])], dtype=object), STORED, METRIC_DEFAULT)[0]
    assert shapely.intersection(bank.line, shapely.buffer(west_m, 1)).length < 5
    whole = derive([Water("H", None, "lake", metric, degrees)]).banks[0]
    assert is_ring(whole.line)


def test_a_river_clipped_by_an_extract_keeps_left_and_right_and_loses_the_cut():
    extract = Bounds(114.50, 30.50, 114.56, 30.70)
    stream = LineString([(114.45, 30.56), (114.52, 30.58), (114.58, 30.54), (114.62, 30.60)]).buffer(0.004, quad_segs=2)
    ((metric, degrees),) = in_degrees(shapely.intersection(stream, shapely.box(*extract)))
    result = derive([Water("J", "长江", "yangtze", metric, degrees, extract, flow_deg=100.0)])
    left, right = result.banks
    assert (left.side, right.side) == ("left", "right")
    assert left.line.coords[0][0] < left.line.coords[-1][0] and right.line.coords[0][0] < right.line.coords[-1][0]
    assert left.line.centroid.y > right.line.centroid.y
    assert left.line.length + right.line.length + result.no_shore_m["J"] == pytest.approx(metric.exterior.length, abs=2)


def test_a_box_that_is_its_own_extract_was_drawn_so():
    ((metric, degrees),) = in_degrees(shapely.box(114.4, 30.5, 114.5, 30.6))
    assert is_ring(derive([Water("H", None, "lake", metric, degrees, Bounds(114.4, 30.5, 114.5, 30.6))]).banks[0].line)


def test_a_river_known_by_lines_is_one_river_with_assumed_banks_outside_the_lake():
    lake = Water("H", "镜湖", "lake", shapely.box(1000, -500, 2000, 500))
    lines = [LineString([(500, 0), (1500, 0)]), LineString([(0, 0), (500, 0)]), LineString([(2000, 0), (2600, 0)])]
    waters = [Water(f"L{i}", "花溪", "river", line) for i, line in enumerate(lines)]
    banks = [bank for bank in derive([*waters, lake]).banks if bank.side != "shore"]
    assert [(bank.code, round(bank.line.length)) for bank in banks] == [
        ("L1-左1", 1000), ("L2-左2", 600), ("L1-右1", 1000), ("L2-右2", 600)
    ]  # fmt: skip
    assert all(bank.assumed for bank in banks)
    assert banks[0].line.coords[0] == (0, 10)


def test_a_stated_width_is_not_assumed():
    stated = Water("L", "花溪", "river", LineString([(0, 0), (900, 0)]), width_m=30.0)
    bank = derive([stated]).banks[0]
    assert not bank.assumed and bank.line.coords[0] == (0, 15)


def test_a_water_swallowed_by_another_is_listed():
    waters = [Water("A", None, "lake", shapely.box(0, 0, 99, 99)), Water("B", None, "pond", shapely.box(9, 9, 20, 20))]
    result = derive(waters)
    assert [item.water_code for item in result.bankless] == ["B"]
    assert derive([]).banks == []


@given(st.integers(0, 5), st.floats(-1e5, 1e5), st.floats(-1e5, 1e5))
def test_where_the_map_is_and_how_a_ring_is_drawn_changes_no_length(first, east_m, north_m):
    xy = list(meander().exterior.coords)[:-1]
    moved = translate(Polygon(xy[first:] + xy[:first]).reverse(), east_m, north_m)
    lengths = [bank.line.length for bank in derive([river(moved, flow_deg=90)]).banks]
    assert lengths == pytest.approx([bank.line.length for bank in derive([river(meander(), flow_deg=90)]).banks])


@given(st.lists(st.floats(50, 1000), min_size=3, max_size=40), bearings)
def test_whatever_the_shape_every_metre_is_left_or_right_or_across(radii_m, bearing_deg):
    turn = np.linspace(0, 2 * np.pi, len(radii_m), endpoint=False)
    shape = Polygon(np.column_stack([np.cos(turn), np.sin(turn)]) * np.array(radii_m)[:, None])
    ring = rings(shape)[0]
    both = sides(ring, NO_SPANS, ends_along(ring, NO_SPANS, bearing_deg))
    banks_m = sum(line.length for line in both.left + both.right)
    assert banks_m + both.across_m == pytest.approx(shape.length, abs=2.01)
    assert not any(line.crosses(shape.buffer(-0.01)) for line in both.left + both.right)
    toward = np.array(both.downstream.coords[0]) - np.array(both.upstream.coords[0])
    assert toward @ [np.sin(np.radians(bearing_deg)), np.cos(np.radians(bearing_deg))] > 0
