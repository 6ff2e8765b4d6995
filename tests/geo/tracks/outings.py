"""Honest outings, made: a way with turns and stops, a pace that wavers, a receiver whose error wanders.

The error is that of phones: 3.3 m on each axis (5 m, 68 % radius), alike for about a minute, and half a metre of
noise on top. Everything follows from the seed.
"""

from dataclasses import dataclass

import numpy as np

from geo.tracks.honesty.flags import Fixes

PACE_MPS = {"foot": 1.3, "bicycle": 4.2, "car": 9.0, "boat": 4.0}
ERROR_M = 5.0


@dataclass(frozen=True)
class Outing:
    """How an outing goes: which way, by whom, how often a fix is made, how often they stop (share of steps)."""

    mode: str = "foot"
    way: int = 0
    seed: int = 0
    start_s: float = 1.75e9
    lasts_s: float = 3600.0
    every_s: float = 10.0
    stops: int = 3
    error_m: float = ERROR_M

    def fixes(self) -> Fixes:
        """The fixes as a phone would report them."""
        random = np.random.default_rng([self.way, self.seed, 7])
        time_s = np.arange(0.0, self.lasts_s)
        along_m = np.cumsum(self._speeds(random, len(time_s)))
        x, y = self._way(along_m)
        waits_s = random.uniform(0.7, 1.3, int(self.lasts_s / self.every_s)) * self.every_s
        seen = np.unique(np.clip(np.cumsum(waits_s), 0, len(time_s) - 1).astype(int))
        x += self._error_m(random, len(time_s))
        y += self._error_m(random, len(time_s))
        return Fixes(x[seen], y[seen], self.start_s + time_s[seen], np.full(len(seen), self.error_m))

    def _error_m(self, random: np.random.Generator, count: int) -> np.ndarray:
        """The receiver's error on one axis for every second, from the 68 % radius."""
        axis_m = self.error_m / 1.5096
        return axis_m * (wander(random, count, 60.0) + random.normal(0, 0.1, count))

    def _speeds(self, random: np.random.Generator, count: int) -> np.ndarray:
        """Metres a second, for every second: a mean of the day, a pace that wavers, and stops of 1 to 8 minutes."""
        mean_mps = PACE_MPS[self.mode] * random.uniform(0.9, 1.1)
        speed = mean_mps * np.clip(1 + 0.1 * wander(random, count, 60.0), 0.5, 1.4)
        for _ in range(self.stops):
            first = random.integers(0, count)
            speed[first : first + random.integers(60, 480)] = 0.0
        return speed

    def _way(self, along_m: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Places along the way: it turns by up to a right angle every 50 to 300 m."""
        random = np.random.default_rng([self.way, 11])
        edge_m = random.uniform(50, 300, 1000)
        heading = np.cumsum(random.normal(0, 0.6, 1000))
        corner_m = np.append(0.0, np.cumsum(edge_m))
        corner_x = np.append(0.0, np.cumsum(edge_m * np.cos(heading)))
        corner_y = np.append(0.0, np.cumsum(edge_m * np.sin(heading)))
        return np.interp(along_m, corner_m, corner_x), np.interp(along_m, corner_m, corner_y)


def wander(random: np.random.Generator, count: int, memory_s: float) -> np.ndarray:
    """A value a second, of mean 0 and deviation 1, that forgets over memory_s."""
    keeps = np.exp(-1 / memory_s)
    steps = random.normal(0, np.sqrt(1 - keeps**2), count)
    value = np.empty(count)
    last = random.normal()
    for second in range(count):
        last = keeps * last + steps[second]
        value[second] = last
    return value
