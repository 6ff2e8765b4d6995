"""Opening a patrol that is given its fixes afterwards, finding it again, and declaring it over."""

import secrets
from dataclasses import asdict, replace
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api.patrols.accept import Outing, check_outing, stands
from api.patrols.deposit import lock_intake
from api.patrols.erase import refuse_erased
from api.patrols.receipt import Receipt, known_receipt
from api.patrols.store import insert_patrol
from api.sightings.targets import City
from layers import query
from layers.errors import Conflict, NotFound

FIRST_TRACK = 1


def open_patrol(connection: Connection, outing: Outing, person: str, city: City, now: datetime) -> Receipt:
    """Open a patrol without fixes: status 'opened', or 'known' where the same person opened one of that code before.

    'erased' where that was erased: who sends it again may go on to its fixes, which are left out as such. Without a
    device it gets one of its own, named after it. Raises Conflict where the code is somebody else's.
    """
    check_outing(outing, outing.device)
    code = outing.code or f"{now.astimezone(city.zone):%Y%m%d}-{secrets.token_hex(5)}-{FIRST_TRACK}"
    there = find(connection, outing.code) if outing.code else None
    if there is not None:
        return _again(connection, there, outing, person)
    whole = replace(outing, code=code, device=outing.device or f"patrol-{code}")
    columns = asdict(whole) | {"track_no": FIRST_TRACK, "start_s": None, "end_s": None, "fixes_read": 0}
    insert_patrol(connection, columns)
    return Receipt("opened", code, str(whole.device), 0, 0)


def find(connection: Connection, code: str) -> RowMapping | None:
    """The patrol of that code, as far as storing fixes needs to know it."""
    found = query.rows(connection, "patrol/patrol_home", None, code=code)
    return found[0] if found else None


def find_to_add(connection: Connection, code: str) -> RowMapping:
    """The patrol that a code leads to, once nobody else can make it part of another, or erase it; raises NotFound."""
    there = find(connection, code)
    if there is not None and not there["erased_at"]:
        lock_intake(connection, [there["device"]])
        there = find(connection, code)
    if there is None:
        raise no_patrol(code)
    return there


def no_patrol(code: str) -> NotFound:
    """The error for a code that no patrol has."""
    return NotFound(f"没有编码为 {code[:80]!r} 的巡查:可用的见 /patrols。")


def close_patrol(connection: Connection, code: str, report: str | None) -> datetime:
    """Declare a patrol over and keep what the crew reports; the time of the first declaration.

    Raises NotFound, and Conflict where it was erased.
    """
    check_outing(Outing(report=report), None)
    refuse_erased(find_to_add(connection, code))
    found = query.rows(connection, "patrol/patrol_close", None, code=code, report=report)
    if not found:
        raise no_patrol(code)
    closed_at: datetime = found[0]["closed_at"]
    return closed_at


def _again(connection: Connection, there: RowMapping, outing: Outing, person: str) -> Receipt:
    if there["erased_at"]:
        return Receipt("erased", there["code"], outing.device or "", 0, 0)
    same = outing.device in (None, there["device"]) and outing.mode == there["mode"]
    if there["made_by"] != person or not same or outing.datum != there["datum_declared"]:
        raise Conflict(f"编码 {there['code'][:80]!r} 已是另一次巡查:请换一个编码,或不给编码由平台编。")
    return replace(known_receipt(connection, there["patrol_id"]), stands=stands(there, outing))
