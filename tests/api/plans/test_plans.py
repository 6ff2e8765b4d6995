"""A plan from asking to answer: asked for, completed, on the roads, changed by hand, held against walks."""

import json
from datetime import datetime

import numpy as np
import pytest
import shapely

from tests.api.conftest import drained
from tests.api.plans.conftest import FEW, START, ask

DAY = "2026-03-02"


@pytest.fixture(scope="module")
def solved(street):
    crews = [
        {"crew": "甲", "start": START, "breaks": [{"from": "10:00", "to": "11:00", "minutes": 15}]},
        {"name": "志愿者", "start": START, "from": "08:30", "to": "08:50"},
    ]
    answer = ask(street, {"name": "周一", "day": DAY, "crews": crews, "options": FEW})
    assert answer.status_code == 201, answer.text
    assert answer.json()["status"] == "done", answer.json()["fault"]
    return answer.json()


@pytest.fixture
def patch(street, solved):
    def run(*changes, headers=None, **more):
        body = more | ({"changes": list(changes)} if changes else {})
        return street.client.patch(f"/plans/{solved['code']}", json=body, headers=headers)

    return run


def moments(*texts):
    return [datetime.fromisoformat(text) for text in texts]


def test_it_pays_what_is_owed_and_says_what_it_leaves_and_why(solved):
    totals = solved["totals"]
    assert totals["pieces"] > 0 and totals["debt_before_m_days"] > totals["debt_after_m_days"]["sure"] > 0
    left = {piece["target"]: piece["why"] for piece in solved["pieces"] if piece["state"] == "left_out"}
    assert left["R3"] == "unreachable" and all(piece["why_text"] for piece in solved["pieces"] if piece["why"])
    (promise,) = solved["promise"]
    assert (promise["duty"], promise["before"]) == ("LX-1", totals["debt_before_m_days"])
    assert solved["bound"]["reached"] <= solved["bound"]["worth"] and solved["network"]["edges"] >= 5


def test_its_routes_keep_the_hours_and_follow_the_roads(solved):
    route, other = solved["routes"]
    assert (route["crew"], route["day"], other["name"]) == ("甲", DAY, "志愿者")
    first, last, since, until = moments(route["from_at"], route["to_at"], f"{DAY}T08:00+08:00", f"{DAY}T12:00+08:00")
    assert since <= first <= last <= until
    assert len(route["times"]) == len(route["line"]["coordinates"]) and route["times"] == sorted(route["times"])
    roads = shapely.MultiLineString([[(114.509, 30.563), (114.519, 30.563)], [(114.514, 30.558), (114.514, 30.568)]])
    assert shapely.hausdorff_distance(shapely.LineString(route["line"]["coordinates"]), roads) < 0.006
    assert all(shapely.Point(place).distance(roads) < 1e-5 for place in route["line"]["coordinates"])
    kinds = [stop["kind"] for stop in route["stops"]]
    assert kinds[0] == "start" and kinds[-1] == "end" and kinds.count("break") == 1
    assert route["directions"] and all(one["text"] for one in route["directions"])
    duties = [duty for stop in route["stops"] for duty in stop["duties"]]
    assert {(duty["post"], duty["post_name"]) for duty in duties} == {("LZ-1", "一号路长")}


def test_what_nobody_said_is_completed_from_the_register_and_told(solved):
    crew, other = solved["crews"]
    assert (crew["from"], crew["to"], crew["posts"], crew["mode"]) == ("08:00", "12:00", ["LZ-1"], "foot")
    assert set(crew["defaults"]) == {"most_m", "end"}
    assert set(other["defaults"]) == {"mode", "posts", "most_m", "end"}
    assert solved["options"] | FEW == solved["options"] and solved["options"]["seconds"] is None


def test_it_is_on_the_map_and_on_paper(street, solved):
    path = f"/plans/{solved['code']}"
    layer = street.client.get(path, params={"format": "geojson", "crew": "甲"}).json()
    assert {feature["properties"]["what"] for feature in layer["features"]} == {"route", "stop", "piece"}
    assert all(feature["properties"]["title"] for feature in layer["features"])
    gpx = street.client.get(path, params={"format": "gpx", "crew": "甲"})
    assert gpx.headers["content-type"] == "application/gpx+xml" and b"<trkpt" in gpx.content
    assert street.client.get(path, params={"format": "pdf", "crew": "甲"}).content[:5] == b"%PDF-"
    assert street.client.get(path, params={"crew": "丙"}).status_code == 404


def test_a_change_is_judged_at_once_and_kept_only_where_it_is_to_be(street, solved, patch):
    piece = next(one for one in solved["pieces"] if one["route"] == f"甲·{DAY}")
    tried = patch({"piece": piece["piece"], "route": None}, save=False).json()
    assert tried["totals"]["pieces"] == solved["totals"]["pieces"] - 1 and tried["revision"] == 1
    assert tried["totals"]["debt_after_m_days"]["sure"] > solved["totals"]["debt_after_m_days"]["sure"]
    assert street.client.get(f"/plans/{solved['code']}").json()["routes"] == solved["routes"]
    moved = patch({"piece": piece["piece"], "route": f"志愿者·{DAY}", "fixed": True}, headers={"If-Match": '"1"'})
    assert moved.status_code == 200 and moved.headers["etag"] == '"2"'
    held = next(one for one in moved.json()["pieces"] if one["piece"] == piece["piece"])
    assert (held["route"], held["fixed"]) == (f"志愿者·{DAY}", True)
    assert moved.json()["revisions"][-1]["what"].endswith("移给志愿者,固定")
    late = patch({"piece": piece["piece"], "route": None}, headers={"If-Match": '"1"'})
    assert late.status_code == 412 and "第 2 版" in late.json()["detail"]


def test_a_change_that_breaks_hours_is_told_not_refused(solved, patch):
    pieces = [one["piece"] for one in solved["pieces"] if one["route"] == f"甲·{DAY}"]
    crowded = patch(*({"piece": one, "route": f"志愿者·{DAY}"} for one in pieces), save=False).json()
    assert crowded["routes"][1]["over"]


def test_going_back_is_a_revision_too_and_forgets_what_came_after(solved, patch):
    back = patch(revision=1).json()
    assert (back["routes"], back["revision"]) == (solved["routes"], back["revisions"][-1]["revision"])
    same = patch({"piece": solved["pieces"][0]["piece"], "fixed": True}, save=False).json()
    assert same["totals"] == solved["totals"]
    assert patch(name="周一早班").json()["name"] == "周一早班"


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({}, 400, "没有说清"),
        ({"revision": 99}, 404, "第 99 版"),
        ({"changes": [{"piece": "没有", "route": None}]}, 404, "没有"),
        ({"changes": [{"piece": "x", "position": -1}]}, 400, "不小于 0"),
        ({"changes": [{"route": None}]}, 400, "piece"),
    ],
)
def test_a_change_that_cannot_be_is_refused_in_words(street, solved, body, status, said):
    answer = street.client.patch(f"/plans/{solved['code']}", json=body)
    assert answer.status_code == status and said in answer.json()["detail"]


def test_a_plan_that_was_walked_is_told_so_piece_by_piece(street, solved):
    path = f"/plans/{solved['code']}/result"
    before = street.client.get(path).json()
    assert before["totals"]["missed"] == before["totals"]["planned"] > 0
    assert {piece["why"] for piece in before["pieces"]} == {"not_out"}
    route = solved["routes"][0]
    times = np.arange(route["times"][0], route["times"][-1], 20)
    lon, lat = (np.interp(times, route["times"], axis) for axis in zip(*route["line"]["coordinates"], strict=True))
    fixes = [[float(time), x, y, 3] for time, x, y in zip(times, lon, lat, strict=True)]
    sent = {"code": "甲-1", "device": "手机-甲", "mode": "foot", "crew": "甲", "post": "LZ-1", "fixes": fixes}
    headers = street.person("dispatcher")
    made = street.client.post("/patrols", json=sent, headers=headers)
    assert made.status_code == 201, made.text
    drained(street)
    after = street.client.get(path, headers=headers).json()
    own = [piece for piece in after["pieces"] if piece["crew"] == "甲"]
    assert {piece["state"] for piece in own} == {"walked"} and {piece["by"] for piece in own} == {"甲-1"}
    assert after["legs"]["features"] and after["totals"]["debt_after_m_days"] < after["totals"]["debt_before_m_days"]
    assert json.dumps(after)
