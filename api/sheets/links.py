"""Signed links: whoever holds one opens the sheet of one crew in one plan, until it expires or is ended.

A link is no row: it says what it opens and until when, under an HMAC-SHA256 by the key of this deployment, so that the
same sheet printed twice holds the same link. itsdangerous signs, and compares in constant time. All links of a plan are
ended at once: each says how often that plan's links had been ended when it was signed.
"""

import hashlib
import secrets
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import NamedTuple
from urllib.parse import urlsplit

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import Connection

from api.answers.problems import Gone
from api.sheets.routes import Json
from layers import query
from layers.errors import BadInput, NotAllowed

__all__ = [
    "MOST_DAYS",
    "MOST_LETTERS",
    "Link",
    "Opened",
    "Signer",
    "end_links",
    "expiry",
    "read_key",
    "read_link",
    "signer_for",
    "times_ended",
]

MOST_DAYS = 14
MOST_LETTERS = 2000
"""Of a token: it holds the name of its crew, 200 letters of any script."""
_KEY_BYTES = 32
_SALT = b"huashan.sheet"
_FORGED = "链接不完整,或不是本平台签发的:请重新扫描纸上的二维码,或向调度员要新的链接。"
_EXPIRED = "链接已于 {at} 到期:请向调度员要新的链接,或看纸质方案。"
_ENDED = "链接已被调度员作废:请向调度员要新的链接。"


class Opened(NamedTuple):
    """What a link opens. ended: how often the plan's links had been ended when it was signed."""

    plan: str
    crew: str
    expires_at: datetime
    ended: int


class Link(NamedTuple):
    """The address of a crew's own page, and until when it opens."""

    url: str
    expires_at: datetime

    @property
    def only_here(self) -> bool:
        """Whether it leads to this very machine, where no phone comes.

        >>> Link("http://127.0.0.1:8000/sheet#token=x", datetime(2026, 7, 1)).only_here
        True
        """
        return urlsplit(self.url).hostname in ("localhost", "127.0.0.1", "::1")


class Signer(NamedTuple):
    """The key of the deployment."""

    key: bytes

    def token(self, opened: Opened) -> str:
        """The part of a link that says what it opens; the same for the same, letters of an address alone."""
        minutes = int(opened.expires_at.timestamp()) // 60
        token = self._serializer().dumps([opened.plan, opened.crew, minutes, opened.ended])
        return token if isinstance(token, str) else token.decode("ascii")

    def read(self, token: str, now: datetime, zone: tzinfo = UTC) -> Opened:
        """What a token opens; raises NotAllowed for one that this key has not signed, Gone for one that has expired."""
        try:
            plan, crew, minutes, ended = self._serializer().loads(token)
            opened = Opened(str(plan), str(crew), datetime.fromtimestamp(int(minutes) * 60, UTC), int(ended))
        except (BadData, ValueError, TypeError, OverflowError):
            raise NotAllowed(_FORGED) from None
        if now >= opened.expires_at:
            raise Gone(_EXPIRED.format(at=f"{opened.expires_at.astimezone(zone):%Y-%m-%d %H:%M}"))
        return opened

    def _serializer(self) -> URLSafeSerializer:
        sha256 = {"digest_method": hashlib.sha256, "key_derivation": "hmac"}
        return URLSafeSerializer(self.key, salt=_SALT, signer_kwargs=sha256)


def read_key(connection: Connection) -> Signer | None:
    """The deployment's key; None where none was needed so far."""
    found = query.value(connection, "sheet/key")
    return Signer(bytes(found)) if found else None


def signer_for(connection: Connection) -> Signer:
    """The deployment's key, made now where there is none, for which the transaction must be one that writes."""
    found = read_key(connection)
    if found is None:
        query.execute(connection, "sheet/key_new", None, secret=secrets.token_bytes(_KEY_BYTES))
        found = read_key(connection)
    assert found is not None
    return found


def read_link(connection: Connection, token: str, now: datetime, zone: tzinfo) -> Opened:
    """What a link opens; raises NotAllowed for one not ours, Gone for one that has expired or was ended."""
    signer = read_key(connection)
    if signer is None:
        raise NotAllowed(_FORGED)
    opened = signer.read(token, now, zone)
    if opened.ended != times_ended(connection, opened.plan):
        raise Gone(_ENDED)
    return opened


def times_ended(connection: Connection, plan: str) -> int:
    """How often the links of a plan were ended."""
    return int(query.value(connection, "sheet/ends", plan=plan))


def end_links(connection: Connection, plan: str, by: str) -> None:
    """End every link that was signed for a plan so far."""
    query.execute(connection, "sheet/end", None, plan=plan, by=by)


def expiry(plan: Json, now: datetime, zone: tzinfo, wanted: datetime | None = None) -> datetime:
    """Until when a link opens: a day after the end of the plan's last day, or what is wanted; 14 days at most.

    Of a plan whose days are over, tomorrow's end. Raises BadInput for a time that is past, or too far.
    """
    latest = now + timedelta(days=MOST_DAYS)
    if wanted is not None:
        if not now < wanted <= latest:
            said = f"{wanted.astimezone(zone):%Y-%m-%d %H:%M}"
            raise BadInput(f"链接的有效期应在此刻之后、{MOST_DAYS} 天之内,不是 {said}:请另给一个时间。")
        return wanted
    today = now.astimezone(zone).date()
    last = max(datetime.fromisoformat(max(plan["days"])).date(), today)
    midnight = datetime.combine(last, time(), zone) + timedelta(days=2)
    return min(midnight, latest.replace(second=0, microsecond=0))
