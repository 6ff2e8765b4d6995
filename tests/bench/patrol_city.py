"""A city's day to be planned: a thousand pieces of Wuhan's main roads that are overdue, and twenty crews.

The roads are the extract beside the checkout, noded by geo.network; which pieces are overdue and by how much, where
crews start and who may settle what are drawn with a seed.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely

from geo.network.noding import node
from geo.network.places import Places
from geo.network.shortest import costs
from geo.network.speeds import KINDS
from geo.network.ways import Ways
from geo.plan.tasks import Alternative, Break, Crew, Metres, Task
from layers.crs import project
from tests.conftest import SHARED_DATA

ROADS = SHARED_DATA / "osm_wuhan_main_roads.geojson"
MODES = ("foot", "bicycle", "car")
SEEING_MPS = {"foot": 1.1, "bicycle": 2.5, "car": 6.0}  # how fast a piece is gone along while it is looked at
SHIFT = (8.5 * 3600, 17.5 * 3600)
LONGEST_M = 1500.0
SPREAD = 8  # of so many edges for each piece, those nearest the middle, the pieces are drawn


@dataclass(frozen=True)
class Day:
    """Tasks, crews and matrices as `solve` takes them, and how many edges the network has."""

    tasks: list[Task]
    crews: list[Crew]
    costs: list[Metres]
    edges: int


def day(pieces: int, crews: int, seed: int = 1, roads: Path = ROADS) -> Day:
    """So many overdue pieces about the middle of the city, for so many crews; half the pieces are not everybody's."""
    rng = np.random.default_rng(seed)
    network = node(_ways(roads))
    at = np.array([(shape.xy[0][0], shape.xy[1][0]) for shape in network.shape])
    near = np.flatnonzero(network.passable("foot").any(axis=0) & (network.length_m > 30))
    near = near[np.argsort(np.hypot(*(at[near] - np.median(at[near], axis=0)).T))]
    edge = np.sort(rng.choice(near[: SPREAD * pieces], size=pieces, replace=False))
    long_m = np.minimum(network.length_m[edge], LONGEST_M)
    posts = rng.choice(near[: SPREAD * pieces], size=6, replace=False)
    places = Places(
        np.concatenate([posts, np.repeat(edge, 2)]),
        np.concatenate([np.zeros(6), np.column_stack([np.zeros(pieces), long_m]).ravel()]),
    )
    between = [Metres(*costs(network, mode, places, places)) for mode in MODES]
    modes = rng.choice(len(MODES), size=crews, p=[0.6, 0.3, 0.1])
    overdue_days = rng.integers(1, 15, pieces)
    rights = [frozenset(range(0, crews, 2)), frozenset(range(1, crews, 2)), None, None]
    tasks = [
        _task(6 + 2 * k, float(long_m[k]), float(long_m[k] * overdue_days[k]), modes, rights[int(rng.integers(4))])
        for k in range(pieces)
    ]
    return Day(tasks, [_crew(int(mode), int(rng.integers(6))) for mode in modes], between, len(network.length_m))


def _ways(roads: Path) -> Ways:
    """All but motorways, which no patrol may pass."""
    features = [one for one in json.loads(roads.read_text("utf-8"))["features"] if one["properties"]["kind"] in KINDS]
    shapes = np.array([shapely.LineString(one["geometry"]["coordinates"]) for one in features], dtype=object)
    return Ways.of(project(shapes, "EPSG:4326", "EPSG:4547"), [one["properties"]["kind"] for one in features])


def _task(place: int, long_m: float, prize: float, modes: np.ndarray, rights: frozenset[int] | None) -> Task:
    """A piece from either end, at the speed of each mode."""
    ways = []
    for mode, name in enumerate(MODES):
        who = frozenset(np.flatnonzero(modes == mode).tolist()) & (rights or frozenset(range(len(modes))))
        for ends in ((place, place + 1), (place + 1, place)) if who else ():
            ways.append(Alternative(*ends, long_m / SEEING_MPS[name], long_m, prize, (), who))
    return Task(tuple(ways))


def _crew(mode: int, post: int) -> Crew:
    lunch = Break((post,), 11.5 * 3600, 13.5 * 3600, 2700) if mode == 2 else None
    return Crew(post, post, *SHIFT, profile=mode, breaks=(lunch,) if lunch else ())
