"""Under which names one reader is told of the patrols that figures of duties stand on."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from api.access.reader import Reader
from api.patrols.pseudonyms import code_told
from api.veil.naming import Names
from api.veil.whose import is_own, only_own, sees_all
from layers import query

__all__ = ["names_for"]


def names_for(connection: Connection, reader: Reader, codes: Iterable[str], zone: ZoneInfo) -> Names:
    """How patrols of these codes are told: plainly to who may see persons, and to a patroller the own ones.

    To an analyst by the names that /patrols has for them; to others by none.
    """
    if sees_all(reader):
        return Names(zone)
    analyst = "analyst" in reader.roles
    if not (analyst or only_own(reader)):
        return Names(zone, frozenset(), named=False)
    rows = query.rows(connection, "patrol/patrol_whose", None, codes=sorted(set(codes)))
    if analyst:
        return Names(zone, frozenset(), {row["code"]: code_told(row["code"], row["patrol_id"]) for row in rows})
    return Names(zone, frozenset(row["code"] for row in rows if is_own(row, reader)))
