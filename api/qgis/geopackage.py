"""Styles inside a GeoPackage, in the table `layer_styles` in which QGIS keeps and finds them."""

import sqlite3
from contextlib import closing
from pathlib import Path

from api.qgis.expressions import Zoom
from api.qgis.looks import drawn_of, qml
from layers.catalogue import Layer

__all__ = ["add_styles"]

_MIDDLE_LATITUDE = 30.0
_TABLE = """
CREATE TABLE IF NOT EXISTS layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
    f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
    useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
    update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
)"""
_CONTENTS = """
INSERT OR IGNORE INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('layer_styles', 'attributes', 'layer_styles', '')"""
_STYLE = """
INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML,
                          styleSLD, useAsDefault, description, owner)
VALUES ('', '', ?, ?, ?, ?, '', 1, ?, '')"""


def add_styles(path: Path, layer: Layer) -> None:
    """Put a layer's look into a GeoPackage that holds its features under its name: QGIS opens them so.

    Rules that ask for columns which the table lacks are left out. A file without that table stays as it is.
    """
    with closing(sqlite3.connect(path)) as file, file:
        found = file.execute(
            "SELECT c.column_name, c.geometry_type_name, t.min_y, t.max_y FROM gpkg_geometry_columns AS c"
            " JOIN gpkg_contents AS t USING (table_name) WHERE table_name = ?",
            (layer.id,),
        ).fetchone()
        if found is None:
            return
        geometry_column, _, south, north = found
        columns = [name for _, name, *_ in file.execute("SELECT * FROM pragma_table_info(?)", (layer.id,))]
        latitude = _MIDDLE_LATITUDE if south is None or not -90 <= south <= north <= 90 else (south + north) / 2
        look = qml(layer, drawn_of(layer, columns), Zoom(latitude))
        file.execute(_TABLE)
        file.execute(_CONTENTS)
        file.execute("DELETE FROM layer_styles WHERE f_table_name = ?", (layer.id,))
        file.execute(_STYLE, (layer.id, geometry_column, layer.title.zh, look, layer.description.zh))
