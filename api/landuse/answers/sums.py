"""The sums of a check as answers tell them: by class in each scheme, main group, ownership, owner, grid."""

from collections.abc import Sequence
from typing import Any

from api.landuse.words import GROUPS, OWNERSHIP, area
from geo.landuse.check import Check
from geo.landuse.city import Features
from geo.landuse.sums import Sum

__all__ = ["grids_told", "sums_told"]

Row = dict[str, Any]


def sums_told(found: Check) -> Row:
    """The sums that are of classes, zones and cultivated land: what two moments are compared by."""
    return {
        "classes": [
            {
                "scheme": each.scheme,
                "title": each.title,
                "rows": [_class(row) for row in each.rows],
                "unmapped": area(each.unmapped_m2),
            }
            for each in found.classes
        ],
        "groups": [{"group": row.code, "name": GROUPS.get(row.code, "未定")} | _size(row) for row in found.groups],
        "ownership": [
            {"ownership": row.code, "name": OWNERSHIP.get(row.code, "未载明")} | _size(row) for row in found.ownership
        ],
        "owners": [{"owner": row.code, "ownership": row.name} | _size(row) for row in found.owners],
        "cultivated": _cultivated(found),
    }


def _class(row: Sum) -> Row:
    return {
        "code": row.code, "name": row.name, "group": row.group, **_size(row),
        "uncertain": area(row.uncertain_m2), "ambiguous": row.ambiguous, "pieces": row.pieces,
    }  # fmt: skip


def _size(row: Sum) -> Row:
    return {"area": area(row.area_m2), "share": round(min(row.share, 1.0), 6)}


def grids_told(rows: Sequence[Sum], cells: Features) -> list[Row]:
    """By cell of the grid, of every level."""
    names = dict(zip(cells.code.tolist(), cells.name.tolist(), strict=True))
    return [{"code": row.code, "name": names.get(row.code), "level": row.name} | _size(row) for row in rows]


def _cultivated(found: Check) -> Row:
    own = found.cultivated
    return {
        "gross": area(own.gross_m2), "ridges": area(own.ridges_m2), "net": area(own.net_m2),
        "net_most": area(own.net_m2 + own.without_ratio_m2), "without_ratio": area(own.without_ratio_m2),
    }  # fmt: skip
