"""One alarm that stands, and how it is named."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

__all__ = ["GRADES", "Alarm", "Words"]

GRADES = ("urgent", "major", "general")
"""The gravest first."""


class Words(NamedTuple):
    """A text in both languages."""

    zh: str
    en: str


@dataclass(frozen=True)
class Alarm:
    """What stands by a rule.

    layer, code: what it is about, a feature, a crew or a post; of a whole layer the code is "". since: from when it
    stands without a break. earlier: it stood already when what is looked back to began, so that it is older.
    lonlat: where, None where nobody knows. value: what is over the threshold; None where the age says it.
    """

    rule: Mapping[Any, Any]
    layer: str
    code: str
    name: Words
    words: Words
    since: datetime
    grade: str
    lonlat: tuple[float, float] | None = None
    earlier: bool = False
    value: float | None = None
    unit: str | None = None

    @property
    def id(self) -> str:
        """Its name: what it is about and since when. One that ends and comes again is another.

        >>> at = datetime.fromisoformat("2026-06-01T08:00:00+08:00")
        >>> Alarm({"code": "r"}, "crew", "A", Words("", ""), Words("", ""), at, "urgent").id
        'c8973cfd4e2df6a0'
        """
        text = "\x1f".join((self.rule["code"], self.layer, self.code, f"{self.since.timestamp():.6f}"))
        return hashlib.sha256(text.encode()).hexdigest()[:16]
