"""What the honesty flags say of 18 patrols of rangers in Kenya, who drive, walk, and camp; their crews are not told.

Looked at by hand: 50910030, a phone that lay still from 09:24 to 18:12: true. 02e2d7ef, one that slept for 45 minutes
and woke five times within 8 m: true. 7d59c7b8 and db089b8d, who walk nearly all day and are driven for minutes at 3 to
15 m/s: true. 52cff9d5: true in the morning, 33 minutes one way at 8 to 29 m/s; doubtful from 16:52 to 16:57, where
fixes leap kilometres east and back at 25 to 76 m/s: a bad receiver, or an aircraft that circles, but no ride.
"""

from collections import Counter

import numpy as np
import pandas as pd
import pytest

from geo.tracks.cleaning import MODES, clean
from geo.tracks.honesty.clock import clock_wrong
from geo.tracks.honesty.drive_by import drive_bys
from geo.tracks.honesty.flags import Fixes
from geo.tracks.honesty.left_lying import left_lying
from geo.tracks.honesty.replay import Earlier, replayed
from layers.crs import WIRE, transformer
from tests.conftest import shared_data

UTM_36S = "EPSG:32736"
FOOT = MODES["foot"]

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def rows():
    """The file's rows, with seconds and metres."""
    table = pd.read_csv(shared_data("ranger_patrols.csv.gz"))
    time = pd.to_datetime(table["fixtime"], format="mixed", utc=True)
    table["time_s"] = (time - pd.Timestamp("1970-01-01", tz="UTC")) / pd.Timedelta(seconds=1)
    table["x"], table["y"] = transformer(WIRE, UTM_36S).transform(table["lon"].to_numpy(), table["lat"].to_numpy())
    table["patrol"] = table["patrol_id"].str[:8]
    return table


@pytest.fixture(scope="module")
def patrols(rows):
    """The fixes of each patrol, cleaned as walks."""
    return {
        name: cleaned(own["x"].to_numpy(), own["y"].to_numpy(), own["time_s"].to_numpy())
        for name, own in rows.groupby("patrol")
    }


def cleaned(x, y, time_s):
    return Fixes.of(x, y, time_s, FOOT.accuracy_m, clean(x, y, time_s, FOOT))


def test_the_flags_of_rangers_are_few_kinds_and_true(rows, patrols):
    flags = {name: [*drive_bys(fixes, "foot"), *left_lying(fixes)] for name, fixes in patrols.items()}
    for name, fixes in patrols.items():
        others = [Earlier.of(other) for key, other in patrols.items() if key != name]
        own = rows[rows["patrol"] == name]
        came = Fixes(*(own[column].to_numpy() for column in ("x", "y", "time_s")), np.full(len(own), FOOT.accuracy_m))
        flags[name] += [*replayed(fixes, others), *clock_wrong(came, np.nan)]
    kinds = Counter(flag.kind for found in flags.values() for flag in found)
    ridden = sum(bool(drive_bys(fixes, "bicycle")) for fixes in patrols.values())
    print(f"\n18 patrols, as walks: {dict(kinds)}; as bicycle rides {ridden} were too fast, as drives none")
    # All but the phone that lay still, and the one of five fixes that are too far apart in time.
    driven = {name for name, found in flags.items() if any(flag.kind == "drive_by" for flag in found)}
    assert set(patrols) - driven == {"50910030", "b479a299"}
    assert kinds["left_lying"] >= 15
    assert kinds["replay"] == kinds["clock"] == kinds["two_places"] == 0
    assert not any(drive_bys(fixes, "car") for fixes in patrols.values())
    for name, found in flags.items():
        for flag in found:
            for piece in flag.pieces:
                assert_true(flag, rows[(rows["patrol"] == name) & rows["time_s"].between(*piece)])
    assert max(flag.evidence["time_s"] for flag in flags["50910030"]) > 8 * 3600
    lying = next(flag for flag in flags["02e2d7ef"] if flag.kind == "left_lying")
    assert lying.evidence["fixes_count"] == 5


def assert_true(flag, piece):
    """What the raw rows of a flagged piece say: how fast they went on the whole, or how far from one place."""
    piece = piece.drop_duplicates("time_s").sort_values("time_s")
    x, y, time_s = (piece[column].to_numpy() for column in ("x", "y", "time_s"))
    if flag.kind == "drive_by":
        assert np.hypot(np.diff(x), np.diff(y)).sum() / (time_s[-1] - time_s[0]) > 2.5
    else:
        assert np.hypot(x - np.median(x), y - np.median(y)).max() < 4 * 1.62 * FOOT.accuracy_m
        assert time_s[-1] - time_s[0] >= 1800
