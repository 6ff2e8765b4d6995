"""A track as it came: raw positions with their times, before anything is believed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.tracks.cleaning import Mode

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class RawTrack:
    """One track of a file or a request.

    number: its place in the file, from 1. device: None where the file names none.
    lon, lat: (n,) degrees in the datum that was declared, NaN where missing. time_s: (n,) Unix seconds.
    accuracy_m: (n,) 68 % radius in metres, NaN where not reported.
    received_s: (n,) Unix seconds when each came in, where somebody noted it before us; else they all come in now.
    """

    number: int
    device: str | None
    lon: Floats
    lat: Floats
    time_s: Floats
    accuracy_m: Floats
    received_s: Floats | None = None

    def __len__(self) -> int:
        return len(self.time_s)


@dataclass(frozen=True)
class TrackFile:
    """What a file of tracks holds. times_given: its times were made up from a start and a speed, as asked."""

    name: str
    sha256: str
    tracks: tuple[RawTrack, ...]
    times_given: bool = False


def assumed(reported_m: Floats, mode: Mode, device_m: float | None = None) -> Floats:
    """The reported accuracy, or the device's, or the mode's: some phones write 0 for what they do not know."""
    return np.where(reported_m > 0, reported_m, device_m or mode.accuracy_m)
