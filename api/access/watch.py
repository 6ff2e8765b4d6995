"""What every server knows by heart of tokens, sessions and what the database holds; never older than a second."""

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple, Self

from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping
from sqlalchemy.exc import SQLAlchemyError

from api.holding import read_holding
from api.listening import Listener
from layers import query
from layers.catalogue import Catalogue

NOTE_USED_S = 60.0


class Credential(NamedTuple):
    """What a request proves itself with: the SHA-256 of a 'token' or of a 'session'."""

    kind: str
    sha256: str


@dataclass(frozen=True)
class Holder:
    """The person whom a token or session belongs to, and until when (seconds since 1970; None: no end).

    kiosk: it is a screen's, and the person is nobody.
    """

    token_id: int
    person: str
    post: str
    roles: frozenset[str]
    expires_s: float | None
    kiosk: bool = False

    @classmethod
    def of(cls, row: RowMapping) -> Self:
        """The holder in a row of access_token.sql and its like."""
        roles = frozenset(row["roles"])
        return cls(row["token_id"], row["person"], row["post"] or "", roles, row["expires_s"], row["kiosk"])


@dataclass(frozen=True)
class Known:
    """One reading of who may come in, and whether the database holds sample, real, mixed data or is empty."""

    holders: Mapping[Credential, Holder]
    holding: str

    def holder(self, credential: Credential) -> Holder | None:
        """Whose it is; None for an unknown, revoked or expired one."""
        holder = self.holders.get(credential)
        return None if holder is None or (holder.expires_s or float("inf")) <= time.time() else holder


def read_known(connection: Connection, catalogue: Catalogue) -> Known:
    """Everything there is to know, read now."""
    holders = {
        Credential(kind, row["sha256"]): Holder.of(row)
        for kind, name in (("token", "access_tokens"), ("session", "access_sessions"))
        for row in query.rows(connection, f"deployment/{name}")
    }
    return Known(holders, read_holding(connection, catalogue))


def read_holder(connection: Connection, credential: Credential) -> Holder | None:
    """Whose a credential is, asked of the database; None for an unknown, revoked or expired one."""
    found: Sequence[RowMapping] = query.rows(
        connection, f"deployment/access_{credential.kind}", sha256=credential.sha256
    )
    return Holder.of(found[0]) if found else None


class Watch:
    """What is known: `known()` answers it, or None when that could be out of date."""

    channel = "city_access"

    def __init__(self, listener: Listener, catalogue: Catalogue) -> None:
        self._listener, self._catalogue = listener, catalogue
        self._known: Known | None = None
        self._used: set[int] = set()
        self._used_noted_at = time.monotonic()
        listener.tell(self)

    def known(self) -> Known | None:
        """What is known now; None while the connection is lost, silent or not yet made."""
        return self._known if self._listener.trusted() else None

    def used(self, token_id: int) -> None:
        """Note that a token was used; written down about once a minute."""
        self._used.add(token_id)

    def begun(self, connection: Connection) -> None:
        """Read everything anew."""
        self._known = read_known(connection, self._catalogue)

    def heard(self, notices: Sequence[str], connection: Connection) -> None:
        """Read everything anew, however many notices came."""
        self.begun(connection)

    def beat(self, connection: Connection) -> None:
        """Note once a minute which tokens were used."""
        if time.monotonic() - self._used_noted_at > NOTE_USED_S:
            self.ending(connection)

    def lost(self) -> None:
        """Know nothing any more."""
        self._known = None

    def ending(self, connection: Connection) -> None:
        """Write down which tokens were used."""
        self._used_noted_at = time.monotonic()
        used, self._used = self._used, set()
        if used:
            with suppress(SQLAlchemyError):
                query.execute(connection, "deployment/access_used", token_ids=sorted(used))
