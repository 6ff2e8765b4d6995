"""The database that a command works on: the one named by HUASHAN_DATABASE_URL, or the checkout's own cluster."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from layers.errors import Conflict, NotPossible, NotReady

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from api.cluster.cluster import Cluster
    from api.settings import Settings

_FIXED = ("HUASHAN_NAME", "HUASHAN_METRIC_CRS", "HUASHAN_BOUNDS", "HUASHAN_TIMEZONE")
URL, OWNER_URL = "HUASHAN_DATABASE_URL", "HUASHAN_OWNER_URL"
_OLDEST_SERVER, _OLDEST_POSTGIS = 15, (3, 3)
_NO_RIGHT = "42501"


@contextmanager
def attached() -> Iterator[None]:
    """The environment names a database that answers and is up to date, for the length of the block.

    The checkout's cluster is started where it is not running, and stopped afterwards unless someone else uses it.
    """
    if os.environ.get(URL):
        _refuse_if_behind()
        yield
        return
    from api.cluster.cluster import Cluster
    from api.cluster.place import cluster_place
    from api.cluster.sharing import in_use

    cluster = Cluster(cluster_place())
    if not cluster.exists:
        raise NotReady(f"还没有数据库({cluster.place.folder}):请先运行 make run,或 huashan migrate(只建库,不装示例)。")
    with in_use(cluster), named(cluster):
        _refuse_if_behind()
        yield


@contextmanager
def named(cluster: "Cluster") -> Iterator[None]:
    """The environment names this cluster's database, for the length of the block."""
    from api.cluster.cluster import APP, DATABASE, OWNER

    urls = {URL: cluster.url(DATABASE, APP), OWNER_URL: cluster.url(DATABASE, OWNER)}
    os.environ.update({name: url.render_as_string(hide_password=False) for name, url in urls.items()})
    try:
        yield
    finally:
        for name in urls:
            del os.environ[name]


@contextmanager
def owner_engine(settings: "Settings") -> Iterator["Engine"]:
    """An engine in the role that owns the tables; checked: it answers, and is new enough."""
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    engine = create_engine(settings.owner_url, poolclass=NullPool, connect_args={"connect_timeout": 10})
    _check(engine)
    try:
        yield engine
    finally:
        engine.dispose()


def bring_up_to_date(engine: "Engine", settings: "Settings") -> list[str]:
    """Run what is pending, after a dump where the database holds data, and answer the names that were run.

    Then what patrols saw is worked out for reaches that are new to the settings. Raises Conflict, before anything is
    done, where the settings are those of another city.
    """
    from sqlalchemy import make_url
    from sqlalchemy.exc import ProgrammingError

    from api.cluster.dump import dump
    from api.sightings.reaches import store_reaches
    from layers.migrate import migrate

    def before(names: list[str]) -> None:
        untouched = [] if any(name.startswith("patrol_") for name in names) else ["city.fix*"]
        print(f"数据库有 {len(names)} 项迁移待执行,先备份… backing up before migrating", flush=True)
        print(f"备份:{dump(make_url(settings.owner_url), settings.data / 'dumps', untouched)}", flush=True)

    _refuse_other_city(engine, settings)
    app, owner = make_url(settings.database_url).username, make_url(settings.owner_url).username
    try:
        names = migrate(engine, settings.facts, app if app != owner else None, before=before)
    except ProgrammingError as error:
        if getattr(error.orig, "pgcode", None) != _NO_RIGHT:
            raise
        raise NotPossible(
            f"用户 {owner} 无权迁移数据库 {engine.url.database}:请用 {OWNER_URL} 给出拥有其中各表的角色,"
            f"{URL} 可以仍是普通角色。"
        ) from None
    with engine.begin() as connection:
        store_reaches(connection, settings.reaches_m, lambda line: print(line, flush=True))
    return names


def _refuse_other_city(engine: "Engine", settings: "Settings") -> None:
    """Raise Conflict where the environment says of the city what its database was not made with."""
    from layers import query
    from layers.crs import Bounds
    from layers.migrate import pending

    with engine.connect() as connection:
        if "deployment_0001" in pending(connection):
            return
        made = query.rows(connection, "deployment/deployment_fixed")[0]
    stored = (made["name"], made["metric_crs"], Bounds(*made["bounds"]), made["timezone"])
    asked = (settings.name, settings.metric_crs, settings.bounds, settings.timezone)
    for variable, was, wanted in zip(_FIXED, stored, asked, strict=True):
        if os.environ.get(variable) and was != wanted:
            kept = ",".join(map(str, was)) if isinstance(was, Bounds) else was
            raise Conflict(
                f"环境变量 {variable} 的值 {os.environ[variable][:80]!r} 与建库时定下的 {kept!r} 不同,定下后不能再改:"
                f"请去掉这个变量;另一座城市请用另一个数据库(换 HUASHAN_DATA 或 {URL})。"
            )


def _refuse_if_behind() -> None:
    from api.settings import read_settings
    from layers.migrate import pending

    with owner_engine(read_settings(os.environ)) as engine, engine.connect() as connection:
        names = pending(connection)
    if names:
        raise NotReady(f"数据库结构落后于程序(待迁移 {len(names)} 项,首项 {names[0]}):请先运行 huashan migrate。")


def _check(engine: "Engine") -> None:
    from sqlalchemy.exc import OperationalError

    try:
        with engine.connect() as connection:
            version = int(connection.exec_driver_sql("SHOW server_version_num").scalar_one()) // 10000
            found = connection.exec_driver_sql(
                "SELECT coalesce(installed_version, ''), coalesce(default_version, '')"
                " FROM pg_available_extensions WHERE name = 'postgis'"
            ).one_or_none()
    except OperationalError as error:
        raise NotReady(_unreachable(engine, error)) from None
    if version < _OLDEST_SERVER:
        raise NotPossible(f"数据库是 PostgreSQL {version},需要 {_OLDEST_SERVER} 或更新:请升级数据库,或换一个。")
    if found is None or _numbers(found[0] or found[1]) < _OLDEST_POSTGIS:
        have = found[0] or found[1] if found else "没有"
        raise NotPossible(f"数据库的 PostGIS 是 {have},需要 3.3 或更新:请在数据库服务器上安装或升级 PostGIS。")
    if not found[0]:
        _add_postgis(engine)


def _add_postgis(engine: "Engine") -> None:
    from sqlalchemy.exc import ProgrammingError

    try:
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS postgis")
            connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS btree_gist")
    except ProgrammingError:
        raise NotPossible(
            f"数据库 {engine.url.database} 里没有启用 PostGIS 且 {engine.url.username} 无权启用:"
            "请数据库管理员执行 CREATE EXTENSION postgis; CREATE EXTENSION btree_gist;"
        ) from None


def _unreachable(engine: "Engine", error: Exception) -> str:
    from api.cluster.place import data_folder

    url = engine.url
    where = f"{url.query.get('host') or url.host or '本机'}:{url.port or 5432}/{url.database}(用户 {url.username})"
    told = (str(getattr(error, "orig", error)).strip().splitlines() or ["原因不明"])[0].strip()
    return f"连不上数据库 {where}:{told};请检查 {URL}、网络与口令(日志 {data_folder() / 'log'})。"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
