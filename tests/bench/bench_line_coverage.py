"""How fast the coverage of lines is, beside what others do: buffer and intersect. Ratios of one run, printed.

The shore is made: bays on bays, 20 km in 6,000 segments. So is the walk: to and fro along the whole shore, 10 m off it,
at 1.4 m/s with a fix a second, each thrown 4 m about as a phone does. An hour of it is 3,600 fixes on 5 km of shore;
ten are 36,000, which pass each place two or three times. The jitter is what costs GEOS, for a whole track's buffer
crosses itself at every step; but it is what phones send. Ours answers with times, the others with metres alone.

Times are the processor's in the one thread that works, so that what else the machine does hardly shows; those of
PostGIS and DuckDB, which work elsewhere, are the clock's.
"""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import shapely
from sqlalchemy import Engine, text

from geo.coverage.sightings import BOUNDS, Lines, Track, Visits, see, see_all
from geo.lines.multirange import Ranges, lengths, union

REACH_M, SHORE_SEGMENTS, SHORE_M, PACE_MPS = 25.0, 6_000, 20_000.0, 1.4
QUAD_SEGS = 16
PICTURES = Path(__file__).parents[2] / ".build" / "bench"
Answer = Callable[[Track, shapely.LineString], float]

POSTGIS = text("""
    WITH track AS (SELECT ST_GeomFromWKB(:track) AS geom), shore AS (SELECT ST_GeomFromWKB(:shore) AS geom)
    SELECT ST_Length(ST_Intersection(shore.geom, ST_Buffer(track.geom, :reach_m, 'quad_segs=16'))) FROM track, shore
""")
DUCKDB = """
    SELECT ST_Length(ST_Intersection(ST_GeomFromWKB($shore), ST_Buffer(ST_GeomFromWKB($track), $reach_m, 16)))
"""


def shore() -> shapely.LineString:
    """A shore of bays on bays, 20 km in 6,000 segments."""
    along = np.linspace(0, 1, SHORE_SEGMENTS + 1)
    bays = 600 * np.sin(along * 40) + 120 * np.sin(along * 260)
    bent = shapely.LineString(np.column_stack([along * SHORE_M, bays]))
    return shapely.transform(bent, lambda xy: xy * (SHORE_M / bent.length))


def walk(line: shapely.LineString, fixes: int, every_s: float = 1.0) -> Track:
    """To and fro along the shore at a walker's pace, with a phone's jitter."""
    vertices = shapely.get_coordinates(line)
    along_m = np.append(0.0, np.cumsum(np.hypot(*np.diff(vertices, axis=0).T)))
    time_s = np.arange(fixes) * every_s
    gone_m = PACE_MPS * time_s % (2 * along_m[-1])
    at_m = np.minimum(gone_m, 2 * along_m[-1] - gone_m)
    x, y = (np.interp(at_m, along_m, axis) for axis in vertices.T)
    jitter = np.random.default_rng(2).normal(0, 4, (2, fixes))
    return Track(x + jitter[0] + 10, y + jitter[1], time_s, np.full(fixes, 5.0), np.array([0, fixes]))


def path(track: Track) -> shapely.LineString:
    return shapely.LineString(np.column_stack([track.x, track.y]))


def seen_m(seen: Visits) -> float:
    return float(lengths(Ranges(seen.line, seen.from_cm, seen.to_cm), 1)[0]) / 100


def buffer_of_the_track(track: Track, line: shapely.LineString) -> float:
    """Metres seen, by one buffer of the whole track: what a GIS does."""
    return float(path(track).buffer(REACH_M, quad_segs=QUAD_SEGS).intersection(line).length)


def buffer_per_step(track: Track) -> np.ndarray:
    xy = shapely.get_coordinates(path(track))
    return shapely.buffer(shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1)), REACH_M, quad_segs=QUAD_SEGS)


def buffers_united(track: Track, line: shapely.LineString) -> float:
    """Metres seen, by a buffer for each step that is near, united."""
    buffers = buffer_per_step(track)
    near = shapely.STRtree(buffers).query(line, predicate="intersects")
    return float(line.intersection(shapely.union_all(buffers[near])).length)


def buffers_by_segment(track: Track, line: shapely.LineString) -> float:
    """Metres seen, by a buffer for each step, cut with each segment that a tree tells to be near: the fair rival."""
    buffers, vertices = buffer_per_step(track), shapely.get_coordinates(line)
    segments = shapely.linestrings(np.stack([vertices[:-1], vertices[1:]], axis=1))
    step, segment = shapely.STRtree(segments).query(buffers, predicate="intersects")
    pieces = shapely.intersection(segments[segment], buffers[step])
    cut = np.flatnonzero((shapely.get_type_id(pieces) == 1) & (shapely.get_num_points(pieces) == 2))
    ends = shapely.get_coordinates(pieces[cut]).reshape(-1, 2, 2) - vertices[segment[cut]][:, None]
    along_um = np.sort(np.round(np.hypot(ends[:, :, 0], ends[:, :, 1]) * 1e6).astype(np.int64), axis=1)
    joined, _ = union(Ranges(segment[cut], *along_um.T))
    return float((joined.stop - joined.start).sum()) / 1e6


def postgis(engine: Engine) -> Answer:
    """Metres seen, by ST_Buffer and ST_Intersection: the buffer of the whole track again, in the database."""

    def answer(track: Track, line: shapely.LineString) -> float:
        given = {"track": shapely.to_wkb(path(track)), "shore": shapely.to_wkb(line), "reach_m": REACH_M}
        with engine.connect() as connection:
            return float(connection.execute(POSTGIS, given).scalar_one())

    return answer


def duckdb_spatial() -> Answer:
    """The same in DuckDB, where it and its extension are installed; no part of the platform needs them."""
    duckdb = pytest.importorskip("duckdb")
    connection = duckdb.connect()
    try:
        connection.execute("LOAD spatial")
    except duckdb.Error:
        pytest.importorskip("duckdb_extensions").import_extension("spatial", con=connection)
        connection.execute("LOAD spatial")

    def answer(track: Track, line: shapely.LineString) -> float:
        given = {"track": shapely.to_wkb(path(track)), "shore": shapely.to_wkb(line), "reach_m": REACH_M}
        return float(connection.execute(DUCKDB, given).fetchall()[0][0])

    return answer


def least_s(work: Callable[[], object], for_s: float = 1.0) -> float:
    """The least time it took, of as often as fit into a second, seconds: what else the machine does only ever adds."""
    spent = [taken_s(work)]
    while sum(spent) < for_s:
        spent.append(taken_s(work))
    return min(spent)


def taken_s(work: Callable[[], object], clock: Callable[[], float] = time.thread_time) -> float:
    started = clock()
    work()
    return clock() - started


def show(name: str, spent_s: float, ours_s: float, metres: float) -> None:
    print(f"  {name:<30} {spent_s * 1000:12.1f} ms {spent_s / ours_s:10.0f} x {metres:12.2f} m")


def test_cost_over_fixes():
    line = shore()
    lines = Lines([line])
    see(walk(line, 1_000), lines, REACH_M)
    counts, spent = [10**power for power in range(3, 8)], []
    print("\n     fixes          time       a fix   fixes/s/core   memory taken beside the track's own")
    for fixes in counts:
        track = walk(line, fixes)
        before_mb = memory_mb("VmRSS")
        Path("/proc/self/clear_refs").write_text("5", "ascii")  # forget the peak so far
        spent.append(least_s(partial(see, track, lines, REACH_M)))
        taken_mb = memory_mb("VmHWM") - before_mb
        rate = fixes / spent[-1]
        print(f"{fixes:10,} {spent[-1] * 1000:10.1f} ms {1e9 / rate:8.0f} ns {rate:14,.0f} {taken_mb:14,.0f} MB")
    print(f"  drawn in {picture(counts, spent)}")


def memory_mb(which: str) -> float:
    """What the kernel says of this process: VmRSS, now, or VmHWM, at most."""
    rows = dict(row.split(":", 1) for row in Path("/proc/self/status").read_text("ascii").splitlines())
    return int(rows[which].split()[0]) / 1024


@pytest.mark.parametrize("fixes", [3_600, 36_000])
def test_line_coverage_beside_its_rivals(fixes, engine):
    line = shore()
    track, lines = walk(line, fixes), Lines([line])
    found = see(track, lines, REACH_M)  # compiles, where that has not been done
    print(f"\n{fixes:,} fixes, {SHORE_M / 1000:.0f} km shore of {SHORE_SEGMENTS:,} segments, reach {REACH_M:.0f} m")
    ours_s = least_s(lambda: see(track, lines, REACH_M))
    show("ours, with times", ours_s, ours_s, seen_m(found))
    show("  sure, nominal and possible", least_s(lambda: see_all(track, lines, [REACH_M])), ours_s, seen_m(found))
    show("  making the lines ready, once", least_s(lambda: Lines([line])), ours_s, line.length)
    rivals: dict[str, Answer] = {
        "buffers cut by segment, STRtree": buffers_by_segment,
        "buffers united, STRtree": buffers_united,
        "buffer of the track (GEOS)": buffer_of_the_track,
    }
    for name, rival in rivals.items():
        measured(name, rival, (track, line), ours_s)
    if fixes > 3_600:
        print("  PostGIS, DuckDB spatial        not measured: the buffer of the track again, by the same library")
        return
    measured("PostGIS ST_Buffer", postgis(engine), (track, line), ours_s, time.perf_counter)
    try:
        measured("DuckDB spatial ST_Buffer", duckdb_spatial(), (track, line), ours_s, time.perf_counter)
    except pytest.skip.Exception:
        print("  DuckDB spatial                 not measured: duckdb and its extension spatial are not installed")


def measured(
    name: str,
    rival: Answer,
    given: tuple[Track, shapely.LineString],
    ours_s: float,
    clock: Callable[[], float] = time.thread_time,
) -> None:
    """Once: theirs take long enough to be told, minutes for the buffer of 36,000 fixes."""
    metres: list[float] = []
    spent_s = taken_s(lambda: metres.append(rival(*given)), clock)
    show(name, spent_s, ours_s, metres[0])


def test_equal_to_buffers_of_1024_sides():
    line = shore()
    track = walk(line, 3_600)
    whole = float(path(track).buffer(REACH_M, quad_segs=256).intersection(line).length)
    found = seen_m(see(track, Lines([line]), REACH_M))
    print(f"\n3,600 fixes: ours {found:.2f} m, a buffer of 1,024 sides {whole:.4f} m")


def test_fixes_a_second_by_how_often_they_come():
    line = shore()
    lines = Lines([line])
    print("\n100,000 fixes, one core, with times")
    for every_s in (1.0, 5.0, 10.0, 60.0):
        track = walk(line, 100_000, every_s)
        see(track, lines, REACH_M)
        nominal_s, three_s = (
            least_s(partial(see_all, track, lines, [REACH_M], bounds)) for bounds in (["nominal"], list(BOUNDS))
        )
        print(
            f"  a fix every {every_s:4.0f} s: nominal {100_000 / nominal_s:12,.0f} fixes/s,"
            f" sure, nominal and possible together {100_000 / three_s:12,.0f} fixes/s"
        )


def picture(counts: list[int], spent_s: list[float]) -> Path:
    """Cost over fixes as a line, both axes in powers of ten, beside a straight one."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 4.5))
    axes.loglog(counts, spent_s, "o-", label="measured")
    straight_s = np.array(counts) * spent_s[-1] / counts[-1]
    axes.loglog(counts, straight_s, "--", color="grey", label="linear, through the last")
    axes.set(xlabel="fixes", ylabel="seconds", title="Coverage of a 20 km shore, with times, one core")
    axes.grid(visible=True, which="both", alpha=0.3)
    axes.legend()
    PICTURES.mkdir(parents=True, exist_ok=True)
    file = PICTURES / "line_coverage.png"
    figure.savefig(file, dpi=120, bbox_inches="tight")
    pyplot.close(figure)
    return file
