"""What a phone hands in after an outing."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Track:
    """One outing as recorded. times_s, lon, lat, accuracy_m: (n,) Unix seconds, WGS84 degrees, metres or nan.

    crew, crew_name: the code of the crew that went out, and what it is called.
    datum: what the file says its positions are in; sent_in: what they really are in ('wgs84' or 'gcj02'). Positions
    here are WGS84 always: whoever hands the track in shifts them to `sent_in`. note: the fault it shows, or None.
    received_s: (n,) when each fix came in, of a phone that sent them as it went; None for a track handed in whole.
    """

    code: str
    device: str
    crew: str
    crew_name: str
    post: str | None
    mode: str
    datum: str
    sent_in: str
    times_s: NDArray[np.float64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    accuracy_m: NDArray[np.float64]
    note: str | None
    received_s: NDArray[np.float64] | None = None
