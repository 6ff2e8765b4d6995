"""Who may check land, and whose checks one sees: one's own, an admin all, strangers over the sample by code alone."""

import pytest

from tests.api.conftest import REAL, until
from tests.api.landuse.conftest import asked, box, geojson

FIELD = box(20, 20, 80, 80)


def person(desk, name, *roles):
    from api.access import tokens

    with desk.engine.begin() as connection:
        return {"Authorization": f"Bearer {tokens.new(connection, name, '', roles, None)}"}


@pytest.fixture(scope="module")
def people(land):
    return {
        "own": person(land, "李四", "landuse"),
        "other": person(land, "王五", "analyst"),
        "admin": person(land, "赵六", "admin"),
    }


def test_one_sees_ones_own_an_admin_all_and_others_nothing(land, people):
    made = asked(land, FIELD, headers=people["own"])
    path = f"/landuse/checks/{made['check']}"
    seen = {who: land.status(path, headers) for who, headers in people.items()} | {"stranger": land.status(path)}
    assert seen == {"own": 200, "other": 404, "admin": 200, "stranger": 404}
    assert made["made_by"] == "李四"
    for way, who, status in (("again", "other", 404), ("again", "own", 200)):
        assert land.client.post(f"{path}/{way}", headers=people[who]).status_code == status
    assert land.client.delete(path, headers=people["other"]).status_code == 404
    assert land.client.delete(path, headers=people["own"]).status_code == 204
    assert land.status(path, people["own"]) == 404


def test_what_a_stranger_made_over_the_sample_is_read_by_its_code_alone(land, people):
    made = asked(land, FIELD)
    path = f"/landuse/checks/{made['check']}"
    assert land.status(path) == land.status(path, people["other"]) == 200
    assert land.client.get("/landuse/checks").json() == {"checks": [], "next": None}
    assert land.status(path[:-1] + ("2" if path[-1] != "2" else "3")) == 404


def test_the_history_is_ones_own_newest_first_in_pages(land, people):
    codes = [asked(land, FIELD, headers=people["other"], name=f"第 {n} 次")["check"] for n in range(3)]
    first = land.client.get("/landuse/checks?limit=2", headers=people["other"]).json()
    assert [each["check"] for each in first["checks"]] == codes[:0:-1]
    rest = land.client.get(f"/landuse/checks?before={first['next']}", headers=people["other"]).json()
    assert [each["check"] for each in rest["checks"]] == codes[:1] and rest["next"] is None
    every = land.client.get("/landuse/checks?by=王五", headers=people["admin"]).json()["checks"]
    assert [each["check"] for each in every] == codes[::-1] and {each["made_by"] for each in every} == {"王五"}
    assert land.client.get("/landuse/checks?by=王五", headers=people["own"]).json()["checks"] == []


def test_real_land_is_for_the_roles_that_may_see_it(own_land):
    made = asked(own_land, FIELD)
    own_land.run(REAL)
    until(lambda: own_land.status("/landuse/rules") == 401)
    sent = {"geometry": geojson(FIELD), "store": False}
    tried = {
        role: own_land.client.post("/landuse/check", json=sent, headers=own_land.person(role)).status_code
        for role in ("viewer", "patroller", "analyst", "dispatcher", "landuse", "admin")
    }
    assert tried == dict.fromkeys(("viewer", "patroller"), 403) | dict.fromkeys(
        ("analyst", "dispatcher", "landuse", "admin"), 200
    )
    assert own_land.client.post("/landuse/check", json=sent).status_code == 401
    assert own_land.status(f"/landuse/checks/{made['check']}", own_land.person("landuse")) == 404


def test_a_revoked_token_is_refused(own_land):
    own = own_land.person("landuse")
    own_land.run(REAL)
    until(lambda: own_land.status("/landuse/checks") == 401)
    assert own_land.status("/landuse/checks", own) == 200
    own_land.run("UPDATE city.token SET revoked_at = now()")
    until(lambda: own_land.status("/landuse/checks", own) == 401)
