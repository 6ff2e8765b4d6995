"""Devices of crews and their tokens. A token is shown once, may send that device's positions, and nothing else."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api.access.gate import digest
from api.transfer.tables import DEVICE
from api.versions.rows import add_version, succeed, today, versions
from layers import query
from layers.errors import BadInput, NotFound

MAX_TEXT = 200
DATUMS = ("wgs84", "gcj02", "bd09")
REFUSED = {
    "future": "时间在将来",
    "prehistoric": "时间早于 2000 年",
    "not_finite": "没有坐标或时间",
    "outside": "在服务范围之外",
}
"""Why a position belongs to no outing, and how users read it."""
_PREFIX = "huashan_dev_"
_FORM = re.compile(rf"{_PREFIX}[\w-]{{32}}", re.ASCII)


@dataclass(frozen=True)
class Carried:
    """A device as it is registered: its crew, the datum that it reports in, its error where it tells none."""

    code: str
    crew: str | None = None
    name: str | None = None
    datum: str | None = None
    accuracy_m: float | None = None


@dataclass(frozen=True)
class Sender:
    """The device that a token belongs to, with its crew's mode and post; token_id: the token's number."""

    token_id: int
    device: str
    datum: str
    crew: str | None
    mode: str
    post_code: str | None
    note_use: bool


def new_token(connection: Connection, carried: Carried) -> str:
    """Register the device, where it is new, and issue it a token; the only time that it is seen.

    Raises BadInput for a device that cannot be, NotFound for a crew that does not exist today, Conflict for a device
    that is only to begin later.
    """
    _check(carried)
    if carried.crew is not None:
        _check_crew(connection, carried.crew)
    _register(connection, carried)
    token = _PREFIX + secrets.token_urlsafe(24)
    query.execute(connection, "crew/device_token_new", None, sha256=digest(token), device=carried.code)
    return token


def _register(connection: Connection, carried: Carried) -> None:
    """Let there be such a device from today on; what is not told of one that is there stays as it was."""
    given = {"name": carried.name, "crew_code": carried.crew, "datum": carried.datum, "accuracy_m": carried.accuracy_m}
    told = {name: value for name, value in given.items() if value is not None}
    day = today(connection)
    begun = {"code": carried.code, "valid_from": day.isoformat()}
    standing = versions(connection, DEVICE, {"code": carried.code}, day=day)
    if not standing:
        add_version(connection, DEVICE, given | {"datum": carried.datum or "wgs84", "valid_to": None} | begun)
        return
    held = {name: standing[0].fields[name] for name in (*given, "valid_to")}
    succeed(connection, DEVICE, held | told | begun)


def tokens(connection: Connection, crew: str | None = None) -> Sequence[RowMapping]:
    """Every token of a device ever issued, newest first, with state valid|revoked|ended; of one crew, if given.

    Raises NotFound for a crew that has none and does not exist today.
    """
    found = query.rows(connection, "crew/device_token_list", None, crew=crew)
    if crew is not None and not found:
        _check_crew(connection, crew)
    return found


def _check_crew(connection: Connection, code: str) -> None:
    if not query.value(connection, "crew/crew_known", None, code=code):
        raise NotFound(f"没有编码为 {code[:80]!r} 的巡查组:请先导入巡查组。")


def revoke(connection: Connection, token_id: int, crew: str | None = None) -> str:
    """Revoke a token; answers whose device it was. It is refused from the end of the transaction on.

    crew: whose device it must be, where one is given. Raises NotFound for a token that is not there to be revoked.
    """
    device = query.value(connection, "crew/device_token_revoke", None, token_id=token_id, crew=crew)
    if device is not None:
        return str(device)
    if crew is None:
        raise NotFound(f"没有可吊销的设备令牌 {token_id}:请用 huashan device list 查看编号。")
    raise NotFound(f"巡查组 {crew[:80]!r} 没有可吊销的设备令牌 {token_id}:编号见该组的设备令牌列表。")


def looks_like_token(text: str) -> bool:
    """Whether a text has the form of a device's token."""
    return _FORM.fullmatch(text) is not None


def sender(connection: Connection, token: str) -> Sender | None:
    """The device that a token belongs to, asked of the database each time; None where it may not be used."""
    found = query.rows(connection, "crew/device_of_token", None, sha256=digest(token))
    if not found:
        return None
    told = {name: value for name, value in found[0].items() if name != "device_token_id"}
    return Sender(token_id=found[0]["device_token_id"], **told)


def note_refused(connection: Connection, token_id: int, reasons: Mapping[str, int]) -> None:
    """Note that positions belonged to no outing, by the reason of most: the phone is told, but nobody looks at it."""
    why = max(reasons, key=lambda one: reasons[one])
    query.execute(
        connection, "crew/device_token_refused", None, token_id=token_id, count=sum(reasons.values()), why=why
    )


def note_use(connection: Connection, token_id: int) -> None:
    """Note that a token was used."""
    query.execute(connection, "crew/device_token_used", None, token_id=token_id)


def _check(carried: Carried) -> None:
    if not carried.code.strip():
        raise BadInput("没有给出设备编码:请给出,如 手机-07。")
    for name, value in (("设备编码", carried.code), ("设备名称", carried.name), ("巡查组", carried.crew)):
        if value is not None and (len(value) > MAX_TEXT or not value.isprintable()):
            raise BadInput(f"{name} {value[:40]!r} 过长或含有不可见字符:请缩短并删去这些字符。")
    if carried.datum is not None and carried.datum not in DATUMS:
        raise BadInput(f"不认识坐标基准 {carried.datum[:40]!r}:应为 {'、'.join(DATUMS)} 之一。")
    if carried.accuracy_m is not None and not 0 < carried.accuracy_m <= 1000:
        raise BadInput(f"设备误差 {carried.accuracy_m} 米不对:应大于 0、不超过 1000。")
