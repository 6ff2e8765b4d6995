"""The file formats that come in and go out, by suffix: the one list, which messages and helps quote."""

import re
from typing import NamedTuple


class Format(NamedTuple):
    """A format by the name that users know, its suffixes, and which way it goes.

    table: holds rows without geometry. packed: may come in a .zip.
    """

    name: str
    suffixes: tuple[str, ...]
    reads: bool = True
    writes: bool = True
    table: bool = False
    packed: bool = True

    def __str__(self) -> str:
        return f"{self.name}({' '.join(self.suffixes)})"


FORMATS = (
    Format("GeoJSON", (".geojson", ".json")),
    Format("GeoPackage", (".gpkg",)),
    Format("FileGDB", (".gdb",), writes=False),
    Format("shapefile", (".shp",)),
    Format("FlatGeobuf", (".fgb",)),
    Format("GeoParquet", (".parquet", ".geoparquet")),
    Format("KML", (".kml", ".kmz")),
    Format("DXF", (".dxf",), writes=False),
    Format("OpenStreetMap", (".osm.pbf",), writes=False, packed=False),
    Format("界址点坐标", (".txt",), writes=False),
    Format("CSV", (".csv",), table=True),
    Format("Excel", (".xlsx",), table=True),
)
READABLE = (
    f"{'、'.join(str(one) for one in FORMATS if one.reads and one.packed)},或装有其一的 .zip;"
    f"{'、'.join(str(one) for one in FORMATS if one.reads and not one.packed)}"
)
"""What an import takes, as a text."""
WRITABLE = "、".join(" ".join(one.suffixes) for one in FORMATS if one.writes) + "、.zip(打包的 shapefile)"
"""The suffixes that an export takes, as a text."""
READABLE_HELP, WRITABLE_HELP = (re.sub("[、,;]", " ", text) for text in (READABLE, WRITABLE))
"""The same where lines break at spaces alone."""
TABLE_SUFFIXES = tuple(suffix for one in FORMATS if one.table for suffix in one.suffixes)
"""Of what can hold rows without geometry."""
