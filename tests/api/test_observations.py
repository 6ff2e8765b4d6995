"""Observations come in once, move between three states, never lose what they were, and name nobody to a viewer."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.observations.handed import Found
from api.observations.state import Acting, Standing, moved
from geo.tracks.datum import wgs84_to_gcj02
from layers.errors import BadInput
from tests.api.conftest import REAL, desk_over, fill
from tests.conftest import _copy

AT = {"lon": 114.50001, "lat": 30.55002}
NOTES = frozenset({"name", "place", "note"})
PERSONS = frozenset({"reporter", "settled_by", "made_by"})
SECRET = "王五家门口"
LITTER = {"kind": "bank_litter", "source": "hotline", **AT}
KNOWN = """
INSERT INTO city.post (code, name, kind) VALUES ('HUZ-1', '严西湖湖长', 'lake_chief');
INSERT INTO city.patrol (code, mode, started_at) VALUES ('P-1', 'foot', now()), ('P-2', 'drone', now());
INSERT INTO city.road (code, name, geom)
VALUES ('R-1', '花城大道', ST_GeomFromText('LINESTRING (114.49 30.55, 114.51 30.55)', 4490));
"""


@pytest.fixture(scope="module")
def city(cluster, city_template):
    with _copy(cluster, city_template) as engine:
        fill(engine)
        with engine.begin() as connection:
            connection.exec_driver_sql(REAL)
            connection.exec_driver_sql(KNOWN, execution_options={"no_parameters": True})
        with desk_over(engine) as desk:
            yield desk


@pytest.fixture(scope="module")
def people(city):
    return {role: city.person(role) for role in ("viewer", "analyst", "patroller", "dispatcher", "admin")}


@pytest.fixture
def send(city, people):
    """Hand in an observation; answers the response."""

    def post(role="patroller", **body):
        return city.client.post("/observations", json=body, headers=people[role])

    return post


@pytest.fixture
def patch(city, people):
    """Change an observation on the version that is the newest, or on another."""

    def change(code, role="dispatcher", match=None, **body):
        newest = city.client.get(f"/observations/{code}", headers=people[role]).headers["ETag"]
        headers = people[role] | {"If-Match": match or newest}
        return city.client.patch(f"/observations/{code}", json=body, headers=headers)

    return change


@pytest.fixture(scope="module")
def found(city, people):
    for day in range(1, 8):
        body = LITTER | {
            "key": f"listing-{day}",
            "found_at": f"2025-03-0{day} 12:00",
            "lon": 114.5 + day / 1000,
            "family": None,
            "kind": "open_burning" if day % 2 else "litter",
            "patrol": "P-1" if day == 3 else None,
        }
        if day == 5:
            body |= {"state": "handed", "post": "HUZ-1", "due_at": "2025-03-09"}
        assert city.client.post("/observations", json=body, headers=people["admin"]).status_code in (200, 201)


@pytest.fixture(scope="module")
def code(city, people):
    body = LITTER | {"key": "who-sees-1", "state": "settled", "settled_by": SECRET, "reporter": SECRET}
    body |= dict.fromkeys(NOTES, SECRET)
    return city.client.post("/observations", json=body, headers=people["admin"]).json()["code"]


def detail(answer, status=400):
    assert answer.status_code == status, answer.text
    return answer.json()["detail"]


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


class TestListing:
    """The newest first, by any condition, page by page."""

    @pytest.fixture
    def days(self, city, people, found):
        def asked(**conditions):
            query = {"from": "2025-03-01", "to": "2025-03-31"} | conditions
            answer = city.client.get("/observations", params=query, headers=people["analyst"])
            assert answer.status_code == 200, answer.text
            return [int(one["found_at"][8:10]) for one in answer.json()["observations"]], answer.json()["next"]

        return asked

    @pytest.mark.parametrize(
        ("conditions", "expected"),
        [
            ({}, [7, 6, 5, 4, 3, 2, 1]),
            ({"family": "fire"}, [7, 5, 3, 1]),
            ({"kind": "litter"}, [6, 4, 2]),
            ({"state": "handed"}, [5]),
            ({"post": "HUZ-1"}, [5]),
            ({"overdue": True}, [5]),
            ({"overdue": False, "family": "fire"}, [7, 3, 1]),
            ({"patrol": "P-1"}, [3]),
            ({"from": "2025-03-03", "to": "2025-03-05"}, [4, 3]),
            ({"bbox": "114.5035,30,114.5055,31"}, [5, 4]),
            ({"kind": "nothing"}, []),
        ],
    )
    def test_conditions_narrow_it(self, days, conditions, expected):
        assert days(**conditions) == (expected, None)

    def test_pages_join_without_gap_or_repeat(self, days):
        pages, after = [], {}
        while True:
            page, following = days(limit=3, **after)
            pages += page
            if following is None:
                break
            after = {"after": following}
        assert pages == [7, 6, 5, 4, 3, 2, 1]

    def test_a_page_after_nothing_is_refused(self, city, people):
        answer = city.client.get("/observations", params={"after": "没有"}, headers=people["analyst"])
        assert "next" in detail(answer)


class TestWhoSeesWhat:
    """Notes are for those who work with them, names of persons for those who patrol and dispatch."""

    @pytest.mark.parametrize(
        ("role", "hidden"),
        [
            ("viewer", NOTES | PERSONS),
            ("analyst", PERSONS),
            ("patroller", set()),
            ("dispatcher", set()),
            ("admin", set()),
        ],
    )
    def test_one_list_and_layer_alike(self, city, people, code, role, hidden):
        def asked(path):
            answer = city.client.get(path, headers=people[role])
            assert answer.status_code == 200
            return answer.json()

        full = asked(f"/observations/{code}")
        listed = asked("/observations?kind=bank_litter&state=settled")["observations"]
        feature = asked(f"/layers/observation?code={code}")["features"][0]
        told = [full, *full["versions"], *(one for one in listed if one["code"] == code), feature["properties"]]
        assert len(told) == 4
        for one in told:
            assert {name for name in NOTES | PERSONS if one.get(name) is None} >= hidden
            assert hidden or one["note"] == SECRET
            assert one["state"] == "settled" and one["kind"] == "bank_litter"
        single = asked(f"/layers/observation/{feature['id']}")
        assert (SECRET in json.dumps([full, single], ensure_ascii=False)) == (role != "viewer")

    def test_open_reading_does_not_reach_observations(self, engine):
        fill(engine)
        with engine.begin() as connection:
            connection.exec_driver_sql(REAL)
        with desk_over(engine, HUASHAN_OPEN_READ="1") as desk:
            assert desk.status("/layers/grid") == 200
            for path in (
                "/observations",
                "/layers/observation",
                "/observation-kinds",
                "/tiles/observation/12/3350/1682",
            ):
                assert desk.status(path) == 401, path


class TestSorts:
    """Families and kinds are data, in both languages, and never what concerns persons."""

    def test_they_are_listed_with_their_kinds(self, city, people):
        families = city.client.get("/observation-kinds", headers=people["viewer"]).json()["families"]
        assert [one["zh"] for one in families][:7] == ["治安", "火灾", "环境", "渍水", "水质", "岸坡", "占耕"]
        assert {"code": "bank_slump", "zh": "岸坡坍塌", "en": "Bank slump", "rank": 62, "due_hours": None} in families[
            5
        ]["kinds"]

    def test_the_layer_tells_them_as_the_values_of_its_columns(self, city, people, send):
        send(**LITTER)
        feature = city.client.get("/layers/observation?limit=1", headers=people["admin"]).json()["features"][0]
        columns = city.client.get(f"/layers/observation/{feature['id']}", headers=people["admin"]).json()["columns"]
        assert {"value": "fire", "zh": "火灾", "en": "Fire"} in columns["family"]["options"]
        assert {"value": "algae", "zh": "水华", "en": "Algal bloom"} in columns["kind"]["options"]

    def test_an_administrator_adds_a_family_and_kinds_to_it(self, city, people, send):
        put = city.client.put
        assert put("/observation-kinds/noise", json={"zh": "噪声", "en": "Noise"}, headers=people["admin"]).is_success
        kind = {"zh": "夜间施工", "en": "Night works"}
        assert put("/observation-kinds/noise/night_works", json=kind, headers=people["admin"]).status_code == 201
        assert send(kind="night_works", source="hotline", **AT).json()["family"] == "noise"
        assert "另一大类" in detail(put("/observation-kinds/fire/night_works", json=kind, headers=people["admin"]), 409)
        assert "没有大类" in detail(put("/observation-kinds/nope/x", json=kind, headers=people["admin"]))
        doubled = put("/observation-kinds/noise/other_works", json=kind, headers=people["admin"])
        assert doubled.status_code == 409

    @pytest.mark.parametrize("zh", ["重点人群", "信访事项", "禁毒", "a=b", "a;b", "a|b"])
    def test_what_concerns_persons_or_breaks_a_list_is_no_title(self, city, people, zh):
        said = {"zh": zh, "en": f"Title {abs(hash(zh))}"[:40]}
        assert city.client.put("/observation-kinds/sample_title", json=said, headers=people["admin"]).status_code == 400


NASTY = st.sampled_from(
    [None, "", "x" * 201, "a\0b", "\ud800", "'; --", "%s", 0, -1, 1e308, True, [], {}, "9999-12-31T23:59:59-14:00",
     "0001-01-01T00:00:00+14:00", "2026-02-30", "NaN", "😀", "handed", "settled", "open", "bd09", "2026-06-30"]
)  # fmt: skip
FIELDS = st.sampled_from(sorted(Found.model_fields))


@given(st.dictionaries(FIELDS, NASTY | st.text(max_size=20) | st.floats(), max_size=4))
@settings(max_examples=60)
def test_whatever_is_handed_in_the_fault_is_not_ours(city, people, odd):
    for method, address, base in (("POST", "/observations", LITTER), ("PATCH", "/observations/FX-0", {})):
        sent = json.dumps(base | odd)
        headers = people["dispatcher"] | {"Content-Type": "application/json", "If-Match": "*"}
        answer = city.client.request(method, address, content=sent, headers=headers)
        assert answer.status_code < 500, answer.text
        assert answer.status_code < 400 or answer.json()["detail"].endswith("。")


MOMENTS = st.none() | st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2030, 1, 1))
POSTS = st.sampled_from([None, "A"])
STANDINGS = st.one_of(
    st.just(Standing()),
    st.builds(Standing, st.just("handed"), st.just("A"), st.just(datetime(2026, 1, 1))),
    st.builds(
        Standing,
        st.just("settled"),
        st.sampled_from([None, "A"]),
        MOMENTS,
        st.just(datetime(2026, 1, 2)),
        st.just("甲"),
    ),
)
ASKED = st.builds(
    Standing, st.sampled_from(["open", "handed", "settled"]), st.sampled_from([None, "B"]), MOMENTS, MOMENTS,
    st.sampled_from([None, "乙"]),
)  # fmt: skip


@given(STANDINGS, ASKED, st.sampled_from([None, 24]))
@settings(max_examples=200)
def test_whatever_is_asked_a_state_has_all_it_must_and_nothing_it_must_not(before, asked, due_hours):
    acting = Acting("丙", datetime(2026, 6, 1), due_hours)
    try:
        after = moved(before, asked, acting)
    except BadInput:
        return
    assert after.state == asked.state
    assert (after.state == "settled") == (after.settled_at is not None) == (after.settled_by is not None)
    assert after.state != "handed" or (after.post_code and after.due_at)
    assert after.state != "open" or (after.due_at is None and after.post_code is None)
    again = moved(after, Standing(after.state), acting)
    assert again == after, "saying nothing changes nothing"
