"""Fixes in batches: safe before they are answered, once each whatever is sent how often, and worked out afterwards."""

import gzip
import json
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from api.limits import MAX_BODY_BYTES
from tests.api.conftest import drained
from tests.api.test_patrols import START

KNOWN = """
    SELECT layer, target_code, reach_m, bound, span::text, first_at, last_at FROM city.sighting
    WHERE known_to IS NULL ORDER BY layer, target_code, bound, span, first_at
"""


def fixes(first=0, count=12, *, accuracy=5):
    """Some of a walk along the road, a fix every 20 s."""
    start = START.timestamp()
    return [[start + 20 * n, 114.5 + n * 0.0003, 30.56, accuracy] for n in range(first, first + count)]


def opened(city, **more):
    answer = city.client.post("/patrols", json={"device": "手机-1", **more}, headers=city.person("patroller"))
    assert answer.status_code == 201, answer.text
    return answer.json()["code"]


def send(city, code, content, kind="application/json", **headers):
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    sent = {**city.person("patroller"), "Content-Type": kind, **headers}
    return city.client.post(f"/patrols/{code}/fixes", content=data, headers=sent)


def told(city, code):
    return city.client.get(f"/patrols/{code}", headers=city.person("dispatcher")).json()


def known(city):
    with city.engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(KNOWN)]


def test_batches_are_stored_at_once_and_worked_out_as_one_outing(city):
    code = opened(city)
    for first in (0, 8, 4):  # the last one fills a gap, late
        answer = send(city, code, {"fixes": fixes(first, 4)})
        assert (answer.status_code, answer.json()["stored"]) == (201, 4)
    drained(city)
    found = told(city, code)
    assert (found["fixes_kept"], len(found["legs"]["features"])) == (12, 1)
    assert found["sightings"]["pending_fixes"] == 0
    assert found["sightings"]["up_to"] == found["ended_at"]
    in_batches = known(city)
    city.forget_patrols()
    whole = city.client.post("/patrols", json={"device": "手机-1", "fixes": fixes()}, headers=city.person("patroller"))
    assert whole.json()["worked_out"]
    assert known(city) == in_batches and in_batches


def test_the_same_batch_again_is_repeated_and_changes_nothing(city):
    code = opened(city)
    send(city, code, fixes())
    drained(city)
    before = known(city)
    again = send(city, code, fixes())
    assert (again.status_code, again.json()["stored"], again.json()["repeated"]) == (200, 0, 12)
    drained(city)
    assert known(city) == before
    assert city.run("SELECT count(*) FROM city.sighting WHERE known_to IS NOT NULL") == 0
    assert told(city, code)["left_out"] == {"repeated": 12}


def test_late_fixes_supersede_only_what_they_change(city):
    code = opened(city)
    send(city, code, fixes(0, 5))
    drained(city)
    first = known(city)
    send(city, code, fixes(8, 4))
    drained(city)
    kept = set(first) & set(known(city))
    assert kept
    ended = city.run("SELECT count(*) FROM city.sighting WHERE known_to IS NOT NULL")
    assert ended == len(set(first) - kept)


@pytest.mark.parametrize("clients", [4])
def test_a_batch_sent_by_several_at_once_is_stored_once(city, clients):
    code = opened(city)
    with ThreadPoolExecutor(clients) as pool:
        answers = list(pool.map(lambda _: send(city, code, fixes(0, 200)), range(clients)))
    assert sorted(answer.json()["stored"] for answer in answers) == [0] * (clients - 1) + [200]
    assert sum(answer.json()["repeated"] for answer in answers) == 200 * (clients - 1)
    assert city.run("SELECT count(*) FROM city.fix") == 200


def test_a_time_that_another_position_holds_is_a_conflict_and_the_first_stays(city):
    code = opened(city)
    moved = fixes()
    moved[3] = [moved[3][0], 114.52, *moved[3][2:]]
    send(city, code, fixes())
    answer = send(city, code, moved).json()
    assert (answer["stored"], answer["conflicts"], answer["repeated"]) == (0, 1, 11)
    assert send(city, code, moved).json()["repeated"] == 12
    assert city.run("SELECT lon_raw FROM city.fix_conflict") == 114.52
    assert city.run("SELECT count(*) FROM city.fix") == 12


@pytest.mark.parametrize("form", ["array", "ndjson", "plain", "curl", "gzip", "objects", "iso", "csv"])
def test_every_form_of_a_batch_stores_the_same(city, form):
    code = opened(city)
    rows = fixes(0, 3)
    named = [dict(zip(("time", "lon", "lat", "accuracy_m"), row, strict=True)) for row in rows]
    stamped = [[np.datetime64(int(row[0]), "s").item().isoformat() + "Z", *row[1:]] for row in rows]
    csv = "time,lon,lat,accuracy\n" + "\n".join(",".join(map(str, row)) for row in rows)
    sent = {
        "array": (rows, "application/json", {}),
        "ndjson": ("\n".join(map(json.dumps, rows)).encode() + b"\n\n", "application/x-ndjson", {}),
        "plain": ("\r\n".join(map(json.dumps, named)).encode(), "text/plain", {}),
        "curl": (json.dumps(rows).encode(), "application/x-www-form-urlencoded", {}),
        "gzip": (gzip.compress(json.dumps({"fixes": rows}).encode()), "application/json", {"Content-Encoding": "gzip"}),
        "objects": ({"fixes": named}, "application/json", {}),
        "iso": ({"fixes": stamped, "device": "手机-1"}, "application/json", {}),
        "csv": (csv.encode(), "text/csv", {}),
    }[form]
    assert send(city, code, sent[0], sent[1], **sent[2]).json()["stored"] == 3
    with city.engine.connect() as connection:
        found = connection.exec_driver_sql(
            "SELECT extract(epoch FROM time)::float8, lon_raw, lat_raw, accuracy_m FROM city.fix ORDER BY time"
        ).all()
    assert [list(row) for row in found] == rows


BOMB = gzip.compress(b" " * (MAX_BODY_BYTES + 1))
OLD = "[114.5, 30.56, 1780272000]"
PACKED = {"Content-Encoding": "gzip"}


@pytest.mark.parametrize(
    ("content", "headers", "status", "word"),
    [
        (BOMB, PACKED, 413, "解开"),
        (gzip.compress(b'{"fixes": []}', mtime=0)[:-9], PACKED, 400, "不完整"),
        (b'{"fixes": []}', PACKED, 400, "已损坏"),
        (b"[]", {"Content-Encoding": "br"}, 400, "Content-Encoding"),
        (b"[" * 10_000 + b"]" * 10_000, {}, 400, "JSON"),
        (b"[" + b"[]," * 600_000 + b"[]]", {}, 413, "项数"),
        (b'{"fixes": [[0, NaN, 30]]}', {}, 400, "JSON"),
        (b'{"fixes": [[0, 1e999, 30]]}', {}, 400, "JSON"),
        (b'{"fixes": "x"}', {}, 400, "fixes"),
        (b'{"fixes": [[true, 114, 30]]}', {}, 400, "时间"),
        (b'{"fixes": [[1, 114, "30"]]}', {}, 400, "lat"),
        (b'{"fixes": [[114, 30]]}', {}, 400, "2 项"),
        (b'{"fixes": [7]}', {}, 400, "看不懂"),
        (b"[[1780272000, 114.5, 30.56], [114.5, 30.56, 1780272000]]", {}, 400, f"第 2 个点 {OLD} 的时间在第三项"),
        (b'[[114.5, 30.56, "2026-06-01T08:00:00+08:00", 5]]', {}, 400, "次序应为 [时间, 经度, 纬度, 精度]"),
        (b"[[-114.5, 30.56, 1780272000000, null]]", {}, 400, "次序应为 [时间, 经度, 纬度, 精度]"),
        (b'{"fixes": [], "speed": 1}', {}, 400, "看不懂"),
        (b'{"fixes": [[1780272000, 30.56, 114.5]]}', {}, 400, "写反了"),
        (b'{"fixes": [[1780272000, 13.4, 52.5]]}', {}, 400, "范围"),
        ("[[1780272000, 114.5, 30.56]]".encode("utf-16"), {}, 400, "JSON"),
        (b'{"fixes": [], "device": "\xe6\x89\x8b-2"}', {}, 409, "设备"),
    ],
)
def test_a_hostile_batch_is_refused_by_name_and_stores_nothing(city, content, headers, status, word):
    answer = send(city, opened(city), content, **headers)
    assert (answer.status_code, word in answer.json()["detail"]) == (status, True), answer.text
    assert city.run("SELECT count(*) FROM city.fix") == 0


@pytest.mark.parametrize("kind", ["application/x-ndjson", "text/plain"])
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("{", "在第 4 行第 2 个字符处看不懂"),
        ("[1780272020, 114.5, 30.56] [1780272040, 114.5, 30.56]", "在第 4 行第"),
        ('[1780272020, 114.5, "x"]', "第 4 行的 lat 不是数字"),
        ('["昨天", 114.5, 30.56]', "第 4 行的时间('昨天')看不懂"),
        ('{"speed": 3}', "第 4 行的 speed 不认识"),
        ("[114.5, 30.56, 1780272020]", "第 4 行 [114.5, 30.56, 1780272020] 的时间在第三项"),
    ],
)
def test_what_is_wrong_among_lines_is_named_by_its_line(city, kind, wrong, said):
    body = f"[1780272000, 114.5, 30.56]\n\n[1780272010, 114.5, 30.56]\n{wrong}\n[1780272060, 114.5, 30.56]"
    answer = send(city, opened(city), body.encode(), kind)
    assert (answer.status_code, said in answer.json()["detail"]) == (400, True), answer.text


def test_impossible_times_and_numbers_are_counted_and_not_stored(city):
    year_9999 = "9999-12-31T23:59:59Z"
    given = [*fixes(0, 2), [year_9999, 114.5, 30.56], [-5e9, 114.5, 30.56], [1e300, 1e308, 30], [1.78e9, 114.5, None]]
    answer = send(city, opened(city), given).json()
    assert answer["stored"] == 2
    assert answer["left_out"] == {"not_finite": 1, "prehistoric": 1, "future": 2}


def test_opening_a_patrol_again_by_its_code_is_the_same_patrol(city):
    headers = city.person("patroller")
    first = city.client.post("/patrols", json={"code": "早班", "mode": "boat"}, headers=headers)
    assert (first.status_code, first.json()["status"], first.json()["device"]) == (201, "opened", "patrol-早班")
    again = city.client.post("/patrols", json={"code": "早班", "mode": "boat"}, headers=headers)
    assert (again.status_code, again.json()["status"]) == (200, "known")
    assert (again.json()["seen"], again.json()["datum"], again.json()["worked_out"]) == ([], None, True)
    send(city, "早班", fixes())
    drained(city)
    filled = city.client.post("/patrols", json={"code": "早班", "mode": "boat"}, headers=headers).json()
    assert (filled["fixes_kept"], filled["legs"], filled["datum"]["declared"]) == (12, 1, "wgs84")
    assert [one["layer"] for one in filled["seen"] if one["seen_m"] > 300] == ["road"]
    other = city.client.post("/patrols", json={"code": "早班", "mode": "foot"}, headers=headers)
    assert (other.status_code, "另一次巡查" in other.json()["detail"]) == (409, True)


def test_a_patrol_ends_once_with_its_report_and_still_takes_late_fixes(city):
    code, headers = opened(city), city.person("patroller")
    ended = city.client.post(f"/patrols/{code}/end", json={"report": "岸坡整洁"}, headers=headers).json()["closed_at"]
    assert city.client.post(f"/patrols/{code}/end", headers=headers).json()["closed_at"] == ended
    assert send(city, code, fixes()).json()["stored"] == 12
    assert told(city, code)["report"] == "岸坡整洁"


def test_only_those_who_went_add_to_a_patrol(city):
    code = opened(city)
    assert city.client.post(f"/patrols/{code}/fixes", json=fixes()).status_code == 401
    city.run("UPDATE city.patrol SET made_by = '别人'")
    assert send(city, code, fixes()).status_code == 404
    assert city.client.post(f"/patrols/{code}/end", headers=city.person("patroller")).status_code == 404
    by_desk = city.client.post(f"/patrols/{code}/fixes", json=fixes(), headers=city.person("dispatcher"))
    assert by_desk.status_code == 201


UNTIMED = b'{"type":"LineString","coordinates":[[114.5,30.56],[114.501,30.56]]}'


def test_a_track_without_times_is_refused_with_what_its_sender_can_do(city):
    kind = "application/geo+json"
    alone = city.client.post(
        "/patrols", content=UNTIMED, headers={**city.person("patroller"), "Content-Type": kind}
    ).json()["detail"]
    batch = send(city, opened(city), UNTIMED, kind).json()["detail"]
    assert "请用参数 start 与 speed_mps" in alone and "各点的时间" in batch
    assert not any("--start" in told for told in (alone, batch))
