"""A city's network: banks are walked where that is known, past walks make ways once, what is blocked is closed."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.network.city.banks import Shore, walkable
from geo.network.city.beside import beside
from geo.network.city.ground import Ground, Rivers, network_of
from geo.network.city.walked import APART_M, walked_ways
from geo.network.places import places_near
from geo.network.report import islands_of, report_of
from geo.network.shortest import costs
from geo.network.ways import Ways

LAKE = shapely.box(0, 0, 1000, 600)
NOWHERE = np.empty((0, 2))
NO_LINES = np.empty(0, dtype=object)


def objects(values):
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def line(*xy):
    return shapely.LineString(xy)


def shore_of(*lines, water=LAKE):
    count = range(len(lines))
    return Shore(
        objects(lines), objects([f"B{n}" for n in count]), objects(["岸"] * len(lines)), objects([water] * len(lines))
    )


def ground(ways, shore=None, legs=(), blocked=NOWHERE, passed=NOWHERE, rivers=None):
    shore = shore or Shore(*(NO_LINES,) * 4)
    return Ground(ways, shore, rivers or Rivers.none(), objects(list(legs)), np.array(blocked), np.array(passed))


def seconds(network, mode, one, other, **asked):
    ends = [np.array(values, dtype=float) for values in zip(one, other, strict=True)]
    places, _ = places_near(network, *ends, mode, unverified=True)
    return costs(network, mode, places, places, **asked).time_s[0, 1]


SHORE = line((0, 0), (1000, 0))
"""The lake lies north of it."""


def test_a_path_beside_a_bank_makes_it_known_and_one_across_the_water_does_not():
    brook = shapely.box(0, 0, 1000, 10)
    near, far = line((0, 0), (1000, 0)), line((0, 10), (1000, 10))
    path = Ways.of([line((200, -4), (400, -4))], "path", layer="path")
    known = walkable(shore_of(near, far, water=brook), path, NO_LINES, NOWHERE)
    assert set(known.group.tolist()) == {0}, "the far bank is 14 m off, and the brook lies between"
    assert known.start.tolist() == [round(100 * (200 - (15**2 - 4**2) ** 0.5))]


def test_a_road_for_cars_alone_makes_no_bank_known():
    assert len(walkable(shore_of(SHORE), Ways.of([line((0, -5), (900, -5))], "trunk"), NO_LINES, NOWHERE).group) == 0


def test_a_walk_that_crosses_a_bank_has_not_followed_it():
    legs = objects([line((500, -200), (500, 0), (501, 1)), line((100, -8), (200, -8))])
    known = walkable(shore_of(SHORE), Ways.of([], "path"), legs, NOWHERE)
    assert len(known.group) == 1 and 80_00 < known.start[0] < 100_00 and 200_00 < known.stop[0] < 220_00


def test_who_marks_a_bank_says_so_of_a_hundred_metres_to_either_side():
    known = walkable(shore_of(SHORE), Ways.of([], "path"), NO_LINES, np.array([[500.0, -20.0], [50.0, -400.0]]))
    assert (known.start.tolist(), known.stop.tolist()) == ([40_000], [60_000]), "the second is of no bank"


def test_unknown_bank_between_two_paths_is_passed_on_request_alone():
    paths = Ways.of([line((0, -10), (300, -10)), line((700, -10), (1000, -10))], "footway", layer="path")
    network = network_of(ground(paths, shore_of(SHORE)))
    ends = ((100, -10), (900, -10))
    assert np.isinf(seconds(network, "foot", *ends))
    slow = seconds(network, "foot", *ends, unverified=True)
    assert 800 / 1.25 < slow < 800 / 1.25 + 500
    assert report_of(network).unverified_m == pytest.approx(400 - 2 * (15**2 - 10**2) ** 0.5, abs=0.1)


def test_a_path_that_ends_near_a_bank_leads_to_it_and_a_road_far_from_it_does_not():
    ways = Ways.of([line((500, -300), (500, -20)), line((0, -300), (1000, -300))], "path", layer="path")
    network = network_of(ground(ways, shore_of(SHORE)))
    assert report_of(network).access_m == pytest.approx(20)
    assert np.isfinite(seconds(network, "foot", (0, -300), (700, 0), unverified=True))


def test_boats_keep_to_their_water_and_people_to_the_land():
    island = shapely.box(450, 250, 550, 350)
    shore = shore_of(SHORE, line(*island.exterior.coords), water=LAKE.difference(island))
    network = network_of(ground(Ways.of([line((0, -10), (1000, -10))], "path", layer="path"), shore))
    assert np.isfinite(seconds(network, "boat", (100, 0), (500, 250)))
    assert np.isinf(seconds(network, "foot", (100, -10), (500, 250), unverified=True))
    assert not network.passable("boat")[:, network.layer == "path"].any()


def test_boats_go_straight_over_a_wide_lake_and_not_along_its_shore():
    lake = shapely.box(0, 0, 4000, 3000)
    shore = shore_of(line(*lake.exterior.coords), water=lake)
    network = network_of(ground(Ways.of([line((0, -10), (4000, -10))], "path", layer="path"), shore))
    ends = [places_near(network, [x], [y], "boat", within_m=1.0)[0] for x, y in ((1000, 0), (1000, 3000))]
    over = costs(network, "boat", *ends).distance_m[0, 0]
    assert 3000 <= over < 1.25 * 3000 < 5000
    assert np.isinf(seconds(network, "foot", (1000, -10), (1000, 3000), unverified=False))


def test_what_is_blocked_is_closed_around_the_place_and_the_rest_is_reached_from_there():
    ways = Ways.of([line((0, 0), (1000, 0)), line((0, 0), (0, 300), (1000, 300), (1000, 0))], "path", layer="path")
    shut = network_of(ground(ways, blocked=[[500.0, 8.0], [100.0, 90.0]]))
    assert shut.length_m[shut.closed].tolist() == [20.0], "the second place is no way's"
    assert seconds(shut, "foot", (480, 0), (520, 0)) == pytest.approx((480 + 300 + 1000 + 300 + 480) / 1.15)
    assert seconds(network_of(ground(ways)), "foot", (480, 0), (520, 0)) == pytest.approx(40 / 1.15)


def test_many_walks_along_one_way_make_one_that_is_joined_at_both_ends():
    roads = Ways.of([line((0, 0), (0, 1000)), line((600, 0), (600, 1000))], "minor")
    rng = np.random.default_rng(5)
    x = np.linspace(-20, 620, 40)
    legs = [shapely.LineString(np.column_stack([x, 500 + rng.normal(0, 3, 40)])) for _ in range(12)]
    network = network_of(ground(roads, legs=legs))
    assert network.length_m[network.layer == "leg"].sum() == pytest.approx(600, abs=25)
    assert len(islands_of(network, "foot").length_m) == 1 and len(islands_of(network, "car").length_m) == 2


def test_nobody_walked_on_the_lake():
    legs = [line((-100, 300), (300, 300), (300, -100))]
    added = walked_ways(objects(legs), Ways.of([], "path"), objects([LAKE]))
    assert shapely.intersects(shapely.multilinestrings(list(added.shape)), LAKE.buffer(-26)) is np.False_
    assert shapely.length(added.shape).sum() == pytest.approx(2 * 125, abs=1)


places = st.tuples(st.floats(0, 400), st.floats(0, 400))
walks = st.lists(st.lists(places, min_size=2, max_size=5, unique=True).map(shapely.LineString), max_size=5)


@given(walks)
@settings(max_examples=25, deadline=None)
def test_no_walk_adds_what_is_known(legs):
    known = Ways.of([line((0, 200), (400, 200))], "path")
    added = walked_ways(objects(legs), known, NO_LINES)
    again = walked_ways(added.shape, known.and_(added), NO_LINES)
    assert len(again.shape) == 0, "what was added is known"
    near = beside(added.shape, known.shape, APART_M - 0.1)
    # Only the ends lead there, and where a way crosses another it is cut before.
    assert ((near.stop - near.start) / 100 <= APART_M + 25).all()
