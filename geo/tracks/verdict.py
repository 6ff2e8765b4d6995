"""Which datum a track was reported in: WGS84, GCJ-02 or BD-09, weighed against lines whose places are known.

Under each hypothesis the raw positions are converted to WGS84 and their distances to the nearest known line taken.
A share of the fixes, not known beforehand, should lie on lines, as near as the receiver and the drawing allow;
the others anywhere. How distances look "anywhere" is measured, not assumed: the same track, moved as a whole by
400 to 1,300 m in many directions, is held against the same lines. Those moved tracks also tell how many of its fixes
are worth one: where streets run parallel, a wrong track scores well in many places at once, and the odds shrink.

The odds are the posterior of the three. Beside them stands a fourth, that the lines tell nothing about this track: a
verdict must win against that too.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from geo.tracks.datum import Datum, to_wgs84

__all__ = ["DECIDED", "Known", "Verdict", "weigh"]

Floats = NDArray[np.float64]
Projecting = Callable[[Floats, Floats], tuple[ArrayLike, ArrayLike]]

DECIDED = 0.95
"""A verdict is given at 19 to 1 and better."""
EVENLY: Mapping[Datum, float] = {datum: 1 / 3 for datum in Datum}
THIN_M = 50.0
"""Fixes nearer to the last one counted err together."""
MOST_FIXES = 300
LEAST_FIXES = 5
SAME_M = 1.0
"""Where the three differ by less they are one: outside China."""
FARTHEST_M = 100.0
"""Distances are told apart up to here: no drawing is so coarse."""
ON_LINE_M = (5.0, 10.0, 20.0)
"""How far fixes on a line scatter about it (standard deviation), each as likely: receiver, lane and drawing."""
SHARES = (0.1, 0.3, 0.5, 0.7, 0.9)
"""The share of fixes on known lines, each as likely."""
TAIL = 0.1
"""Of fixes on a line, the share that errs as if it were anywhere: reflections between houses."""
MOVED_M = (400.0, 800.0, 1300.0)
DIRECTIONS = 12
BINS_M = np.concatenate([np.arange(0.0, 50.0, 5.0), np.arange(50.0, FARTHEST_M + 1, 25.0), [np.inf]])


class Known:
    """Lines whose places are known, made ready once for many tracks.

    lines: (n,) shapely lines or multilines in metres, or an (n, 4) array of segments x0, y0, x1, y1.
    """

    def __init__(self, lines: ArrayLike) -> None:
        given = np.asarray(lines)
        if given.dtype == object:
            parts = shapely.get_parts(given)
            xy, part = shapely.get_coordinates(parts, return_index=True)
            joined = np.flatnonzero(np.diff(part) == 0)
            ends = np.stack([xy[joined], xy[joined + 1]], axis=1)
        else:
            ends = given.reshape(-1, 2, 2).astype(np.float64)
        segments: NDArray[np.object_] = np.asarray(shapely.linestrings(ends), dtype=object)
        self._tree = shapely.STRtree(segments)

    def distance_m(self, x: Floats, y: Floats) -> Floats:
        """How far each place is from the nearest line, up to FARTHEST_M, and FARTHEST_M beyond."""
        away_m = np.full(len(x), FARTHEST_M)
        sound = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
        (found, _), near_m = self._tree.query_nearest(
            shapely.points(x[sound], y[sound]), max_distance=FARTHEST_M, return_distance=True, all_matches=False
        )
        away_m[sound[found]] = near_m
        return away_m


@dataclass(frozen=True)
class Verdict:
    """What was found: `datum`, or None where it cannot be told, and why.

    reason: "decided"; "same" (outside China the three are one; the datum is then WGS84); "few" (too few fixes apart
    from one another); "far" (under all three, the lines tell nothing); "unsure" (odds below DECIDED).
    odds: the posterior of each datum, adding up to 1. median_m: how far its fixes lie from the nearest line (at most
    FARTHEST_M). fixes: how many were weighed; worth: how many independent ones they are worth.
    """

    datum: Datum | None
    reason: str
    odds: Mapping[Datum, float]
    median_m: Mapping[Datum, float]
    fixes: int
    worth: float


def weigh(
    lon: ArrayLike,
    lat: ArrayLike,
    known: Known,
    to_metric: Projecting,
    *,
    prior: Mapping[Datum, float] = EVENLY,
    decided: float = DECIDED,
) -> Verdict:
    """The datum in which the track's raw positions were reported, with its odds.

    lon, lat: (n,) degrees as reported, in order; to_metric: takes WGS84 longitudes and latitudes to metres of the
    lines' system, as a pyproj transformer's `transform` does. prior: how likely each was before looking, such as
    more for the datum declared. decided: the posterior from which on a verdict is given; the winner must be as likely
    against "the lines tell nothing". What is not finite is left aside.

    >>> from layers.crs import METRIC_DEFAULT, WIRE, transformer
    >>> to_metric = transformer(WIRE, METRIC_DEFAULT).transform
    >>> weigh([114.5, 114.6], [30.5, 30.6], Known(np.array([(0.0, 0, 1, 0)])), to_metric).reason
    'few'
    """
    raw = np.column_stack([np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)])
    raw = raw[np.isfinite(raw).all(axis=1)]
    raw = raw[_thinned(_metric(raw, Datum.WGS84, to_metric))]
    places = {datum: _metric(raw, datum, to_metric) for datum in Datum}
    before = {datum: prior[datum] / sum(prior.values()) for datum in Datum}
    count = len(raw)
    if count and max(_apart_m(places[datum], places[Datum.WGS84]) for datum in Datum) < SAME_M:
        return Verdict(Datum.WGS84, "same", before, _medians(known, places), count, float(count))
    if count < LEAST_FIXES:
        return Verdict(None, "few", before, _medians(known, places), count, float(count))
    return _weighed(known, places, before, decided)


def _metric(raw: Floats, datum: Datum, to_metric: Projecting) -> Floats:
    """(n, 2) metres of raw positions, were they in that datum; what does not project is inf."""
    return np.column_stack([np.asarray(axis) for axis in to_metric(*to_wgs84(raw[:, 0], raw[:, 1], datum))])


def _thinned(xy: Floats) -> NDArray[np.int64]:
    """Indices of fixes about THIN_M apart along the way, evenly fewer where there are more than MOST_FIXES."""
    if not len(xy):
        return np.empty(0, dtype=np.int64)
    sound = np.flatnonzero(np.isfinite(xy).all(axis=1))
    # By cells, not along the way: standing still wanders far, but never leaves its cell for long.
    east, north = np.floor(np.clip(xy[sound], -1e10, 1e10) / THIN_M).astype(np.int64).T
    _, first = np.unique(east * (1 << 31) + north, return_index=True)
    kept = sound[np.sort(first)]
    return kept[:: max(1, -(-len(kept) // MOST_FIXES))]


def _apart_m(one: Floats, other: Floats) -> float:
    return float(np.hypot(*(one - other).T).max())


def _medians(known: Known, places: Mapping[Datum, Floats]) -> dict[Datum, float]:
    return {datum: float(np.median(known.distance_m(*xy.T))) if len(xy) else np.nan for datum, xy in places.items()}


def _weighed(known: Known, places: Mapping[Datum, Floats], prior: Mapping[Datum, float], decided: float) -> Verdict:
    """The posterior over the three, and over a fourth, that no line tells anything."""
    moved = (places[Datum.WGS84] + _shifts()[:, None]).reshape(-1, 2)
    anywhere = known.distance_m(*moved.T).reshape(len(_shifts()), -1)
    gain = _Gain(anywhere)
    scores = gain.of(anywhere)
    distances = {datum: known.distance_m(*xy.T) for datum, xy in places.items()}
    own = {datum: gain.of(away_m[None])[:, 0] for datum, away_m in distances.items()}
    worth = _worth(gain, anywhere, scores)
    # The mean over shares and scatters of what each makes of the track, in logarithms.
    log = {datum: _log_mean(score * worth) for datum, score in own.items()}
    odds = _posterior(log, prior)
    best = max(Datum, key=lambda datum: odds[datum])
    # Against "anywhere", whose likelihood is what each score is relative to: its logarithm is 0.
    told = 1 / (1 + np.exp(min(-log[best], 700.0)))
    reason = "far" if told < decided else "unsure" if odds[best] < decided else "decided"
    medians = {datum: float(np.median(away_m)) for datum, away_m in distances.items()}
    return Verdict(
        best if reason == "decided" else None, reason, odds, medians, len(anywhere[0]), worth * len(anywhere[0])
    )


def _posterior(log: Mapping[Datum, float], prior: Mapping[Datum, float]) -> dict[Datum, float]:
    top = max(log.values())
    weight = {datum: prior[datum] * float(np.exp(log[datum] - top)) for datum in Datum}
    total = sum(weight.values())
    return {datum: weight[datum] / total for datum in Datum}


def _shifts() -> Floats:
    """(k, 2) metres, each ring turned against the one before it."""
    rings = []
    for nth, away_m in enumerate(MOVED_M):
        turn = (np.arange(DIRECTIONS) + nth / len(MOVED_M)) * 2 * np.pi / DIRECTIONS
        rings.append(away_m * np.column_stack([np.cos(turn), np.sin(turn)]))
    return np.concatenate(rings)


class _Gain:
    """How much likelier distances are on a line than anywhere, by share and scatter, in logarithms."""

    def __init__(self, anywhere: Floats) -> None:
        counts = np.histogram(anywhere, BINS_M)[0] + 1.0
        edges = np.minimum(BINS_M, FARTHEST_M + 1)
        self._chance = counts / counts.sum()
        on_line = np.stack([np.diff(_within(edges, scatter_m)) for scatter_m in ON_LINE_M])
        on_line = (1 - TAIL) * on_line / on_line.sum(axis=1, keepdims=True) + TAIL * self._chance
        ratio = on_line / self._chance
        self.table = np.concatenate([np.log(1 - share + share * ratio) for share in SHARES])

    def of(self, away_m: Floats) -> Floats:
        """(models, k) scores of (k, n) distances: the sum over each row."""
        bins = np.searchsorted(BINS_M, away_m, side="right") - 1
        return np.stack([row[bins].sum(axis=1) for row in self.table])

    def spread(self, away_m: Floats) -> Floats:
        """(models,) the variance of one fix's score over all of them."""
        bins = np.searchsorted(BINS_M, away_m, side="right") - 1
        return np.stack([row[bins].var() for row in self.table])


def _within(edges_m: Floats, scatter_m: float) -> Floats:
    """The share of a normal error that lies within each distance of the line."""
    # Source: Abramowitz and Stegun, 7.1.26, right to 1.5e-7: numpy has no error function.
    z = edges_m / (scatter_m * np.sqrt(2))
    t = 1 / (1 + 0.3275911 * z)
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    return np.asarray(1 - series * np.exp(-z * z))


def _worth(gain: _Gain, anywhere: Floats, scores: Floats) -> float:
    """The share of the fixes that are independent: what the scores of moved tracks would vary by, over what they do."""
    expected = gain.spread(anywhere) * anywhere.shape[1]
    found = scores.var(axis=1)
    ratio = np.divide(expected, found, out=np.ones(len(found)), where=found > 0)
    return float(np.clip(np.median(ratio), 0, 1))


def _log_mean(log: Floats) -> float:
    top = float(log.max())
    return top + float(np.log(np.exp(log - top).mean()))
