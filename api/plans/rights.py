"""Who may change a plan, and on which revision of it."""

from collections.abc import Mapping
from typing import Any

from api.access.reader import Reader
from api.answers.problems import Stale
from layers.errors import NotAllowed

__all__ = ["check_owner", "check_version"]


def check_owner(reader: Reader, row: Mapping[str, Any]) -> None:
    """Raises NotAllowed for who may not change a plan: over the sample anyone may their own, else those who plan."""
    if not (reader.roles & {"dispatcher", "admin"} or row["made_by"] == reader.name):
        raise NotAllowed(f"方案是 {row['made_by']} 提出的:只有本人、调度员或管理员可以改动它。")


def check_version(row: Mapping[str, Any], expected: str | None) -> None:
    """Raises Stale where another revision is in force than the one a caller has seen."""
    if expected is not None and expected != str(row["revision"]):
        raise Stale(f"方案已改到第 {row['revision']} 版,您看的是第 {expected[:20]} 版:请刷新后再改。")
