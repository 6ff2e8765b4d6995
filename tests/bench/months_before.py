"""Months before a month, made in the database: all that is stored of the month's patrols once more, dated back.

The real intake would take minutes a month; what it stored is copied here into the same tables, partitions and indexes,
so that the database is as full as if it had taken them in. Codes and devices are others, dates earlier, places the
same. A partition of fixes is filled before it is attached, which makes its indexes, and checks its keys, at once.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine

TABLES = ("leg", "patrol_trace", "sighting", "side_sighting", "whole_sighting", "flag")
_COLUMNS = """
    SELECT column_name FROM information_schema.columns
    WHERE table_schema = 'city' AND table_name = %(table)s AND is_identity = 'NO' AND is_generated = 'NEVER'
    ORDER BY ordinal_position
"""
_DATED = {"time", "started_at", "ended_at", "first_at", "last_at", "from_at", "to_at", "seen_to"}
_LISTS = {"times_s", "passed_s"}
_LIST_DATED = "ARRAY(SELECT s - %(back_s)s FROM unnest(t.{}) WITH ORDINALITY AS u(s, n) ORDER BY n)"
_OTHERS = {
    **{name: f"t.{name} - %(back_s)s * interval '1 second'" for name in _DATED},
    **{
        name: f"ARRAY(SELECT s - %(back_s)s FROM unnest(t.{name}) WITH ORDINALITY AS u(s, n) ORDER BY n)"
        for name in _LISTS
    },
    "patrol_id": "p.made",
    "other_id": "(SELECT o.made FROM pair AS o WHERE o.patrol_id = t.other_id)",
    "code": "replace(t.code, %(code)s, %(earlier)s)",
    "device": "replace(t.device, %(code)s, %(earlier)s)",
    # It holds its own dates: the platform makes it anew when it is next asked for.
    "course": "NULL",
}
_PAIR = """
    CREATE TEMPORARY TABLE pair ON COMMIT DROP AS
    SELECT p.patrol_id, made.patrol_id AS made
    FROM city.patrol AS p JOIN city.patrol AS made ON made.code = replace(p.code, %(code)s, %(earlier)s)
    WHERE p.code LIKE %(code)s || '%%'
"""


def once_more(engine: Engine, month: datetime, before: datetime, codes: tuple[str, str]) -> None:
    """Store a month's patrols once more as those of an earlier one. codes: how theirs begin, and the others' shall."""
    after = (before + timedelta(days=31)).replace(day=1)
    given = {"month": month, "back_s": (month - before).total_seconds(), "before": before, "after": after}
    given |= {"code": codes[0], "earlier": codes[1]}
    with engine.begin() as connection:
        _copied(connection, ("patrol", "patrol"), "city.patrol AS t WHERE t.code LIKE %(code)s || '%%'", given)
        connection.exec_driver_sql(_PAIR, given)
        connection.exec_driver_sql("ANALYZE pair")
        _fixes(connection, f"fix_{before:%Y_%m}", given)
        for table in TABLES:
            _copied(connection, (table, table), f"city.{table} AS t JOIN pair AS p USING (patrol_id)", given)


def _fixes(connection: Connection, partition: str, given: dict[str, object]) -> None:
    """Those that fall into the earlier month, into a partition of its own if it has none; the rest into the next."""
    held = connection.exec_driver_sql("SELECT to_regclass(%(name)s)", {"name": f"city.{partition}"}).scalar()
    if not held:
        connection.exec_driver_sql(f"CREATE TABLE city.{partition} (LIKE city.fix INCLUDING ALL EXCLUDING INDEXES)")
    source = "city.fix AS t JOIN pair AS p USING (patrol_id) WHERE t.time >= %(month)s"
    within = f"{_OTHERS['time']} < %(after)s"
    _copied(connection, ("fix", partition), f"{source} AND {within}", given)
    if not held:
        bounds = "FOR VALUES FROM (%(before)s) TO (%(after)s)"
        connection.exec_driver_sql(f"ALTER TABLE city.fix ATTACH PARTITION city.{partition} {bounds}", given)
    _copied(connection, ("fix", "fix"), f"{source} AND NOT {within}", given)


def _copied(connection: Connection, tables: tuple[str, str], source: str, given: dict[str, object]) -> None:
    names = connection.exec_driver_sql(_COLUMNS, {"table": tables[0]}).scalars().all()
    values = ", ".join(_OTHERS.get(name, f"t.{name}") for name in names)
    into = f"city.{tables[1]} ({', '.join(names)})"
    connection.exec_driver_sql(f"INSERT INTO {into} SELECT {values} FROM {source}", given)
