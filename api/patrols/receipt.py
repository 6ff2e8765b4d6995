"""What became of a track: the receipt that its sender is given, now or when it is sent again."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from api.patrols.datum import Found, found_before
from api.sightings.sighting import Seen
from layers import query

__all__ = ["Receipt", "known_receipt"]


@dataclass(frozen=True)
class Receipt:
    """What became of a track.

    status: 'accepted', 'known' (this track of this file came before), 'nothing_new', 'outside' (it lies elsewhere and
    is not taken in) or 'erased' (it came before, was erased, and is not taken in again; `code` is then the patrol it
    was). worked_out: whether its legs and what it saw are known already. datum: which its positions are in.
    stands: what is stored of a known track otherwise than it is given now, and stays so.
    """

    status: str
    code: str | None
    device: str
    fixes_read: int
    fixes_kept: int
    left_out: dict[str, int] = field(default_factory=dict)
    disordered: int = 0
    legs: int = 0
    length_m: float = 0.0
    started_at: datetime | None = None
    ended_at: datetime | None = None
    seen: tuple[Seen, ...] = ()
    worked_out: bool = True
    datum: Found | None = None
    stands: dict[str, str | None] = field(default_factory=dict)

    @property
    def remedy(self) -> str | None:
        """What to do about what stands otherwise than it was given now; None where nothing does."""
        if not self.stands:
            return None
        stored = "、".join(f"{name}={value or '(无)'}" for name, value in self.stands.items())
        if not set(self.stands) - {"device"}:
            return f"仍按当时的 {stored}:设备不能更正。"
        return (
            f"仍按当时的 {stored}:要更正请用 PATCH /patrols/{self.code} 或 huashan patrols correct {self.code},"
            "可先加 dry_run(--dry-run)试算。"
        )

    @property
    def repeated(self) -> int:
        """How many fixes had come before, in this file or an earlier one."""
        return self.left_out.get("repeated", 0)

    @property
    def conflicts(self) -> int:
        """How many fixes came with a time of their device that another position holds."""
        return self.left_out.get("conflict", 0)


def known_receipt(connection: Connection, patrol_id: int) -> Receipt:
    """The receipt of a patrol that is stored already: what is true of it now."""
    row = query.rows(connection, "patrol/patrol_receipt", None, patrol_id=patrol_id)[0]
    names = ("code", "device", "fixes_read", "fixes_kept", "left_out", "legs", "length_m", "started_at", "ended_at")
    seen = tuple(Seen(**{**one, "codes": frozenset(one["codes"])}) for one in row["seen"])
    datum = found_before(row["datum_declared"], row["datum_found"], row["datum_odds"])
    told = {name: row[name] for name in names}
    return Receipt(status="known", seen=seen, datum=datum, worked_out=row["worked_out"], **told)
