"""What answers over HTTP tell of a patrol's datum, flags, credits and cleaning, and to whom."""

import json

import numpy as np
import pytest

from api.tracks.track import RawTrack
from tests.api.conftest import until
from tests.api.test_doubts import START_S, streets, walk


def posted(desk, track, code, **outing):
    rows = zip(track.time_s.tolist(), track.lon.tolist(), track.lat.tolist(), track.accuracy_m.tolist(), strict=True)
    body = {"code": code, "device": track.device, "fixes": [list(row) for row in rows], **outing}
    answer = desk.client.post("/patrols", json=body, headers=desk.person("dispatcher"))
    assert answer.status_code == 201, answer.text
    return answer.json()


def told(desk, code, *roles):
    answer = desk.client.get(f"/patrols/{code}", headers=desk.person(*(roles or ("dispatcher",))))
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture(scope="module")
def town(desk):
    """Streets, a duty to see them weekly, and three patrols: one in another datum, one lying, one clean."""
    desk.run(streets())
    desk.run("INSERT INTO city.post (code, kind, name, valid_from) VALUES ('L1', 'road_chief', '路长', '2026-01-01')")
    desk.run(
        "INSERT INTO city.duty (code, name, post_code, layer, targets, interval_days, reach_m, min_metres, settled_by, "
        "citation, valid_from) VALUES ('D1', '路巡', 'L1', 'road', 'all', 7, 25, 300, 'own', '示例', '2026-01-01')"
    )
    desk.first = posted(desk, walk(sent_in="gcj02"), "甲", post="L1")
    posted(desk, walk(device="手机-2", minutes=60, mps=0.0, start_s=START_S + 86_400), "乙", post="L1")
    posted(desk, walk(3, device="手机-3", start_s=START_S + 2 * 86_400), "丙")
    return desk


def test_the_answer_to_a_track_and_the_patrol_itself_say_in_words_which_datum_it_is_in(town):
    assert "像是 GCJ-02" in town.first["datum"]["words"]
    datum = told(town, "甲")["datum"]
    assert (datum["declared"], datum["found"], datum["used"]) == ("wgs84", "gcj02", "gcj02")
    assert datum["odds"]["gcj02"] > 0.99 and "已按 GCJ-02 换算" in datum["words"]
    assert "确为申报的 WGS84" in told(town, "丙")["datum"]["words"]


def test_a_patrol_tells_its_flags_with_numbers_and_where_it_stood(town):
    lying = told(town, "乙")
    (flag,) = lying["flags"]
    assert (flag["kind"], flag["title"], flag["other"]) == ("left_lying", "设备闲置", None)
    assert "没有移动" in flag["words"] and "4.0 米" in flag["words"]
    (stay,) = lying["stays"]
    assert stay["minutes"] == pytest.approx(59.75) and stay["radius_m"] < 20
    assert told(town, "丙")["flags"] == [] == told(town, "丙")["stays"]


def test_a_patrol_tells_what_it_is_credited_with_and_why_not(town):
    (credit,) = told(town, "甲")["credits"]
    assert (credit["duty"], credit["effective"], credit["reasons"]) == ("D1", True, [])
    assert credit["metres"] == pytest.approx(told(town, "甲")["seen"][0]["seen_m"], abs=0.1)
    (barred,) = told(town, "丙")["credits"]
    assert (barred["effective"], barred["metres"], barred["words"][0]) == (False, 0, "无权履行该职责")
    (doubted,) = told(town, "乙")["credits"]
    assert "轨迹存疑,不计入" in doubted["words"]


def test_what_a_patrol_is_credited_with_is_what_performance_counts(town):
    answer = town.client.get("/duties/performance?period=2026-06&by=duty&duty=D1", headers=town.person("dispatcher"))
    (duty,) = answer.json()["duties"]
    assert {row["patrol"] for row in duty["patrols"] if row["effective"]} == {"甲"}
    assert all(told(town, row["patrol"])["credits"][0]["reasons"] == row["reasons"] for row in duty["undone"])


def test_the_account_of_cleaning_names_every_reason(town):
    cleaning = told(town, "甲")["cleaning"]
    assert (cleaning["fixes_read"], cleaning["fixes_kept"], cleaning["left_out"]) == (160, 160, [])
    spiked = walk(5, device="手机-5", start_s=START_S + 5 * 86_400)
    spiked.lon[40] += 0.02
    posted(town, spiked, "丁")
    assert told(town, "丁")["cleaning"]["left_out"] == [{"reason": "spike", "words": "跳点", "fixes": 1}]


def test_an_analyst_is_told_no_places_and_no_persons_and_a_viewer_nothing(town):
    number = town.run("SELECT patrol_id FROM city.patrol WHERE code = '乙'")
    seen = told(town, f"patrol-{number}", "analyst")
    assert (seen["stays"], "made_by" in seen) == (None, False)
    assert seen["device"].startswith("device-")
    (flag,) = seen["flags"]
    assert flag["words"] and not {"x_m", "y_m"} & flag["evidence"].keys()
    town.run("INSERT INTO city.edition (layer, name, sample) VALUES ('road', '实测', false)")
    until(lambda: town.client.app.state.gate.watch.known().holding != "sample")
    assert town.status("/patrols/乙", town.person("viewer")) == 403


def test_late_fixes_that_dispel_a_doubt_supersede_it(town):
    whole = walk(6, device="手机-7", minutes=60, mps=0.0, start_s=START_S + 8 * 86_400)
    minute = (whole.time_s - whole.time_s[0]) / 60
    whole.lon[:] += np.interp(minute, [15, 27, 39], [0, 0.009, 0])  # 860 m along the street, and back
    rows = np.column_stack([whole.lon, whole.lat, whole.time_s, whole.accuracy_m])
    silent = (minute > 15) & (minute < 39)
    posted(town, RawTrack(1, whole.device, *rows[~silent].T), "戊")
    assert [flag["kind"] for flag in told(town, "戊")["flags"]] == ["left_lying"]
    sent = rows[silent][:, [2, 0, 1, 3]].tolist()
    headers = town.person("dispatcher") | {"Content-Type": "application/json"}
    assert town.client.post("/patrols/戊/fixes", content=json.dumps(sent), headers=headers).status_code == 201
    until(lambda: told(town, "戊")["sightings"]["pending_fixes"] == 0, 20)
    assert told(town, "戊")["flags"] == []
    assert town.run("SELECT count(*) FROM city.flag WHERE known_to IS NOT NULL AND kind = 'left_lying'") == 1
