"""Reaches from the rows of a table: each row a range of chainage, rows of one code one reach."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api.banks.reaches import ROUNDING_CM, multirange, ranges_of
from api.transfer.batch import Batch
from api.transfer.faults import none_yet
from api.transfer.source import Values
from api.transfer.tables import ENDS
from geo.lines.chainage import CentimetreRange, from_cm, to_cm
from layers import query
from layers.errors import BadInput

_TITLES = {"bank_code": "岸线编码", "post_code": "责任岗位编码", "name": "名称"}
_NEEDED = {"bank_code": "岸线编码", "from_m": "起点桩号", "to_m": "终点桩号"}


class _Claim(NamedTuple):
    """Who holds which ranges of a bank from a day until, not including, another; `where` says it to people."""

    code: str
    bank_code: str
    ranges: list[CentimetreRange]
    start: date
    end: date
    where: str


@dataclass
class _Draft:
    """A reach of the file: its fields, its ranges, and why it cannot be taken, or None.

    row: the first of its rows, or the one at fault.
    """

    row: int
    fields: dict[str, str | None]
    ranges: list[CentimetreRange] = field(default_factory=list)
    fault: str | None = None


def fold(connection: Connection, batch: Batch, as_of: date, *, replacing: bool) -> Batch:
    """One row for each reach, its ranges in one field `span`, and a fault for each that cannot be where it says.

    batch: rows with from_m and to_m. A reach has the number of its first row, or of the row that is at fault.
    replacing: whether stored reaches that the file lacks end on `as_of`, and so stand in nobody's way.
    """
    query.execute(connection, "water/bank_lock")
    groups: dict[object, list[int]] = defaultdict(list)
    for row, code in enumerate(batch.fields["code"]):
        groups[(row,) if code is None else code].append(row)
    drafting = _Drafting(connection, batch, as_of)
    drafts = [drafting.draft(rows) for rows in groups.values()]
    _contest(drafts, drafting.standing(drafts, replacing=replacing), as_of, batch)
    return _as_batch(batch, drafts)


def ranges_between(start_m: float, end_m: float, end_cm: int, *, closed: bool) -> list[CentimetreRange]:
    """The centimetre ranges from one chainage of a bank to another: two where it runs across 0 m of a closed one.

    end_cm: where the bank ends. Raises BadInput where the bank has no such range.

    >>> ranges_between(90, 5, 10_000, closed=True)
    [(0, 500), (9000, 10000)]
    """
    start, end = (end_cm if cm == end_cm + ROUNDING_CM else cm for cm in (to_cm(start_m), to_cm(end_m)))
    if not (0 <= start <= end_cm and 0 <= end <= end_cm):
        raise BadInput(f"桩号 {start_m:.10g}–{end_m:.10g} 米超出岸线,其长度为 {from_cm(end_cm):.2f} 米:请改正起止桩号")
    if start > end and not closed:
        raise BadInput(f"起点 {start_m:.10g} 米大于终点 {end_m:.10g} 米,而岸线首尾不相接,不能跨零点:请对调起止桩号")
    ranges = [(start, end)] if start <= end else [(0, end), (start, end_cm)]
    kept = [(low, high) for low, high in ranges if low < high]
    if not kept:
        raise BadInput(f"起点与终点桩号相同({start_m:.10g} 米):请给出一段的两端")
    return kept


class _Drafting:
    """Reaches made from rows, by the banks and posts that are there from a day on."""

    def __init__(self, connection: Connection, batch: Batch, as_of: date) -> None:
        self.connection, self.batch, self.as_of = connection, batch, as_of
        banks = query.rows(connection, "water/bank_ends", codes=self._named("bank_code"), day=as_of)
        self.banks = {row["code"]: row for row in banks}
        posts = query.rows(connection, "post/post_known", codes=self._named("post_code"), day=as_of)
        self.posts = {row["code"] for row in posts}

    def _named(self, name: str) -> list[str]:
        return sorted({value for value in self.batch.fields.get(name, ()) if value is not None})

    def draft(self, rows: list[int]) -> _Draft:
        """The reach of some rows, with the first fault that is found."""
        told = {name: values for name, values in self.batch.fields.items() if name not in ENDS}
        firsts = {
            name: next((values[row] for row in rows if values[row] is not None), None) for name, values in told.items()
        }
        draft = _Draft(rows[0], firsts)
        for row in rows:
            try:
                self._check(draft, row, told)
                draft.ranges += self._ranges(draft, row)
            except BadInput as wrong:
                draft.row, draft.fault = row, str(wrong)
                break
        return draft

    def _check(self, draft: _Draft, row: int, told: dict[str, Values]) -> None:
        if self.batch.faults[row] is not None:
            raise BadInput(self.batch.faults[row])
        for name, values in told.items():
            if values[row] not in (None, draft.fields[name]):
                first = self.batch.numbers[draft.row]
                raise BadInput(
                    f"{_TITLES.get(name, name)} {values[row]!r} 与第 {first} 行同一责任段的 {draft.fields[name]!r} 不同"
                )
        post = draft.fields.get("post_code")
        if post is not None and post not in self.posts:
            raise BadInput(f"没有责任岗位 {post!r}:请先用 huashan import post 导入岗位,或改正 post_code")

    def _ranges(self, draft: _Draft, row: int) -> list[CentimetreRange]:
        values = {name: self.batch.fields[name][row] if name in self.batch.fields else None for name in ENDS}
        values["bank_code"] = draft.fields.get("bank_code")
        missing = [f"{name}({title})" for name, title in _NEEDED.items() if values[name] is None]
        if missing:
            raise BadInput(f"缺少必填字段 {'、'.join(missing)}")
        bank = self.banks.get(values["bank_code"])
        if bank is None:
            raise BadInput(
                f"没有岸线 {values['bank_code']!r}:请先用 huashan import water 导入水体(岸线自动推算),"
                "或用 huashan export bank 查看现有编码"
            )
        ranges = _on_bank(bank, *(float(str(values[name])) for name in ENDS))
        shared = _shared(ranges, draft.ranges)
        if shared:
            raise BadInput(f"与同一责任段的另一行在桩号 {_metres(shared)} 米重叠:请改正其一")
        return ranges

    def standing(self, drafts: list[_Draft], *, replacing: bool) -> list[_Claim]:
        """The stored reaches on the banks of these that may be in their way."""
        rows = query.rows(self.connection, "water/reach_standing", bank_codes=list(self.banks), day=self.as_of)
        listed = {draft.fields["code"] for draft in drafts}
        return [_stored(row) for row in rows if row["code"] in listed or not replacing]


def _on_bank(bank: RowMapping, start_m: float, end_m: float) -> list[CentimetreRange]:
    try:
        return ranges_between(start_m, end_m, bank["end_cm"], closed=bank["closed"])
    except BadInput as wrong:
        raise BadInput(f"岸线 {bank['code']!r}:{wrong}") from None


def _stored(row: RowMapping) -> _Claim:
    end = row["valid_to"] or date.max
    return _Claim(row["code"], row["bank_code"], ranges_of(row), row["valid_from"], end, "已登记的")


def _contest(drafts: list[_Draft], standing: list[_Claim], as_of: date, batch: Batch) -> None:
    """Give a fault to each reach that lies where another one does; the first in the file is the one that is kept.

    A reach that is not taken stays as it is stored, and then is itself in the way of others: so from the start again.
    """
    stored = {claim.code for claim in standing}
    settled = False
    while not settled:
        settled = True
        taken = {draft.fields["code"] for draft in drafts if draft.fault is None}
        held: dict[str, list[_Claim]] = defaultdict(list)
        for claim in standing:
            if claim.code not in taken:
                held[claim.bank_code].append(claim)
        for draft in drafts:
            if draft.fault is not None:
                continue
            claim = _claimed(draft, as_of, batch)
            draft.fault = _collision(claim, held[claim.bank_code])
            if draft.fault is None:
                held[claim.bank_code].append(claim)
            elif claim.code in stored:
                settled = False
                break


def _claimed(draft: _Draft, as_of: date, batch: Batch) -> _Claim:
    start, end = (draft.fields.get(name) for name in ("valid_from", "valid_to"))
    return _Claim(
        str(draft.fields["code"]),
        str(draft.fields["bank_code"]),
        draft.ranges,
        date.fromisoformat(start) if start else as_of,
        date.fromisoformat(end) if end else date.max,
        f"第 {batch.numbers[draft.row]} 行的",
    )


def _collision(claim: _Claim, others: list[_Claim]) -> str | None:
    for other in others:
        shared = _shared(claim.ranges, other.ranges)
        if shared and claim.start < other.end and other.start < claim.end:
            return (
                f"在岸线 {claim.bank_code!r} 的桩号 {_metres(shared)} 米与{other.where}责任段 {other.code!r} 重叠:"
                "请改正其一的起止桩号"
            )
    return None


def _shared(ranges: list[CentimetreRange], others: list[CentimetreRange]) -> CentimetreRange | None:
    """The first range that both have; None where they are apart."""
    both = ((max(low, first), min(high, last)) for low, high in ranges for first, last in others)
    return next(((low, high) for low, high in both if low < high), None)


def _metres(span: CentimetreRange) -> str:
    return "–".join(f"{from_cm(cm):.2f}" for cm in span)


def _as_batch(batch: Batch, drafts: list[_Draft]) -> Batch:
    fields = {name: _objects([draft.fields[name] for draft in drafts]) for name in batch.fields if name not in ENDS}
    fields["span"] = _objects([multirange(sorted(draft.ranges)) for draft in drafts])
    merged = [] if len(drafts) == len(batch) else [f"{len(batch):,} 行合为 {len(drafts):,} 个责任段"]
    return replace(
        batch,
        numbers=np.array([batch.numbers[draft.row] for draft in drafts], dtype=np.int64),
        fields=fields,
        geometries=none_yet(len(drafts)),
        faults=_objects([draft.fault for draft in drafts]),
        notes=[*batch.notes, *merged],
    )


def _objects(values: list[str | None]) -> Values:
    return np.array([*values, None], dtype=object)[:-1]
