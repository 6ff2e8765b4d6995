"""Observations are told by any condition, page by page, and name nobody to a viewer; their sorts are data."""

import json

import pytest

from tests.api.conftest import REAL, desk_over, fill
from tests.api.observations.conftest import AT, LITTER, detail

NOTES = frozenset({"name", "place", "note"})
PERSONS = frozenset({"reporter", "patrol_code", "settled_by", "made_by"})
SECRET = "王五家门口"


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


class TestListing:
    """The newest first, by any condition, page by page."""

    @pytest.fixture
    def days(self, city, people, found):
        def asked(**conditions):
            query = {"from": "2025-03-01", "to": "2025-03-31"} | conditions
            answer = city.client.get("/observations", params=query, headers=people["dispatcher"])
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

    def test_who_may_not_see_whose_patrol_it_was_cannot_ask_it_out(self, city, people, found):
        for role in ("viewer", "analyst"):
            answer = city.client.get("/observations", params={"patrol": "P-1"}, headers=people[role])
            assert answer.json()["observations"] == []

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
