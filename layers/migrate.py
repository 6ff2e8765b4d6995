"""Bringing a database to the code's state: forward-only migrations, then functions and views.

Alembic keeps the record, because its branches and `depends_on` order the layers by declared need instead of by
one global number, each migration in a transaction of its own.
"""

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path

from alembic import op
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, Engine

from layers.catalogue import LAYERS_FOLDER, branch_folders
from layers.crs import Bounds, known
from layers.errors import NotPossible

LOCK_TIMEOUT = "10s"
STATEMENT_TIMEOUT = "30min"
_VERSION_TABLE = "huashan_migration"  # in the public schema, where another application may live, too
_LOCK = 7_114_030


@dataclass(frozen=True)
class DeploymentFacts:
    """What the first migration fixes for good: where this city lies and what it is measured in."""

    name: str
    metric_crs: str
    bounds: Bounds
    timezone: str

    @property
    def metric_srid(self) -> int:
        """The metric system's EPSG number; raises NotPossible where it has none."""
        number = known(self.metric_crs).to_epsg()
        if number is None:
            raise NotPossible(f"度量坐标系 {self.metric_crs!r} 没有 EPSG 代码:请选用有代码的投影坐标系。")
        return int(number)


def run_sql_beside(python_file: str) -> None:
    """Run the .sql file of the same name, inside the migration's transaction.

    %(name)s parameters in it are the deployment's facts.
    """
    text = Path(python_file).with_suffix(".sql").read_text("utf-8")
    config = op.get_context().config
    facts = config.attributes["facts"]  # type: ignore[union-attr]
    run_script(op.get_bind(), text, _parameters(facts) if "%(" in text else None)


def run_script(connection: Connection, text: str, params: dict[str, object] | None = None) -> None:
    """Run a whole SQL script; without params its percent signs are its own."""
    connection.exec_driver_sql(text, params, execution_options={"no_parameters": params is None})


def _parameters(facts: DeploymentFacts) -> dict[str, object]:
    return {
        "name": facts.name,
        "metric_crs": facts.metric_crs,
        "metric_srid": facts.metric_srid,
        "timezone": facts.timezone,
        **facts.bounds._asdict(),
    }


def revisions(folder: Path = LAYERS_FOLDER) -> list[str]:
    """Every migration's name, in the order in which they run."""
    return [script.revision for script in _in_order(_scripts(folder))]


def pending(connection: Connection, folder: Path = LAYERS_FOLDER) -> list[str]:
    """The migrations this database still lacks; empty when it is up to date. Changes nothing.

    Raises NotPossible when the database has a migration that this code does not know.
    """
    done = _done(connection, folder)
    return [name for name in revisions(folder) if name not in done]


def migrate(
    engine: Engine,
    facts: DeploymentFacts,
    app_role: str | None = None,
    *,
    folder: Path = LAYERS_FOLDER,
    before: Callable[[list[str]], None] = lambda names: None,
) -> list[str]:
    """Run what is pending, each in its transaction, then replace functions and views and grant the app its rights.

    before: called with the pending names when the database already holds data (a dump is made there).
    Answers the names that were run. A second process waits for the first.
    """
    with _alone(engine) as connection:
        names = pending(connection, folder)
        held = bool(_heads(connection))
        connection.rollback()
        if names and held:
            before(names)
        _upgrade(connection, facts, folder, names)
        deploy(connection, folder, app_role)
    return names


def deploy(connection: Connection, folder: Path = LAYERS_FOLDER, app_role: str | None = None) -> None:
    """Replace the functions and views of every folder, in the order of its migrations, and grant the app its rights."""
    with connection.begin():
        for branch in _ordered_branches(folder):
            for file in sorted((branch / "deploy").glob("*.sql")):
                run_script(connection, file.read_text("utf-8"))
        if app_role:
            connection.exec_driver_sql("SELECT city.grant_app(%(role)s)", {"role": app_role})


def _upgrade(connection: Connection, facts: DeploymentFacts, folder: Path, names: list[str]) -> None:
    config = _config(folder)
    config.attributes["facts"] = facts
    scripts = ScriptDirectory.from_config(config)
    connection.exec_driver_sql(f"SET lock_timeout = '{LOCK_TIMEOUT}'; SET statement_timeout = '{STATEMENT_TIMEOUT}'")
    connection.commit()
    try:
        for name in names:  # one by one: Alembic would choose the order among branches anew at each run
            _step(connection, config, scripts, name)
    finally:
        connection.rollback()
        connection.exec_driver_sql("RESET lock_timeout; RESET statement_timeout")
        connection.commit()


def _step(connection: Connection, config: Config, scripts: ScriptDirectory, name: str) -> None:
    with EnvironmentContext(config, scripts, fn=lambda heads, _: scripts._upgrade_revs(name, heads)) as environment:
        environment.configure(connection, version_table=_VERSION_TABLE, transaction_per_migration=True)
        environment.run_migrations()


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as guard, engine.connect() as connection:
        guard.exec_driver_sql("SELECT pg_advisory_lock(%(key)s)", {"key": _LOCK})
        try:
            yield connection
        finally:
            guard.exec_driver_sql("SELECT pg_advisory_unlock(%(key)s)", {"key": _LOCK})


def _config(folder: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder))
    places = [str(branch / "migrations") for branch in branch_folders(folder)]
    config.set_main_option("version_locations", "\n".join(places))
    config.set_main_option("path_separator", "newline")
    return config


def _scripts(folder: Path) -> ScriptDirectory:
    return ScriptDirectory.from_config(_config(folder))


def _heads(connection: Connection) -> tuple[str, ...]:
    return MigrationContext.configure(connection, opts={"version_table": _VERSION_TABLE}).get_current_heads()


def _done(connection: Connection, folder: Path) -> set[str]:
    scripts = _scripts(folder)
    known_names = set(revisions(folder))
    heads = _heads(connection)
    unknown = sorted(set(heads) - known_names)
    if unknown:
        raise NotPossible(f"数据库比程序新(含未知迁移 {'、'.join(unknown)}):请更新程序后再启动,数据未作任何改动。")
    return {script.revision for script in scripts.iterate_revisions(heads, "base", inclusive=True)} if heads else set()


def _in_order(scripts: ScriptDirectory) -> list[Script]:
    """Every migration after those it needs; among equals by name, so that every run takes the same way."""
    found = {script.revision: script for script in scripts.walk_revisions("base", "heads")}
    sorter = TopologicalSorter({name: script._all_down_revisions for name, script in found.items()})
    sorter.prepare()
    names: list[str] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        names += ready
        sorter.done(*ready)
    return [found[name] for name in names]


def _ordered_branches(folder: Path) -> list[Path]:
    return list(dict.fromkeys(_home(script) for script in _in_order(_scripts(folder))))


def _home(script: Script) -> Path:
    return Path(inspect.getfile(script.module)).parent.parent if script.module else Path(script.path).parent.parent
