"""Who may try a device's token how often; apart from people's: a phone gone wild keeps nobody from signing in."""

from collections.abc import Callable

from api.access.gate import digest
from api.access.guesses import Guesses
from api.answers.problems import TooMany
from api.crews.devices import Sender, looks_like_token
from layers.errors import NotSignedIn

MOST_KNOWN = 10_000


class Door:
    """Lets in devices by their tokens; every time by the database, so that a revoked one is refused at once."""

    def __init__(self) -> None:
        self._guesses = Guesses()
        self._known: set[str] = set()

    def let_in(self, token: str, source: str, ask: Callable[[str], Sender | None]) -> Sender:
        """The device that a token belongs to. source: the address that it came from.

        Phones share the addresses of their carrier: who guesses there does not lock out those that were let in before.
        Raises NotSignedIn for a token that nobody holds, TooMany where too many such came from.
        """
        key = digest(token)
        wait_s = self._guesses.wait_s(source)
        if wait_s and key not in self._known:
            raise TooMany(f"无效的设备令牌试得太多:请在 {wait_s} 秒后再试。", wait_s)
        found = ask(token) if looks_like_token(token) else None
        if found is None:
            self._known.discard(key)
            self._guesses.missed(source)
            raise NotSignedIn("设备令牌无效或已吊销:请管理员用 huashan device new 重新签发。")
        if len(self._known) < MOST_KNOWN:
            self._known.add(key)
        return found
