"""Taking note of alarms by name, from a desk and from a screen on a wall; and what else a screen may do: nothing."""

import pytest

from api.access import tokens
from api.access.rights import Requirement
from layers.catalogue import ROLES
from layers.errors import BadInput
from tests.api.test_access import declared


def detail(answer, status):
    assert answer.status_code == status, answer.text
    return answer.json()["detail"]


def test_at_a_desk_it_is_done_in_the_own_name_and_in_no_other(city):
    alarm = city.one(city.late())
    assert "只能以本人的名义" in detail(city.note(alarm["id"], name="王五"), 400)
    done = city.note(alarm["id"], name=" dispatcher员 ", remark=" 已派人 ")
    assert done.json()["alarm"]["acknowledged"] | {"at": ""} == {
        "at": "", "by": "dispatcher员", "remark": "已派人", "screen": None,
    }  # fmt: skip
    assert done.json()["alarm"]["id"] == alarm["id"]


def test_on_a_screen_which_is_nobody_a_name_is_to_be_given(city):
    alarm = city.one(city.late(), "screen")
    for nobody in ({}, {"name": "  "}, {"name": "指挥中心大屏"}):
        assert "姓名" in detail(city.note(alarm["id"], "screen", **nobody), 400)
    assert city.note(alarm["id"], "screen", name="王 五").status_code == 200
    noted = city.one(alarm["about"]["code"])["acknowledged"]
    assert (noted["by"], noted["screen"]) == ("王 五", "指挥中心大屏")
    assert city.read("screen")["name_needed"] and not city.read()["name_needed"]


def test_the_first_takes_note_and_the_second_is_told_who_it_was(city):
    alarm = city.one(city.late())
    assert city.note(alarm["id"], "screen", name="王五").status_code == 200
    assert "王五" in detail(city.note(alarm["id"]), 409)
    assert "已解除或不存在" in detail(city.note("0" * 16), 404)


def test_only_dispatchers_take_note_and_only_who_sees_persons_is_told_who_did(city):
    alarm = city.one(city.late())
    for role in ("viewer", "analyst", "patroller", "landuse"):
        assert city.note(alarm["id"], role).status_code == 403
        assert not city.read(role)["may_note"]
    assert city.desk.client.post(f"/alarms/{alarm['id']}/acknowledge", json={}).status_code == 401
    assert city.note(alarm["id"], "admin").status_code == 200
    seen = {role: city.one(alarm["about"]["code"], role)["acknowledged"] for role in ROLES}
    assert all(noted["at"] for noted in seen.values())
    assert {role for role, noted in seen.items() if noted["by"]} == {"dispatcher", "admin"}


def test_a_screen_writes_nothing_but_that(city):
    may = [
        route.path
        for route in city.desk.client.app.state.routes
        for each in declared(route.dependant)
        if isinstance(each, Requirement) and each.kiosk
    ]
    assert may == ["/alarms/{alarm}/acknowledge"]
    rule = {"name": "x", "name_en": "x", "kind": "crew_silent", "threshold": 5}
    assert "大屏令牌" in detail(city.put("crew_silent", "screen", **rule), 403)
    found = {"family": "environment", "source": "hotline", "lon": 114.5, "lat": 30.55}
    assert city.desk.client.post("/observations", json=found, headers=city.people["screen"]).status_code == 403
    layers = city.desk.client.get("/layers", headers=city.people["screen"]).json()
    assert not any(layer["may_write"] for layer in layers["layers"]) and layers["reader"]["kiosk"]


def test_a_screen_is_no_administrator(city):
    with city.desk.engine.begin() as connection, pytest.raises(BadInput, match="大屏"):
        tokens.new(connection, "大屏", "大屏", ["admin"], 1, kiosk=True)


@pytest.mark.parametrize("body", [{"name": "x" * 101}, {"name": 7}, {"who": "x"}, {"remark": "x" * 501}])
def test_what_makes_no_sense_is_refused(city, body):
    assert city.note("0" * 16, **body).status_code == 400
