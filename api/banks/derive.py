"""Deriving the banks of all stored waters, and keeping the ones that are there."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

import numpy as np
import shapely
from shapely import LineString, Point
from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api.banks.reaches import multirange, ranges_of
from api.banks.report import BankReport, by_water
from api.sightings.resight import resight
from geo.banks.banks import Water, derive
from geo.banks.carry import NEAR_M, carry_reach, matched, same_shore
from geo.banks.numbering import SIDES, Bank, renumbered
from geo.lines.chainage import is_ring, repinned
from layers.crs import STORED, Bounds, project
from layers.query import execute, rows, value

__all__ = ["derive_banks"]

SAME_M = 0.01


@dataclass(frozen=True)
class _Stored:
    """A bank as the database holds it, its line in metres."""

    row: RowMapping
    line: LineString


class _Origin(NamedTuple):
    """Where a water's data came from, and since when it holds; its banks say the same."""

    provenance: str
    edition_id: int | None
    valid_from: date


def derive_banks(connection: Connection, water_codes: Iterable[str] | None = None) -> BankReport:
    """Bring the stored banks and reaches in line with the stored waters, in the caller's transaction.

    All waters are worked through, for a new neighbour changes an old shore; `water_codes` only limits what the
    report lists. A bank whose shore is the same stays untouched, so a second run writes nothing. One whose shore
    changed keeps its code and origin, and its reaches are carried along; where its water has a later valid_from,
    a new version begins on that day. A bank no longer derived ends.
    """
    execute(connection, "water/bank_lock")
    metric = str(value(connection, "water/bank_metric"))
    waters, origins = _waters(connection, metric)
    derivation = derive(waters)
    report = BankReport(waters=by_water(waters, derivation, water_codes))
    _Keeping(connection, metric, origins, report).keep(derivation.banks)
    if report.touched:
        resight(connection, "bank", report.touched)
    return report


def _waters(connection: Connection, metric: str) -> tuple[list[Water], dict[str, _Origin]]:
    found = rows(connection, "water/bank_waters")
    degrees = shapely.from_wkb(np.array([bytes(row["geom"]) for row in found], dtype=object))
    metres = project(degrees, STORED, metric)
    extracts = _extracts(found, degrees)
    waters = [
        Water(
            code=row["code"],
            name=row["name"] or None,
            kind=row["kind"],
            geometry=metres[index],
            degrees=degrees[index],
            extract=extracts.get(row["edition_id"]),
            flow_deg=row["flow_deg"],
            width_m=row["width_m"],
            width_assumed=row["width_assumed"],
        )
        for index, row in enumerate(found)
    ]
    return waters, {row["code"]: _Origin(row["provenance"], row["edition_id"], row["valid_from"]) for row in found}


def _extracts(found: Sequence[RowMapping], degrees: np.ndarray) -> dict[int, Bounds]:
    """The box of what came in one edition: if that was cut out of something larger, here it was cut."""
    members: dict[int, list[int]] = defaultdict(list)
    for index, row in enumerate(found):
        if row["edition_id"] is not None:
            members[row["edition_id"]].append(index)
    return {edition: Bounds(*map(float, shapely.total_bounds(degrees[own]))) for edition, own in members.items()}


class _Keeping:
    """One comparison of derived banks with stored ones, written as it goes."""

    def __init__(self, connection: Connection, metric: str, origins: dict[str, _Origin], report: BankReport) -> None:
        self.connection = connection
        self.metric = metric
        self.origins = origins
        self.report = report

    def keep(self, banks: Sequence[Bank]) -> None:
        """Write what differs: continued banks first, then the ends, then what is new."""
        stored = self._stored()
        continued = _continued(stored, banks)
        before = {index: stored[position] for index, position in continued.items()}
        settled = self._coded(banks, before, {item.row["code"] for item in stored})
        for index, bank in enumerate(settled):
            if index in before and before[index].row["code"] == bank.code:
                self._update(before[index], bank)
        for index, bank in enumerate(settled):
            if index not in before or before[index].row["code"] != bank.code:
                self._insert(bank, self.origins[bank.water_code].valid_from)
                self.report.inserted.append(bank.code)
        gone = [item for item in stored if item.row["code"] not in {bank.code for bank in settled}]
        heirs = {before[index].row["code"]: bank for index, bank in enumerate(settled) if index in before}
        for item in gone:
            self._end(item, heirs.get(item.row["code"]))

    def _stored(self) -> list[_Stored]:
        found = rows(self.connection, "water/bank_stored")
        degrees = shapely.from_wkb(np.array([bytes(row["geom"]) for row in found], dtype=object))
        lines = project(degrees, STORED, self.metric)
        return [_Stored(row, line) for row, line in zip(found, lines, strict=True)]

    def _coded(self, banks: Sequence[Bank], before: dict[int, _Stored], stored: set[str]) -> list[Bank]:
        """The banks with the codes they keep, or free ones, and rings pinned to their old origin."""
        kept = {index: item.row["code"] for index, item in before.items() if _same_water(item, banks[index])}
        free_on = {row["code"]: row["valid_to"] for row in rows(self.connection, "water/bank_taken")}
        used = set(stored)
        settled = []
        for index, bank in enumerate(banks):
            line = _pinned(bank.line, before[index].line) if index in before else bank.line
            if index in kept:
                settled.append(replace(renumbered(bank, before[index].row["piece"]), code=kept[index], line=line))
                continue
            start = self.origins[bank.water_code].valid_from
            taken = used | {code for code, day in free_on.items() if day is None or day > start}
            settled.append(_free(replace(bank, line=line), taken))
            used.add(settled[-1].code)
        return settled

    def _update(self, item: _Stored, bank: Bank) -> None:
        origin = self.origins[bank.water_code]
        if _same_line(item.line, bank.line):
            label = {"name": bank.name, "assumed": bank.assumed, "provenance": origin.provenance}
            if label != {key: item.row[key] for key in label}:
                execute(self.connection, "water/bank_relabel", None, id=item.row["id"], **label)
            self.report.unchanged.append(bank.code)
            return
        reaches = rows(self.connection, "water/reach_of_bank", bank_code=bank.code)
        later = origin.valid_from > item.row["valid_from"]
        for reach in reaches if later else []:
            if reach["valid_from"] < origin.valid_from:
                execute(self.connection, "water/reach_end", None, id=reach["id"], day=origin.valid_from)
        if later:
            execute(self.connection, "water/bank_end", None, id=item.row["id"], day=origin.valid_from)
            self._insert(bank, origin.valid_from)
        else:
            execute(self.connection, "water/bank_change", None, id=item.row["id"], **self._columns(bank))
        self.report.changed.append(bank.code)
        for reach in reaches:
            self._carry(reach, item.line, bank, origin.valid_from if later else None)

    def _carry(self, reach: RowMapping, old: LineString, bank: Bank, since: date | None) -> None:
        """The reach on the bank's new line: as a new version from a day on, or corrected in place."""
        carried = carry_reach(old, bank.line, ranges_of(reach))
        if not carried.ranges:
            self._note(f"责任段 {reach['code']} 在新岸线 {bank.code} 上没有长度,已终止:请重新划定。")
            execute(
                self.connection, "water/reach_end", None, id=reach["id"], day=since or self._last_day(bank.water_code)
            )
            return
        columns = {key: reach[key] for key in ("name", "post_code")}
        columns |= {"bank_code": bank.code, "span": multirange(carried.ranges)}
        if since is not None and reach["valid_from"] < since:
            origin = {key: reach[key] for key in ("code", "provenance", "edition_id")}
            execute(self.connection, "water/reach_insert", None, valid_from=since, **origin, **columns)
        else:
            execute(self.connection, "water/reach_change", None, id=reach["id"], **columns)
        farthest_m = max(carried.moved_m, default=0.0)
        if farthest_m > NEAR_M:
            self._note(f"责任段 {reach['code']} 的端点移动了 {farthest_m:.1f} 米,超过 {NEAR_M:.0f} 米:请核对起止桩号。")

    def _end(self, item: _Stored, heir: Bank | None) -> None:
        """End a bank that is no longer derived; its reaches go to the bank that took its place, if any."""
        day = self._last_day(item.row["water_code"])
        for reach in rows(self.connection, "water/reach_of_bank", bank_code=item.row["code"]):
            if heir is not None:
                since = self.origins[heir.water_code].valid_from
                if reach["valid_from"] < since:
                    execute(self.connection, "water/reach_end", None, id=reach["id"], day=since)
                self._carry(reach, item.line, heir, since)
            else:
                self._note(f"岸线 {item.row['code']} 已不存在,其责任段 {reach['code']} 随之终止。")
                execute(self.connection, "water/reach_end", None, id=reach["id"], day=day)
        execute(self.connection, "water/bank_end", None, id=item.row["id"], day=day)
        self.report.ended.append(item.row["code"])

    def _insert(self, bank: Bank, valid_from: date) -> None:
        columns = self._columns(bank) | {"code": bank.code, "side": bank.side, "valid_from": valid_from}
        execute(self.connection, "water/bank_insert", None, **columns)

    def _columns(self, bank: Bank) -> dict[str, object]:
        origin = self.origins[bank.water_code]
        stored = project(np.array([bank.line], dtype=object), self.metric, STORED)[0]
        return {
            "name": bank.name,
            "water_code": bank.water_code,
            "piece": bank.piece,
            "length_m": bank.line.length,
            "assumed": bank.assumed,
            "provenance": origin.provenance,
            "edition_id": origin.edition_id,
            "geom": shapely.to_wkb(stored),
        }

    def _last_day(self, water_code: str) -> date:
        return date.fromisoformat(str(value(self.connection, "water/bank_water_end", code=water_code)))

    def _note(self, sentence: str) -> None:
        self.report.notes.append(sentence)


def _continued(stored: Sequence[_Stored], banks: Sequence[Bank]) -> dict[int, int]:
    """Which stored bank each derived one continues, by side and place, else by code: position in banks -> in stored."""
    pairs: dict[int, int] = {}
    for side in SIDES:
        new = [index for index, bank in enumerate(banks) if bank.side == side]
        old = [index for index, item in enumerate(stored) if item.row["side"] == side]
        found = matched([stored[index].line for index in old], [banks[index].line for index in new])
        pairs |= {new[after]: old[before] for after, before in found.items()}
    alone = {item.row["code"]: index for index, item in enumerate(stored) if index not in pairs.values()}
    far = {index: alone[bank.code] for index, bank in enumerate(banks) if index not in pairs and bank.code in alone}
    return pairs | far


def _same_water(item: _Stored, bank: Bank) -> bool:
    return bool(item.row["water_code"] == bank.water_code)


def _pinned(line: LineString, old: LineString) -> LineString:
    return repinned(line, Point(old.coords[0])) if is_ring(line) and is_ring(old) else line


def _same_line(old: LineString, new: LineString) -> bool:
    starts_m = Point(old.coords[0]).distance(Point(new.coords[0]))
    return starts_m <= SAME_M and is_ring(old) == is_ring(new) and same_shore(old, new)


def _free(bank: Bank, taken: set[str]) -> Bank:
    """The bank with the first number from its own on that gives a free code."""
    while bank.code in taken:
        bank = renumbered(bank, bank.piece + 1)
    return bank
