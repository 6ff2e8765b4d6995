"""What follows when a layer's features change: banks are derived anew, what patrols may see is looked at again."""

from sqlalchemy import Connection

from api.banks.derive import derive_banks
from api.sightings.resight import resight
from api.sightings.stored import Outings
from api.sightings.targets import read_city
from api.sightings.wholes_anew import resight_inside, resight_wholes
from layers import query
from layers.catalogue import Layer

_SHOWN = 5


def follow(connection: Connection, layer: Layer, codes: list[str]) -> list[str]:
    """Bring what depends on these features up to date, in the same transaction; what there is to say about it."""
    if not codes:
        return []
    findings: list[str] = []
    if layer.id == "water":
        findings += _banks(connection, codes)
    if layer.id == "grid":
        findings += _outside(connection, codes) + _numbering(connection, codes)
    if layer.lines:
        # Most that went near the line went near the areas that it crosses, too.
        outings = Outings(connection, read_city(connection))
        resight(connection, layer, codes, outings)
        resight_inside(connection, layer, codes, outings)
    resight_wholes(connection, layer, codes)
    return findings


def _banks(connection: Connection, codes: list[str]) -> list[str]:
    report = derive_banks(connection, codes)
    return [report.summary(), *("  ".join(row) for row in report.table()), *report.notes]


def _outside(connection: Connection, codes: list[str]) -> list[str]:
    told = [
        f"提醒:网格 {row['code']} 超出上级网格 {row['parent_code']} {row['outside_m2']:,.0f} 平方米"
        f"(占其面积 {row['share']:.1%}),请核对边界"
        for row in query.rows(connection, "deployment/transfer_grid_outside", codes=codes)
    ]
    more = [f"提醒:另有 {len(told) - _SHOWN} 个网格超出上级网格"] if len(told) > _SHOWN else []
    return told[:_SHOWN] + more


def _numbering(connection: Connection, codes: list[str]) -> list[str]:
    found = query.rows(connection, "deployment/transfer_grid_numbering", codes=codes)
    told = [
        f"提醒:单元网格 {row['next_code']} 的顺序号在 {row['code']} 之后,却在其"
        + ("西侧(应由西向东编号)" if row["fault"] == "west" else "北侧的一行(应由北向南编号)")
        for row in found
    ]
    more = [f"提醒:另有 {len(told) - _SHOWN} 处编号顺序不符"] if len(told) > _SHOWN else []
    return told[:_SHOWN] + more
