"""The rules by which alarms are raised: there from the start, changed by version, never forgotten."""

import pytest

SILENT = {"name": "失联", "name_en": "Silent", "kind": "crew_silent", "threshold": 20, "grade": "urgent"}


def rules(city, role="dispatcher"):
    answer = city.desk.client.get("/alarms/rules", headers=city.people[role]).json()
    return {one["code"]: one for one in answer["rules"]}


def test_the_platform_brings_its_own_in_both_languages(city):
    found = rules(city)
    assert {"observation_late", "crew_silent", "debt_bank", "debt_grid", "debt_road"} <= set(found)
    assert found["crew_silent"]["threshold"] == 15 and found["crew_silent"]["made_by"] == "平台"
    assert all(one["name"] and one["name_en"] for one in found.values())
    columns = city.desk.client.get("/alarms/rules", headers=city.people["viewer"]).json()["columns"]
    assert columns["threshold"]["zh"].startswith("阈值")
    assert [option["value"] for option in columns["grade"]["options"]] == ["general", "major", "urgent"]


def test_a_rule_is_another_from_now_on_and_what_it_was_stays_on_record(city):
    made = city.put("silent_1", **SILENT)
    assert made.status_code == 201
    before = made.headers["ETag"]
    changed = city.put("silent_1", match=before, **SILENT | {"threshold": 30})
    assert changed.status_code == 200 and changed.json()["rule"]["threshold"] == 30
    same = city.put("silent_1", **SILENT | {"threshold": 30})
    assert same.headers["ETag"] == changed.headers["ETag"]
    lost = city.put("silent_1", match=before, **SILENT)
    assert lost.status_code == 409 and "重新读取" in lost.json()["detail"]
    told = city.desk.client.get("/alarms/rules/silent_1", headers=city.people["viewer"]).json()
    assert [one["threshold"] for one in told["versions"]] == [20, 30]
    assert "made_by" not in told["rule"]
    assert city.desk.client.get("/alarms/rules/none", headers=city.people["viewer"]).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"kind": "debt_over"}, "须给图层"),
        ({"layer": "bank"}, "只用于欠巡超限"),
        ({"threshold": 0.5}, "至少 1 分钟"),
        ({"threshold": -1}, "threshold"),
        ({"threshold": 1e12}, "太大"),
        ({"kind": "observation_late", "threshold": 1e12}, "太大"),
        ({"grade": "red"}, "grade"),
        ({"name": ""}, "name"),
    ],
)
def test_a_rule_that_means_nothing_is_refused(city, wrong, said):
    answer = city.put("silent_2", **SILENT | wrong)
    assert answer.status_code == 400 and said in answer.json()["detail"]


def test_what_it_is_about_must_be_there(city):
    for about in ({"layer": "nothing"}, {"post_code": "nobody"}):
        assert city.put("debt_2", **SILENT | {"kind": "debt_over", **about}).status_code == 404


def test_only_dispatchers_change_rules(city):
    assert city.put("crew_silent", "viewer", **SILENT).status_code == 403
    assert city.put("Nonsense", **SILENT).status_code == 400


def test_changing_a_rule_does_not_make_the_sample_real(own_desk):
    answer = own_desk.client.put("/alarms/rules/crew_silent", json=SILENT, headers=own_desk.person("dispatcher"))
    assert answer.status_code == 200
    assert own_desk.client.get("/alarms").status_code == 200
    assert own_desk.client.get("/layers").json()["sample"] == "sample"
