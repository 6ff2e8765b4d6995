"""Coverage of polygons and points that are sent along: held against trigonometry and counted places."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from tests.api.test_compute import HUASHAN, STRAIGHT, collection, compute, moved, walk  # noqa: F401 - fixture

BOUNDS = ("sure", "nominal", "possible")
AT = [HUASHAN, (34.9, -1.4), (179.999, 10.0), (12.0, 89.9)]


def square(half_m, at=HUASHAN):
    corners = [(-half_m, -half_m), (half_m, -half_m), (half_m, half_m), (-half_m, half_m)]
    return shapely.Polygon(moved(corners, at))


@pytest.mark.parametrize("at", AT, ids=str)
def test_who_stands_still_sees_a_disc_and_the_rest_is_left(compute, at):  # noqa: F811
    told = compute(collection(square(200, at)), [walk([(0, 0)], at, accuracy_m=5.0)]).json()["targets"][0]
    assert told["area_m2"] == pytest.approx(160_000, rel=1e-6)
    for bound, reach_m in zip(BOUNDS, (25 - 8.1, 25, 25 + 8.1), strict=True):
        assert told["seen_m2"][bound] == pytest.approx(np.pi * reach_m**2, rel=1e-4, abs=told["error_m2"][bound])
        assert told["error_m2"][bound] < 0.1
    left = abs(Geod(ellps="GRS80").geometry_area_perimeter(shapely.geometry.shape(told["unseen"]))[0])
    assert left == pytest.approx(160_000 - np.pi * 25**2, abs=5)


@settings(max_examples=10)
@given(st.lists(st.tuples(st.floats(-300, 300), st.floats(-300, 300)), min_size=1, max_size=12), st.integers(0, 99))
def test_places_counted_by_hand_agree_within_the_stated_error(compute, places, seed):  # noqa: F811
    sent = walk(places, every_s=60, accuracy_m=3.0)
    told = compute(collection(square(150)), [sent], max_speed_mps=1e6).json()["targets"][0]
    went = shapely.LineString(places) if len(places) > 1 else shapely.Point(places[0])
    sown = np.random.default_rng(seed).uniform(-150, 150, (40_000, 2))
    away_m = shapely.distance(shapely.points(sown), went)
    for bound, reach_m in zip(BOUNDS, (25 - 4.86, 25, 25 + 4.86), strict=True):
        share = (away_m <= reach_m).mean()
        chance = 5 * np.sqrt(max(share * (1 - share), 1e-4) / len(sown))
        assert told["seen_m2"][bound] / 90_000 == pytest.approx(share, abs=chance + told["error_m2"][bound] / 90_000)


def test_two_visits_are_told_apart_and_the_time_inside_is_exact(compute):  # noqa: F811
    there = [(x, 0) for x in range(-400, 401, 20)]
    tracks = [walk(there, every_s=20), walk(there, every_s=20, start_s=1_750_090_000)]
    told = compute(collection(square(100)), tracks).json()["targets"][0]
    assert [len(visit) for visit in told["visits"]] == [2, 2]
    assert told["dwell_s"] == pytest.approx(2 * 200, abs=0.5)
    assert told["visits"][0][0].startswith("2025-06-15T")


def test_tracks_in_any_order_see_the_same_and_none_see_nothing(compute):  # noqa: F811
    one, other = walk(STRAIGHT), walk([(0, 40 * n) for n in range(8)], start_s=1_750_050_000)
    forth, back = (
        compute(collection(square(120)), tracks).json()["targets"][0] for tracks in ([one, other], [other, one])
    )
    assert forth["seen_m2"] == pytest.approx(back["seen_m2"], rel=1e-7) and forth["visits"] == back["visits"]
    none = compute(collection(square(120)), []).json()["targets"][0]
    assert (none["seen_m2"], none["visits"], none["dwell_s"]) == (dict.fromkeys(BOUNDS, 0.0), [], 0)


@pytest.mark.parametrize("at", AT, ids=str)
def test_a_point_beside_the_way_has_its_distance_its_moment_and_its_dwell(compute, at):  # noqa: F811
    point = shapely.Point(moved([(150, 15)], at)[0])
    there = [(20 * n, 0) for n in range(16)]
    told = compute(collection(point), [walk(there, at, every_s=20, accuracy_m=5.0)]).json()["targets"][0]
    assert told["nearest_m"] == pytest.approx(15, abs=0.01)
    assert told["nearest_at"][:18] in ("2025-06-15T23:09:0", "2025-06-15T23:08:5", "2025-06-15T23:09:1")
    assert told["seen"] == dict.fromkeys(BOUNDS, True) and len(told["passes"]) == 1
    for bound, reach_m in zip(BOUNDS, (16.9, 25, 33.1), strict=True):
        assert told["dwell_s"][bound] == pytest.approx(2 * np.sqrt(reach_m**2 - 15**2), abs=0.05)


def test_a_point_that_nobody_came_near_is_told_as_such(compute):  # noqa: F811
    point = shapely.Point(HUASHAN)
    none = compute(collection(point), []).json()["targets"][0]
    assert (none["nearest_m"], none["nearest_at"], none["passes"]) == (None, None, [])
    far = compute(collection(point), [walk([(500, 0)])]).json()["targets"][0]
    assert far["nearest_m"] == pytest.approx(500, rel=1e-4) and far["seen"] == dict.fromkeys(BOUNDS, False)


def test_lines_polygons_and_points_are_answered_in_the_order_they_came(compute):  # noqa: F811
    line = shapely.LineString(moved([(-100, 0), (500, 0)]))
    targets = collection(shapely.Point(HUASHAN), line, square(50), shapely.MultiPolygon([square(10)]))
    told = compute(targets, [walk(STRAIGHT)]).json()["targets"]
    assert [one["id"] for one in told] == ["t0", "t1", "t2", "t3"]
    assert ["nearest_m" in one for one in told] == [True, False, False, False]
    assert ["area_m2" in one for one in told] == [False, False, True, True]


def test_too_many_fixes_over_areas_are_refused_with_the_limit(compute, monkeypatch):  # noqa: F811
    monkeypatch.setattr("api.coverage.compute_wholes.MOST_FIXES", 3)
    answer = compute(collection(square(50)), [walk(STRAIGHT)])
    assert answer.status_code == 413 and "上限 3" in answer.json()["detail"]
