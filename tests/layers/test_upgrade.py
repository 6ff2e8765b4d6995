"""A database that holds data, at any earlier state of the migrations, comes to the newest without losing a row."""

import shutil

import pytest
from sqlalchemy import Engine

from layers.catalogue import LAYERS_FOLDER
from layers.migrate import migrate, pending, revisions
from tests.databases import FACTS
from tests.layers.conftest import DEFAULTS, box, inserter, metric_wkt

STATES = revisions()
LINES = {"road", "bank"}
POINTS = {"observation"}
CODES = {"grid": "420111081"}
TABLES = """
    SELECT relname FROM pg_class
    WHERE relnamespace = 'city'::regnamespace AND relkind = 'r' AND relname = ANY (%(names)s)
"""


@pytest.fixture
def earlier(tmp_path):
    """A function that makes a folder of migrations as they were when `count` of them existed; no functions or views."""

    def folder(count: int):
        kept = set(STATES[:count])
        for script in LAYERS_FOLDER.glob("*/migrations/*.py"):
            place = tmp_path / script.parent.relative_to(LAYERS_FOLDER)
            place.mkdir(parents=True, exist_ok=True)
            if f"{script.parent.parent.name}_{script.name[:4]}" in kept:
                shutil.copy(script, place)
                shutil.copy(script.with_suffix(".sql"), place)
        return tmp_path

    return folder


def fill(engine: Engine) -> dict[str, int]:
    """One row in every feature table there is, past triggers whose functions come later; how many rows each has."""
    with engine.begin() as connection:
        tables = connection.exec_driver_sql(TABLES, {"names": [*DEFAULTS, "edition"]}).scalars().all()
        add = inserter(connection)
        for table in set(tables) & set(DEFAULTS):
            connection.exec_driver_sql(f"ALTER TABLE city.{table} DISABLE TRIGGER USER")
            values = {"code": CODES.get(table, "X"), "known_from": "2026-01-01", "made_by": "test"}
            if table == "reach":
                add(table, **values, bank_code="X", span="{[0,100)}", degrees="MULTILINESTRING ((114 30, 114.1 30))")
            elif table in ("post", "duty"):
                add(table, **values)
            elif table in LINES:
                add(table, **values, **({"length_m": 100} if table == "bank" else {}), wkt=metric_wkt((0, 0), (100, 0)))
            elif table in POINTS:
                add(table, **values, wkt=metric_wkt((0, 0), kind="POINT"))
            else:
                add(table, **values, wkt=box(0, 0, 100, 100))
            connection.exec_driver_sql(f"ALTER TABLE city.{table} ENABLE TRIGGER USER")
        return counts(connection, tables)


def counts(connection, tables) -> dict[str, int]:
    return {table: connection.exec_driver_sql(f"SELECT count(*) FROM city.{table}").scalar() for table in tables}


@pytest.mark.parametrize("count", range(1, len(STATES) + 1), ids=lambda count: STATES[count - 1])
def test_a_database_with_data_is_upgraded_from_every_earlier_state(empty_database, earlier, count):
    done = migrate(empty_database, FACTS, folder=earlier(count))
    assert set(done) == set(STATES[:count])
    held = fill(empty_database)
    asked = []
    migrate(empty_database, FACTS, before=asked.append)
    assert [name for names in asked for name in names] == [name for name in STATES if name not in done]
    with empty_database.connect() as connection:
        assert pending(connection) == []
        assert counts(connection, held) == held
        for table in set(held) & set(DEFAULTS):
            connection.exec_driver_sql(f"DELETE FROM city.{table}")
            assert connection.exec_driver_sql(f"SELECT count(*) FROM city.{table}_history").scalar() == 1, table


def test_running_the_functions_and_views_again_changes_nothing(engine):
    assert migrate(engine, FACTS) == []
