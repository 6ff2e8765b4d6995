"""What a file lacks of what is stored: the rows that a new edition ends."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import shapely
from psycopg2 import sql
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection

from api.transfer.area import area_of
from api.transfer.edition import Edition
from api.transfer.statement import fragment, run, table_of
from api.transfer.tables import from_table
from layers import query
from layers.catalogue import Layer
from layers.crs import Bounds
from layers.errors import Conflict

__all__ = ["Missing", "find_missing"]


class Missing(NamedTuple):
    """How many stored rows a file lacks that is to replace them, of how many."""

    rows: int = 0
    standing: int = 0


def find_missing(
    connection: Connection, layer: Layer, edition: Edition, as_of: date, bounds: Bounds, refused: Sequence[str]
) -> Missing:
    """Note in a table of the transaction which stored rows an edition lacks; none where it does not replace them.

    refused: codes that the file has, in rows that were rejected. Raises Conflict where the edition would change one of
    a later or an earlier day.
    """
    outline = area_of(edition.within, connection, bounds) if edition.within else None
    area = shapely.to_wkb(outline) if isinstance(outline, BaseGeometry) else None
    parts = {"table": table_of(layer.table), "within": _within(layer, edition)}
    bound = {"as_of": as_of, "area": area, "layer": layer.id}
    run(connection, "missing", parts, replace=edition.replace, refused=list(refused), **bound)
    if not edition.replace:
        _check_series(connection, layer, edition, as_of)
        return Missing()
    found = run(connection, "missing_counts", parts, **bound).mappings().one()
    if found["later"]:
        raise Conflict(
            f"图层里有 {found['later']} 条记录的生效日期晚于 {as_of}(最晚 {found['newest']}):"
            "换版日期不能早于现有数据,请改 --valid-from。"
        )
    if found["ended"]:
        raise Conflict(
            f"文件里没有的记录里,有 {found['ended']} 条已由 {found['ended_on']} 生效的版次撤销:"
            "换版日期不能早于那一版,请改 --valid-from。"
        )
    return Missing(int(found["missing"]), int(found["standing"]))


def _within(layer: Layer, edition: Edition) -> sql.Composable:
    """Whether a stored row may be ended: it lies in the edition's area and is of its kind."""
    within = sql.SQL("true") if from_table(layer) else fragment("within")
    if edition.only is None:
        return within
    field, value = edition.only
    return sql.SQL("{} AND t.{} = {}").format(within, sql.Identifier(field), sql.Literal(value))


def _check_series(connection: Connection, layer: Layer, edition: Edition, as_of: date) -> None:
    """Raise Conflict where an edition of a series would be written into the rows of the one before it."""
    if not edition.yearly:
        return
    newest = query.value(connection, "deployment/transfer_newest", layer=layer.id, as_of=as_of)
    if newest is not None and newest < as_of:
        raise Conflict(
            f"图层里已有 {newest} 生效的版次:新一年的请加 --replace 换版,旧版便止于 {as_of};不加会就地改掉旧版。"
            f"若是更正那一版,请用 --valid-from {newest}。未写入任何数据。"
        )
