"""Observations as rows: rules that hold whoever writes, a map that names nobody, a past that stays."""

import re

import pytest
from sqlalchemy.exc import DBAPIError

from layers.catalogue import read_catalogue
from layers.query import rows
from tests.layers.conftest import metric_wkt, tile_within
from tests.layers.test_tiles import tile_of

LAYER = read_catalogue()["observation"]
PERSONS = {"reporter", "patrol_code", "settled_by", "made_by"}
PRIVATE = {"name", "place", "note"} | PERSONS
SPOT = metric_wkt((0, 0), kind="POINT")
HANDED = {"state": "handed", "post_code": "HUZ-1", "due_at": "2026-06-02"}
SETTLED = {"state": "settled", "settled_by": "甲", "settled_at": "2026-06-03"}


@pytest.fixture
def act(connection):
    """Act as someone with these roles, or as nobody, to the end of the transaction."""

    def be(*roles):
        connection.exec_driver_sql("SELECT set_config('huashan.role', %s, true)", (",".join(roles),))

    return be


@pytest.fixture
def tile(connection):
    def read(z=15):
        lon, lat = connection.exec_driver_sql("SELECT ST_X(geom), ST_Y(geom) FROM city.observation LIMIT 1").one()
        x, y = (int(one) for one in tile_of(lon, lat, z))
        drawn = tile_within(connection, "observation", z, x, y).get("observation", {"features": []})
        return [one["properties"] for one in drawn["features"]]

    return read


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"family": "nope"}, "observation_family_fkey"),
        ({"kind": "nope"}, "observation_kind_fkey"),
        ({"kind": "algae"}, "observation_kind_fkey"),
        ({"grade": "x"}, "observation_grade_known"),
        ({"source": "x"}, "observation_source_known"),
        ({"state": "x"}, "observation_state_known"),
        (HANDED | {"post_code": None}, "observation_handed_present"),
        (HANDED | {"due_at": None}, "observation_handed_present"),
        (SETTLED | {"settled_by": ""}, "observation_settled_present"),
        (SETTLED | {"settled_at": None}, "observation_settled_present"),
        (SETTLED | {"state": "open"}, "observation_settled_only"),
        (HANDED | {"state": "open"}, "observation_due_only"),
        (SETTLED | {"settled_at": "2026-05-01"}, "observation_settled_order"),
        (HANDED | {"due_at": "2026-05-01"}, "observation_due_order"),
        ({"found_at": "1999-01-01"}, "observation_found_range"),
    ],
)
def test_a_row_that_cannot_be_is_refused_by_name(connection, insert, values, rule):
    with pytest.raises(DBAPIError) as raised, connection.begin_nested():
        insert("observation", code="X", wkt=SPOT, **values)
    assert raised.value.orig.diag.constraint_name == rule


@pytest.mark.parametrize("values", [{}, {"kind": "bank_slump"}, HANDED, SETTLED, HANDED | SETTLED])
def test_what_a_state_allows_goes_in(insert, values):
    assert insert("observation", code="X", wkt=SPOT, **values)


@pytest.mark.parametrize("zh", ["重点人群管控", "信访件", "禁毒", "传销"])
def test_matters_that_concern_persons_are_no_family(connection, zh):
    said = "INSERT INTO city.observation_family (code, zh, en) VALUES ('x', %s, 'X')"
    with pytest.raises(DBAPIError, match="shareable"), connection.begin_nested():
        connection.exec_driver_sql(said, (zh,))


def test_every_kind_has_a_family_and_titles_of_its_own(connection):
    found = rows(connection, "observation/kinds")
    assert len({row["zh"] for row in found if row["kind"]}) == len([row for row in found if row["kind"]])
    assert {row["family"] for row in found if row["kind"]} >= {"order", "fire", "environment", "ponding", "bank_slope"}


def test_a_tile_carries_state_and_age_and_names_nobody(connection, insert, tile):
    told = dict.fromkeys(PRIVATE - {"made_by"}, "王五")
    insert("observation", code="A", wkt=SPOT, kind="bank_slump", **(told | SETTLED | {"settled_by": "王五"}))
    connection.exec_driver_sql(
        "UPDATE city.observation SET found_at = now() - interval '50 hours', settled_at = now() - interval '1 hour'"
    )
    (drawn,) = tile()
    assert set(drawn) <= set(LAYER.fields) and not PRIVATE & set(LAYER.fields)
    assert drawn == {
        "code": "A",
        "family": "bank_slope",
        "kind": "bank_slump",
        "grade": "general",
        "state": "settled",
        "overdue": False,
        "days": 2,
    }


def test_what_is_handed_over_and_late_is_overdue_on_the_map(connection, insert, tile):
    insert("observation", code="A", wkt=SPOT, **HANDED)
    connection.exec_driver_sql("UPDATE city.observation SET due_at = now() - interval '1 minute'")
    assert tile()[0]["overdue"]
    connection.exec_driver_sql("UPDATE city.observation SET due_at = now() + interval '1 minute'")
    assert not tile()[0]["overdue"]


def test_what_was_settled_long_ago_leaves_the_map_and_not_the_list(connection, insert, tile):
    insert("observation", code="A", wkt=SPOT, **SETTLED)
    for days, drawn in ((89, 1), (91, 0)):
        connection.exec_driver_sql(
            "UPDATE city.observation SET found_at = now() - interval '200 days',"
            f" settled_at = now() - interval '{days} days'"
        )
        assert len(tile()) == drawn
        assert connection.exec_driver_sql("SELECT count(*) FROM city.observation_now").scalar() == 1


@pytest.mark.parametrize("view", ["observation_now", "observation_version"])
@pytest.mark.parametrize(
    ("roles", "hidden"),
    [
        ([], PRIVATE),
        (["viewer"], PRIVATE),
        (["analyst"], PERSONS),
        (["viewer", "landuse"], PERSONS),
        (["patroller"], set()),
        (["viewer", "admin"], set()),
    ],
)
def test_the_views_leave_out_what_a_role_may_not_see(connection, insert, act, view, roles, hidden):
    told = dict.fromkeys(PRIVATE - {"made_by"}, "王五")
    insert("observation", code="A", wkt=SPOT, **(SETTLED | told))
    act(*roles)
    row = connection.exec_driver_sql(f"SELECT * FROM city.{view}").mappings().one()
    assert {name for name in PRIVATE if row[name] is None} == hidden


def test_roles_are_asked_once_a_statement_and_not_once_a_row(connection):
    plan = "\n".join(connection.exec_driver_sql("EXPLAIN VERBOSE SELECT note FROM city.observation_now").scalars())
    assert "InitPlan" in plan and not re.search(r"Output:.*current_setting.*\n.*Seq Scan on city.observation", plan)


def test_a_deleted_observation_leaves_its_history_and_takes_its_keys_along(engine):
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO city.observation (code, family, source, found_at, geom)"
            " VALUES ('A', 'fire', 'camera', '2026-06-01', ST_SetSRID(ST_MakePoint(114.5, 30.5), 4490))"
        )
        connection.exec_driver_sql(
            "INSERT INTO city.observation_key SELECT 'k', repeat('0', 64), id FROM city.observation"
        )
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM city.observation")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT code FROM city.observation_history").scalars().all() == ["A"]
        assert connection.exec_driver_sql("SELECT count(*) FROM city.observation_key").scalar() == 0


def test_lists_can_use_their_indexes(connection):
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
    newest = "SELECT id FROM city.observation_now ORDER BY found_at DESC, id DESC LIMIT 5"
    assert "observation_newest" in "\n".join(connection.exec_driver_sql(f"EXPLAIN {newest}").scalars())


@pytest.mark.parametrize("table", ["observation", "grid"])
def test_values_are_told_from_the_table_that_a_column_refers_to(connection, table):
    columns = {row["name"]: row["options"] for row in rows(connection, "deployment/columns", table=f"city.{table}")}
    if table == "observation":
        assert columns["family"][0] == {"value": "order", "zh": "治安", "en": "Public order"}
        assert columns["kind"][-1]["value"] == "can_pass" and columns["state"][0]["value"] == "open"
    else:
        assert columns["parent_code"] is None
