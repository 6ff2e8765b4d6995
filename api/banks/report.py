"""What deriving the banks came to, for people to read."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from geo.banks.banks import Derivation, Water
from geo.banks.numbering import SIDES, Bank, Side

__all__ = ["BankReport", "WaterBanks", "by_water"]

HEADER = ("水体", "编码", "岸别", "岸线", "长度(千米)", "说明")


class WaterBanks(NamedTuple):
    """One side of one water: how many banks, how long; or, with side None, why the water has none."""

    name: str | None
    water_code: str
    side: Side | None
    banks: int
    length_m: float
    note: str


@dataclass
class BankReport:
    """Every water with its banks, and what became of the stored ones; codes are bank codes.

    notes: Chinese sentences about reaches that moved, ended, or lost their bank.
    """

    waters: list[WaterBanks] = field(default_factory=list)
    inserted: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def touched(self) -> list[str]:
        """Codes of banks whose line is not what it was."""
        return [*self.inserted, *self.changed, *self.ended]

    def table(self) -> list[tuple[str, ...]]:
        """A header and one row per side of each water, as text."""
        rows = [
            (
                row.name or "(无名)",
                _short(row.water_code),
                SIDES[row.side][1] if row.side else "—",
                str(row.banks),
                f"{row.length_m / 1000:.2f}",
                row.note,
            )
            for row in self.waters
        ]
        return [HEADER, *rows]

    def summary(self) -> str:
        """One sentence with the counts."""
        return (
            f"岸线:新增 {len(self.inserted)},变更 {len(self.changed)},未变 {len(self.unchanged)},"
            f"终止 {len(self.ended)}。"
        )


def _short(code: str) -> str:
    return code if len(code) <= 16 else f"{code[:12]}…"


def by_water(waters: Sequence[Water], derivation: Derivation, codes: Iterable[str] | None = None) -> list[WaterBanks]:
    """A row for each side of each water, rivers of one name together; then the waters without banks.

    codes: only these waters and those that share their name; None for all.
    """
    names = {water.code: water.name for water in waters}
    wanted = set(names) if codes is None else set(codes)
    wanted_names = {names[code] for code in wanted if names.get(code)}
    groups: dict[tuple[str, str], list[Bank]] = defaultdict(list)
    for bank in derivation.banks:
        groups[names[bank.water_code] or bank.water_code, bank.side].append(bank)
    rows = [_row(names, banks, derivation.no_shore_m) for banks in groups.values()]
    rows += [WaterBanks(item.name, item.water_code, None, 0, 0.0, item.why) for item in derivation.bankless]
    rows = [row for row in rows if row.water_code in wanted or row.name in wanted_names]
    return sorted(rows, key=lambda row: (row.side is None, row.name is None, row.name or "", row.water_code))


def _row(names: dict[str, str | None], banks: Sequence[Bank], no_shore_m: dict[str, float]) -> WaterBanks:
    first = banks[0]
    codes = {bank.water_code for bank in banks}
    left_out_m = sum(no_shore_m.get(code, 0.0) for code in codes) if first.side in ("left", "shore") else 0.0
    notes = ["按假定河宽推算"] if any(bank.assumed for bank in banks) else []
    if left_out_m > 0:
        notes.append(f"另有 {left_out_m:.0f} 米边界在数据边缘或与其他水面相接,不作岸线")
    length_m = sum(bank.line.length for bank in banks)
    return WaterBanks(names[first.water_code], first.water_code, first.side, len(banks), length_m, ";".join(notes))
