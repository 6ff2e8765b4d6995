"""The main roads of OpenStreetMap, which fall into pieces where only equal vertices join them, as a network."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.network.noding import node
from geo.network.report import islands_of, report_of
from geo.network.ways import Ways
from layers.crs import METRIC_DEFAULT
from tests.conftest import shared_data

pytestmark = pytest.mark.real_data
CLASSES = {"motorway": "trunk"}


@pytest.fixture(scope="module", params=["huashan", "wuhan"])
def roads(request):
    read = gpd.read_file(shared_data(f"osm_{request.param}_main_roads.geojson")).to_crs(METRIC_DEFAULT).explode()
    kinds = [CLASSES.get(kind, kind) for kind in read["kind"]]
    return request.param, Ways.of(read.geometry.to_numpy(), kinds)


def pieces_at_equal_vertices(ways):
    """How many pieces there are where lines meet in common vertices alone."""
    parent = list(range(len(ways.shape)))

    def root(one):
        while parent[one] != one:
            one = parent[one]
        return one

    owner = {}
    for number, line in enumerate(ways.shape):
        for vertex in np.round(line.coords, 3):
            parent[root(number)] = root(owner.setdefault(tuple(vertex), number))
    return len({root(one) for one in parent})


FOUND = {"huashan": (64, 361, 8, 0.9931), "wuhan": (None, 15_295, 100, 0.9821)}


def test_what_nearly_meets_is_one_network(roads):
    name, ways = roads
    before, edges, pieces, largest = FOUND[name]
    network = node(ways)
    report, islands = report_of(network), islands_of(network, "car")
    assert (report.edges, report.pieces["car"], round(report.largest["car"], 4)) == (edges, pieces, largest)
    assert before is None or pieces_at_equal_vertices(ways) == before
    assert network.snapped.moved_m.max() < 6 and islands.length_m.sum() == pytest.approx(
        shapely.length(ways.shape).sum(), rel=1e-5
    )
