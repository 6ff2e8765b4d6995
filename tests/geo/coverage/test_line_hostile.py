"""Tracks and lines that are hardly any, or not at all: answered rightly, or refused with the reason."""

import numpy as np
import pytest
import shapely

from geo.coverage import sightings
from geo.coverage.sightings import Lines, Track, see
from geo.lines.multirange import Ranges, lengths
from layers.errors import BadGeometry, BadInput
from tests.geo.coverage.walks import track

STRAIGHT = shapely.LineString([(0, 10), (2000, 10)])


def seen_cm(seen, lines):
    return lengths(Ranges(seen.line, seen.from_cm, seen.to_cm), len(lines.length_cm)).tolist()


def changed(went, **columns):
    names = ("x", "y", "time_s", "accuracy_m", "starts")
    return Track(**{name: columns.get(name, getattr(went, name)) for name in names})


WENT = track([(0, 100, 0), (10, 120, 0), (20, 140, 0)])


@pytest.mark.parametrize(
    ("column", "values", "reason"),
    [
        ("x", [100, np.nan, 140], "第 2 个定位点的坐标是 nan"),
        ("y", [0, 0, np.inf], "第 3 个定位点的坐标是 inf"),
        ("time_s", [np.nan, 10, 20], "第 1 个定位点的时间是 nan"),
        ("accuracy_m", [5, np.nan, 5], "第 2 个定位点的精度是 nan"),
        ("accuracy_m", [5, -1, 5], "定位精度 -1 米是负数"),
        ("time_s", [0, 20, 10], "第 3 个定位点比前一个早 10 秒"),
        ("time_s", [0, 10, 40 * 86400], "相隔 40.0 天,超过 1 天"),
        ("x", [100, 120], "长短不一"),
        ("starts", [0, 2], "起点"),
        ("starts", [0, 2, 2, 3], "起点"),
    ],
)
def test_a_track_that_cannot_be_is_refused_with_the_reason(column, values, reason):
    wrong = changed(WENT, **{column: np.array(values, dtype=np.int64 if column == "starts" else np.float64)})
    with pytest.raises(BadInput, match=reason):
        see(wrong, Lines([STRAIGHT]), 26.0)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (shapely.LineString([(0, 0), (np.inf, 1)]), "不是米制坐标"),
        (shapely.LineString([(0, 0), (1e9, 1)]), "不是米制坐标"),
        (shapely.LineString([(0, 0), (5e7, 0)]), "超过 21474 公里"),
    ],
)
def test_a_line_that_cannot_be_is_refused_with_the_reason(line, reason):
    with pytest.raises(BadGeometry, match=reason):
        Lines([line])


def test_all_fixes_equal_are_a_disc_for_as_long_as_they_lasted():
    still = track([(t, 100, 0) for t in (0, 3, 3, 400, 401)])
    assert [column.tolist() for column in see(still, Lines([STRAIGHT]), 26.0)] == [[0], [7600], [12400], [0.0], [401.0]]


def test_banks_of_a_metre_are_seen_whole_or_in_part():
    short = [shapely.LineString([(x, 10), (x + 1, 10)]) for x in (100, 123.5, 200)]
    lines = Lines(short)
    assert seen_cm(see(track([(0, 100, 0)]), lines, 26.0), lines) == [100, 50, 0]


def test_segments_of_a_millimetre_are_whole_centimetres_together():
    crumbs = shapely.LineString([(i / 1000, 0) for i in range(10_001)])
    lines = Lines([crumbs])
    assert seen_cm(see(track([(0, 5, 0)]), lines, 2.0), lines) == [400]
    assert seen_cm(see(track([(0, 5, 0)]), lines, 20.0), lines) == [1000]


def test_both_arms_of_a_bank_that_crosses_itself_are_seen():
    eight = shapely.LineString([(0, 0), (100, 100), (100, 0), (0, 100)])
    seen = see(track([(0, 50, 50)]), Lines([eight]), 10.0)
    first_cm = round(100 * 50 * np.sqrt(2))
    second_cm = round(100 * (150 * np.sqrt(2) + 100))
    assert seen.from_cm.tolist() == [first_cm - 1000, second_cm - 1000]
    assert seen.to_cm.tolist() == [first_cm + 1000, second_cm + 1000]


def test_a_reach_larger_than_the_lake_sees_every_shore_and_island():
    lake = shapely.Point(0, 0).buffer(300).exterior
    islands = shapely.MultiLineString([shapely.Point(x, 0).buffer(20).exterior for x in (-100, 100)])
    lines = Lines([lake, islands, None])
    for reach_m in (700.0, 1e7, np.inf):
        assert seen_cm(see(track([(0, 10, 10)]), lines, reach_m), lines) == lines.length_cm.tolist()


def test_islands_as_parts_of_one_line_are_measured_one_after_another():
    islands = shapely.MultiLineString([[(0, 0), (10, 0)], [(500, 0), (510, 0)], [(1000, 0), (1010, 0)]])
    seen = see(track([(0, 505, 0)]), Lines([islands]), 3.0)
    assert [column.tolist() for column in seen[:3]] == [[0], [1200], [1800]]


def test_a_sighting_across_chainage_zero_of_a_ring_is_two_stretches():
    ring = shapely.LineString([(0, 100), (100, 0), (0, -100), (-100, 0), (0, 100)])
    lines = Lines([ring])
    seen = see(track([(0, 0, 100)]), lines, 20.0)
    assert seen.from_cm.tolist() == [0, lines.length_cm[0] - 2000]
    assert seen.to_cm.tolist() == [2000, lines.length_cm[0]]


def test_lines_a_continent_apart_are_found_without_room_for_all_between():
    far = [shapely.LineString([(x, y), (x + 100, y)]) for x in (-4e7, 0, 4e7) for y in (-4e7, 0, 4e7)]
    lines = Lines(far)
    assert len(lines.grid.cells) < 50
    assert seen_cm(see(track([(0, 4e7 + 50, 4e7)]), lines, 10.0), lines) == [0] * 8 + [2000]
    assert seen_cm(see(track([(0, 0, 0)]), lines, 9e7), lines) == [10_000] * 9


@pytest.mark.parametrize("reach_m", [np.nan, -1.0])
def test_a_reach_that_is_none_sees_nothing(reach_m):
    assert len(see(WENT, Lines([STRAIGHT]), reach_m).line) == 0


def test_legs_that_overlap_in_time_are_seen_as_if_each_were_alone():
    first = [(t, 100 + t, 0) for t in range(0, 300, 10)]
    second = [(t, 1500 - t, 0) for t in range(5, 300, 10)]
    lines = Lines([STRAIGHT])
    both = see(track(first, second), lines, 26.0)
    apart = [see(track(leg), lines, 26.0) for leg in (first, second)]
    for one in apart:
        here = (both.from_cm < one.to_cm.max()) & (one.from_cm.min() < both.to_cm)
        assert (both.from_cm[here].min(), both.to_cm[here].max()) == (one.from_cm.min(), one.to_cm.max())
        assert (both.first_s[here].min(), both.last_s[here].max()) == (one.first_s.min(), one.last_s.max())


def test_a_day_long_step_takes_no_more_room_than_its_places():
    slow = track([(0, 0, 0), (86_400, 100, 0)])
    seen = see(slow, Lines([STRAIGHT]), 26.0)
    assert seen_cm(seen, Lines([STRAIGHT])) == [12_400]
    assert len(seen.line) <= 2 * 12_400


def test_a_long_track_is_worked_through_in_portions(monkeypatch):
    monkeypatch.setattr(sightings, "FIXES_AT_ONCE", 1_000)
    monkeypatch.setattr(sightings, "PIECES_AT_ONCE", 500)
    laps = 1000 + 900 * np.sin(np.arange(60_000) / 1_000)
    jitter = np.random.default_rng(1).normal(0, 4, (2, 60_000))
    went = Track(laps + jitter[0], jitter[1], np.arange(60_000.0), np.full(60_000, 5.0), np.array([0, 60_000]))
    lines = Lines([STRAIGHT])
    small = see(went, lines, 26.0)
    monkeypatch.undo()
    whole = see(went, lines, 26.0)
    assert seen_cm(small, lines) == seen_cm(whole, lines)
    assert len(small.line) == pytest.approx(len(whole.line), rel=0.1)
    assert (small.first_s.min(), small.last_s.max()) == (whole.first_s.min(), whole.last_s.max())
