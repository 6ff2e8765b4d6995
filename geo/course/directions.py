"""How to go, in words: 向东北沿花山大道走 320 米,左转…

One sentence for each stretch along one way; a turn is named where the course changes by more than TURN_DEG.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.course.timeline import Gone
from geo.network.network import Network
from geo.plan.plan import Direction, Stop

__all__ = ["compass", "directions_of", "turn"]

Floats = NDArray[np.float64]

COMPASS = ("北", "东北", "东", "东南", "南", "西南", "西", "西北")
TURN_DEG, SHARP_DEG, BACK_DEG = 30.0, 120.0, 160.0
SHORT_M = 15.0
"""What is shorter is not worth a sentence: it is added to the one before."""
BETWEEN_M = 80.0
"""A shorter way to a piece that goes straight on into it is told with it."""
STRAIGHT = "直线"
"""What is flown between two places; a short hop needs no sentence of its own."""
KIND_WORDS = {
    "steps": "台阶",
    "footway": "人行道",
    "pedestrian": "步行街",
    "cycleway": "骑行道",
    "track": "机耕路",
    "path": "小路",
    "walked": "走过的小路",
    "access": "上岸便道",
    "bank": "岸边",
    "water": "水面",
}


VERBS = {"foot": "走", "bicycle": "骑", "car": "开", "boat": "行", "drone": "飞"}


class _Stretch(NamedTuple):
    """A stretch along one way: its name, metres, course in and out (degrees from north), where it begins, to which
    stop, whether it is verified, and whether it is gone for a piece."""

    name: str
    length_m: float
    first_deg: float
    last_deg: float
    x: float
    y: float
    stop: int
    verified: bool
    piece: bool


def compass(degrees: float) -> str:
    """The eighth of the compass that a course from north, clockwise, lies in.

    >>> compass(50.0), compass(-10.0)
    ('东北', '北')
    """
    return COMPASS[round(degrees % 360 / 45) % 8]


def turn(before_deg: float, after_deg: float) -> str:
    """How to turn from one course into another; straight on is nothing.

    >>> turn(0.0, 90.0), turn(0.0, 185.0), turn(0.0, 225.0), turn(10.0, 20.0)
    ('右转', '掉头', '向后左转', '')
    """
    by = (after_deg - before_deg + 180) % 360 - 180
    if abs(by) < TURN_DEG:
        return ""
    if abs(by) > BACK_DEG:
        return "掉头"
    sharp = "向后" if abs(by) > SHARP_DEG else ""
    return f"{sharp}{'右' if by > 0 else '左'}转"


def directions_of(
    network: Network, gone: Sequence[Gone], xy: Floats, stops: Sequence[Stop], mode: str = "foot"
) -> tuple[Direction, ...]:
    """The sentences of a route, in order. gone: what its line follows; stops: of the route, as `gone` names them."""
    stretches = [one for part in gone for one in _stretches(network, part, xy, stops)]
    said, before = [], None
    for one in _merged(stretches):
        said.append(Direction(_sentence(one, before, mode), one.length_m, one.x, one.y, one.stop))
        before = one
    return tuple(said)


def _sentence(one: _Stretch, before: _Stretch | None, mode: str) -> str:
    turned = turn(before.last_deg, one.first_deg) if before is not None else ""
    begin = f"{turned}," if turned else ""
    verb = VERBS[mode]
    doing = f"边{verb}边看" if one.piece else verb
    text = f"{begin}向{compass(one.first_deg)}沿{one.name}{doing} {_metres(one.length_m)}"
    if not one.verified and mode not in ("boat", "drone"):
        text += "(未验证能否通行)"
    return text


def _metres(length_m: float) -> str:
    if length_m >= 1000:
        return f"{length_m / 1000:.1f} 公里"
    return f"{max(round(length_m / 10) * 10, 10)} 米"


def _stretches(network: Network, gone: Gone, xy: Floats, stops: Sequence[Stop]) -> list[_Stretch]:
    """What one part of the way follows, way by way."""
    line = xy[gone.first : gone.last + 1]
    step_m = np.hypot(*np.diff(line, axis=0).T) if len(line) > 1 else np.empty(0)
    if float(step_m.sum()) < 1.0:
        return []
    piece = gone.stop < len(stops) and stops[gone.stop].kind == "piece" and gone.first >= stops[gone.stop].line[0]
    if gone.portions is None:
        course = _course(line[0], line[-1])
        return [
            _Stretch(
                STRAIGHT,
                float(step_m.sum()),
                course,
                course,
                float(line[0, 0]),
                float(line[0, 1]),
                gone.stop,
                True,
                piece,
            )
        ]
    names = [_name(network, int(edge)) for edge in gone.portions.edge]
    length_m = np.abs(gone.portions.to_m - gone.portions.from_m)
    ends_m = np.cumsum(length_m)
    along_m = np.append(0.0, np.cumsum(step_m))
    # A stub before the network is not on it: the portions are laid against the end of what the line has.
    found = []
    for n, edge in enumerate(gone.portions.edge.tolist()):
        low, high = ends_m[n] - length_m[n], ends_m[n]
        if high - low < 0.5:
            continue
        a, b = (
            np.array([np.interp(at, along_m, line[:, axis]) for axis in (0, 1)]) for at in (low, min(low + 20, high))
        )
        c, d = (
            np.array([np.interp(at, along_m, line[:, axis]) for axis in (0, 1)]) for at in (max(high - 20, low), high)
        )
        found.append(
            _Stretch(
                names[n],
                float(high - low),
                _course(a, b),
                _course(c, d),
                float(a[0]),
                float(a[1]),
                gone.stop,
                bool(network.verified[edge]),
                piece,
            )
        )
    return found


def _merged(stretches: Sequence[_Stretch]) -> list[_Stretch]:
    """Stretches that go on along one way as one; short ones added to the one before."""
    made: list[_Stretch] = []
    for one in stretches:
        last = made[-1] if made else None
        if last is None:
            made.append(one)
            continue
        together = last.stop == one.stop and last.piece == one.piece
        on = last.name == one.name and last.verified == one.verified and not turn(last.last_deg, one.first_deg)
        if together and (on or one.length_m < SHORT_M):
            made[-1] = last._replace(length_m=last.length_m + one.length_m, last_deg=one.last_deg)
        elif on and not last.piece and last.stop == one.stop and last.length_m < BETWEEN_M:
            made[-1] = one._replace(length_m=last.length_m + one.length_m, first_deg=last.first_deg, x=last.x, y=last.y)
        elif last.name == STRAIGHT and not last.piece and last.stop == one.stop and last.length_m < BETWEEN_M:
            made[-1] = one._replace(length_m=last.length_m + one.length_m, x=last.x, y=last.y)
        else:
            made.append(one)
    return made


def _name(network: Network, edge: int) -> str:
    """What a way is called: by its name, and of a path by its kind."""
    way = network.way[edge]
    name, kind = str(network.ways.name[way] or ""), str(network.ways.kind[way])
    if kind in ("bank", "water"):
        return f"{name}岸边" if name and kind == "bank" else name or KIND_WORDS[kind]
    return name or KIND_WORDS.get(kind, "无名路")


def _course(one: Floats, other: Floats) -> float:
    return math.degrees(math.atan2(other[0] - one[0], other[1] - one[1])) % 360
