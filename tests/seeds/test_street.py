"""The street's cells tile it, on every level, with codes that say where they belong."""

from itertools import pairwise

import numpy as np
import pytest
import shapely

from layers.crs import METRIC_DEFAULT, STORED, project
from seeds import sample
from seeds.names import PLACES, STREET_CODE
from seeds.street import serial_order

OVERLAP_M2 = 1.0


@pytest.fixture(scope="module")
def grid():
    return sample().layers["grid"]


@pytest.fixture(scope="module")
def metric(grid):
    """Code to outline in metres, by way of the stored degrees, as the database measures it."""
    moved = project(grid["geom"].to_numpy(), STORED, METRIC_DEFAULT)
    return dict(zip(grid["code"], moved, strict=True))


def children(grid, code):
    return list(grid.loc[grid["parent_code"] == code, "code"])


def test_there_are_24_communities_and_villages_and_200_units_or_more(grid):
    levels = grid["level"].value_counts()
    assert (levels["street"], levels["community"], levels["village"]) == (1, 11, 13)
    assert 200 <= levels["unit"] <= 400


def test_names_and_codes_are_the_published_ones(grid):
    named = dict(zip(grid["code"], grid["name"], strict=True))
    assert named[STREET_CODE] == "花山街道"
    assert {place.code: place.name for place in PLACES}.items() <= named.items()
    assert named["420111081205"] == "山湖村"


def test_every_code_begins_with_its_parents_and_units_are_numbered_from_1(grid):
    for place in PLACES:
        serials = sorted(int(code[12:]) for code in children(grid, place.code))
        assert serials == list(range(1, len(serials) + 1))
    units = grid[grid["level"] == "unit"]
    assert units["code"].str.fullmatch(r"\d{15}").all()
    assert (units["code"].str[:12] == units["parent_code"]).all()


@pytest.mark.parametrize("parent", [STREET_CODE, *(place.code for place in PLACES)])
def test_children_tile_their_parent_without_gap_or_overlap(grid, metric, parent):
    parts = np.array([metric[code] for code in children(grid, parent)], dtype=object)
    whole = metric[parent]
    assert abs(shapely.area(parts).sum() - whole.area) < OVERLAP_M2
    assert shapely.union_all(parts).symmetric_difference(whole).area < OVERLAP_M2
    left, right = shapely.STRtree(parts).query(parts, predicate="intersects")
    pairs = left < right
    assert shapely.area(shapely.intersection(parts[left[pairs]], parts[right[pairs]])).max(initial=0) < OVERLAP_M2


def test_neighbours_share_exact_vertices(grid):
    units = grid.loc[grid["level"] == "unit", "geom"].to_numpy()
    assert shapely.coverage_is_valid(shapely.get_parts(units))


def test_the_street_is_as_large_as_published(metric):
    assert 54e6 < metric[STREET_CODE].area < 66e6


def test_serials_never_step_back(grid, metric):
    back = sum(serial_steps_back([metric[code] for code in sorted(children(grid, place.code))]) for place in PLACES)
    assert back == 0


def serial_steps_back(parts):
    """How many steps from one serial to the next go west in one row, or north: the rule of the grid layer."""
    steps = 0
    for one, other in pairwise(parts):
        (_, south, _, north), (_, other_south, _, other_north) = one.bounds, other.bounds
        beside = min(north, other_north) - max(south, other_south) > min(north - south, other_north - other_south) / 2
        gone = other.centroid.x - one.centroid.x if beside else one.centroid.y - other.centroid.y
        steps += gone < 0
    return steps


def test_cells_of_a_chessboard_are_numbered_row_by_row():
    board = [shapely.box(x, y, x + 1, y + 1) for y in (0, 1, 2) for x in (2, 0, 1)]
    ordered = [(board[index].bounds[0], board[index].bounds[1]) for index in serial_order(board)]
    assert ordered == [(x, y) for y in (2, 1, 0) for x in (0, 1, 2)]
