"""The platform's own code in this process, over a database: what `Platform.at_database` asks."""

from collections.abc import Sequence

import httpx2

from layers.errors import BadInput, NotPossible

__all__ = ["inside"]


def inside(dsn: str, person: str, roles: Sequence[str]) -> httpx2.Client:
    """A client of the application over a database, for a person with these roles; nothing is listened to.

    Raises NotPossible without the server's packages, BadInput for roles that there are not.
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
    app = create_app(read_settings({"HUASHAN_DATABASE_URL": dsn}))
    app.state.gate = gate_for(app.state.gate, person, frozenset(roles))

    class Inside(TestClient):
        """Closes the pool of the database as well."""

        def close(self) -> None:
            super().close()
            app.state.gate.database.close()

    return Inside(app, raise_server_exceptions=False)
