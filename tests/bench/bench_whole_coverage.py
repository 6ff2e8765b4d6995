"""How fast areas, points and effort are, beside shapely doing the same by buffers and intersections. Ratios of one run.

The walk is that of the benchmark of lines: along 20 km of shore, a fix a second, thrown 4 m about. The plots, 400 of
0.2 to 2 ha, and the points lie along it, within 60 m; the cells are hexagons of 100 m over all of it. Times are the
processor's in the one thread that works.
"""

from collections.abc import Callable

import numpy as np
import pytest
import shapely

from geo.coverage.areas import Areas, areas_seen, shares
from geo.coverage.cells import hexagonal_cells
from geo.coverage.effort import effort
from geo.coverage.points import points_seen
from geo.coverage.sightings import Track
from tests.bench.bench_line_coverage import REACH_M, buffer_per_step, least_s, path, shore, taken_s, walk

PLOTS, POINTS, CELL_M = 400, 2_000, 100.0
FIXES = [3_600, 36_000]


def beside(line: shapely.LineString, count: int, rng: np.random.Generator) -> np.ndarray:
    """Places along the shore, up to 60 m off it; (count, 2)."""
    along = shapely.line_interpolate_point(line, rng.uniform(0, line.length, count))
    return shapely.get_coordinates(along) + rng.uniform(-60, 60, (count, 2))


def plots(line: shapely.LineString) -> np.ndarray:
    """Irregular plots of 12 sides."""
    rng = np.random.default_rng(3)
    turns = np.sort(rng.uniform(0, 2 * np.pi, (PLOTS, 12)), axis=1)
    radii = rng.uniform(25, 90, (PLOTS, 1)) * rng.uniform(0.7, 1, (PLOTS, 12))
    rings = beside(line, PLOTS, rng)[:, None] + radii[..., None] * np.stack([np.cos(turns), np.sin(turns)], axis=-1)
    return np.array([shapely.Polygon(ring).buffer(0) for ring in rings], dtype=object)


def steps(track: Track) -> np.ndarray:
    xy = shapely.get_coordinates(path(track))
    return shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1))


def show(name: str, ours: Callable[[], float], rival: Callable[[], float], unit: str) -> None:
    """Both, with what they come to."""
    told, said = ours(), 0.0

    def once() -> None:
        nonlocal said
        said = rival()

    ours_s, rival_s = least_s(ours), taken_s(once)
    print(
        f"  {name:<32} {ours_s * 1000:9.1f} ms, shapely {rival_s * 1000:10.1f} ms {rival_s / ours_s:8.0f} x"
        f"   {told:,.1f} and {said:,.1f} {unit}"
    )


@pytest.mark.parametrize("fixes", FIXES)
def test_areas_points_and_effort_beside_shapely(fixes):
    line = shore()
    track = walk(line, fixes)
    shapes = plots(line)
    areas = Areas(list(shapes))
    places = shapely.points(beside(line, POINTS, np.random.default_rng(4)))
    cells = hexagonal_cells(line.buffer(300), CELL_M)
    print(f"\n{fixes:,} fixes; {PLOTS} plots, {POINTS:,} points, {len(cells.names):,} hexagons of {CELL_M:.0f} m")

    def area_m2() -> float:
        found = shares(areas_seen(track, areas, REACH_M).whole, areas)
        return float((found.area[:, 1] * shapely.area(shapes)).sum())

    def area_by_buffers_m2() -> float:
        buffers = buffer_per_step(track)
        tree, seen = shapely.STRtree(buffers), 0.0
        for shape in shapes:
            near = tree.query(shape, predicate="intersects")
            seen += shapely.union_all(buffers[near]).intersection(shape).area if len(near) else 0.0
        return float(seen)

    show("share of areas, with dwell", area_m2, area_by_buffers_m2, "m²")

    def nearest_m() -> float:
        return float(points_seen(track, list(places), REACH_M).nearest_m.mean())

    def nearest_by_tree_m() -> float:
        _, far_m = shapely.STRtree(steps(track)).query_nearest(places, all_matches=False, return_distance=True)
        return float(far_m.mean())

    show("nearest of points, with dwell", nearest_m, nearest_by_tree_m, "m on average")

    def walked_m() -> float:
        return float(effort(track, cells).length_m.sum())

    def walked_by_pieces_m() -> float:
        own, hexagons = steps(track), cells.shapes
        step, cell = shapely.STRtree(hexagons).query(own, predicate="intersects")
        lengths = shapely.length(shapely.intersection(own[step], hexagons[cell]))
        return float(np.bincount(cell, lengths, len(hexagons)).sum())

    show("effort in hexagons, with seconds", walked_m, walked_by_pieces_m, "m")
