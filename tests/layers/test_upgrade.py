"""A database that holds data, at any earlier state of the migrations, comes to the newest without losing a row."""

import shutil
from collections import Counter

import pytest
from sqlalchemy import Engine

from layers.catalogue import LAYERS_FOLDER
from layers.migrate import migrate, pending, revisions
from tests.databases import FACTS
from tests.layers.conftest import DEFAULTS, box, inserter, metric_wkt

STATES = revisions()
LINES = {"road", "path", "bank"}
POINTS = {"observation"}
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


def fill(engine: Engine, state: int) -> None:
    """One more row in every feature table there is, past triggers whose functions come later."""
    with engine.begin() as connection:
        add = inserter(connection)
        for table in standing(connection):
            connection.exec_driver_sql(f"ALTER TABLE city.{table} DISABLE TRIGGER USER")
            code = f"420111{state:03}" if table == "grid" else f"X{state}"
            values = {"code": code, "known_from": "2026-01-01", "made_by": "test"}
            if table == "reach":
                wkt = "MULTILINESTRING ((114 30, 114.1 30))"
                add(table, **values, bank_code=code, span="{[0,100)}", degrees=wkt)
            elif table in ("post", "duty"):
                add(table, **values)
            elif table in LINES:
                add(table, **values, **({"length_m": 100} if table == "bank" else {}), wkt=metric_wkt((0, 0), (100, 0)))
            elif table in POINTS:
                add(table, **values, wkt=metric_wkt((0, 0), kind="POINT"))
            else:
                add(table, **values, wkt=box(0, 0, 100, 100))
            connection.exec_driver_sql(f"ALTER TABLE city.{table} ENABLE TRIGGER USER")


def standing(connection) -> list[str]:
    """The feature tables there are."""
    return list(connection.exec_driver_sql(TABLES, {"names": [*DEFAULTS]}).scalars())


def counts(connection, tables) -> dict[str, int]:
    return {table: connection.exec_driver_sql(f"SELECT count(*) FROM city.{table}").scalar() for table in tables}


def test_rows_of_every_earlier_state_come_to_the_newest(empty_database, earlier):
    written = Counter()
    for count in range(1, len(STATES)):
        assert migrate(empty_database, FACTS, folder=earlier(count)) == [STATES[count - 1]]
        fill(empty_database, count)
        with empty_database.connect() as connection:
            written.update(standing(connection))
            assert counts(connection, written) == written, f"after {STATES[count - 1]}"
    migrate(empty_database, FACTS)
    with empty_database.connect() as connection:
        assert pending(connection) == []
        assert counts(connection, written) == written
    assert set(written) == set(DEFAULTS)


@pytest.mark.parametrize("count", [1, len(STATES) // 2, len(STATES) - 1], ids=lambda count: STATES[count - 1])
def test_a_database_with_data_is_upgraded_in_one_go_and_its_rows_can_be_deleted(empty_database, earlier, count):
    done = migrate(empty_database, FACTS, folder=earlier(count))
    assert set(done) == set(STATES[:count])
    fill(empty_database, count)
    asked = []
    migrate(empty_database, FACTS, before=asked.append)
    assert [name for names in asked for name in names] == [name for name in STATES if name not in done]
    with empty_database.connect() as connection:
        assert pending(connection) == []
        for table in standing(connection):
            deleted = connection.exec_driver_sql(f"DELETE FROM city.{table}").rowcount
            kept = connection.exec_driver_sql(f"SELECT count(*) FROM city.{table}_history").scalar()
            assert deleted == kept <= 1, table


def test_running_the_functions_and_views_again_changes_nothing(engine):
    assert migrate(engine, FACTS) == []
