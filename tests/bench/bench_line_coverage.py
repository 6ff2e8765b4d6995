"""How fast the exact intervals are, beside what others do: buffer and intersect. Ratios of one run, printed."""

import time

import numpy as np
import pytest
import shapely

from geo.coverage.sightings import Lines, Track, see

REACH_M, SHORE_SEGMENTS, SHORE_M = 25.0, 6_000, 20_000.0


def shore() -> shapely.LineString:
    """A shore of bays on bays, 20 km in 6,000 segments."""
    along = np.linspace(0, 1, SHORE_SEGMENTS + 1)
    bays = 600 * np.sin(along * 40) + 120 * np.sin(along * 260)
    bent = shapely.LineString(np.column_stack([along * SHORE_M, bays]))
    return shapely.transform(bent, lambda xy: xy * (SHORE_M / bent.length))


def walk(line: shapely.LineString, fixes: int) -> Track:
    """A walk along the whole shore, 10 m off it with the jitter of a phone, a fix a second."""
    places = shapely.line_interpolate_point(line, np.linspace(0, line.length, fixes))
    jitter = np.random.default_rng(2).normal(0, 4, (2, fixes))
    x, y = shapely.get_x(places) + jitter[0] + 10, shapely.get_y(places) + jitter[1]
    return Track(x, y, np.arange(fixes, dtype=float), np.full(fixes, 5.0), np.array([0, fixes]))


def ours(track: Track, line: shapely.LineString) -> float:
    """Metres seen, by closed form, with times."""
    seen = see(track, Lines([line]), REACH_M)
    return covered_m(seen.from_cm / 100, seen.to_cm / 100)


def buffers_per_segment(track: Track, line: shapely.LineString) -> float:
    """Metres seen, by a buffer for each step that is near, found by an index: the fair rival, without times."""
    xy = np.column_stack([track.x, track.y])
    buffers = shapely.buffer(shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1)), REACH_M, quad_segs=16)
    near = shapely.STRtree(buffers).query(line, predicate="intersects")
    return float(line.intersection(shapely.union_all(buffers[near])).length)


def whole_buffer(track: Track, line: shapely.LineString) -> float:
    """Metres seen, by one buffer of the whole track: what a GIS does."""
    return float(
        shapely.LineString(np.column_stack([track.x, track.y])).buffer(REACH_M, quad_segs=16).intersection(line).length
    )


def covered_m(start: np.ndarray, stop: np.ndarray) -> float:
    """Length of a union of intervals."""
    order = np.argsort(start)
    reach = np.maximum.accumulate(stop[order])
    gap = np.maximum(start[order][1:] - reach[:-1], 0)
    return float(reach[-1] - start[order][0] - gap.sum())


@pytest.mark.parametrize("fixes", [3_600, 36_000])
def test_line_coverage_beside_its_rivals(fixes):
    line = shore()
    track = walk(line, fixes)
    rivals = [ours] + ([buffers_per_segment, whole_buffer] if fixes <= 3_600 else [])  # theirs take minutes beyond
    print(f"\n{fixes} fixes, {SHORE_M / 1000:.0f} km shore of {SHORE_SEGMENTS} segments, reach {REACH_M:.0f} m")
    spent = {}
    for rival in rivals:
        started = time.perf_counter()
        metres = rival(track, line)
        spent[rival.__name__] = time.perf_counter() - started
        ratio = spent[rival.__name__] / spent["ours"]
        print(f"  {rival.__name__:22} {spent[rival.__name__] * 1000:10.1f} ms   {ratio:8.1f} x   {metres:10.2f} m")
