"""Observations come in once, move between three states, and never lose what they were."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.observations.handed import Found
from geo.tracks.datum import wgs84_to_gcj02
from tests.api.observations.conftest import AT, LITTER, detail


class TestHandingIn:
    """What a patrol, the hotline or a camera found is taken in with its place, time and sort."""

    def test_an_observation_is_told_back_with_its_family_and_where_it_lies(self, city, send, people):
        made = send(**LITTER, note="一堆建筑垃圾", name="北岸", found_at="2026-06-30 08:00")
        assert made.status_code == 201
        told = made.json()
        assert told["code"].startswith("FX20260630-")
        assert (told["family"], told["kind"], told["state"], told["grade"]) == (
            "bank_slope",
            "bank_litter",
            "open",
            "general",
        )
        assert datetime.fromisoformat(told["found_at"]) == datetime(2026, 6, 30, tzinfo=UTC)
        assert (told["reporter"], told["made_by"]) == ("张三", "张三")
        full = city.client.get(f"/observations/{told['code']}", headers=people["patroller"]).json()
        assert full["lies"]["grid"]["code"] == "420111080"
        road = full["lies"]["road"]
        assert road["code"] == "R-1" and road["distance_m"] == pytest.approx(2.2, abs=0.1)
        assert road["chainage_m"] == pytest.approx(960.4, abs=1)  # 0.01001 degrees of 95.95 km each
        assert len(full["versions"]) == 1 and full["photos"] == []

    def test_a_phone_that_repeats_itself_is_told_what_it_was_told_before(self, city, send):
        body = LITTER | {"key": "b7e6c1aa-0001", "note": "重复上报"}
        first, again = send(**body), send(**dict(reversed(body.items())))
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json() == again.json()
        assert "换一个标识" in detail(send(**body | {"note": "另一件事"}), 409)
        assert city.run("SELECT count(*) FROM city.observation WHERE note = '重复上报'") == 1

    def test_two_at_once_under_one_key_are_one(self, city, send):
        body = LITTER | {"key": "b7e6c1aa-0002", "note": "同时上报"}
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda _: send(**body), range(4)))
        assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
        assert len({answer.json()["code"] for answer in answers}) == 1

    def test_a_refused_observation_leaves_its_key_free(self, send):
        body = LITTER | {"key": "b7e6c1aa-0003"}
        assert send(**body | {"lon": 10.0}).status_code == 400
        assert send(**body).status_code == 201

    def test_a_place_in_another_datum_is_put_where_it_is(self, send):
        lon, lat = (float(one) for one in wgs84_to_gcj02(114.5, 30.55))
        told = send(**LITTER | {"lon": lon, "lat": lat, "datum": "gcj02"}).json()
        assert (told["lon"], told["lat"]) == (pytest.approx(114.5, abs=2e-8), pytest.approx(30.55, abs=2e-8))

    @pytest.mark.parametrize(("patrol", "source"), [("P-1", "patrol"), ("P-2", "drone")])
    def test_what_a_patrol_found_says_so(self, send, patrol, source):
        told = send(kind="algae", patrol=patrol, **AT).json()
        assert (told["patrol_code"], told["source"]) == (patrol, source)

    def test_a_patroller_names_no_patrol_but_the_own_and_is_not_told_of_another(self, send):
        another, nowhere = (detail(send(kind="algae", patrol=code, **AT)) for code in ("P-他", "P-9"))
        assert another == nowhere.replace("P-9", "P-他")
        assert send("dispatcher", kind="algae", patrol="P-他", **AT).status_code == 201

    @pytest.mark.parametrize(
        ("patrol", "found_at", "said"),
        [
            ("P-3", "2026-06-01 07:30", None),
            ("P-3", "2026-06-01 07:00", "早于巡查 'P-3' 的开始 2026-06-01T08:00:00+08:00"),
            ("P-3", "2026-06-01 09:30", None),
            ("P-3", "2026-06-01 10:00", "晚于巡查 'P-3' 的结束 2026-06-01T09:00:00+08:00"),
            ("P-4", "2026-06-01 18:00", None),  # not over: its fixes may still be on the phone
            ("P-4", "2026-06-02 18:00", "晚于巡查 'P-4' 的结束 2026-06-02T08:00:00+08:00"),
            ("P-5", "2026-06-01 11:20", None),
            ("P-5", "2026-06-01 12:00", "晚于巡查 'P-5' 的结束 2026-06-01T11:00:00+08:00"),
        ],
    )
    def test_what_a_patrol_found_was_found_while_it_was_out(self, send, patrol, found_at, said):
        answer = send(kind="algae", patrol=patrol, found_at=found_at, **AT)
        assert answer.status_code == (400 if said else 201), answer.text
        assert not said or (said in detail(answer) and "+00:00" not in detail(answer))

    def test_what_is_settled_on_the_spot_comes_in_settled(self, send):
        told = send(**LITTER, state="settled", found_at="2026-06-30T08:00Z", settled_at="2026-06-30T08:20Z").json()
        assert (told["state"], told["settled_by"]) == ("settled", "张三")

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"kind": "zongjiao"}, "没有小类 'zongjiao'"),
            ({"family": "fire"}, "大类 fire 没有小类 'bank_litter'"),
            ({"family": "nope", "kind": None}, "没有大类 'nope'"),
            ({"kind": None}, "大类 family 或小类 kind"),
            ({"source": None}, "来源 source"),
            ({"patrol": "P-9"}, "没有编码为 'P-9' 的巡查"),
            ({"lat": None}, "lon 与纬度 lat 须一起给出"),
            ({"lon": 30.5, "lat": 114.5}, "颠倒"),
            ({"lon": 121.4, "lat": 31.2}, "部署范围"),
            ({"found_at": "2126-01-01"}, "手机时钟"),
            ({"found_at": "1999-12-31"}, "不可信"),
            ({"found_at": "0001-01-01"}, "看不懂"),
            ({"found_at": "昨天"}, "看不懂"),
            ({"grade": "awful"}, "grade"),
            ({"colour": "red"}, "colour"),
            ({"post": "HUZ-1"}, "state=handed"),
            ({"settled_by": "李四"}, "state=settled"),
            ({"state": "handed", "post": "HUZ-1"}, "due_at"),
            ({"state": "handed", "due_at": "2126-01-01"}, "post"),
            ({"state": "handed", "post": "没有", "due_at": "2126-01-01"}, "没有编码为 '没有' 的岗位"),
            ({"state": "handed", "post": "HUZ-1", "due_at": "2020-01-01"}, "早于发现时间"),
            ({"state": "settled", "settled_at": "2126-01-01"}, "与现在之间"),
        ],
    )
    def test_what_cannot_be_is_refused_with_the_remedy(self, send, wrong, said):
        assert said in detail(send(**LITTER | wrong))

    def test_times_that_cannot_be_are_said_in_the_deployments_zone(self, send):
        assert "发现时间 2126-01-01T08:00:00+08:00 不可信" in detail(send(**LITTER, found_at="2126-01-01T00:00Z"))
        settled = {"state": "settled", "found_at": "2026-06-02", "settled_at": "2026-06-01"}
        assert "办结时间 2026-06-01T00:00:00+08:00 应在发现(2026-06-02T00:00:00+08:00)" in detail(
            send(**LITTER, **settled)
        )

    @pytest.mark.parametrize("role", ["viewer", "analyst"])
    def test_who_only_reads_hands_nothing_in(self, send, role):
        assert send(role, **LITTER).status_code == 403

    def test_without_a_token_nothing_is_handed_in_or_read(self, city):
        assert city.client.post("/observations", json=LITTER).status_code == 401
        assert city.client.get("/observations").status_code == 401


class TestChanging:
    """A change is made on the version that its maker saw, and what was before stays on record."""

    def test_an_observation_is_handed_over_and_settled_and_every_version_is_kept(self, city, send, patch, people):
        code = send(**LITTER, name="一", found_at="2026-06-01").json()["code"]
        handed = patch(code, state="handed", post="HUZ-1", due_at="2026-06-05T18:00:00+08:00")
        assert handed.status_code == 200 and handed.json()["overdue"]
        settled = patch(code, state="settled", settled_by="李四", settled_at="2026-06-06", note="已清运").json()
        assert (settled["state"], settled["post_code"], settled["overdue"]) == ("settled", "HUZ-1", False)
        reopened = patch(code, state="open").json()
        assert (reopened["post_code"], reopened["due_at"], reopened["settled_by"]) == (None, None, None)
        versions = city.client.get(f"/observations/{code}", headers=people["dispatcher"]).json()["versions"]
        assert [one["state"] for one in versions] == ["open", "handed", "settled", "open"]
        assert [one["known_to"] for one in versions[:-1]] == [one["known_from"] for one in versions[1:]]
        assert versions[2]["settled_by"] == "李四" and versions[3]["note"] == "已清运"

    def test_what_is_not_named_stays(self, send, patch):
        before = send(**LITTER, note="原样", place="堤上").json()
        after = patch(before["code"], grade="urgent", place=None).json()
        changed = {name for name in before if before[name] != after[name]}
        assert changed == {"grade", "place", "version", "known_from"}
        assert (after["grade"], after["place"]) == ("urgent", None)

    def test_a_new_kind_brings_its_family_and_a_new_place_is_checked(self, send, patch):
        code = send(**LITTER).json()["code"]
        assert patch(code, kind="algae").json()["family"] == "water_quality"
        assert patch(code, family="fire").json()["kind"] is None
        assert patch(code, lon=114.51, lat=30.56).json()["lon"] == 114.51
        assert "部署范围" in detail(patch(code, lon=0, lat=0))
        assert "一起给出" in detail(patch(code, lon=114.5))

    def test_a_kind_with_hours_of_its_own_needs_no_due_time(self, city, send, patch, people):
        said = {"zh": "示例急件", "en": "Sample urgent", "due_hours": 2}
        address = "/observation-kinds/ponding/sample_urgent"
        assert city.client.put(address, json=said, headers=people["dispatcher"]).status_code == 403
        assert city.client.put(address, json=said, headers=people["admin"]).status_code == 201
        assert city.client.put(address, json=said, headers=people["admin"]).status_code == 200
        code = send(kind="sample_urgent", source="camera", **AT).json()["code"]
        due = datetime.fromisoformat(patch(code, state="handed", post="HUZ-1").json()["due_at"])
        assert 7100 < (due - datetime.now(UTC)).total_seconds() <= 7200

    def test_nobody_overwrites_what_they_did_not_see(self, city, send, patch, people):
        made = send(**LITTER)
        code, seen = made.json()["code"], made.headers["ETag"]
        assert patch(code, match=seen, note="甲").status_code == 200
        assert "重新读取" in detail(patch(code, match=seen, note="乙"), 412)
        assert "重新读取" in detail(patch(code, match=f"W/{seen}", note="乙"), 412)
        bare = city.client.patch(f"/observations/{code}", json={"note": "丙"}, headers=people["dispatcher"])
        assert "If-Match" in detail(bare, 428)
        assert city.client.get(f"/observations/{code}", headers=people["dispatcher"]).json()["note"] == "甲"
        assert patch(code, match="*", note="丁").status_code == 200

    def test_of_two_changes_at_once_one_is_told_so(self, send, patch):
        made = send(**LITTER)
        with ThreadPoolExecutor(2) as pool:
            answers = pool.map(lambda note: patch(made.json()["code"], match=made.headers["ETag"], note=note), "甲乙")
            assert sorted(answer.status_code for answer in answers) == [200, 412]

    def test_what_is_not_there_or_not_allowed_is_not_changed(self, city, send, people):
        code = send(**LITTER).json()["code"]
        asked = {"json": {"note": "x"}, "headers": people["analyst"] | {"If-Match": "*"}}
        assert city.client.patch(f"/observations/{code}", **asked).status_code == 403
        asked["headers"] = people["admin"] | {"If-Match": "*"}
        assert "没有编码" in detail(city.client.patch("/observations/FX-0", **asked), 404)


NASTY = st.sampled_from(
    [None, "", "x" * 201, "a\0b", "\ud800", "'; --", "%s", 0, -1, 1e308, True, [], {}, "9999-12-31T23:59:59-14:00",
     "0001-01-01T00:00:00+14:00", "2026-02-30", "NaN", "😀", "handed", "settled", "open", "bd09", "2026-06-30"]
)  # fmt: skip
FIELDS = st.sampled_from(sorted(Found.model_fields))


@given(st.dictionaries(FIELDS, NASTY | st.text(max_size=20) | st.floats(), max_size=4))
@settings(max_examples=30)
def test_whatever_is_handed_in_the_fault_is_not_ours(city, people, odd):
    for method, address, base in (("POST", "/observations", LITTER), ("PATCH", "/observations/FX-0", {})):
        sent = json.dumps(base | odd)
        headers = people["dispatcher"] | {"Content-Type": "application/json", "If-Match": "*"}
        answer = city.client.request(method, address, content=sent, headers=headers)
        assert answer.status_code < 500, answer.text
        assert answer.status_code < 400 or answer.json()["detail"].endswith("。")
