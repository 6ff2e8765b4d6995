"""Walks for what is owed of lines: banks, roads and strips, whatever sees them."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.lines.multirange import Ranges, union
from geo.pieces.chains import Walks, chains_of
from geo.pieces.cover import Atoms, Chosen, Glimpsed, Wanted, atoms_of, cover
from geo.pieces.ground import Ground, view_of
from geo.pieces.settle import Settlers
from geo.pieces.sight import Lets, Parts, let_of, near_edges, parts_of, track_of
from geo.pieces.starts import Reachable
from geo.pieces.work import Walk, Work, paid_of
from geo.pieces.worth import OwedRanges
from geo.plan.city import CrewDay, Options
from geo.tracks.cleaning import MODES

__all__ = ["line_works", "wanted_of"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
KINDS = (("foot", "bicycle", "car"), ("boat",), ("drone",))
"""Modes whose walk along an edge sees the same: on land, on the water, from the air."""


def wanted_of(ground: Ground, owed: Mapping[int, OwedRanges]) -> Wanted:
    """What is owed of lines by some duties (places in City.duties), with the numbers of the lines."""
    columns = []
    for number, ranges in owed.items():
        duty = ground.city.duties[number]
        line = ground.numbers(duty)[ranges.target]
        kept = line >= 0
        rows = (
            np.full(len(line), number),
            ranges.target,
            line,
            ranges.from_cm,
            ranges.to_cm,
            ranges.worth,
            ranges.days,
        )
        columns.append([row[kept] for row in rows])
    if not columns:
        none = np.empty(0, dtype=np.int64)
        return Wanted(none, none, none, none, none, np.empty(0), np.empty(0))
    return Wanted(*(np.concatenate(column) for column in zip(*columns, strict=True)))


def line_works(
    ground: Ground,
    wanted: Wanted,
    settlers: Sequence[Settlers],
    crews: Sequence[CrewDay],
    how: tuple[Reachable, Options],
) -> tuple[list[Work], Wanted]:
    """The walks that see what is wanted, each place given to one of them; and what none of them sees."""
    movers, options = how
    every = [_looked(ground, wanted, settlers, crews, (movers.of(kind), movers, options)) for kind in KINDS]
    looked = [one for one in every if one is not None]
    most_s = np.array([_busy_s(crews, kind) for kind, one in zip(KINDS, every, strict=True) if one is not None])
    if not looked:
        return [], wanted
    parts, lets, glimpsed, time_s = _together(looked)
    atoms = atoms_of(wanted, glimpsed)
    length_m = (atoms.to_cm - atoms.from_cm) / 100
    kind = np.repeat(np.arange(len(looked)), [len(one.parts.edge) for one in looked])
    worth, near = length_m * wanted.worth[atoms.wanted], np.concatenate([one.near for one in looked])
    chosen = cover(atoms, worth, lets.part, time_s, _ends(ground, parts), (kind, most_s, near))
    works = _chained(ground, (parts, lets, atoms, chosen), wanted, settlers, (movers, longest_of(crews, options)))
    return works, _unseen(wanted, atoms, chosen)


def _busy_s(crews: Sequence[CrewDay], kind: Sequence[str]) -> float:
    """How long the crews of some modes can look at something, about: the rest of their hours is the way there."""
    return LOOKING * sum(crew.to_s - crew.from_s for crew in crews if crew.mode in kind)


def longest_of(crews: Sequence[CrewDay], options: Options) -> float:
    """How long a piece may be, so that every shift can take several: a third of what the longest can walk."""
    usual = {"foot": 1.2, "bicycle": 3.0, "car": 6.0, "boat": 2.5, "drone": 8.0}
    most_m = max((min((crew.to_s - crew.from_s) * usual[crew.mode], crew.most_m) for crew in crews), default=0.0)
    return float(np.clip(most_m / 3, 40.0, options.longest_m))


LOOKING = 0.6
"""So much of a crew's hours is spent at its pieces, about."""


class _Looked(NamedTuple):
    """What one kind of modes may walk, and what is seen from there."""

    parts: Parts
    lets: Lets
    glimpsed: Glimpsed
    time_s: Floats
    near: NDArray[np.bool_]


def _looked(
    ground: Ground,
    wanted: Wanted,
    settlers: Sequence[Settlers],
    crews: Sequence[CrewDay],
    how: tuple[list[str], Reachable, Options],
) -> _Looked | None:
    modes, movers, options = how
    network, duties = ground.city.network, np.unique(wanted.duty)
    able = {n: {crews[c].mode for c in settlers[n].crews} & set(modes) for n in duties.tolist()}
    able = {n: some for n, some in able.items() if some}
    if not able:
        return None
    versions = {n: ground.city.duties[n].at(crews[0].from_s) or ground.city.duties[n].versions[-1] for n in able}
    reach_m = max(duty.reach_m for duty in versions.values())
    fastest = np.min([movers.time_s[mode] for mode in modes], axis=(0, 1))
    lines = np.unique(wanted.line[np.isin(wanted.duty, list(able))])
    near = near_edges(network, ground.shapes[lines], reach_m, np.isfinite(fastest))
    if not len(near):
        return None
    parts, lets = parts_of(network, near, longest_of(crews, options))
    track = track_of(network, lets, MODES[modes[0]].accuracy_m)
    passable = {mode: np.isfinite(movers.time_s[mode]).any(axis=0) for mode in modes}
    rows = []
    seen = {}
    for number, duty in versions.items():
        view = view_of(duty)
        if (view, duty.bound) not in seen:
            seen[view, duty.bound] = ground.seen(track, modes[0], view, [duty.bound])[duty.bound]
        visits = seen[view, duty.bound]
        let = let_of(visits)
        can = np.any([passable[mode] for mode in able[number]], axis=0)[lets.edge[let]]
        rows.append([let[can], np.full(int(can.sum()), number), *(column[can] for column in visits[:3])])
    glimpsed = Glimpsed(*(np.concatenate(column) for column in zip(*rows, strict=True)))
    time_s = fastest[parts.edge] * parts.length_m / np.maximum(network.length_m[parts.edge], 1e-9)
    in_time: NDArray[np.bool_] = np.any([movers.in_time[mode] for mode in modes], axis=0)
    return _Looked(parts, lets, glimpsed, time_s, in_time[parts.edge])


def _together(looked: Sequence[_Looked]) -> tuple[Parts, Lets, Glimpsed, Floats]:
    """What several kinds may walk as one, numbered on."""
    parts, lets, glimpsed = [], [], []
    first_part = first_let = 0
    for one in looked:
        parts.append(one.parts._replace(first=one.parts.first + first_let))
        lets.append(one.lets._replace(part=one.lets.part + first_part))
        glimpsed.append(one.glimpsed._replace(let=one.glimpsed.let + first_let))
        first_part, first_let = first_part + len(one.parts.edge), first_let + len(one.lets.part)
    return (
        Parts(*(np.concatenate(column) for column in zip(*parts, strict=True))),
        Lets(*(np.concatenate(column) for column in zip(*lets, strict=True))),
        Glimpsed(*(np.concatenate(column) for column in zip(*glimpsed, strict=True))),
        np.concatenate([one.time_s for one in looked]),
    )


def _ends(ground: Ground, parts: Parts) -> Indices:
    """(parts, 2) the node at each end of a part; where an edge is cut, a number of its own."""
    network, number = ground.city.network, np.arange(len(parts.edge)) + len(ground.city.network.x)
    low = np.where(parts.from_m <= 0, network.start[parts.edge], number - 1)
    high = np.where(parts.to_m >= network.length_m[parts.edge] - 1e-6, network.end[parts.edge], number)
    return np.column_stack([low, high])


def _chained(
    ground: Ground,
    found: tuple[Parts, Lets, Atoms, Chosen],
    wanted: Wanted,
    settlers: Sequence[Settlers],
    how: tuple[Reachable, float],
) -> list[Work]:
    parts, lets, atoms, chosen = found
    movers, longest_m = how
    network = ground.city.network
    order = np.argsort(chosen.of, kind="stable")
    edges = np.searchsorted(chosen.of[order], np.arange(len(chosen.part) + 1))
    own = [order[a:b] for a, b in pairwise(edges.tolist())]
    edge = parts.edge[chosen.part]
    passing = np.array([np.isfinite(one) for one in movers.time_s.values()]).reshape(-1, len(network.way))[:, edge].T
    alike = [
        (
            tuple(passes.tolist()),
            bool(network.verified[at]),
            frozenset(settlers[n][:2] for n in np.unique(wanted.duty[atoms.wanted[mine]]).tolist()),
        )
        for passes, at, mine in zip(passing, edge, own, strict=True)
    ]
    number = {one: place for place, one in enumerate(dict.fromkeys(alike))}
    walks = Walks(
        edge,
        lets.from_m[chosen.first],
        lets.to_m[chosen.last],
        np.array([number[one] for one in alike], dtype=np.int64),
    )
    works = []
    for members, portions in chains_of(network, walks, longest_m):
        mine = np.concatenate([own[n] for n in members])
        row = atoms.wanted[mine]
        length_m = (atoms.to_cm[mine] - atoms.from_cm[mine]) / 100
        ranges = (wanted.duty[row], wanted.target[row], atoms.from_cm[mine], atoms.to_cm[mine])
        paid = paid_of(ranges, length_m * wanted.worth[row], length_m * wanted.days[row], wanted.days[row])
        works.append(Work(Walk(portions), paid))
    return works


def _unseen(wanted: Wanted, atoms: Atoms, chosen: Chosen) -> Wanted:
    """What of the wanted ranges no chosen part sees."""
    given = chosen.of >= 0
    row = atoms.wanted[given]
    seen, _ = union(Ranges(row, atoms.from_cm[given], atoms.to_cm[given]))
    cuts = np.concatenate([wanted.from_cm, wanted.to_cm, seen.start, seen.stop])
    rows = np.concatenate([np.arange(len(wanted.duty))] * 2 + [seen.group] * 2)
    step = np.concatenate(
        [np.ones(len(wanted.duty)), -np.ones(len(wanted.duty)), -np.ones(len(seen.group)), np.ones(len(seen.group))]
    )
    order = np.lexsort((cuts, rows))
    cuts, rows = cuts[order], rows[order]
    level = np.cumsum(step[order])
    kept = np.flatnonzero((level[:-1] > 0) & (rows[1:] == rows[:-1]) & (cuts[1:] - cuts[:-1] >= 50))
    row = rows[kept]
    return Wanted(
        wanted.duty[row],
        wanted.target[row],
        wanted.line[row],
        cuts[kept],
        cuts[kept + 1],
        wanted.worth[row],
        wanted.days[row],
    )
