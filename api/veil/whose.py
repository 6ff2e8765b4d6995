"""Which patrols a reader sees with their persons: all, the own alone, or none."""

from sqlalchemy.engine import RowMapping

from api.access.reader import Reader

__all__ = ["is_own", "only_own", "sees_all"]

_SEE_ALL = frozenset({"dispatcher", "admin"})


def sees_all(reader: Reader) -> bool:
    """Whether someone sees every patrol with its persons; where there is nothing but the sample, everyone does."""
    return reader.only_sample or bool(reader.roles & _SEE_ALL)


def only_own(reader: Reader) -> bool:
    """Whether someone sees no patrols but the own: a patroller who is nothing more."""
    return not sees_all(reader) and "patroller" in reader.roles and "analyst" not in reader.roles


def is_own(row: RowMapping, reader: Reader) -> bool:
    """Whether a patrol is someone's own: entered by them, or gone for their post."""
    return bool(row["made_by"] == reader.name or (reader.post and row["post_code"] == reader.post))
