"""What layers hold, in a line each: about where they lie, how much there is, of which edition, and how fresh."""

from psycopg2 import sql
from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api import statements
from layers.catalogue import Layer
from layers.crs import Bounds


def extent_of(connection: Connection, layers: list[Layer]) -> Bounds | None:
    """About where these layers lie, in degrees; None where all are empty."""
    parts = [{**statements.table_parts(layer), "table": statements.table_of(layer.table)} for layer in layers]
    boxes = statements.joined(connection, "deployment/layer_extent", parts, by="UNION ALL").all()
    full = [box for box in boxes if box.west is not None]
    if not full:
        return None
    wests, souths, easts, norths = zip(*full, strict=True)
    return Bounds(min(wests), min(souths), max(easts), max(norths))


def summaries(connection: Connection, visible: list[Layer]) -> dict[str, RowMapping]:
    """How much each of these layers holds today, of which edition and from where, and how fresh it is; by its id."""
    if not visible:
        return {}
    parts = [
        {
            "layer": sql.Literal(layer.id),
            "table": statements.view_of(layer),
            "kept": statements.table_of(layer.table),
            "history": sql.Literal(f"{layer.table}_history"),
            "derived": sql.Literal(layer.derived),
        }
        for layer in visible
    ]
    rows = statements.joined(connection, "deployment/layer_summary", parts, by="UNION ALL").mappings()
    return {row["layer"]: row for row in rows}
