"""A network of 100,000 edges: noded, beside GEOS's own noding; and 1,000 places to 1,000, beside Dijkstra alone.

GEOS nodes crossings alone: it draws nothing together, knows no levels and forgets which way an edge is of. One run.
"""

import time

import numpy as np
import shapely
from scipy.sparse.csgraph import dijkstra

from geo.network.graph import arcs_of, matrix_of
from geo.network.noding import node
from geo.network.places import Places
from geo.network.shortest import costs
from geo.network.ways import Ways

STREETS, APART_M, PLACES = 224, 80.0, 1_000


def streets():
    """Winding streets that cross one another: 448 lines of 900 vertices."""
    rng = np.random.default_rng(1)
    along = np.arange(0, STREETS * APART_M, 20.0)
    drift = np.cumsum(rng.normal(0, 0.6, (2, STREETS, len(along))), axis=2)
    across = np.arange(STREETS)[:, None] * APART_M + drift
    rows = [np.column_stack([along, y]) for y in across[0]] + [np.column_stack([x, along]) for x in across[1]]
    return [shapely.LineString(xy) for xy in rows]


def timed(work):
    began = time.process_time()
    done = work()
    return done, time.process_time() - began


def test_noding_and_costs():
    lines = streets()
    union, geos_s = timed(lambda: shapely.union_all(lines))
    network, own_s = timed(lambda: node(Ways.of(lines, "residential")))
    parts = len(shapely.get_parts(union))
    print(
        f"\nnoding, {shapely.get_num_coordinates(lines).sum():,} vertices → {len(network.way):,} edges: {own_s:.1f} s"
    )
    print(f"  GEOS union, crossings alone → {parts:,} edges: {geos_s:.1f} s; ratio {own_s / geos_s:.2f}")
    rng = np.random.default_rng(2)
    edge = rng.integers(0, len(network.way), PLACES)
    places = Places(edge, network.length_m[edge] * rng.random(PLACES))
    costs(network, "foot", Places(edge[:1], places.at_m[:1]), places)  # compiles
    found, own_s = timed(lambda: costs(network, "foot", places, places))
    arcs = arcs_of(network, network.time_s("foot"), places)
    matrix, sources = matrix_of(arcs), arcs.first_place + np.arange(PLACES)
    _, bare_s = timed(lambda: [dijkstra(matrix, indices=one) for one in sources])
    assert np.isfinite(found.time_s).all()
    print(f"{PLACES:,} × {PLACES:,} places, metres and seconds: {own_s:.1f} s; Dijkstra alone {bare_s:.1f} s")
