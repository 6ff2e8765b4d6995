"""The part of the city that an edition replaces: a grid by its code, a box, or the polygons of a file."""

from pathlib import Path

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection

from api.transfer.place import place
from api.transfer.read import read_source
from api.transfer.repair import allows, flattened, repair
from layers import query
from layers.crs import Bounds
from layers.errors import BadGeometry, BadInput, NotFound


def area_of(text: str, connection: Connection, bounds: Bounds) -> BaseGeometry:
    """The area that the user named, in degrees; raises BadInput, NotFound or BadGeometry where it names none."""
    if text.strip().isdigit():
        outline = query.value(connection, "deployment/transfer_area", code=text.strip())
        if outline is None:
            raise NotFound(f"没有编码为 {text} 的网格:--within 可为网格编码、西,南,东,北 或面状数据文件。")
        return shapely.from_wkb(bytes(outline))
    if text.count(",") == 3:
        return shapely.box(*Bounds.parse(text))
    path = Path(text)
    if not path.exists():
        raise BadInput(f"看不懂 --within {text[:80]!r}:可为网格编码、西,南,东,北 或面状数据文件。")
    return _outline(path, bounds)


def _outline(path: Path, bounds: Bounds) -> BaseGeometry:
    source = read_source(path)
    if source.shapeless:
        raise BadGeometry(f"--within 的文件 {path.name} 里没有图形:请给出面状数据。")
    flat, _ = flattened(source.geometries)
    placed = place(flat, source.crs, bounds=bounds)
    mended = repair(placed.geometries, allows("MultiPolygon"))
    wrong = next((fault for fault in [*source.faults, *placed.faults, *mended.faults] if fault), None)
    if wrong or not len(source):
        raise BadGeometry(f"--within 的文件 {path.name} 不能作为范围:{wrong or '没有任何面'}。")
    outline: BaseGeometry = shapely.union_all(np.asarray(mended.geometries))
    return outline
