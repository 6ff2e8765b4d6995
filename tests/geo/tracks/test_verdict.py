"""The verdict on a track's datum: found where lines tell, withheld where they do not, one and the same abroad."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.tracks.datum import Datum, wgs84_to_bd09, wgs84_to_gcj02
from geo.tracks.verdict import DECIDED, Known, weigh
from layers.crs import METRIC_DEFAULT, WIRE, transformer

TO_METRIC = transformer(WIRE, METRIC_DEFAULT).transform
TO_DEGREES = transformer(METRIC_DEFAULT, WIRE).transform
REPORTED = {Datum.WGS84: lambda lon, lat: (lon, lat), Datum.GCJ02: wgs84_to_gcj02, Datum.BD09: wgs84_to_bd09}
CENTER = np.array([548_000.0, 3_381_000.0])
"""Huashan."""


def streets(seed=0, count=60):
    """Crooked roads about Huashan, in metres."""
    random = np.random.default_rng(seed)
    made = []
    for _ in range(count):
        turns = np.cumsum(random.normal(0, 0.4, 30)) + random.uniform(0, 2 * np.pi)
        steps = np.column_stack([np.cos(turns), np.sin(turns)]) * 150
        start = CENTER + random.uniform(-4000, 4000, 2)
        made.append(shapely.LineString(start + np.cumsum(steps, axis=0)))
    return np.array(made, dtype=object)


ROADS = streets()
KNOWN = Known(ROADS)


def along(line, *, every_m=20.0, error_m=6.0, seed=0, aside_m=0.0):
    """Degrees of a track along a line, each fix with an error of its own."""
    random = np.random.default_rng(seed)
    xy = shapely.get_coordinates(shapely.line_interpolate_point(line, np.arange(0, line.length, every_m)))
    xy = xy + random.normal(0, error_m, xy.shape) + (aside_m, 0.0)
    return TO_DEGREES(*xy.T)


@settings(max_examples=40)
@given(st.sampled_from(list(Datum)), st.integers(0, len(ROADS) - 1), st.integers(0, 99), st.floats(0, 10))
def test_a_track_along_a_known_road_is_found_or_left_open_but_not_mistaken(datum, road, seed, error_m):
    verdict = weigh(*REPORTED[datum](*along(ROADS[road], seed=seed, error_m=error_m)), KNOWN, TO_METRIC)
    assert verdict.datum in (datum, None)
    assert sum(verdict.odds.values()) == pytest.approx(1)
    assert 0 < verdict.worth <= verdict.fixes


def test_nearly_every_one_is_found():
    found = [
        weigh(*REPORTED[datum](*along(road)), KNOWN, TO_METRIC).datum == datum for datum in Datum for road in ROADS[::5]
    ]
    assert np.mean(found) > 0.9


def test_the_verdict_tells_its_odds_and_how_far_from_lines_each_datum_would_put_the_track():
    verdict = weigh(*REPORTED[Datum.GCJ02](*along(ROADS[3])), KNOWN, TO_METRIC)
    assert (verdict.datum, verdict.reason) == (Datum.GCJ02, "decided")
    assert verdict.odds[Datum.GCJ02] >= DECIDED
    assert verdict.median_m[Datum.GCJ02] < 10 < min(verdict.median_m[Datum.WGS84], verdict.median_m[Datum.BD09])


def test_segments_are_as_good_as_lines():
    xy = [shapely.get_coordinates(road) for road in ROADS]
    segments = np.concatenate([np.column_stack([one[:-1], one[1:]]) for one in xy])
    track = along(ROADS[3])
    assert weigh(*track, Known(segments), TO_METRIC) == weigh(*track, KNOWN, TO_METRIC)


def test_a_track_far_from_every_line_cannot_be_told():
    verdict = weigh(*along(ROADS[0], aside_m=30_000.0), KNOWN, TO_METRIC)
    assert (verdict.datum, verdict.reason) == (None, "far")
    assert verdict.odds == pytest.approx(dict.fromkeys(Datum, 1 / 3))
    assert weigh(*along(ROADS[0]), Known(np.empty((0, 4))), TO_METRIC).reason == "far"


def test_a_dense_grid_of_streets_cannot_tell():
    lines = [((x, -9000), (x, 9000)) for x in range(-9000, 9000, 30)]
    grid = Known(shapely.linestrings(CENTER + np.array(lines)))
    across = shapely.LineString([CENTER, CENTER + np.array([2000, 900])])
    assert weigh(*along(across), grid, TO_METRIC).datum is None


def test_standing_at_a_crossing_all_day_is_too_little():
    random = np.random.default_rng(0)
    start = shapely.get_coordinates(ROADS[0])[0]
    lon, lat = TO_DEGREES(*(start + random.normal(0, 5, (5000, 2))).T)
    verdict = weigh(lon, lat, KNOWN, TO_METRIC)
    assert (verdict.datum, verdict.reason) == (None, "few")


@pytest.mark.parametrize("count", [0, 1, 4])
def test_few_fixes_are_too_few(count):
    lon, lat = along(ROADS[0], every_m=200.0)
    assert weigh(lon[:count], lat[:count], KNOWN, TO_METRIC).reason == "few"


def test_abroad_the_three_are_one():
    verdict = weigh(34.9 + np.arange(50) * 1e-3, np.full(50, -1.4), KNOWN, transformer(WIRE, "EPSG:32736").transform)
    assert (verdict.datum, verdict.reason) == (Datum.WGS84, "same")


def test_what_was_declared_may_be_given_more_weight():
    track = along(ROADS[5])
    prior = {Datum.WGS84: 2.0, Datum.GCJ02: 1.0, Datum.BD09: 1.0}
    assert weigh(*track, KNOWN, TO_METRIC, prior=prior).odds[Datum.WGS84] > 0.95
    far = along(ROADS[0], aside_m=30_000.0)
    assert weigh(*far, KNOWN, TO_METRIC, prior=prior).odds == pytest.approx(
        {Datum.WGS84: 0.5, Datum.GCJ02: 0.25, Datum.BD09: 0.25}
    )


def test_positions_that_are_none_do_not_disturb():
    lon, lat = along(ROADS[3])
    holes_lon, holes_lat = np.insert(lon, 5, [np.nan, 114.5]), np.insert(lat, 5, [30.0, np.inf])
    assert weigh(holes_lon, holes_lat, KNOWN, TO_METRIC) == weigh(lon, lat, KNOWN, TO_METRIC)
    poles = weigh(np.full(9, 114.5), np.linspace(-90, 90, 9), KNOWN, TO_METRIC)
    assert poles.datum in (None, Datum.WGS84)


def test_the_order_of_the_fixes_and_a_thousand_repeats_do_not_raise_the_odds():
    lon, lat = along(ROADS[3], every_m=60.0)
    once = weigh(lon, lat, KNOWN, TO_METRIC)
    often = weigh(np.repeat(lon, 1000), np.repeat(lat, 1000), KNOWN, TO_METRIC)
    assert often.odds == pytest.approx(once.odds)
    back = weigh(lon[::-1], lat[::-1], KNOWN, TO_METRIC)
    assert back.odds == pytest.approx(once.odds, abs=0.05)


def test_many_fixes_are_thinned_before_they_are_weighed():
    lon, lat = along(ROADS[3], every_m=ROADS[3].length / 200_000, error_m=5.0)
    verdict = weigh(lon, lat, KNOWN, TO_METRIC)
    assert (verdict.datum, verdict.fixes <= 300) == (Datum.WGS84, True)
