"""Who is at the door: from a request's token or session to a Reader, by memory first and the database else."""

import base64
import hashlib
from dataclasses import dataclass

from fastapi import Request
from sqlalchemy import Connection

from api.access.guesses import Guesses
from api.access.reader import SESSION_COOKIE, Reader
from api.access.watch import Credential, Holder, Watch, read_holder
from api.answers.problems import TooMany
from api.database import Database, Operator
from api.holding import read_holding
from api.settings import Settings
from layers.catalogue import Catalogue
from layers.errors import NotSignedIn

_SERVER = Operator("huashan")
_ONLY_SAMPLE = {"sample", "empty"}
"""Nothing is held back where there is nothing: an empty database is as open as the sample."""


def digest(secret: str) -> str:
    """SHA-256 of a token or session secret, in hex: the only form in which they are stored or compared."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class Gate:
    """Turns requests into readers."""

    settings: Settings
    database: Database
    catalogue: Catalogue
    watch: Watch
    guesses: Guesses

    @property
    def open_read(self) -> bool:
        """Whether HUASHAN_OPEN_READ lets everyone read."""
        return self.settings.open_read

    @property
    def public_url(self) -> str | None:
        """The address that browsers use, where it is stated."""
        return self.settings.public_url

    def holding(self, connection: Connection) -> str:
        """Whether the database holds 'sample', 'real' or 'mixed' data, or is 'empty'."""
        known = self.watch.known()
        return known.holding if known else read_holding(connection, self.catalogue)

    def recall(self, request: Request) -> Reader | None:
        """The reader by memory alone; None where only the database can tell. Raises NotSignedIn."""
        known = self.watch.known()
        if known is None:
            return None
        credential = credential_of(request)
        if credential is None:
            return stranger(known.holding)
        holder = known.holder(credential)
        return self._admit(holder, known.holding, credential) if holder else None

    def look_up(self, request: Request) -> Reader:
        """The reader by the database. Raises NotSignedIn for a token that nobody holds, TooMany for guessers."""
        credential, known = credential_of(request), self.watch.known()
        source = source_of(request)
        # Whom memory knows is in already: what is left are strangers, unless memory is lost.
        may_ask = credential is not None and (known is None or self._may_guess(credential, source))
        with self.database.transaction(_SERVER) as connection:
            holding = known.holding if known else read_holding(connection, self.catalogue)
            holder = read_holder(connection, credential) if credential and may_ask else None
        if credential and holder:
            return self._admit(holder, holding, credential)
        refusal = self._missed(source) if credential else None
        if refusal and credential and credential.kind == "token":
            raise refusal
        # A session that has ended is no offence: its browser goes on as anyone without a token.
        return stranger(holding)

    def person(self, token: str, request: Request) -> Reader:
        """Whom a token signs in. Raises NotSignedIn for one that nobody holds, TooMany for guessers."""
        credential, source = Credential("token", digest(token)), source_of(request)
        known = self.watch.known()
        holder = known.holder(credential) if known else None
        if holder:  # whom memory knows is no guesser, though others guess from behind the same proxy
            return self._admit(holder, "", credential)
        self._may_guess(credential, source)
        with self.database.transaction(_SERVER) as connection:
            holder = read_holder(connection, credential)
        if holder is None:
            raise self._missed(source)
        return self._admit(holder, "", credential)

    def _may_guess(self, credential: Credential, source: str) -> bool:
        wait_s = self.guesses.wait_s(source)
        if wait_s and credential.kind == "token":
            raise TooMany(f"无效令牌试得太多:请在 {wait_s} 秒后再试。", wait_s)
        return not wait_s

    def _missed(self, source: str) -> NotSignedIn:
        self.guesses.missed(source)
        return NotSignedIn("令牌无效、已到期或已吊销:请核对,或请管理员用 huashan token new 重新签发。")

    def _admit(self, holder: Holder, holding: str, credential: Credential) -> Reader:
        self.watch.used(holder.token_id)
        return Reader(
            name=holder.person,
            post=holder.post,
            roles=holder.roles,
            signed_in=True,
            only_sample=holding in _ONLY_SAMPLE,
            token_id=holder.token_id,
            by_cookie=credential.kind == "session",
            kiosk=holder.kiosk,
        )


def stranger(holding: str) -> Reader:
    """Someone without a token."""
    return Reader("未登录", "", frozenset({"viewer"}), signed_in=False, only_sample=holding in _ONLY_SAMPLE)


def source_of(request: Request) -> str:
    """The address that the request came from; that of the proxy where there is one."""
    return request.client.host if request.client else ""


def credential_of(request: Request) -> Credential | None:
    """What the request proves itself with, the header before the cookie; None for nothing.

    Raises NotSignedIn for a header that holds no token.
    """
    header = request.headers.get("authorization")
    if header is not None:
        return Credential("token", digest(_token_in(header)))
    session = request.cookies.get(SESSION_COOKIE)
    return Credential("session", digest(session)) if session else None


def _token_in(header: str) -> str:
    scheme, _, rest = header.partition(" ")
    rest = rest.strip()
    if scheme.lower() == "bearer" and rest:
        return rest
    if scheme.lower() == "basic":
        try:
            user, _, password = base64.b64decode(rest, validate=True).decode("utf-8").partition(":")
        except ValueError:
            user, password = "", ""
        if password or user:
            return password or user
    raise NotSignedIn("看不懂请求头 Authorization:应为 Bearer 加令牌,或 Basic 加任意用户名与令牌(令牌作口令)。")
