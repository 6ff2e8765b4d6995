"""Ninety days of patrols: small, the same every time, and with the faults that real tracks have."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
import shapely

from layers.crs import DEVICE, METRIC_DEFAULT, project
from seeds import tracks
from seeds.scene import scene

TODAY = date(2025, 6, 1)
FAULTS = {
    "定位跳点", "记录中断", "以车代步", "以骑代步", "重复定位点", "设备静置", "时钟错误", "坐标基准误报", "轨迹重放",
    "重复上报",
}  # fmt: skip


@pytest.fixture(scope="module")
def made():
    return list(tracks(TODAY))


def metres(track):
    return project(shapely.points(track.lon, track.lat), DEVICE, METRIC_DEFAULT)


def test_it_is_small(made):
    assert 150 <= len(made) <= 250
    assert sum(len(track.lon) for track in made) <= 150_000


def test_the_same_day_gives_the_same_tracks(made):
    for one, other in zip(made, tracks(TODAY), strict=True):
        assert one.code == other.code
        for field in ("times_s", "lon", "lat", "accuracy_m"):
            assert getattr(one, field).tobytes() == getattr(other, field).tobytes()


def test_another_day_moves_them_in_time_only(made):
    later = list(tracks(TODAY + timedelta(days=10)))
    assert [track.code for track in later] == [track.code for track in made]
    for before, after in zip(made, later, strict=True):
        assert (after.times_s - before.times_s == 864_000).all() and (before.lon == after.lon).all()


def test_they_end_before_today_and_reach_back_some_90_days(made):
    first = datetime.fromtimestamp(min(track.times_s.min() for track in made), UTC).date()
    last = datetime.fromtimestamp(max(track.times_s.max() for track in made), UTC).date()
    assert TODAY - timedelta(days=97) <= first <= TODAY - timedelta(days=85)
    assert TODAY - timedelta(days=4) <= last <= TODAY


def test_codes_are_unique_and_every_mode_goes_out(made):
    assert len({track.code for track in made}) == len(made)
    assert {track.mode for track in made} == {"foot", "bicycle", "car", "boat", "drone"}


def test_every_fault_occurs(made):
    assert {track.note for track in made} - {None} == FAULTS


def test_many_phones_send_gcj02_and_one_says_so_wrongly(made):
    assert sum(track.sent_in == "gcj02" for track in made) > 40
    wrong = [track for track in made if track.sent_in != track.datum]
    assert [track.note for track in wrong] == ["坐标基准误报"]


def test_fixes_come_every_5_to_20_seconds(made):
    for track in made:
        if track.note is None:
            step_s = np.diff(track.times_s)
            assert step_s.min() >= 2 and step_s.max() <= 20
            assert 4 < np.median(step_s) < 13


def test_a_crew_that_walks_a_bank_sees_it(made):
    shore = scene().water("严西湖").boundary
    walks = [track for track in made if track.crew == "YX00" and track.note is None]
    for walk in walks:
        assert (shapely.distance(shore, metres(walk)) < 25).mean() > 0.9


def test_some_shore_is_seen_often_and_much_of_it_never(made):
    shore = shapely.segmentize(scene().water("严东湖").boundary, 50)
    spots = shapely.points(shapely.get_coordinates(shore))
    seen = np.zeros(len(spots), dtype=int)
    for track in made:
        if track.note is None and len(track.lon) > 1:
            line = shapely.linestrings(shapely.get_coordinates(metres(track)))
            seen += shapely.distance(spots, line) < 25
    assert (seen == 0).mean() > 0.15
    assert (seen >= 5).mean() > 0.05


def test_the_night_watch_walks_at_night(made):
    hours = [
        (datetime.fromtimestamp(track.times_s[0], UTC) + timedelta(hours=8)).hour
        for track in made
        if track.crew == "YE00"
    ]
    assert hours and all(19 <= hour < 22 for hour in hours)


def test_no_device_is_in_two_places_unless_a_fault_says_so(made):
    spans: dict[str, list[tuple[float, float]]] = {}
    for track in made:
        if track.note not in ("重复上报", "时钟错误", "轨迹重放"):
            spans.setdefault(track.device, []).append((track.times_s.min(), track.times_s.max()))
    for own in spans.values():
        own.sort()
        assert all(before[1] < after[0] for before, after in pairwise(own))


def test_scale_sends_out_as_many_more_crews(made):
    doubled = list(tracks(TODAY, scale=2))
    assert len(doubled) == pytest.approx(2 * len(made), rel=0.1)
    assert {track.code for track in made} <= {track.code for track in doubled}
