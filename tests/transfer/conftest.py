"""Files as offices hand them over, made in the test's own folder."""

import json

import pytest
import shapely

from api.transfer.importing import Manner, import_source
from api.transfer.read import read_source
from layers.catalogue import read_catalogue

CATALOGUE = read_catalogue()


@pytest.fixture
def geojson(tmp_path):
    """Write features given as (properties, WKT or None) to a GeoJSON file."""

    def made(*features, name="file.geojson", **collection):
        entries = [
            {
                "type": "Feature",
                "properties": properties,
                "geometry": json.loads(shapely.to_geojson(shapely.from_wkt(wkt))) if wkt else None,
            }
            for properties, wkt in features
        ]
        path = tmp_path / name
        path.write_text(json.dumps({"type": "FeatureCollection", "features": entries, **collection}), "utf-8")
        return path

    return made


@pytest.fixture
def imported(connection):
    """Import a file into a layer within the test's transaction."""

    def run(layer, path, reading=None, **manner):
        return import_source(connection, CATALOGUE, CATALOGUE[layer], read_source(path, reading), Manner(**manner))

    return run
