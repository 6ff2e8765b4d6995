"""Which metres of which lines a patrol saw, and when.

Lines are measured by chainage, from 0 at their first vertex. A track of legs sees the union of what its
capsules cut out of a line (geo.coverage.intervals), in whole centimetres, half-open. Each sighting carries one first
and one last time, right to within TIMED_S for every place in it. A place out of view for longer than TIMED_S has a new
sighting.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.coverage.lines import Lines, Records
from layers.errors import BadInput

if TYPE_CHECKING:
    from geo.coverage.glimpses import Fixes, Views

__all__ = ["BOUNDS", "ERROR_FACTOR", "TIMED_S", "Lines", "Track", "Visits", "reach_within", "see", "see_all"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

ERROR_FACTOR = 1.62
"""Phones report the 68 % radius of a position; that times 1.62 is the 95 % radius of a normal error in two axes."""
BOUNDS = {"sure": -1, "nominal": 0, "possible": 1}
"""Each bound, and how many errors it adds to the reach."""
TIMED_S = 60.0
"""How exact the first and last time of a sighting are for every place in it, seconds."""
TOUCHING_M = 1e-6
"""Nearer is touching, which counts at reach 0: rounding keeps lines that coincide about 1e-9 m apart."""
CHUNK_S = 5.0
"""Steps that begin within this time of each other may share a glimpse."""
GLIMPSE_S = 2 * CHUNK_S
"""The longest that a glimpse lasts, and so how much sooner or later a place in it may have been in view."""
SPREAD_S = TIMED_S - GLIMPSE_S
"""How far the times of glimpses that make one sighting may differ."""
LEFT_S = TIMED_S - 2 * GLIMPSE_S
"""Glimpses this far apart are two visits: the place may have been out of view for a glimpse longer at either end."""
TOGETHER_S = 20.0
"""Places that came into view within this time of each other are held open as one: two such make one sighting."""
LONGEST_STEP_S = 86_400.0
"""A longer step is no patrol's; and each glimpse within a step costs time."""
FIXES_AT_ONCE = 262_144
PIECES_AT_ONCE = 1_000_000
"""How many fixes are worked through, and pieces gathered, before they are put together: bounds the memory."""


@dataclass(frozen=True)
class Track:
    """A patrol's legs, one after another: (n,) metres, seconds and accuracies (68 % radius), and leg offsets.

    starts: (legs + 1,): leg i is starts[i]:starts[i + 1], in order of time; a leg of one fix is a disc. Legs may come
    in any order, and overlap in time.
    """

    x: Floats
    y: Floats
    time_s: Floats
    accuracy_m: Floats
    starts: Indices


class Visits(NamedTuple):
    """n sightings: the line, from and to along it (cm, half-open), first and last time seen (seconds)."""

    line: Indices
    from_cm: Indices
    to_cm: Indices
    first_s: Floats
    last_s: Floats


def reach_within(reach_m: float, accuracy_m: Floats, bound: str) -> Floats:
    """How far something surely, nominally or possibly sees, metres; NaN where the error uses the reach up.

    >>> reach_within(25.0, np.array([10.0, 20.0]), "sure").tolist()
    [8.8, nan]
    """
    error_m = BOUNDS[bound] * ERROR_FACTOR * accuracy_m
    reached_m = reach_m + error_m
    return np.where((reached_m > 0) | ((error_m == 0) & (reach_m == 0)), reached_m, np.nan)


def see(track: Track, lines: Lines, reach_m: float, bound: str = "nominal") -> Visits:
    """What a track saw of lines within reach: sightings by line, from, to and time.

    bound: 'sure', 'nominal' or 'possible': the reach less, without or with the error of the worse end of
    each step. No legs, or no lines, make no sightings. Raises BadInput as `see_all` does.

    >>> import shapely
    >>> line = shapely.LineString([(0, 10), (100, 10)])
    >>> still = Track(np.array([50.0]), np.zeros(1), np.array([0.0]), np.array([3.0]), np.array([0, 1]))
    >>> seen = see(still, Lines([line]), 26.0)
    >>> seen.from_cm.tolist(), seen.to_cm.tolist(), seen.first_s.tolist()
    ([2600], [7400], [0.0])
    """
    return see_all(track, lines, [reach_m], [bound])[reach_m, bound]


def see_all(
    track: Track, lines: Lines, reaches_m: Sequence[float], bounds: Sequence[str] = tuple(BOUNDS)
) -> dict[tuple[float, str], Visits]:
    """What a track saw of lines at each reach, as each bound: what `see` says of each, with one search for all.

    Raises BadInput for a track that cannot be: numbers that are none, times that run back within a leg, a step longer
    than a day, and lengths that do not fit.

    >>> import shapely
    >>> still = Track(np.array([50.0]), np.zeros(1), np.array([0.0]), np.array([10.0]), np.array([0, 1]))
    >>> seen = see_all(still, Lines([shapely.LineString([(0, 0), (100, 0)])]), [20.0, 30.0])
    >>> [(reach_m, bound, visits.from_cm.tolist()) for (reach_m, bound), visits in seen.items()]
    [(20.0, 'sure', [4620]), (20.0, 'nominal', [3000]), (20.0, 'possible', [1380]),
     (30.0, 'sure', [3620]), (30.0, 'nominal', [2000]), (30.0, 'possible', [380])]
    """
    from geo.coverage.glimpses import Views

    _refuse(track)
    wanted = list(product(dict.fromkeys(reaches_m), dict.fromkeys(bounds)))
    reach_m = np.maximum([reach_m for reach_m, _ in wanted], TOUCHING_M)
    factor = np.array([BOUNDS[bound] * ERROR_FACTOR for _, bound in wanted], dtype=np.float64)
    pieces = _pieces(track, lines, Views(reach_m, factor, len(lines.length_cm), CHUNK_S))
    pieces = pieces[np.lexsort([pieces[name] for name in ("last_s", "first_s", "to_cm", "from_cm", "key")])]
    first_key = np.arange(len(wanted) + 1) * len(lines.length_cm)
    spans = pairwise(np.searchsorted(pieces["key"], first_key).tolist())
    return {
        name: _visits(pieces[start:stop], int(key))
        for name, key, (start, stop) in zip(wanted, first_key[:-1], spans, strict=True)
    }


def _visits(pieces: Records, first_key: int) -> Visits:
    from_cm, to_cm, first_s, last_s = (
        np.ascontiguousarray(pieces[name]) for name in ("from_cm", "to_cm", "first_s", "last_s")
    )
    return Visits(pieces["key"] - first_key, from_cm, to_cm, first_s, last_s)


def _refuse(track: Track) -> None:
    """Raise BadInput for a track that cannot be."""
    count = len(track.x)
    sizes = {len(values) for values in (track.x, track.y, track.time_s, track.accuracy_m)}
    if sizes != {count} or track.starts[0] != 0 or track.starts[-1] != count or (np.diff(track.starts) <= 0).any():
        raise BadInput(f"轨迹的各列长短不一,或航段的起点与 {count} 个定位点对不上:请重新整理轨迹。")
    for name, values in (("坐标", track.x), ("坐标", track.y), ("时间", track.time_s), ("精度", track.accuracy_m)):
        wrong = np.flatnonzero(~np.isfinite(values))
        if len(wrong):
            raise BadInput(f"第 {wrong[0] + 1} 个定位点的{name}是 {values[wrong[0]]},不是有限的数:请先清洗轨迹。")
    if (track.accuracy_m < 0).any():
        raise BadInput(f"定位精度 {track.accuracy_m.min():g} 米是负数:不知道的精度请用该巡查方式的默认值。")
    gone_s = np.diff(track.time_s)
    gone_s[track.starts[1:-1] - 1] = 0.0
    if (gone_s < 0).any():
        at = int(np.argmin(gone_s))
        raise BadInput(f"第 {at + 2} 个定位点比前一个早 {-gone_s[at]:g} 秒:请把同一航段的定位点按时间排列。")
    if (gone_s > LONGEST_STEP_S).any():
        days = gone_s.max() / 86_400
        raise BadInput(f"同一航段里相邻两个定位点相隔 {days:.1f} 天,超过 1 天:请在此处断开航段。")


def _pieces(track: Track, lines: Lines, views: "Views") -> Records:
    """Each place of the lines as often as it was visited, in each view; adjoining places of one time joined."""
    from geo.coverage.visits import held_open, lay, let_go

    held = held_open(len(views.reach_m) * len(lines.length_cm))
    gathered: list[Records] = []
    for glimpsed in _glimpses(track, lines, views):
        held, pieces = lay(held, glimpsed, (LEFT_S, TOGETHER_S))
        gathered.append(pieces)
        if sum(len(some) for some in gathered[1:]) > PIECES_AT_ONCE:
            gathered = [_joined(gathered)]
    return _joined([*gathered, let_go(held)])


def _joined(gathered: list[Records]) -> Records:
    """Pieces joined where they adjoin and their times agree."""
    from geo.coverage.visits import join

    pieces = np.concatenate(gathered)
    starting, ending = (
        np.lexsort((pieces["first_s"], (pieces["key"] << 32) + pieces[end])) for end in ("from_cm", "to_cm")
    )
    return pieces[join(pieces, starting, ending, SPREAD_S)]


def _glimpses(track: Track, lines: Lines, views: "Views") -> Iterator[Records]:
    """What was seen, in order of time for each place, some at a time."""
    from geo.coverage.glimpses import glimpses

    fixes, count = _fixes(track), len(track.x)
    spans = [(first, min(first + FIXES_AT_ONCE, count)) for first in range(0, count, FIXES_AT_ONCE)]
    found = (glimpses(fixes, span, views, (lines.vertices, lines.grid)) for span in spans)
    if (np.diff(track.time_s) >= 0).all():
        yield from found
    else:
        whole = np.concatenate(list(found))
        yield whole[np.argsort(whole["first_s"], kind="stable")]


def _fixes(track: Track) -> "Fixes":
    from geo.coverage.glimpses import Fixes

    last = np.zeros(len(track.x), dtype=np.bool_)
    last[track.starts[1:] - 1] = True
    x, y, time_s, accuracy_m = (
        np.ascontiguousarray(values, dtype=np.float64) for values in (track.x, track.y, track.time_s, track.accuracy_m)
    )
    return Fixes(x, y, time_s, accuracy_m, last)
