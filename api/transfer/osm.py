"""OpenStreetMap extracts (.osm.pbf) by pyosmium: lines and areas of one layer's table, cut to a box; what stays out.

Areas come of closed ways and of multipolygon relations, holes and all. The places of nodes are kept in a file beside,
so that a country's extract takes disk and not memory.
"""

import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from api.transfer.faults import none_yet
from api.transfer.osm_left_out import LeftOut
from api.transfer.osm_table import OsmTable
from api.transfer.source import Content
from layers.crs import DEVICE, Bounds, Geometries
from layers.errors import BadFile

if TYPE_CHECKING:  # else imported where it is called, for the server starts without it
    from osmium import FileProcessor
    from osmium.geom import WKBFactory
    from osmium.osm import Area, Way
    from osmium.osm.types import OSMEntity

__all__ = ["ATTRIBUTION", "Extract", "read_osm"]

ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0"
_AT_ONCE = 5_000
_TOLD_EVERY = 20_000
_METRES = re.compile(r"(\d+(?:\.\d+)?)\s*m?")
_WHOLE = re.compile(r"-?\d")
_OPEN = "应为面而没有闭合"
_BROKEN = "成员不全、环不闭合或自相交"
_PLACELESS = "缺少节点位置或点数不足"
_FAR = "在部署范围之外"
_SEVERAL = "被部署范围切成几段"


@dataclass(frozen=True)
class Extract:
    """What is wanted of an extract: a layer's table, the box, tags that are kept as columns, and who is told what.

    one_line: whether a line must stay in one piece.
    """

    table: OsmTable
    bounds: Bounds | None = None
    tags: tuple[str, ...] = ()
    one_line: bool = False
    tell: Callable[[str], None] = lambda doing: None


class _Piece(NamedTuple):
    """One line or area: 'way/1', its fields, and its shape as WKB."""

    code: str
    fields: Mapping[str, str | None]
    wkb: bytes


def read_osm(path: Path, extract: Extract) -> Content:
    """What of an extract belongs to a layer, 'way/1' or 'relation/1' as codes; remarks say what stayed out, and why.

    Raises BadFile for a file that is cut short or no extract.
    """
    reading = _Reading(path, extract)
    kept: list[_Piece] = []
    shapes: list[Geometries] = []
    for pieces in _some(reading.pieces()):
        geometries = reading.clipped(pieces)
        inside = ~shapely.is_missing(geometries)
        kept += [piece._replace(wkb=b"") for piece, stays in zip(pieces, inside, strict=True) if stays]
        shapes.append(geometries[inside])
    fields = {"code": _objects([piece.code for piece in kept])}
    fields |= {
        name: _objects([piece.fields[name] for piece in kept]) for name in (*extract.table.fields, *reading.tags)
    }
    notes = [f"数据来自 OpenStreetMap({ATTRIBUTION})", *reading.told()]
    geometries = np.concatenate([none_yet(0), *shapes])
    return Content(fields, geometries, none_yet(len(kept)), DEVICE, notes, Counter(), attribution=ATTRIBUTION)


class _Reading:
    """One pass over an extract: what belongs to the layer, and what stays out."""

    def __init__(self, path: Path, extract: Extract) -> None:
        self.path, self.extract, self.table = path, extract, extract.table
        self.left_out, self.cut, self.odd_widths = LeftOut(), 0, 0
        own = {"code", *(name.casefold() for name in self.table.fields)}
        self.tags = [key for key in dict.fromkeys(extract.tags) if key.casefold() not in own]
        self._expected: set[str] = set()
        self._assembled: set[str] = set()

    def pieces(self) -> Iterator[_Piece]:
        """Every way and area of the table, as the file has them; what should be an area and gave none is noted."""
        from osmium.geom import WKBFactory

        factory, size_mb = WKBFactory(), self.path.stat().st_size / 1e6
        self.extract.tell(f"读取 {self.path.name}({size_mb:,.0f} MB):先读节点的位置,大文件要几分钟")
        with tempfile.TemporaryDirectory(prefix="huashan-osm-") as folder:
            try:
                for seen, one in enumerate(self._processor(Path(folder)), start=1):
                    if seen % _TOLD_EVERY == 0:
                        self.extract.tell(f"读取 {self.path.name}:已看 {seen:,} 个要素")
                    if (piece := self._piece(one, factory)) is not None:
                        yield piece
            except (RuntimeError, UnicodeDecodeError) as error:
                raise BadFile(
                    f"{self.path.name} 被截断、已损坏或不是 OpenStreetMap 的 .osm.pbf({str(error)[:120]}):请重新获取。"
                ) from error
        for code in sorted(self._expected - self._assembled):
            self.left_out.note(_BROKEN, code)

    def _processor(self, folder: Path) -> "FileProcessor":
        from osmium import FileProcessor
        from osmium.filter import EntityFilter, KeyFilter
        from osmium.osm import AREA, RELATION, WAY

        keys, places = self.table.keys, f"sparse_file_array,{folder / 'places'}"
        found = FileProcessor(str(self.path)).with_locations(places).with_areas(KeyFilter(*keys))
        return found.with_filter(EntityFilter(WAY | RELATION | AREA)).with_filter(KeyFilter(*keys))

    def _piece(self, one: "OSMEntity", factory: "WKBFactory") -> _Piece | None:
        from osmium.osm import Area, Way

        tags = dict(one.tags)
        if isinstance(one, Area):
            return self._area(one, tags, factory)
        code = f"{'way' if isinstance(one, Way) else 'relation'}/{one.id}"
        why = self.table.why_left(tags)
        if why:
            self.left_out.note(why, code)
        elif isinstance(one, Way):
            return self._way(one, code, tags, factory)
        elif tags.get("type") == "multipolygon":  # else a river or a route, whose ways say what they are
            self._expect(code, tags)
        return None

    def _way(self, one: "Way", code: str, tags: dict[str, str], factory: "WKBFactory") -> _Piece | None:
        line, area = self.table.sets(tags, "line"), self.table.sets(tags, "area")
        closed = one.is_closed() and tags.get("area") != "no"
        if line is not None and not (closed and area is not None):
            wkb = self._drawn(lambda: factory.create_linestring(one), code, _PLACELESS)
            return _Piece(code, self._fields(tags, line), wkb) if wkb else None
        if area is not None and not closed:
            self.left_out.note(_OPEN, code)
        else:
            self._expect(code, tags)
        return None

    def _expect(self, code: str, tags: dict[str, str]) -> None:
        """Note what is to come as an area before the pass is over, or which tags the table does not know."""
        if self.table.sets(tags, "area") is None:
            key = next(key for key in self.table.keys if key in tags)
            self.left_out.note_tag(key, tags[key])
        else:
            self._expected.add(code)

    def _area(self, one: "Area", tags: dict[str, str], factory: "WKBFactory") -> _Piece | None:
        code = f"{'way' if one.from_way() else 'relation'}/{one.orig_id()}"
        if code not in self._expected and one.from_way():
            return None  # drawn as a line, left out, or of no rule: its way has told
        self._assembled.add(code)
        area = self.table.sets(tags, "area")
        if area is None or self.table.why_left(tags):
            return None
        wkb = self._drawn(lambda: factory.create_multipolygon(one), code, _BROKEN)
        return _Piece(code, self._fields(tags, area), wkb) if wkb else None

    def _drawn(self, draw: Callable[[], str], code: str, fault: str) -> bytes | None:
        from osmium import InvalidLocationError

        try:
            return bytes.fromhex(draw())
        except InvalidLocationError:
            self.left_out.note(_PLACELESS, code)
        except RuntimeError:
            self.left_out.note(fault, code)
        return None

    def _fields(self, tags: dict[str, str], sets: Mapping[str, str]) -> dict[str, str | None]:
        told: dict[str, str | None] = dict.fromkeys(self.table.fields) | {key: tags.get(key) for key in self.tags}
        for name, keys in self.table.texts.items():
            told[name] = next((tags[key] for key in keys if tags.get(key)), None)
        for name, keys in self.table.metres.items():
            told[name] = self._metres(next((tags[key] for key in keys if tags.get(key)), None))
        for name, keys in self.table.whole.items():
            told[name] = next((tags[key] for key in keys if _WHOLE.fullmatch(tags.get(key, ""))), None)
        return self.table.filled({**told, **self.table.fixed, **sets}, tags)

    def _metres(self, text: str | None) -> str | None:
        found = _METRES.fullmatch(text.strip()) if text else None
        if found and float(found[1]):
            return found[1]
        self.odd_widths += text is not None
        return None

    def clipped(self, pieces: list[_Piece]) -> Geometries:
        """(n,) shapes as far as they lie within the box; None for those outside, and lines that it cuts to pieces."""
        shapes = np.asarray(shapely.from_wkb([piece.wkb for piece in pieces]), dtype=object)
        if self.extract.bounds is None:
            return shapes
        box = shapely.box(*self.extract.bounds)
        shapely.prepare(box)
        far = np.asarray(shapely.disjoint(box, shapes))
        for row in np.flatnonzero(~far & ~np.asarray(shapely.covers(box, shapes))):
            inside, why = self._inside(shapes[row], box)
            if why:
                self.left_out.note(why, pieces[row].code)
            self.cut += inside is not None
            shapes[row] = inside
        for row in np.flatnonzero(far):
            self.left_out.note(_FAR, pieces[row].code)
        shapes[far] = None
        return shapes

    def _inside(self, shape: BaseGeometry, box: shapely.Polygon) -> tuple[BaseGeometry | None, str | None]:
        if shape.geom_type.endswith("Polygon"):
            parts = shapely.get_parts(shapely.intersection(shape, box))
            areas = list(parts[shapely.get_dimensions(parts) == 2])
            return (shapely.MultiPolygon(areas), None) if areas else (None, _FAR)
        # An intersection would also cut a line where it crosses itself.
        lines = shapely.get_parts(shapely.clip_by_rect(shape, *box.bounds))
        if len(lines) > 1 and self.extract.one_line:
            return None, _SEVERAL
        return (shapely.MultiLineString(list(lines)), None) if len(lines) else (None, _FAR)

    def told(self) -> list[str]:
        """What stayed out and what was changed, as remarks."""
        lines = self.left_out.told()
        lines += [f"按部署范围裁切 {self.cut:,} 个"] if self.cut else []
        return lines + ([f"{self.odd_widths:,} 处宽度不是以米为单位的数字,未采用"] if self.odd_widths else [])


def _some(pieces: Iterator[_Piece]) -> Iterator[list[_Piece]]:
    """The pieces some at a time."""
    waiting: list[_Piece] = []
    for piece in pieces:
        waiting.append(piece)
        if len(waiting) == _AT_ONCE:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def _objects(values: list[str | None]) -> Geometries:
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column
