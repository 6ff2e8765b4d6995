"""A stored check is made again and gives the same answer, whatever was entered since, even behind its time."""

import pytest

from tests.api.landuse.conftest import asked, box, degrees

FIELD = box(20, 20, 120, 120)
CHANGE = "UPDATE city.landuse SET class_code = '0702' WHERE code = 'P1'"


def again(desk, code, **said):
    answer = desk.client.post(f"/landuse/checks/{code}/again", json=said)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_it_is_the_same_after_parcels_zones_rules_and_classes_have_changed(own_land):
    first = asked(own_land, FIELD, name="田头")
    own_land.run(CHANGE)
    own_land.run("DELETE FROM city.zone WHERE code = 'F1'")
    own_land.run("UPDATE city.landuse_rule SET answer = 'yes', name = '改过' WHERE code = 'farm_build'")
    own_land.run("UPDATE city.landuse_class SET name = '改名' WHERE code = 'sandiao-0103'")
    own_land.run("DELETE FROM city.farmland")
    found = again(own_land, first["check"])
    assert found["same"] and found["differences"] == [] and found["late"] == [] and found["gone"] == 0
    assert found["check"] == own_land.client.get(f"/landuse/checks/{first['check']}").json() == first
    now = again(own_land, first["check"], now=True)
    assert not now["same"] and now["check"]["verdict"]["answer"] != "no" and now["check"]["check"] is None
    assert any(each["path"].startswith("verdict") for each in now["differences"])


def test_what_is_committed_behind_its_time_does_not_change_it(own_land):
    """A transaction that began before the check and ended after it: by its time alone the check would now read it."""
    with own_land.engine.connect() as slow:
        transaction = slow.begin()
        slow.exec_driver_sql("SELECT now()")  # its rows will be known from this instant
        first = asked(own_land, FIELD)
        slow.exec_driver_sql(CHANGE)
        slow.exec_driver_sql(
            "INSERT INTO city.zone (code, kind, edition_id, valid_from, geom) "
            "SELECT 'N1', 'grey', edition_id, '2026-01-01', ST_Multi(ST_GeomFromWKB(%s, 4490)) "
            "FROM city.zone WHERE code = 'F1'",
            (degrees(box(0, 0, 90, 90)).wkb,),
        )
        transaction.commit()
    behind = own_land.run("SELECT known_from FROM city.landuse WHERE code = 'P1'")
    assert behind.isoformat() < first["asked"]["known_at"]
    found = again(own_land, first["check"])
    assert found["same"], found["differences"]
    assert {(each["layer"], each["code"]) for each in found["late"]} == {("landuse", "P1"), ("zone", "N1")}
    anew = asked(own_land, FIELD, known_at=first["asked"]["known_at"])
    assert anew["pieces"][0]["class_code"] == "0702", "by that time, asked today, it is known"


def test_rules_that_come_in_behind_its_time_do_not_change_it_either(own_land):
    with own_land.engine.connect() as slow:
        transaction = slow.begin()
        slow.exec_driver_sql("SELECT now()")
        first = asked(own_land, FIELD)
        slow.exec_driver_sql("UPDATE city.landuse_rule SET answer = 'yes' WHERE code LIKE 'farmland_line%%'")
        transaction.commit()
    assert again(own_land, first["check"])["same"]


def test_another_time_is_asked_for_by_day_and_by_what_was_known(own_land):
    before = own_land.run("SELECT clock_timestamp()").isoformat()
    own_land.run("UPDATE city.landuse SET valid_to = '2026-06-01' WHERE code = 'P1'")
    own_land.run(
        "INSERT INTO city.landuse (code, class_code, ownership, edition_id, valid_from, geom) "
        "SELECT code, '0601', 'state', edition_id, '2026-06-01', geom FROM city.landuse WHERE code = 'P1'"
    )
    now = asked(own_land, FIELD, as_of="2026-07-01")
    earlier = asked(own_land, FIELD, as_of="2026-05-31")
    unknown = asked(own_land, FIELD, as_of="2026-07-01", known_at=before)
    assert sorted(piece["class_code"] for piece in now["pieces"]) == ["0103", "0301", "0601", "1104"]
    assert earlier["pieces"][0]["class_code"] == unknown["pieces"][0]["class_code"] == "0101"
    assert again(own_land, unknown["check"])["same"] and again(own_land, earlier["check"])["same"]


def test_two_dates_are_compared(own_land):
    own_land.run("UPDATE city.landuse SET valid_to = '2026-06-01' WHERE code = 'P2'")
    own_land.run(
        "INSERT INTO city.landuse (code, class_code, ownership, edition_id, valid_from, geom) "
        "SELECT code, '0702', 'collective', edition_id, '2026-06-01', geom FROM city.landuse WHERE code = 'P2'"
    )
    found = asked(own_land, box(110, 10, 190, 90), as_of="2026-07-01", compared_to={"as_of": "2026-05-01"})
    told = found["compared"]
    (moved,) = told["classes"]
    assert (moved["from"], moved["to"]) == ("0103", "0702")
    assert moved["area"]["m2"] == pytest.approx(6400, rel=1e-3)
    assert told["then"]["as_of"] == "2026-05-01" and told["then"]["groups"][0]["group"] == "farm"
    assert [each["what"] for each in told["features"] if each["layer"] == "landuse"] == ["altered"]
    assert "地类变化" in told["text"]
    assert again(own_land, found["check"])["same"]
    now = again(own_land, found["check"], now=True)
    assert now["same"] and now["check"]["compared"] is None, "what it was compared to is no difference of today"


def test_that_there_were_no_data_is_no_change_of_the_land(own_land):
    """The first editions hold from 2026-01-01."""
    then = {"as_of": "2025-06-30"}
    told = asked(own_land, box(10, 10, 90, 50), compared_to=then, store=False, status=200)["compared"]
    assert "当时没有地类图斑、后来才有的 3,199.8 平方米" in told["text"]
    assert "当时没有图层数据的控制区:永久基本农田" in told["text"]
    assert "地类变化" not in told["text"] and "控制区有变化" not in told["text"]


def test_what_is_no_more_in_any_table_is_told(own_land):
    first = asked(own_land, FIELD)
    own_land.run("DELETE FROM city.landuse WHERE code = 'P5'")
    own_land.run("DELETE FROM city.landuse_history WHERE code = 'P5'")
    found = again(own_land, first["check"])
    assert not found["same"] and found["gone"] == 1
