"""Reading files of tracks: what phones and offices really write, and refusing the rest by name."""

import gzip
import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from api.tracks import read
from api.tracks.moments import period, unix_s
from api.tracks.read import Pace, parse_tracks, read_tracks
from layers.errors import BadCrs, BadFile, BadInput, NotFound, TooLarge

ZONE = ZoneInfo("Asia/Shanghai")
EIGHT = datetime(2026, 6, 30, 0, 0, tzinfo=UTC).timestamp()
GPX = """<?xml version="1.0"?><gpx version="1.1" creator="t" xmlns="http://www.topografix.com/GPX/1/1">
<wpt lat="30" lon="114"/>
<trk><name>一</name>
 <trkseg><trkpt lat="30.5" lon="114.5"><time>2026-06-30T00:00:00Z</time>
  <extensions><accuracy>4.5</accuracy></extensions></trkpt></trkseg>
 <trkseg><trkpt lat="30.6" lon="114.6"><time>2026-06-30T00:00:10.5Z</time></trkpt></trkseg></trk>
<trk><trkseg/></trk>
<trk><trkseg><trkpt lat="30.7" lon="114.7"><time>2026-06-30T08:00:00</time></trkpt></trkseg></trk></gpx>"""


def parsed(content, name="t", pace=None):
    raw = content if isinstance(content, bytes) else content.encode()
    return parse_tracks(raw, name, ZONE, pace)


def features(*pairs):
    made = [{"type": "Feature", "properties": p, "geometry": {"type": k, "coordinates": c}} for k, c, p in pairs]
    return json.dumps({"type": "FeatureCollection", "features": made})


def test_gpx_has_one_track_for_each_trk_with_its_segments_one_after_another():
    first, second = parsed(GPX).tracks
    assert (first.number, first.device, first.lon.tolist(), first.lat.tolist()) == (
        1,
        None,
        [114.5, 114.6],
        [30.5, 30.6],
    )
    assert first.time_s.tolist() == [EIGHT, EIGHT + 10.5]
    assert first.accuracy_m[0] == 4.5 and np.isnan(first.accuracy_m[1])
    assert (second.number, second.time_s.tolist()) == (2, [EIGHT])


@pytest.mark.parametrize(
    ("content", "error", "word"),
    [
        ('<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY a "b">]><gpx>&a;</gpx>', BadFile, "DOCTYPE"),
        ('<!DOCTYPE gpx SYSTEM "http://x/y"><gpx version="1.1"/>', BadFile, "DOCTYPE"),
        ("<gpx><trk>", BadFile, "不是完整的 GPX"),
        ('<gpx version="1.1"><wpt lat="1" lon="2"/></gpx>', BadInput, "没有轨迹点"),
        (GPX.replace("<time>2026-06-30T08:00:00</time>", ""), BadInput, "第 2 条轨迹没有时间"),
        (GPX.replace("<time>2026-06-30T00:00:10.5Z</time>", ""), BadInput, "第 2 个点没有时间"),
        ("", BadFile, "是空的"),
        ("{", BadFile, "GeoJSON"),
        ('{"type":"FeatureCollection","features":7}', BadFile, "要素数组"),
        (features(("Polygon", [], {})), BadInput, "没有轨迹"),
        (features(("LineString", [[114, 30], [115, 30]], {"times": ["2026-01-01"]})), BadInput, "2 个顶点"),
        (features(("LineString", [[114, 30], "x"], {})), BadInput, "第 2 个坐标"),
        (features(("LineString", [[114, 30]], {"coordTimes": ["什么"]})), BadInput, "第 1 行的时间"),
        ('{"type":"LineString","coordinates":[],"crs":{"properties":{"name":"EPSG:3857"}}}', BadCrs, "3857"),
        ('{"type":"LineString","coordinates":[],"crs":{"properties":{"name":"²"}}}', BadCrs, "²"),
        ('{"type":"LineString","coordinates":[],"crs":{"properties":7}}', BadInput, "没有定位点"),
        ("a,b\n1,2\n", BadInput, "经度、纬度列"),
        ("lon,lat,time\n", BadFile, "没有数据"),
        ("lon,lat,time\n114,30\n", BadFile, "第 2 行有 2 列"),
        ("lon,lat,time\n114,30,2026-06-30\n114,x,2026-06-30\n", BadInput, "第 3 行的 lat"),
        ("lon,lat,time\n114,30,2026-06-30\n114,30,\n", BadInput, "第 3 行的时间"),
        ("lon,lat\n114,30\n", BadInput, "--start"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_by_its_place_and_remedy(content, error, word):
    with pytest.raises(error, match=word):
        parsed(content)


def test_csv_is_read_by_the_names_of_its_columns_in_chinese_and_gbk():
    text = (
        "设备编号,定位时间,经度(度),纬度,精度(米)\n甲,2026/6/30 8:00:00,114.5,30.5,6\n"
        "乙,2026年6月30日8时0分5秒,114.6,30.6,\n甲,2026-06-30 08:00:10,,,\n"
    )
    for encoding in ("gb18030", "utf-8-sig", "utf-16"):
        first, second = parsed(text.encode(encoding)).tracks
        assert (first.device, first.time_s.tolist(), first.accuracy_m[0]) == ("甲", [EIGHT, EIGHT + 10], 6)
        assert np.isnan(first.lon[1])
        assert (second.device, second.time_s.tolist()) == ("乙", [EIGHT + 5])


def test_csv_rows_are_grouped_by_patrol_and_gzip_is_opened():
    text = (
        "patrol_id,fixtime,lon,lat\np,2024-01-02 07:26:55.331+00:00,34.9,-1.2\n"
        "q,1704180415331,34.8,-1.3\np,1704180416,34.9,-1.2\n"
    )
    tracks = parsed(gzip.compress(text.encode())).tracks
    assert [(track.number, len(track), track.device) for track in tracks] == [(1, 2, None), (2, 1, None)]
    assert tracks[0].time_s[0] == tracks[1].time_s[0] == 1704180415.331


def test_geojson_lines_points_and_nested_times_are_read():
    line = features(
        (
            "LineString",
            [[114, 30, 5], [114.1, 30]],
            {"coordTimes": ["2026-06-30T00:00:00Z", EIGHT * 1000 + 500], "device": 7},
        )
    )
    (track,) = parsed(line).tracks
    assert (track.device, track.time_s.tolist()) == ("7", [EIGHT, EIGHT + 0.5])
    many = features(
        ("MultiLineString", [[[114, 30]], [[115, 30]]], {"coordinateProperties": {"times": [[EIGHT], [EIGHT + 1]]}})
    )
    assert parsed(many).tracks[0].time_s.tolist() == [EIGHT, EIGHT + 1]
    points = features(
        *(("Point", [114 + n, 30], {"time": EIGHT + n, "设备": "ab"[n % 2], "accuracy": "3"}) for n in range(3))
    )
    first, second = parsed(points).tracks
    assert (first.device, first.lon.tolist(), second.lon.tolist(), first.accuracy_m[0]) == ("a", [114, 116], [115], 3)


def test_a_track_without_times_is_given_them_when_asked():
    pace = Pace(datetime.fromtimestamp(EIGHT, UTC), 10.0)
    file = parsed(features(("LineString", [[114, 30], [114, 30.009], [114, 30.018]], {})), pace=pace)
    assert file.times_given
    assert np.diff(file.tracks[0].time_s) == pytest.approx([99.8, 99.8], abs=0.1)
    assert not parsed(GPX, pace=pace).times_given


def test_a_missing_file_and_one_too_large_are_refused(tmp_path, monkeypatch):
    with pytest.raises(NotFound, match="没有文件"):
        read_tracks(tmp_path / "none.gpx", ZONE)
    monkeypatch.setattr(read, "MAX_FILE_BYTES", 100)
    (tmp_path / "large.csv").write_bytes(b"x" * 101)
    with pytest.raises(TooLarge):
        read_tracks(tmp_path / "large.csv", ZONE)
    with pytest.raises(TooLarge, match="解开"):
        parsed(gzip.compress(b"x" * 101))
    with pytest.raises(BadFile, match="压缩"):
        parsed(gzip.compress(b"x" * 50)[:-9])


@pytest.mark.parametrize(
    "text", ["2026-06-30T08:00+08:00", "2026-06-30T00:00:00Z", "2026-06-30 08:00", "2026/6/30 8:00", str(EIGHT), EIGHT]
)
def test_times_are_read_as_people_write_them(text):
    assert unix_s(text, ZONE) == EIGHT


@pytest.mark.parametrize("value", ["", "昨天", None, True, [], "nan", "inf", "2026-13-01", "9" * 400])
def test_what_is_no_time_is_refused(value):
    with pytest.raises((ValueError, OverflowError)):
        unix_s(value, ZONE)


def test_a_period_is_half_open_in_the_citys_zone():
    assert period("2026-06-01", "2026-07-01", ZONE) == (
        datetime(2026, 6, 1, tzinfo=ZONE),
        datetime(2026, 7, 1, tzinfo=ZONE),
    )
    assert period(None, None, ZONE) == (None, None)
    for start, end, told in (
        ("2026-07-01", "2026-06-01", "不早于"),
        ("2026-07-01", "2026-07-01", "不早于"),
        ("明天", None, "看不懂"),
        ("0001-01-01", None, "太早"),
        ("1969-12-31T23:59:59+08:00", None, "太早"),
        (None, "9999-12-31T23:00:00-08:00", "太晚"),
    ):
        with pytest.raises(BadInput, match=told):
            period(start, end, ZONE)
    assert period("1970-01-01", None, ZONE)[0] == datetime(1970, 1, 1, tzinfo=ZONE)
