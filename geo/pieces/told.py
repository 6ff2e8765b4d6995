"""Works as pieces: what a user is told of each, and under which id; and pieces of what nobody can go for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.duties.records import WHOLE_CM
from geo.lines.chainage import part
from geo.lines.multirange import Ranges, union
from geo.network.network import Network
from geo.network.portions import Portions, line_of
from geo.pieces.cover import Wanted
from geo.pieces.ground import Ground
from geo.pieces.settle import Settlers
from geo.pieces.work import Paid, Refused, Walk, Work, length_of, paid_of
from geo.pieces.worth import OwedRanges
from geo.plan.city import Options
from geo.plan.plan import Cover, Piece

__all__ = ["Hours", "by_hours", "numbered", "piece_of", "refused_pieces", "stop_at", "unseen_pieces"]

Floats = NDArray[np.float64]
Hours = tuple[tuple[float, float], ...]


def by_hours(works: Iterable[Work], settlers: Sequence[Settlers]) -> list[tuple[Work, Hours]]:
    """Each work once for each span of hours in which it pays. What pays at any time goes with the hours that pay most,
    where some crew may settle both; else it is a work of its own."""
    found: list[tuple[Work, Hours]] = []
    for work in works:
        split: dict[Hours, list[Paid]] = {}
        for one in work.paid:
            split.setdefault(settlers[one.cover.duty].hours, []).append(one)
        always = split.pop((), [])
        order = sorted(split, key=lambda hours: -sum(one.worth for one in split[hours]))
        if always and order:
            crews = [
                frozenset().union(*(settlers[one.cover.duty].crews for one in some))
                for some in (always, split[order[0]])
            ]
            if crews[0] & crews[1]:
                split[order[0]] = always + split[order[0]]
                always = []
        if always:
            found.append((Work(work.walk, tuple(always)), ()))
        found += [(Work(work.walk, tuple(split[hours])), hours) for hours in order]
    return found


def piece_of(ground: Ground, work: Work, hours: Hours, modes: tuple[str, ...]) -> Piece:
    """What a user is told of a work. modes: by which it can be gone."""
    network, walk = ground.city.network, work.walk
    on_land = bool(set(modes) - {"boat", "drone"})
    unverified = on_land and bool((~network.verified[walk.portions.edge]).any())
    length_m = length_of(walk.portions) + 2 * walk.stub_m
    return _piece(ground, work.paid, (walk_line(network, walk), length_m, hours, modes, unverified), "no_time")


def walk_line(network: Network, walk: Walk) -> Floats:
    """(k, 2) the line of a walk, along the network and then off it; a stop is one place."""
    xy = line_of(network, walk.portions)
    return xy if walk.off is None else np.vstack([xy, [walk.off]])


def unseen_pieces(ground: Ground, unseen: Wanted, reasons: Sequence[str]) -> list[Piece]:
    """Pieces of ranges that no walk sees, one for each line and reason (keys of WHY, (n,) of each range)."""
    keys: dict[tuple[int, str], list[int]] = {}
    for row, (line, reason) in enumerate(zip(unseen.line.tolist(), reasons, strict=True)):
        keys.setdefault((line, reason), []).append(row)
    return [_unseen(ground, unseen, np.array(rows), reason) for (_, reason), rows in keys.items()]


def _unseen(ground: Ground, unseen: Wanted, rows: NDArray[np.int64], reason: str) -> Piece:
    length_m = (unseen.to_cm[rows] - unseen.from_cm[rows]) / 100
    ranges = (unseen.duty[rows], unseen.target[rows], unseen.from_cm[rows], unseen.to_cm[rows])
    measures = (length_m * unseen.worth[rows], length_m * unseen.days[rows], unseen.days[rows])
    return _lost(ground, paid_of(ranges, *measures), reason)


def refused_pieces(
    ground: Ground,
    refused: Sequence[Refused],
    nobodys: Mapping[int, OwedRanges],
    settlers: Sequence[Settlers],
    options: Options,
) -> list[Piece]:
    """Pieces of whole targets that no visit can settle; and of those of duties that no crew may settle."""
    every = list(refused)
    for n, ranges in nobodys.items():
        if ground.city.of(ground.city.duties[n].layer).whole:
            every += [
                Refused(
                    Paid(Cover(n, target, 0, WHOLE_CM, days), worth * options.target_worth_m, days),
                    settlers[n].why or "not_yours",
                )
                for target, days, worth in zip(
                    ranges.target.tolist(), ranges.days.tolist(), ranges.worth.tolist(), strict=True
                )
                if ground.numbers(ground.city.duties[n])[target] >= 0
            ]
    groups: dict[tuple[str, str, str], list[Paid]] = {}
    for one in every:
        duty = ground.city.duties[one.paid.cover.duty]
        groups.setdefault((duty.layer, duty.codes[one.paid.cover.target], one.why), []).append(one.paid)
    return [_lost(ground, tuple(paid), why) for (_, _, why), paid in groups.items()]


def _lost(ground: Ground, paid: tuple[Paid, ...], why: str) -> Piece:
    """A piece that has no walk."""
    return _piece(ground, paid, (np.empty((0, 2)), 0.0, (), (), why == "unverified"), why)


Gone = tuple[Floats, float, Hours, tuple[str, ...], bool]
"""A piece's walk, its metres, hours, modes, and whether it is unverified."""


def _piece(ground: Ground, paid: tuple[Paid, ...], gone: Gone, why: str) -> Piece:
    about = _about(ground, [one.cover for one in paid], [one.worth for one in paid])
    walk, length_m, hours, modes, unverified = gone
    return Piece(
        id=about.id,
        layer=about.layer,
        code=about.code,
        name=about.name,
        from_m=about.from_m,
        to_m=about.to_m,
        length_m=length_m,
        shape=about.shape,
        walk=walk,
        covers=tuple(one.cover for one in paid),
        worth=sum(one.worth for one in paid),
        overdue_days=max((one.days for one in paid), default=0.0),
        debt_m_days=about.debt_m_days,
        debt_target_days=about.debt_target_days,
        hours=hours,
        modes=modes,
        unverified=unverified,
        why=why,
    )


class _About(NamedTuple):
    """The target that covers are mostly about, where along it, what is owed in all, and its shape."""

    id: str
    layer: str
    code: str
    name: str
    from_m: float | None
    to_m: float | None
    debt_m_days: float
    debt_target_days: float
    shape: shapely.Geometry | None


def numbered(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Pieces with ids that are all different: of several of one place the second is …#2."""
    seen: dict[str, int] = {}
    made = []
    for piece in pieces:
        seen[piece.id] = seen.get(piece.id, 0) + 1
        made.append(piece if seen[piece.id] == 1 else replace(piece, id=f"{piece.id}#{seen[piece.id]}"))
    return tuple(made)


def _about(ground: Ground, covers: Sequence[Cover], worth: Sequence[float]) -> _About:
    city = ground.city
    sums: dict[tuple[str, str], float] = {}
    debts = {False: 0.0, True: 0.0}
    for cover, value in zip(covers, worth, strict=True):
        duty = city.duties[cover.duty]
        key = duty.layer, duty.codes[cover.target]
        sums[key] = sums.get(key, 0.0) + value
        debts[city.of(duty.layer).whole] += cover.debt
    layer, code = max(sums, key=lambda key: sums[key])
    targets = city.of(layer)
    name, owed = targets.names[targets.codes.index(code)], (debts[False], debts[True], _shape(ground, covers))
    if targets.whole:
        return _About(f"{layer}:{code}", layer, code, name, None, None, *owed)
    own = [c for c in covers if city.duties[c.duty].layer == layer and city.duties[c.duty].codes[c.target] == code]
    from_m, to_m = min(c.from_cm for c in own) / 100, max(c.to_cm for c in own) / 100
    span = f"{from_m:.0f}-{to_m:.0f}"
    return _About(f"{layer}:{code}:{span}", layer, code, f"{name} {from_m:.0f}–{to_m:.0f} 米", from_m, to_m, *owed)


def _shape(ground: Ground, covers: Sequence[Cover]) -> shapely.Geometry | None:
    """What is owed: of each line the ranges, and each whole target, once."""
    wholes, rows = {}, []
    for cover in covers:
        duty = ground.city.duties[cover.duty]
        targets, number = ground.city.of(duty.layer), int(ground.numbers(duty)[cover.target])
        if targets.whole:
            wholes[duty.layer, number] = targets.shapes[number]
        else:
            rows.append((number, cover.from_cm, cover.to_cm))
    ranges, _ = union(Ranges(*np.array(rows, dtype=np.int64).reshape(-1, 3).T))
    lines = [
        part(ground.shapes[line], from_cm / 100, to_cm / 100)
        for line, from_cm, to_cm in zip(*(column.tolist() for column in ranges), strict=True)
    ]
    shapes = [shape for shape in (*wholes.values(), *lines) if shape is not None]
    return shapes[0] if len(shapes) == 1 else shapely.GeometryCollection(shapes)


def stop_at(edge: int, at_m: float) -> Portions:
    """A walk of no length.

    >>> stop_at(3, 8.0).to_m.tolist()
    [8.0]
    """
    return Portions(np.array([edge], dtype=np.int64), np.array([at_m]), np.array([at_m]))
