"""Solving happens in processes of its own: whatever becomes of them, a plan ends, and in words."""

import threading

import pytest

from api.jobs.runner import Runner
from api.plans.kind import PLANS
from tests.api.conftest import desk_over, until
from tests.api.plans.conftest import PRETEND
from tests.databases import copy_of

SESSION = "application_name = 'huashan-plan' AND datname = current_database()"
OLD = """
    INSERT INTO city.plan (code, days, asked, status, made_at)
    VALUES (%s, '{2020-01-01}', '{"crews": [], "options": {}, "again_from": null, "at": null}', 'failed', %s)
"""
CREW = {"name": "甲", "start": {"lon": 114.505, "lat": 30.555}}


@pytest.fixture(scope="module")
def planned(cluster, city_template):
    """A city whose plans are solved by pretence, on a machine of its own."""
    with copy_of(cluster, city_template) as engine, desk_over(engine) as desk:
        runner = desk.client.app.state.plan_runner
        runner._program = PRETEND
        yield desk


@pytest.fixture
def desk(planned):
    yield planned
    planned.run("UPDATE city.plan SET erased_at = now(), status = 'cancelled' WHERE status IN ('queued', 'solving')")


def asked(desk, name, wait=10):
    headers = {"Prefer": f"wait={wait}"}
    return desk.client.post("/plans", json={"name": name, "crews": [CREW]}, headers=headers)


def status(desk, code):
    return desk.client.get(f"/plans/{code}").json()["status"]


def test_a_plan_is_answered_at_once_where_it_is_done_within_the_wait(desk):
    answer = asked(desk, "很快")
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"/plans/{answer.json()['code']}"
    assert (answer.json()["status"], answer.json()["revision"], len(answer.json()["routes"])) == ("done", 1, 2)


def test_one_that_takes_longer_is_promised_and_stops_when_it_is_asked_to_with_the_best_so_far(desk):
    answer = asked(desk, "很久", wait=0)
    code = answer.json()["code"]
    assert answer.status_code == 202
    assert answer.headers["retry-after"] == "2" and answer.headers["location"] == f"/plans/{code}"
    until(lambda: (desk.client.get(f"/plans/{code}").json()["progress"] or {}).get("stage") == "solving")
    assert desk.client.post(f"/plans/{code}/cancel").status_code == 202
    until(lambda: status(desk, code) == "cancelled")
    assert desk.client.get(f"/plans/{code}").json()["routes"]
    again = desk.client.post(f"/plans/{code}/cancel")
    assert again.status_code == 409 and "已经结束" in again.json()["detail"]


def test_one_whose_process_dies_is_taken_up_again_once_and_has_then_failed_in_words(desk):
    assert asked(desk, "死一次").json()["status"] == "done"
    broken = asked(desk, "总是死").json()
    assert (broken["status"], broken["fault"][:7]) == ("failed", "求解两次都中断")


def test_one_that_cannot_be_solved_says_why(desk):
    assert asked(desk, "出错").json()["fault"] == "没有可巡的对象:请先登记职责。"


def test_one_that_does_not_listen_is_ended(desk, monkeypatch):
    monkeypatch.setattr("api.jobs.runner.GRACE_S", 0.0)
    code = asked(desk, "不听", wait=0).json()["code"]
    until(lambda: status(desk, code) == "solving")
    desk.client.post(f"/plans/{code}/cancel")
    until(lambda: status(desk, code) == "cancelled")
    assert desk.client.get(f"/plans/{code}").json()["fault"] is None  # nothing broke: it was asked to stop


def test_a_server_that_stops_leaves_its_plan_to_the_next_as_if_it_had_not_begun(desk):
    code = asked(desk, "很久", wait=0).json()["code"]
    runner = desk.client.app.state.plan_runner
    until(lambda: status(desk, code) == "solving")
    runner.stop()
    assert status(desk, code) == "queued"
    assert desk.run("SELECT attempts FROM city.plan WHERE code = %s", code) == 0
    runner.start()
    until(lambda: status(desk, code) == "solving")
    desk.client.post(f"/plans/{code}/cancel")
    until(lambda: status(desk, code) == "cancelled")


def test_a_plan_that_somebody_solves_is_nobody_elses_and_one_whose_server_is_gone_is_the_next_ones(desk):
    code = asked(desk, "很久", wait=0).json()["code"]
    until(lambda: status(desk, code) == "solving")
    state = desk.client.app.state
    other = Runner(state.gate.settings, state.gate.database, PLANS, lambda connection: None, PRETEND)
    assert not other.do_next()
    worker = desk.run("SELECT worker FROM city.plan WHERE code = %s", code)
    # The session that holds it ends, as when the server is killed: its process finds that it is wanted no more.
    with state.gate.database.engine.connect() as connection:
        connection.exec_driver_sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {SESSION}")
    taken = threading.Thread(target=other.do_next)
    taken.start()
    until(lambda: desk.run("SELECT worker FROM city.plan WHERE code = %s", code) != worker)
    desk.client.post(f"/plans/{code}/cancel")
    taken.join()
    assert status(desk, code) == "cancelled"


def test_nobody_queues_more_than_a_few(desk):
    codes = [asked(desk, "很久", wait=0).json()["code"] for _ in range(3)]
    refused = asked(desk, "很久", wait=0)
    assert refused.status_code == 429 and "排队" in refused.json()["detail"] and refused.headers["retry-after"] == "30"
    for code in reversed(codes):
        desk.client.post(f"/plans/{code}/cancel")
    until(lambda: all(status(desk, code) == "cancelled" for code in codes))


def test_plans_are_kept_for_a_set_time_after_their_days(desk):
    old, new = "P20200101-901", "P20200101-902"
    for code, made_at in ((old, "2020-01-01"), (new, "now")):
        desk.run(OLD, code, made_at)
    runner = desk.client.app.state.plan_runner
    runner._pruned_s = 0.0
    runner._prune()
    assert [desk.client.get(f"/plans/{code}").status_code for code in (old, new)] == [410, 200]


def test_what_is_erased_is_gone_and_said_to_be(desk):
    code = asked(desk, "很快").json()["code"]
    assert desk.client.delete(f"/plans/{code}").status_code == 204
    for answer in (desk.client.get(f"/plans/{code}"), desk.client.delete(f"/plans/{code}")):
        assert answer.status_code == 410 and "已删除" in answer.json()["detail"]
    assert desk.run("SELECT count(*) FROM city.plan_revision JOIN city.plan USING (plan_id) WHERE code = %s", code) == 0
    assert desk.client.get("/plans/P20260101-999999").status_code == 404
