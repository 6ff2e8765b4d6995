"""The platform's own code in this process, over a database: what `Platform.at_database` asks."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import httpx2

from layers.errors import BadInput, NotPossible, NotReady

if TYPE_CHECKING:
    from api.database import Database

__all__ = ["inside"]


def inside(dsn: str, person: str, roles: Sequence[str]) -> httpx2.Client:
    """A client of the application over a database, for a person with these roles; nothing is listened to.

    Raises NotPossible without the server's packages, BadInput for roles or a kind of database that there are not,
    NotReady where the database does not answer.
    """
    try:
        from api.client.known_reader import gate_for
    except ImportError as error:
        raise NotPossible(
            f"直接读数据库要用平台自己的程序包,这里没有({error.name}):请装 huashan[server],或用 Platform(url, token)。"
        ) from error
    from fastapi.testclient import TestClient

    from api.app import create_app
    from api.settings import read_settings
    from layers.catalogue import ROLES

    if unknown := [role for role in roles if role not in ROLES]:
        raise BadInput(f"没有角色 {'、'.join(unknown)}:可用的有 {'、'.join(ROLES)}。")
    try:
        app = create_app(read_settings({"HUASHAN_DATABASE_URL": dsn}))
    except NotPossible as error:
        raise BadInput("看不懂数据库的地址:应形如 postgresql://用户:口令@主机:5432/数据库。") from error
    _reach(app.state.gate.database)
    app.state.gate = gate_for(app.state.gate, person, frozenset(roles))

    class Inside(TestClient):
        """Closes the pool of the database as well."""

        def close(self) -> None:
            super().close()
            app.state.gate.database.close()

    return Inside(app, raise_server_exceptions=False)


def _reach(database: "Database") -> None:
    """Say at once, and not after every try of the first question, that nobody is there."""
    from sqlalchemy.exc import OperationalError

    try:
        with database.engine.connect():
            return
    except OperationalError as error:
        database.close()
        where, why = database.engine.url.render_as_string(), str(error.orig).strip().partition("\n")[0]
        raise NotReady(f"连不上数据库 {where}:请核对地址、库名与口令,确认它正在运行、网络可达({why})。") from error
