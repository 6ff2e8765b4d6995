"""Who asks, and which layers that lets them see and change."""

from dataclasses import dataclass

from layers.catalogue import Layer

SESSION_COOKIE = "huashan_session"
_CLOSED_FOLDERS = {"landuse", "patrol", "observation"}
"""Never read without a token once there is real data."""
_SEE_PERSONS = frozenset({"dispatcher", "admin"})


@dataclass(frozen=True)
class Reader:
    """Who asks: a named person and post with roles, or someone without a token.

    kiosk: a screen on a wall, before which anyone may stand: it reads as its roles do, and changes nothing.
    """

    name: str
    post: str
    roles: frozenset[str]
    signed_in: bool
    only_sample: bool = False
    token_id: int | None = None
    by_cookie: bool = False
    kiosk: bool = False

    def may_read(self, layer: Layer) -> bool:
        """Whether this reader may see a layer: the sample everyone may, the rest by role."""
        if self.only_sample:
            return True
        return bool(self.roles & layer.read) and (self.signed_in or layer.folder.name not in _CLOSED_FOLDERS)

    def may_write(self, layer: Layer) -> bool:
        """Whether this reader may change a layer: never without a token, nor from a screen on a wall."""
        return self.signed_in and not self.kiosk and bool(self.roles & layer.write)


def sees_persons(reader: Reader) -> bool:
    """Whether a reader may see the persons in any row."""
    return reader.only_sample or bool(reader.roles & _SEE_PERSONS)
