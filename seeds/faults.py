"""The faults that real tracks have, each with a word for it in the track's note."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from seeds.drawing import Random
from seeds.track import Track

DAY_S = 86_400.0
METRES_PER_DEGREE = 111_000.0


def spikes(track: Track, rng: Random) -> Track:
    """Five fixes thrown 300 to 3,000 m away, each for one fix only."""
    where = rng.choice(np.arange(5, len(track.lon) - 5, 4), 5, replace=False)
    away = rng.uniform(300, 3000, 5) / METRES_PER_DEGREE
    turn = rng.uniform(0, 2 * np.pi, 5)
    lon, lat = track.lon.copy(), track.lat.copy()
    lon[where] += np.round(away * np.cos(turn), 7)
    lat[where] += np.round(away * np.sin(turn), 7)
    return replace(track, lon=lon, lat=lat, note="定位跳点")


def gap(track: Track, rng: Random) -> Track:
    """A recording that pauses for a fifth of the outing while the crew goes on."""
    first = int(len(track.lon) * rng.uniform(0.3, 0.5))
    kept = np.ones(len(track.lon), dtype=bool)
    kept[first : first + max(len(track.lon) // 5, 40)] = False
    return replace(_only(track, kept), note="记录中断")


def drive_by(track: Track, rng: Random) -> Track:
    """Declared as a walk, but gone by car: the track comes that fast already."""
    return replace(track, note="以车代步")


def ride_by(track: Track, rng: Random) -> Track:
    """Declared as a walk, but ridden: the track comes that fast already."""
    return replace(track, note="以骑代步")


def repeats(track: Track, rng: Random) -> Track:
    """Every tenth fix handed in twice, the second time out of order."""
    again = np.arange(0, len(track.lon), 10)
    order = np.concatenate([np.arange(len(track.lon)), again])
    return replace(_only(track, order), note="重复定位点")


def left_lying(track: Track, rng: Random) -> Track:
    """After a third of the way the phone lies still for two hours."""
    first = len(track.lon) // 3
    clock = track.times_s[first] + np.arange(1, 361) * 20.0
    shake = np.round(rng.normal(0, 2.5, (360, 2)) / METRES_PER_DEGREE, 7)
    return replace(
        track,
        times_s=np.concatenate([track.times_s[: first + 1], clock]),
        lon=np.concatenate([track.lon[: first + 1], track.lon[first] + shake[:, 0]]),
        lat=np.concatenate([track.lat[: first + 1], track.lat[first] + shake[:, 1]]),
        accuracy_m=np.concatenate([track.accuracy_m[: first + 1], np.full(360, track.accuracy_m[first])]),
        note="设备静置",
    )


def clock(track: Track, rng: Random) -> Track:
    """A phone whose clock runs on UTC but says local time: eight hours early, in what it sends as it goes."""
    late_s = np.round(rng.uniform(1, 6, len(track.times_s)), 1)
    return replace(track, times_s=track.times_s - 8 * 3600, received_s=track.times_s + late_s, note="时钟错误")


def undeclared(track: Track, rng: Random) -> Track:
    """Positions in GCJ-02 that the file declares as WGS84."""
    return replace(track, datum="wgs84", sent_in="gcj02", note="坐标基准误报")


def replayed(track: Track, rng: Random) -> Track:
    """The very same positions handed in again a week earlier, under another number."""
    return replace(track, code=track.code + "R", times_s=track.times_s - 7 * DAY_S, note="轨迹重放")


def resent(track: Track, rng: Random) -> Track:
    """The middle of the same outing sent once more, the positions a few metres off."""
    kept = np.zeros(len(track.lon), dtype=bool)
    kept[len(track.lon) // 3 : len(track.lon) * 2 // 3] = True
    part = _only(track, kept)
    shift = np.round(rng.normal(0, 4, (len(part.lon), 2)) / METRES_PER_DEGREE, 7)
    return replace(part, code=track.code + "S", lon=part.lon + shift[:, 0], lat=part.lat + shift[:, 1], note="重复上报")


def _only(track: Track, which: NDArray[np.bool_] | NDArray[np.int64]) -> Track:
    return replace(
        track,
        times_s=track.times_s[which],
        lon=track.lon[which],
        lat=track.lat[which],
        accuracy_m=track.accuracy_m[which],
    )


Fault = Callable[[Track, Random], Track]

FAULTS: dict[str, Fault] = {
    "spikes": spikes,
    "gap": gap,
    "drive_by": drive_by,
    "ride_by": ride_by,
    "repeats": repeats,
    "left_lying": left_lying,
    "clock": clock,
    "undeclared": undeclared,
}
"""Faults of a track itself."""
HURRY = {"drive_by": 6.0, "ride_by": 3.0}
"""How many times as fast as it should the crew goes in some of them."""
LATER: dict[str, Fault] = {"replayed": replayed, "resent": resent}
"""Faults that are a second track beside the first."""
