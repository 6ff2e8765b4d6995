"""Who may pass which kind of way, and how fast: data.

Speeds are those of somebody on the way to work there, not of records: walking 1.25 m/s, the mean over all ages in
Bohannon and Andrews, "Normal walking speed: a descriptive meta-analysis", Physiotherapy 97 (2011), less what looking
about costs; cars at about 60 % of what Chinese city roads of the class are signed for (CJJ 37-2012), for lights and
traffic.
"""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from layers.errors import BadInput

__all__ = ["DRONE_MPS", "KINDS", "MODES", "MODE_BIT", "UNVERIFIED_SHARE", "allowed_by_kind", "mode_bit", "speeds_mps"]

MODES = ("foot", "bicycle", "car", "boat", "drone")
MODE_BIT: Mapping[str, int] = MappingProxyType({"foot": 1, "bicycle": 2, "car": 4, "boat": 8})
"""The modes that keep to ways, each a bit of `Ways.modes`. A drone keeps to none."""
DRONE_MPS = 8.0
"""How fast a drone flies from place to place, straight."""
UNVERIFIED_SHARE = 0.5
"""How much of the speed is left where nobody knows whether a bank may be walked."""

# Metres a second on foot, by bicycle, by car, by boat; 0: may not pass.
KINDS: Mapping[str, tuple[float, float, float, float]] = MappingProxyType(
    {
        "trunk": (0.0, 0.0, 14.0, 0.0),
        "primary": (1.25, 3.6, 10.0, 0.0),
        "secondary": (1.25, 3.6, 8.5, 0.0),
        "main": (1.25, 3.6, 8.5, 0.0),
        "minor": (1.25, 3.6, 6.5, 0.0),
        "other": (1.25, 3.6, 5.0, 0.0),
        "residential": (1.25, 3.6, 5.0, 0.0),
        "service": (1.25, 3.3, 3.5, 0.0),
        "track": (1.2, 2.8, 2.8, 0.0),
        "cycleway": (1.25, 4.0, 0.0, 0.0),
        "footway": (1.25, 2.5, 0.0, 0.0),
        "pedestrian": (1.25, 2.0, 0.0, 0.0),
        "path": (1.15, 2.0, 0.0, 0.0),
        "steps": (0.6, 0.0, 0.0, 0.0),
        "walked": (1.15, 0.0, 0.0, 0.0),
        "access": (0.9, 0.0, 0.0, 0.0),
        "bank": (1.0, 0.0, 0.0, 2.5),
        "water": (0.0, 0.0, 0.0, 2.5),
    }
)
"""By kind of way: classes of roads, kinds of paths, `walked` (past foot legs), `access` (a straight stub to a bank),
`bank` and `water` (the line of a water, and what joins the banks of one)."""


def mode_bit(mode: str) -> int:
    """The bit of a mode that keeps to ways. Raises BadInput for any other.

    >>> mode_bit("car")
    4
    """
    if mode not in MODE_BIT:
        raise BadInput(f"巡查方式 {mode!r} 不走路网:应为 {'、'.join(MODE_BIT)} 之一。")
    return MODE_BIT[mode]


def _table(kind: NDArray[np.object_]) -> NDArray[np.float64]:
    """(n, 4) speeds of kinds. Raises BadInput for a kind that is not known."""
    names, which = np.unique(kind.astype(str), return_inverse=True)
    unknown = [str(name) for name in names if name not in KINDS]
    if unknown:
        raise BadInput(f"不认识道路类型 {unknown[0]!r}:应为 {'、'.join(KINDS)} 之一。")
    return np.array([KINDS[name] for name in names], dtype=np.float64).reshape(-1, len(MODE_BIT))[which]


def allowed_by_kind(kind: NDArray[np.object_]) -> NDArray[np.uint8]:
    """(n,) the bits of the modes that may pass each kind of way.

    >>> allowed_by_kind(np.array(["footway", "trunk"], dtype=object)).tolist()
    [3, 4]
    """
    bits = (_table(kind) > 0) @ np.array(list(MODE_BIT.values()))
    return np.asarray(bits, dtype=np.uint8)


def speeds_mps(kind: NDArray[np.object_], mode: str) -> NDArray[np.float64]:
    """(n,) metres a second of a mode on each kind of way; 0 where it may not pass.

    >>> speeds_mps(np.array(["steps", "primary"], dtype=object), "foot").tolist()
    [0.6, 1.25]
    """
    mode_bit(mode)
    return _table(kind)[:, list(MODE_BIT).index(mode)]
