"""GET /health: whether this server can do its work, and what is wrong when it cannot."""

import shutil
import time
from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from psycopg2 import Error as DriverError
from sqlalchemy.exc import SQLAlchemyError

from api.access.rights import PUBLIC
from api.answers.problems import known
from api.database import Operator
from layers import migrate
from layers.errors import CityError

router = APIRouter(tags=["运行"])
LEAST_FREE_BYTES = 500 * 2**20
KEPT_S = 2.0
_SERVER = Operator("huashan")


class Check(NamedTuple):
    """One thing that must be well, and in one sentence what is wrong with it."""

    ok: bool
    detail: str


@router.get("/health", summary="运行状况", dependencies=[PUBLIC])
def health(request: Request) -> JSONResponse:
    """Whether database, migrations, notices and disk are well: 200, or 503 with what is wrong and how to mend it."""
    state = request.app.state
    kept_at, checks = getattr(state, "health", (float("-inf"), {}))
    if time.monotonic() - kept_at > KEPT_S:
        checks = {"database": _database(request), "notices": _notices(request), "disk": _disk(request)}
        state.health = (time.monotonic(), checks)
    well = all(check.ok for check in checks.values())
    body = {
        "status": "ok" if well else "failing",
        "version": request.app.version,
        "checks": {name: check._asdict() for name, check in checks.items()},
    }
    return JSONResponse(body, 200 if well else 503, {"Cache-Control": "no-store"})


def _database(request: Request) -> Check:
    gate = request.app.state.gate
    try:
        with gate.database.transaction(_SERVER) as connection:
            missing = migrate.pending(connection, gate.catalogue.folder)
    except (CityError, SQLAlchemyError, DriverError) as error:
        named = known(error)
        return Check(False, str(named) if named else "数据库出错:请查看日志,或运行 huashan doctor。")
    if missing:
        names = "、".join(missing[:5])
        return Check(False, f"有 {len(missing)} 项数据库迁移尚未执行({names}):请运行 huashan migrate。")
    return Check(True, "数据库可用,结构为最新。")


def _notices(request: Request) -> Check:
    if not request.app.state.listener.connected:
        return Check(False, "收不到数据库通知,令牌改为逐次查库:平台会自行重连;若持续如此,请运行 huashan doctor。")
    return Check(True, "数据库通知正常。")


def _disk(request: Request) -> Check:
    folder = request.app.state.gate.settings.data
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE_BYTES:
        return Check(False, f"磁盘只剩 {free // 2**20} MB:请清理,至少留出 {LEAST_FREE_BYTES // 2**20} MB。")
    return Check(True, f"磁盘尚有 {free // 2**30} GB。")
