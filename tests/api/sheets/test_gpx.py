"""The GPX of a plan: what our own reader reads back is the planned line; names in Chinese; one file a crew."""

import io
import zipfile
from datetime import date
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import gpxpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.sheets.gpx import gpx_of, gpx_zip
from api.tracks.gpx import read_gpx
from layers.errors import NotFound
from tests.api.sheets.plans import plan, route, stop

ZONE = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 7, 1)
DEGREES = st.tuples(
    st.floats(114, 115, allow_nan=False).map(lambda x: round(x, 7)), st.floats(30, 31).map(lambda y: round(y, 7))
)


@given(st.lists(DEGREES, min_size=1, max_size=40), st.integers(1_700_000_000, 1_900_000_000))
def test_our_own_reader_reads_back_the_line_and_its_times(places, begin):
    times = [begin + 7 * n for n in range(len(places))]
    one = route(DAY, line={"type": "LineString", "coordinates": [list(place) for place in places]}, times=times)
    [track] = read_gpx(gpx_of(plan(DAY, one), one["route"]), "x.gpx", ZONE)
    assert track.lon.tolist() == [lon for lon, _ in places]
    assert track.lat.tolist() == [lat for _, lat in places]
    assert track.time_s.tolist() == times


def test_its_stops_are_a_route_and_way_points_that_say_in_chinese_what_to_do():
    one = route(DAY, stops=[stop(DAY, 510, "start", 0), stop(DAY, 520, unverified=True), stop(DAY, 600, "end", 0)])
    gpx = gpxpy.parse(gpx_of(plan(DAY, one), one["route"]))
    assert gpx.version == "1.1"
    assert "计划,非已完成" in gpx.description and "WGS84" in gpx.description
    names = ["出发 街道办事处", "1 巡查 严西湖湖岸 100–200 米", "收队 街道办事处"]
    assert [point.name for point in gpx.routes[0].points] == names
    assert [point.name for point in gpx.waypoints] == names
    assert gpx.waypoints[1].description == (
        "巡查 08:40–08:52;100 米;未验证可通行;湖岸每月一次(岗位:街道级湖长,欠 850 米·天)"
    )


def test_what_no_xml_can_hold_is_taken_out_of_names():
    one = route(DAY, stops=[stop(DAY, 520, name="湖\x0b岸\x00 <&>\ud800")])
    root = ElementTree.fromstring(gpx_of(plan(DAY, one), one["route"]))
    assert root.find("{*}wpt/{*}name").text == "1 巡查 湖 岸  <&> "


def test_a_crew_of_several_days_has_one_file_and_each_crew_its_own():
    days = [route(DAY), route(date(2026, 7, 2)), route(DAY, "XC-02", "骑行/二组")]
    packed = zipfile.ZipFile(io.BytesIO(gpx_zip(plan(DAY, *days))))
    assert packed.namelist() == ["P20260701-1 步行一组 XC-01.gpx", "P20260701-1 骑行_二组 XC-02.gpx"]
    assert [len(gpxpy.parse(packed.read(name)).tracks) for name in packed.namelist()] == [2, 1]


def test_crews_of_names_that_no_file_may_have_or_that_are_too_long_have_a_file_each():
    names = ["甲/组", "甲:组", "组" * 200, "组" * 199 + "员"]
    packed = zipfile.ZipFile(io.BytesIO(gpx_zip(plan(DAY, *(route(DAY, name, name) for name in names)))))
    assert len(set(packed.namelist())) == 4 and max(len(name.encode()) for name in packed.namelist()) < 255


def test_the_same_plan_is_the_same_bytes_and_a_route_that_is_not_there_is_named():
    assert gpx_zip(plan()) == gpx_zip(plan())
    with pytest.raises(NotFound, match="没有路线 '丙组':现有 步行一组"):
        gpx_of(plan(), "丙组")
