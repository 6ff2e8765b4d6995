"""Who may see, make again and delete a stored check."""

from collections.abc import Mapping
from typing import Any

from api.access.reader import Reader
from layers.errors import NotFound

__all__ = ["may_see", "no_check"]


def may_see(reader: Reader, row: Mapping[str, Any]) -> bool:
    """Whether a check is this reader's: one's own, any for an admin; over the sample what strangers made, by code."""
    if "admin" in reader.roles:
        return True
    if row["signed_in"]:
        return reader.signed_in and bool(row["made_by"] == reader.name)
    return reader.only_sample


def no_check(code: str) -> NotFound:
    """The error for a check that there is not, or not for this reader: the two are told alike."""
    return NotFound(f"没有核查 {code[:40]!r},或不是您的:自己的见 /landuse/checks。")
