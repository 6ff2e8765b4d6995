"""Migrations run once each, in declared order, and refuse what they do not know."""

import pytest
from sqlalchemy.exc import DBAPIError

from layers import migrate
from layers.crs import METRIC_DEFAULT, Bounds
from layers.errors import NotPossible
from layers.migrate import DeploymentFacts

FACTS = DeploymentFacts("试城", METRIC_DEFAULT, Bounds(112.5, 21.5, 115.5, 45.5), "Asia/Shanghai")
STUB = """
from layers.migrate import run_sql_beside
revision = {name!r}
down_revision = {after!r}
branch_labels = {labels!r}
depends_on = {needs!r}
def upgrade():
    run_sql_beside(__file__)
"""


def add(folder, branch, number, sql, needs=None):
    """One migration of one branch, as a stub and its SQL."""
    place = folder / branch / "migrations"
    place.mkdir(parents=True, exist_ok=True)
    name, after = f"{branch}_{number:04}", f"{branch}_{number - 1:04}" if number > 1 else None
    stub = STUB.format(name=name, after=after, labels=(branch,) if number == 1 else None, needs=needs)
    (place / f"{number:04}_x.py").write_text(stub, "utf-8")
    (place / f"{number:04}_x.sql").write_text(sql, "utf-8")


@pytest.fixture
def folder(tmp_path):
    add(tmp_path, "deployment", 1, "CREATE TABLE fact AS SELECT %(metric_srid)s::int AS srid, %(name)s::text AS name")
    add(tmp_path, "apple", 1, "CREATE TABLE apple AS SELECT * FROM fact", needs=("deployment_0001",))
    (tmp_path / "apple" / "deploy").mkdir()
    (tmp_path / "apple" / "deploy" / "odd.sql").write_text(
        "CREATE OR REPLACE VIEW odd AS SELECT srid % 2 AS odd FROM apple", "utf-8"
    )
    return tmp_path


def test_branches_run_in_the_order_of_their_needs_and_not_of_their_names(empty_database, folder):
    assert migrate.migrate(empty_database, FACTS, folder=folder) == ["deployment_0001", "apple_0001"]
    with empty_database.connect() as connection:
        assert connection.exec_driver_sql("SELECT srid, name, odd FROM apple, odd").one() == (4547, "试城", 1)


def test_a_second_run_finds_nothing_pending(empty_database, folder):
    migrate.migrate(empty_database, FACTS, folder=folder)
    assert migrate.migrate(empty_database, FACTS, folder=folder) == []


def test_before_a_migration_of_a_database_that_holds_data_the_caller_is_asked(empty_database, folder):
    asked = []
    migrate.migrate(empty_database, FACTS, folder=folder, before=asked.append)
    assert asked == []
    add(folder, "apple", 2, "ALTER TABLE apple ADD COLUMN ripe bool")
    migrate.migrate(empty_database, FACTS, folder=folder, before=asked.append)
    assert asked == [["apple_0002"]]


def test_a_failed_migration_leaves_no_trace_and_keeps_those_before_it(empty_database, folder):
    add(folder, "apple", 2, "CREATE TABLE half (n int); SELECT 1/0")
    with pytest.raises(DBAPIError):
        migrate.migrate(empty_database, FACTS, folder=folder)
    with empty_database.connect() as connection:
        assert migrate.pending(connection, folder) == ["apple_0002"]
        assert connection.exec_driver_sql("SELECT to_regclass('half')").scalar() is None


def test_a_database_newer_than_the_code_is_refused_and_untouched(empty_database, folder):
    migrate.migrate(empty_database, FACTS, folder=folder)
    with empty_database.begin() as connection:
        connection.exec_driver_sql("UPDATE huashan_migration SET version_num = 'pear_0007'")
    with pytest.raises(NotPossible, match="pear_0007"):
        migrate.migrate(empty_database, FACTS, folder=folder)


def test_timeouts_of_a_migration_do_not_stay_on_the_connection(empty_database, folder):
    migrate.migrate(empty_database, FACTS, folder=folder)
    with empty_database.connect() as connection:
        assert connection.exec_driver_sql("SHOW lock_timeout").scalar() == "0"
