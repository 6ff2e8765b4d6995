"""Coverage of what is sent along: lines held against buffers, anywhere on earth; nonsense refused with the reason."""

import gzip
import json

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.crs import METRIC_DEFAULT, WIRE, transformer

HUASHAN = (114.5, 30.56)


def collection(*shapes):
    features = [
        {"type": "Feature", "id": f"t{number}", "properties": {}, "geometry": json.loads(shapely.to_geojson(shape))}
        for number, shape in enumerate(shapes)
    ]
    return {"type": "FeatureCollection", "features": features}


def moved(places_m, at=HUASHAN):
    """Places in metres east and north of somewhere, as longitude and latitude."""
    local = f"+proj=tmerc +lat_0={at[1]} +lon_0={at[0]} +ellps=WGS84 +units=m"
    x, y = np.array(places_m, dtype=float).T
    return np.column_stack(transformer(local, WIRE).transform(x, y))


def walk(places_m, at=HUASHAN, *, start_s=1_750_000_000, every_s=15, accuracy_m=4.0, **track):
    fixes = [[start_s + every_s * n, lon, lat, accuracy_m] for n, (lon, lat) in enumerate(moved(places_m, at).tolist())]
    return {"id": "w", "fixes": fixes, **track}


@pytest.fixture(scope="module")
def compute(desk):
    headers = desk.person("viewer")

    def asked(targets, tracks, **more):
        body = {"targets": targets, "tracks": tracks, "reach_m": 25, **more}
        return desk.client.post("/coverage/compute", json=body, headers=headers)

    return asked


@pytest.mark.parametrize("time", [1e18, 1e300, 2**63, "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00"])
def test_a_time_in_no_calendar_is_refused_by_its_number(compute, time):
    track = walk([(0, 7), (20, 7)])
    track["fixes"][1][0] = time
    answer = compute(collection(shapely.LineString(moved([(0, 0), (90, 0)]))), [track])
    assert answer.status_code == 400 and "第 2 个点" in answer.json()["detail"], answer.text


STRAIGHT = [(20 * n, 7) for n in range(16)]


@pytest.mark.parametrize(
    "at", [HUASHAN, (34.9, -1.4), (179.999, 10.0), (-180, -45), (12.0, 89.9), (0, -89.99)], ids=str
)
def test_a_straight_walk_beside_a_line_sees_what_trigonometry_says(compute, at):
    line = shapely.LineString(moved([(-100, 0), (500, 0)], at))
    answer = compute(collection(line), [walk(STRAIGHT, at)])
    assert answer.status_code == 200, answer.text
    told = answer.json()["targets"][0]
    assert told["id"] == "t0" and told["length_m"] == pytest.approx(600, abs=0.1)
    assert told["seen_m"]["nominal"] == pytest.approx(348, abs=0.1)  # 24 m beyond each end
    assert told["seen_m"]["sure"] < told["seen_m"]["nominal"] < told["seen_m"]["possible"]
    assert told["intervals"][0][0] == pytest.approx(76, abs=0.1)
    assert told["intervals"][-1][1] == pytest.approx(424, abs=0.1)
    assert told["intervals"][0][2].startswith("2025-06-15T")
    unseen = shapely.geometry.shape(told["unseen"])
    assert unseen.geom_type == "MultiLineString" and len(unseen.geoms) == 2


def test_the_answer_names_its_metric_system(compute):
    here = compute(collection(shapely.LineString(moved([(0, 0), (9, 0)]))), []).json()
    assert (here["metric_crs"], here["targets"][0]["seen_m"]["possible"]) == (METRIC_DEFAULT, 0)
    assert here["targets"][0]["intervals"] == [] and here["targets"][0]["unseen"] is not None
    kenya = compute(collection(shapely.LineString(moved([(0, 0), (9, 0)], (34.9, -1.4)))), []).json()
    assert kenya["metric_crs"].startswith("+proj=tmerc +lat_0=-1.4")


def test_chainage_runs_from_the_first_vertex_part_after_part(compute):
    ring = [(200, 200), (200, -200), (-200, -200), (-200, 200), (200, 200)]
    both = shapely.MultiLineString([moved([(-900, 0), (-800, 0)]).tolist(), moved(ring).tolist()])
    told = compute(collection(both), [walk([(200, 190), (200, 180)])]).json()["targets"][0]
    assert told["intervals"][0][0] == pytest.approx(100, abs=0.05)
    assert told["intervals"][-1][1] == pytest.approx(100 + 1600, abs=0.05)


def test_a_spike_a_gap_and_a_speed_of_ones_own_are_accounted_for(compute):
    line = collection(shapely.LineString(moved([(-100, 0), (500, 0)])))
    track = walk(STRAIGHT)
    track["fixes"][5] = [track["fixes"][5][0], *moved([(5000, 5000)])[0].tolist(), None]
    answer = compute(line, [track]).json()
    assert answer["tracks"][0]["left_out"] == {"spike": 1}
    assert answer["tracks"][0]["default_accuracy_m"] == 10
    apart = compute(line, [walk(STRAIGHT)], max_gap_s=10).json()
    assert apart["tracks"][0]["legs"] == 16
    slow = compute(line, [walk(STRAIGHT)], max_speed_mps=1).json()
    assert slow["targets"][0]["seen_m"]["nominal"] == 0
    assert slow["tracks"][0]["left_out"] == {"alone": 16}


def test_an_accuracy_that_is_none_and_a_track_with_its_axes_turned_are_told(compute):
    line = collection(shapely.LineString(moved([(-100, 0), (500, 0)])))
    track, turned = walk(STRAIGHT), walk(STRAIGHT)
    for number, accuracy_m in enumerate((None, -3, 0)):
        track["fixes"][number][3] = accuracy_m
    turned["fixes"] = [[time, lat, lon, accuracy_m] for time, lon, lat, accuracy_m in turned["fixes"]]
    told, wrong = compute(line, [track, turned]).json()["tracks"]
    assert (told["default_accuracy_fixes"], told["hint"]) == (2, None)
    assert wrong["fixes_kept"] == 0 and "经纬度" in wrong["hint"]


def test_each_interval_is_one_tracks_and_lengths_count_once(compute):
    line = collection(shapely.LineString(moved([(-100, 0), (500, 0)])))
    twice = [walk(STRAIGHT), walk(STRAIGHT, start_s=1_750_090_000)]
    told = compute(line, twice).json()["targets"][0]
    assert told["seen_m"]["nominal"] == pytest.approx(348, abs=0.1)
    assert sum(to - start for start, to, *_ in told["intervals"]) == pytest.approx(696, abs=0.2)


def test_a_datum_is_undone(compute):
    from geo.tracks.datum import wgs84_to_gcj02

    line = collection(shapely.LineString(moved([(-100, 0), (500, 0)])))
    shifted = walk(STRAIGHT, datum="gcj02")
    shifted["fixes"] = [[t, *map(float, wgs84_to_gcj02(lon, lat)), e] for t, lon, lat, e in shifted["fixes"]]
    assert compute(line, [shifted]).json()["targets"][0]["seen_m"]["nominal"] == pytest.approx(348, abs=0.1)


place = st.tuples(st.integers(-200, 200), st.integers(-200, 200))


@given(st.lists(place, min_size=2, max_size=6), st.lists(place, min_size=1, max_size=8), st.integers(1, 80))
@settings(max_examples=25)
def test_what_is_seen_lies_between_inner_and_outer_buffers(compute, target, fixes, reach_m):
    if len(set(target)) < 2:
        return
    answer = compute(
        collection(shapely.LineString(moved(target))),
        [walk(fixes, every_s=60, accuracy_m=None)],
        reach_m=reach_m,
        max_speed_mps=1000,
        max_gap_s=100,
    ).json()
    line = shapely.LineString(np.column_stack(transformer(WIRE, METRIC_DEFAULT).transform(*moved(target).T)))
    xy = np.column_stack(transformer(WIRE, METRIC_DEFAULT).transform(*moved(fixes).T))
    steps = [shapely.LineString(pair) for pair in np.stack([xy[:-1], xy[1:]], axis=1)] or [shapely.Point(xy[0])]
    inner = shapely.union_all([step.buffer(reach_m, quad_segs=64) for step in steps])
    outer = shapely.union_all([step.buffer(reach_m / np.cos(np.pi / 256), quad_segs=64) for step in steps])
    seen_m, slack_m = answer["targets"][0]["seen_m"]["nominal"], 0.02 * len(target)
    if line.is_simple:
        assert line.intersection(inner).length - slack_m <= seen_m <= line.intersection(outer).length + slack_m


def test_targets_too_far_apart_are_refused(compute):
    far = shapely.LineString([(10, 50), (15, 50)])
    answer = compute(collection(far), [])
    assert (answer.status_code, "300 千米" in answer.json()["detail"]) == (400, True)


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({"targets": {"type": "FeatureCollection", "features": []}}, "features"),
        ({"targets": collection(shapely.LineString())}, "空"),
        ({"targets": collection(shapely.LineString([(200, 0), (201, 0)]))}, "180"),
        ({"targets": collection(shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]))}, "自相交"),
        ({"targets": collection(shapely.MultiPoint([(0, 0), (1, 1)]))}, "线、面或点"),
        ({"tracks": [{"id": 1, "fixes": [[1, 2]]}]}, "2 项"),
        ({"tracks": [{"id": 1, "fixes": [["x", 1, 1]]}]}, "时间"),
        ({"tracks": [{"id": 1, "fixes": [[0, "a", 1]]}]}, "lon"),
        (
            {"tracks": [{"id": 1, "fixes": [[114.5, 30.56, 1.78e9, 4]]}]},
            "轨迹 '1' 第 1 个点 [114.5, 30.56, 1780000000.0, 4]",
        ),
        ({"tracks": [{"id": 1, "fixes": [[114, 30, "2026-06-01 08:00"]]}]}, "次序应为 [时间, 经度, 纬度, 精度]"),
        ({"tracks": [{"id": 1, "mode": "horse", "fixes": []}]}, "'bicycle'、'car'、'boat' 或 'drone'"),
        ({"reach_m": -1}, "reach_m"),
        ({"reach_m": 1e9}, "reach_m"),
        ({"speed": 1}, "speed"),
    ],
)
def test_what_cannot_be_computed_is_refused_with_the_reason(compute, body, word):
    whole = {"targets": collection(shapely.LineString(moved([(0, 0), (9, 0)]))), "tracks": []} | body
    answer = compute(whole.pop("targets"), whole.pop("tracks"), **whole)
    assert (answer.status_code, word in answer.text) == (400, True), answer.text


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_a_coordinate_that_is_no_number_is_refused_and_warned_of_in_no_log(desk, number):
    shape = f'{{"type": "LineString", "coordinates": [[{number}, 30.5], [114.5, 30.5]]}}'
    body = f'{{"targets": {{"type": "FeatureCollection", "features": [{{"type": "Feature", "geometry": {shape}}}]}}'
    headers = desk.person("viewer") | {"Content-Type": "application/json"}
    answer = desk.client.post("/coverage/compute", content=body + ', "tracks": []}', headers=headers)
    assert (answer.status_code, "±180" in answer.json()["detail"]) == (400, True), answer.text


@pytest.mark.parametrize(
    "fixes",
    [
        [],
        [[0, 114.5, 30.56]],
        [[0, None, None, None]],
        [[n, 114.5, 30.56, 1e308] for n in range(3)],
        [[0, 10**400, 30.56, -(10**400)]],
        [[n, 1e308, -1e308, -5] for n in range(3)],
        [[0, 114.5, 30.56]] * 5,
    ],
)
def test_strange_fixes_are_left_out_and_counted(compute, fixes):
    answer = compute(collection(shapely.LineString(moved([(0, 0), (9, 0)]))), [{"id": "s", "fixes": fixes}])
    assert answer.status_code == 200, answer.text
    account = answer.json()["tracks"][0]
    assert account["fixes_kept"] + sum(account["left_out"].values()) == account["fixes_read"] == len(fixes)


def test_an_accuracy_of_nothing_is_exact(compute):
    line = collection(shapely.LineString(moved([(-100, 0), (500, 0)])))
    seen_m = compute(line, [walk(STRAIGHT, accuracy_m=0)]).json()["targets"][0]["seen_m"]
    assert len(set(seen_m.values())) == 1 and seen_m["sure"] == pytest.approx(348, abs=0.1)


def test_where_track_and_target_coincide_or_cross_is_seen_at_reach_0(compute):
    same = compute(collection(shapely.LineString(moved(STRAIGHT))), [walk(STRAIGHT, accuracy_m=0)], reach_m=0)
    target = same.json()["targets"][0]
    assert target["seen_m"]["nominal"] == pytest.approx(target["length_m"], abs=0.02)


AT_THE_EDGES = {
    "date line, as RFC 7946 cuts it": {"type": "MultiPolygon", "coordinates": [
        [[[179.99, 10], [180, 10], [180, 10.01], [179.99, 10.01], [179.99, 10]]],
        [[[-180, 10], [-179.99, 10], [-179.99, 10.01], [-180, 10.01], [-180, 10]]],
    ]},
    "date line, in one": {"type": "Polygon", "coordinates": [
        [[179.99, 10], [-179.99, 10], [-179.99, 10.01], [179.995, 10.005], [179.99, 10.01], [179.99, 10]]
    ]},
    "pole": {"type": "Polygon", "coordinates": [[[lon, 89.99] for lon in (0, 90, 180, -90, 0)]]},
}  # fmt: skip


@pytest.mark.parametrize("where", AT_THE_EDGES)
def test_areas_lie_across_the_date_line_and_around_a_pole(compute, where):
    shape = AT_THE_EDGES[where]
    given = {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": shape}]}
    told = compute(given, [walk([(0, 0)])])
    assert told.status_code == 200, told.text
    middle = "+lat_0=90 +lon_0=0" if where == "pole" else "+lat_0=10 +lon_0=180"
    flat = transformer(WIRE, f"+proj=laea {middle} +ellps=WGS84 +units=m").transform
    parts = shapely.get_parts(shapely.geometry.shape(shape))
    expected_m2 = shapely.area(shapely.transform(parts, lambda xy: np.column_stack(flat(*xy.T)))).sum()
    assert told.json()["targets"][0]["area_m2"] == pytest.approx(expected_m2, rel=1e-3)


def test_what_is_sent_may_be_packed(compute, desk):
    body = {"targets": collection(shapely.LineString(moved([(0, 0), (9, 0)]))), "tracks": []}
    headers = desk.person("viewer") | {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    packed = gzip.compress(json.dumps(body).encode())
    assert desk.client.post("/coverage/compute", content=packed, headers=headers).status_code == 200
    torn = desk.client.post("/coverage/compute", content=packed[:-9], headers=headers)
    assert (torn.status_code, "不完整" in torn.json()["detail"]) == (400, True)
