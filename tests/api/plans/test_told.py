"""Where crews are to be is told to those who may see where they are; and how far solving is, as it goes."""

import json
import threading

import pytest

from tests.api.conftest import REAL, desk_over, fill, until
from tests.api.plans.conftest import PRETEND
from tests.databases import copy_of

CREWS = """
INSERT INTO city.crew (code, name, members, valid_from) VALUES
    ('甲', '甲组', '张三、李四', '2026-01-01'), ('乙', '乙组', '王五', '2026-01-01')
"""
NOW, AT_ONCE = {"Prefer": "wait=10"}, {"Prefer": "respond-async"}


@pytest.fixture(scope="module")
def desk(cluster, city_template):
    """A city with real data, whose plans are solved by pretence."""
    with copy_of(cluster, city_template) as engine:
        fill(engine)
        with desk_over(engine) as desk:
            desk.client.app.state.plan_runner._program = PRETEND
            desk.run(REAL)
            desk.run(CREWS)
            until(lambda: desk.status("/plans") == 401)
            desk.planner, desk.own = desk.person("dispatcher"), desk.person("patroller")
            yield desk


@pytest.fixture(scope="module")
def code(desk):
    answer = desk.client.post("/plans", json={"name": "很快"}, headers=desk.planner | NOW)
    assert answer.status_code == 201, answer.text
    return answer.json()["code"]


def test_a_patroller_is_told_of_the_own_crew_alone(desk, code):
    told = [desk.client.get(f"/plans/{code}", headers=headers).json() for headers in (desk.planner, desk.own)]
    assert [[route["crew"] for route in plan["routes"]] for plan in told] == [["甲", "乙"], ["甲"]]
    assert [crew["crew"] for crew in told[1]["crews"]] == ["甲"] and "王五" not in json.dumps(told[1])
    assert desk.client.get(f"/plans/{code}", params={"crew": "乙"}, headers=desk.own).status_code == 404
    listed = desk.client.get("/plans", headers=desk.own).json()["plans"]
    assert code in {plan["code"] for plan in listed}


def test_what_was_changed_by_hand_does_not_tell_a_patroller_of_other_crews(desk, code):
    what = "“严东湖 0–500 米”移给乙组"
    desk.run(
        "INSERT INTO city.plan_revision (plan_id, revision, what, answer, made_by) SELECT plan_id, 2, %s, answer, ''"
        " FROM city.plan_revision JOIN city.plan USING (plan_id) WHERE code = %s",
        what,
        code,
    )
    told = [
        desk.client.get(f"/plans/{code}", headers=headers).json()["revisions"] for headers in (desk.planner, desk.own)
    ]
    desk.run("DELETE FROM city.plan_revision WHERE revision = 2")
    assert [[one["what"] for one in revisions] for revisions in told] == [["求解", what], ["求解", "手工改动"]]


def test_a_plan_of_other_crews_is_none_for_a_patroller(desk):
    body = {"name": "很快", "crews": [{"crew": "乙"}]}
    other = desk.client.post("/plans", json=body, headers=desk.planner | AT_ONCE).json()["code"]
    desk.client.post(f"/plans/{other}/cancel", headers=desk.planner)
    for path in (f"/plans/{other}", f"/plans/{other}/progress"):
        assert desk.client.get(path, headers=desk.own).status_code == 404
    assert other not in {plan["code"] for plan in desk.client.get("/plans", headers=desk.own).json()["plans"]}


def test_nobody_else_is_told_nor_asks_for_any(desk, code):
    for role in ("viewer", "analyst", "landuse"):
        assert desk.status(f"/plans/{code}", desk.person(role)) == 403
    assert desk.status(f"/plans/{code}") == 401
    assert desk.client.post("/plans", json={}, headers=desk.own).status_code == 403
    for method, path in (("PATCH", ""), ("DELETE", ""), ("POST", "/cancel")):
        sent = desk.client.request(method, f"/plans/{code}{path}", json={"name": "x"}, headers=desk.own)
        assert sent.status_code == 403, path


def events(text):
    """The events of a stream in order: name and data."""
    found = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line and not line.startswith(":"))
        if "event" in fields:
            found.append((fields["event"], json.loads(fields["data"]), fields.get("id")))
    return found


def test_solving_is_told_as_it_goes_until_it_is_over(desk):
    code = desk.client.post("/plans", json={"name": "很久"}, headers=desk.planner | AT_ONCE).json()["code"]

    def stop():
        until(lambda: desk.run("SELECT progress ->> 'iterations' FROM city.plan WHERE code = %s", code) is not None)
        desk.client.post(f"/plans/{code}/cancel", headers=desk.planner)

    stopping = threading.Thread(target=stop)
    stopping.start()
    told = events(desk.client.get(f"/plans/{code}/progress", headers=desk.planner).text)
    stopping.join()
    names = [name for name, _, _ in told]
    assert names[0] == "hello" and names[-1] == "cancelled" and set(names[1:-1]) <= {"progress", "reset"}
    assert any(data.get("stage") == "solving" for _, data, _ in told) and all(number for _, _, number in told)


def test_a_plan_that_is_over_says_so_at_once_to_whoever_comes_back(desk, code):
    first = events(desk.client.get(f"/plans/{code}/progress", headers=desk.planner).text)
    assert [name for name, _, _ in first] == ["hello", "done"]
    again = desk.client.get(f"/plans/{code}/progress", params={"after": first[-1][2]}, headers=desk.planner)
    assert [name for name, _, _ in events(again.text)] == ["hello", "done"]
