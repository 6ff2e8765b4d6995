"""One named specimen of every kind of geometry, for tests that must hold for all of them. Degrees, near Huashan."""

from shapely import from_wkt

PLAIN = {
    "point": "POINT (114.5 30.5)",
    "multipoint": "MULTIPOINT (114.5 30.5, 114.51 30.5)",
    "line": "LINESTRING (114.5 30.5, 114.51 30.51, 114.52 30.5)",
    "closed line": "LINESTRING (114.5 30.5, 114.51 30.5, 114.51 30.51, 114.5 30.5)",
    "multiline": "MULTILINESTRING ((114.5 30.5, 114.51 30.5), (114.52 30.5, 114.53 30.5))",
    "polygon": "POLYGON ((114.5 30.5, 114.51 30.5, 114.51 30.51, 114.5 30.51, 114.5 30.5))",
    "polygon with hole": "POLYGON ((114.5 30.5, 114.53 30.5, 114.53 30.53, 114.5 30.53, 114.5 30.5),"
    " (114.51 30.51, 114.52 30.51, 114.52 30.52, 114.51 30.52, 114.51 30.51))",
    "multipolygon": "MULTIPOLYGON (((114.5 30.5, 114.51 30.5, 114.51 30.51, 114.5 30.5)),"
    " ((114.52 30.5, 114.53 30.5, 114.53 30.51, 114.52 30.5)))",
    "collection": "GEOMETRYCOLLECTION (POINT (114.5 30.5), LINESTRING (114.5 30.5, 114.51 30.5))",
}
EMPTY = {f"empty {kind.lower()}": f"{kind} EMPTY" for kind in ("POINT", "LINESTRING", "POLYGON", "MULTIPOLYGON")}
WITH_Z = {"point z": "POINT Z (114.5 30.5 9)", "line z": "LINESTRING Z (114.5 30.5 1, 114.51 30.5 2)"}
INVALID = {
    "bow tie": "POLYGON ((114.5 30.5, 114.51 30.51, 114.51 30.5, 114.5 30.51, 114.5 30.5))",
    "hole outside": "POLYGON ((114.5 30.5, 114.51 30.5, 114.51 30.51, 114.5 30.5),"
    " (114.6 30.6, 114.61 30.6, 114.61 30.61, 114.6 30.6))",
    "spike": "POLYGON ((114.5 30.5, 114.51 30.5, 114.51 30.51, 114.51 30.52, 114.51 30.51, 114.5 30.51, 114.5 30.5))",
}
SPECIMENS = {name: from_wkt(wkt) for name, wkt in (PLAIN | EMPTY | WITH_Z | INVALID).items()} | {"none": None}
