"""The way to the database: one pool, and one transaction for each request, which knows who acts.

with database.transaction(reader) as connection:            reads
with database.transaction(reader, write=True) as connection:  writes; committed at the end of the block
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol, Self

from sqlalchemy import Connection, Engine, create_engine

from api import limits
from layers import query
from layers.errors import BadInput

_WHO = "deployment/access_reader"


class Actor(Protocol):
    """Who acts, as the transaction is told: a Reader, or anything else with a name and roles."""

    @property
    def name(self) -> str:
        """The person's name."""
        ...

    @property
    def roles(self) -> frozenset[str]:
        """The person's roles."""
        ...


@dataclass(frozen=True)
class Operator:
    """The one at the machine's own command line, or the server itself."""

    name: str
    roles: frozenset[str] = field(default=frozenset({"admin"}))


@dataclass(frozen=True)
class Database:
    """One pool of connections to one database."""

    engine: Engine

    @classmethod
    def at(cls, url: str, *, pool_size: int = limits.POOL_SIZE) -> Self:
        """The database at a URL; nothing is connected before the first transaction."""
        engine = create_engine(
            url,
            pool_size=pool_size,
            max_overflow=pool_size // 2,
            pool_timeout=limits.POOL_WAIT_S,
            pool_pre_ping=True,
            connect_args=connect_args("huashan"),
        )
        return cls(engine)

    @contextmanager
    def transaction(self, reader: Actor, *, write: bool = False) -> Iterator[Connection]:
        """One transaction on behalf of the reader, rolled back by any exception; read-only unless `write`."""
        with self.engine.begin() as connection:
            query.execute(connection, _WHO, None, **_who(reader, write=write))
            try:
                yield connection
            except ValueError as error:
                # psycopg2 refuses such text itself, so it is no database error.
                if isinstance(error, UnicodeEncodeError) or "NUL" in str(error):
                    raise BadInput("文字中含有无法存储的字符(NUL 或不成对的代理字符):请删除后再试。") from error
                raise

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def acting(reader: Actor) -> tuple[str, dict[str, object]]:
    """What tells a transaction that it reads on behalf of the reader, as SQL and its values, to go before other SQL."""
    return query.text(_WHO), _who(reader, write=False)


def connect_args(name: str) -> dict[str, object]:
    """What every connection is made with: bounded statements and waits, and a name to be found by."""
    return {
        "application_name": name,
        "connect_timeout": limits.CONNECT_S,
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 2,
        "tcp_user_timeout": 10_000,
        "options": f"-c statement_timeout={limits.STATEMENT_S}s"
        f" -c lock_timeout={limits.LOCK_S}s"
        f" -c idle_in_transaction_session_timeout={limits.IDLE_S}s",
    }


def _who(reader: Actor, *, write: bool) -> dict[str, object]:
    roles = ",".join(sorted(reader.roles))
    return {"user": _storable(reader.name), "role": roles, "read_only": "off" if write else "on"}


def _storable(text: str) -> str:
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
