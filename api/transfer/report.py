"""What an import came to, as a table for people and a file of rejected rows."""

import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table
from rich.text import Text

from api.transfer.formulas import inert

_SHOWN = 20
_LONGEST_VALUE = 40


class Reject(NamedTuple):
    """A row of the file that was not taken: its number from 1, its code where it has one, and why."""

    number: int
    code: str | None
    reason: str


class Change(NamedTuple):
    """What is stored, what comes instead, in how many rows, and the code of the first."""

    was: str | None
    becomes: str | None
    rows: int
    code: str


class Cell(NamedTuple):
    """One field of one row of the file, in words: what is stored, and what comes instead; the shape without either."""

    number: int
    code: str
    field: str
    was: str | None
    becomes: str | None


class Alteration(NamedTuple):
    """A field that changes in some stored rows: how many, by how many different steps, and the most frequent ones."""

    field: str
    rows: int
    kinds: int
    steps: tuple[Change, ...]

    def told(self, title: str, choices: Mapping[str, str]) -> str:
        """The change as a line of the report; choices: value -> its title."""
        head, first = f"改动 {title} {self.rows:,} 行", self.steps[0]
        if self.field == "geom":
            return f"{head},如 {first.code}"
        steps = [f"{_value(step.was, choices)} → {_value(step.becomes, choices)}" for step in self.steps]
        if self.kinds == 1:
            return f"{head}:{steps[0]}(如 {first.code})"
        told = [f"{way}({step.rows:,} 行,如 {step.code})" for way, step in zip(steps, self.steps, strict=True)]
        return f"{head}:{'、'.join(told)}{f' 等 {self.kinds:,} 种' if self.kinds > len(told) else ''}"


@dataclass
class Report:
    """Rows read, and what became of each: read = inserted + updated + unchanged + rejected. Withdrawn ones were stored.

    applied: whether anything was written; False for a dry run, for a refused file, and where nothing had changed.
    alterations: which fields the updated rows change, as lines.
    confirmed: whether all that was written is the edition, every row being as it was.
    """

    layer: str
    source: str
    read: int = 0
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    rejects: list[Reject] = field(default_factory=list)
    repairs: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    matched: dict[str, str] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    alterations: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    edition: str | None = None
    applied: bool = False
    confirmed: bool = False
    refused: bool = False
    dry_run: bool = False

    @property
    def rejected(self) -> int:
        """How many rows were not taken."""
        return len(self.rejects)

    @property
    def changes(self) -> int:
        """How many stored rows it makes, corrects or ends."""
        return self.inserted + self.updated + self.withdrawn


def show(report: Report, console: Console) -> None:
    """Print what was matched, repaired and noted, the counts, and the first rejected rows."""
    if report.matched:
        console.print(
            "字段对应:" + "、".join(f"{column}→{name}" for name, column in report.matched.items()), markup=False
        )
    if report.ignored:
        more = f" 等 {len(report.ignored):,} 列" if len(report.ignored) > _SHOWN else ""
        console.print("忽略的列:" + "、".join(report.ignored[:_SHOWN]) + more, markup=False)
    for line in [
        *report.notes,
        *(f"修复:{what} {count} 处" for what, count in report.repairs.items()),
        *report.alterations,
        *report.findings,
    ]:
        console.print(line, markup=False)
    console.print(_counts(report))
    if report.rejects:
        console.print(_rejects(report.rejects))
    console.print(_outcome(report), markup=False)


def _value(stored: str | None, choices: Mapping[str, str]) -> str:
    if not stored:
        return "空"
    text = choices.get(stored, stored)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"


def write_rejects(report: Report, path: Path) -> None:
    """Write every rejected row with its reason to a CSV that Excel reads."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["行号", "编码", "原因"])
        lines.writerows([reject.number, inert(reject.code or ""), reject.reason] for reject in report.rejects)


def write_changes(cells: Iterable[Cell], path: Path) -> None:
    """Write every changed cell to a CSV that Excel reads."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["行号", "编码", "字段", "原值", "新值"])
        lines.writerows(
            [cell.number, *map(inert, (cell.code, cell.field, cell.was or "", cell.becomes or ""))] for cell in cells
        )


def _counts(report: Report) -> Table:
    table = Table(title=Text(f"{report.source} → {report.layer}"))
    counts = {
        "读取": report.read,
        "新增": report.inserted,
        "更新": report.updated,
        "不变": report.unchanged,
        "撤销": report.withdrawn,
        "拒绝": report.rejected,
    }
    for title in counts:
        table.add_column(title, justify="right", no_wrap=True)
    table.add_row(*(f"{count:,}" for count in counts.values()))
    return table


def _rejects(rejects: list[Reject]) -> Table:
    more = f"(前 {_SHOWN} 条,共 {len(rejects)} 条)" if len(rejects) > _SHOWN else ""
    table = Table("行号", "编码", "原因", title=f"拒绝的行{more}")
    for reject in rejects[:_SHOWN]:
        table.add_row(str(reject.number), Text(reject.code or ""), Text(reject.reason))
    return table


def _outcome(report: Report) -> str:
    if report.refused:
        return f"未写入任何数据:有 {report.rejected} 行被拒绝。修正后重试,或加 --skip-bad 跳过它们。"
    if report.dry_run:
        return "试运行:以上是将要发生的变化,数据库未作改动。"
    if not report.applied:
        return "没有变化:数据库未作改动。"
    if report.confirmed:
        return f"每一行都与现有数据相同,没有改动;已登记新版次「{report.edition}」。"
    return f"已写入,版次「{report.edition}」。"
