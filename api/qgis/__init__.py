"""The look of layers in QGIS, made from their style.json: a project, and styles inside GeoPackages."""
