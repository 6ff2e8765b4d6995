"""Which parts of the network to walk so that what is owed is seen: each owed place given to one part.

What the lets of all parts see of what is owed cuts it into **atoms**, ranges that each let sees whole or not at all. A
greedy cover then takes the part that sees the most worth a second, again and again: so a pass that serves both banks
of a narrow river, or the strip beside a road, is found by itself, and no place is counted twice. Greedy covers are
within a factor of 1 + ln n of the best (Chvátal, "A greedy heuristic for the set-covering problem", Mathematics of
Operations Research 4, 1979).
"""

import heapq
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Atoms", "Chosen", "Glimpsed", "Wanted", "atoms_of", "cover"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

SETUP_S = 20.0
"""Each part is charged so much beside its walk: of two that see as much a second, the longer is taken."""
GOING_ON = 1.25
"""How much rather a part is taken that goes on from one taken before."""
LEAST_CM = 50
"""Of less than that nobody is sent out: it is what rounding leaves between two walks."""


class Wanted(NamedTuple):
    """(n,) ranges of lines that are owed, of each duty disjoint: duty, target (place in the duty's codes), line
    (number among all lines), from and to in cm, worth of a metre, days overdue."""

    duty: Indices
    target: Indices
    line: Indices
    from_cm: Indices
    to_cm: Indices
    worth: Floats
    days: Floats


class Glimpsed(NamedTuple):
    """(n,) what lets see of lines: let, duty for which it counts, line, from and to in cm."""

    let: Indices
    duty: Indices
    line: Indices
    from_cm: Indices
    to_cm: Indices


class Atoms(NamedTuple):
    """(n,) ranges of what is wanted, each seen whole or not at all by every let: which wanted row, from and to in cm;
    and (k,) pairs of a let and an atom that it sees."""

    wanted: Indices
    from_cm: Indices
    to_cm: Indices
    let: Indices
    atom: Indices


class Chosen(NamedTuple):
    """(n,) parts to walk, of each the lets from first to last, both included; of: (atoms,) which of them each is given
    to, -1 for none."""

    part: Indices
    first: Indices
    last: Indices
    of: Indices


def atoms_of(wanted: Wanted, glimpsed: Glimpsed) -> Atoms:
    """What is wanted, cut where what is seen of it begins or ends. What nobody sees has no atom.

    >>> one = np.zeros(1, dtype=np.int64)
    >>> wanted = Wanted(one, one, one, one, one + 1000, np.ones(1), np.ones(1))
    >>> pair = np.array([0, 0])
    >>> seen = Glimpsed(np.array([0, 1]), pair, pair, np.array([0, 300]), np.array([500, 900]))
    >>> atoms = atoms_of(wanted, seen)
    >>> atoms.from_cm.tolist(), atoms.to_cm.tolist(), atoms.let.tolist(), atoms.atom.tolist()
    ([0, 300, 500], [300, 500, 900], [0, 0, 1, 1], [0, 1, 1, 2])
    """
    lines = int(max(wanted.line.max(initial=0), glimpsed.line.max(initial=0))) + 1
    lift = int(max(wanted.to_cm.max(initial=0), glimpsed.to_cm.max(initial=0))) + 2
    order = np.lexsort((wanted.from_cm, wanted.line, wanted.duty))
    own = (wanted.duty * lines + wanted.line)[order] * lift
    starts, ends = own + wanted.from_cm[order], own + wanted.to_cm[order]
    asked = (glimpsed.duty * lines + glimpsed.line) * lift
    first = np.searchsorted(ends, asked + glimpsed.from_cm, side="right")
    stop = np.searchsorted(starts, asked + glimpsed.to_cm, side="left")
    row, each = _spread(first, np.maximum(stop - first, 0))
    low = np.maximum(asked[each] + glimpsed.from_cm[each], starts[row])
    high = np.minimum(asked[each] + glimpsed.to_cm[each], ends[row])
    cuts = np.unique(np.concatenate([low, high]))
    begin, end = np.searchsorted(cuts, low), np.searchsorted(cuts, high)
    atom, pair = _spread(begin, end - begin)
    used, atom = np.unique(atom, return_inverse=True)
    of_row = np.empty(len(used), dtype=np.int64)
    of_row[atom] = row[pair]
    let = glimpsed.let[each][pair]
    base = own[of_row]
    return Atoms(order[of_row], cuts[used] - base, cuts[used + 1] - base, let, atom)


def cover(
    atoms: Atoms,
    worth: Floats,
    part_of: Indices,
    time_s: Floats,
    ends: Indices | None = None,
    kinds: tuple[Indices, Floats, NDArray[np.bool_]] | None = None,
) -> Chosen:
    """The parts to walk, and which part each atom is given to.

    worth: (atoms,) of each; part_of: (lets,) the part of each let; time_s: (parts,) to walk each, inf where nobody
    may. ends: (parts, 2) numbers, the same where parts meet: what goes on from a chosen part is taken rather than what
    begins elsewhere, so that of two paths as good, one is kept to. kinds: (parts,) of which kind each is; the
    seconds that crews of each kind have; and (parts,) whether they can be there in time: what they have no time for is
    given to others that can see it.

    >>> atoms = Atoms(*np.array([[0, 0], [0, 500], [500, 900]]), np.array([0, 1, 2]), np.array([0, 1, 1]))
    >>> chosen = cover(atoms, np.array([5.0, 4.0]), np.array([0, 0, 1]), np.array([30.0, 30.0]))
    >>> chosen.part.tolist(), chosen.first.tolist(), chosen.last.tolist(), chosen.of.tolist()
    ([0], [0], [1], [0, 0])
    """
    pairs = np.unique(np.column_stack([part_of[atoms.let], atoms.atom]), axis=0)
    pairs = pairs[np.isfinite(time_s[pairs[:, 0]])]
    parts, first = np.unique(pairs[:, 0], return_index=True)
    sees = np.split(pairs[:, 1], first[1:])[: len(parts)]
    ends = np.arange(2 * len(time_s)).reshape(-1, 2) if ends is None else ends
    count = len(time_s)
    kind, most_s, near = kinds or (np.zeros(count, dtype=np.int64), np.full(1, np.inf), np.ones(count, dtype=np.bool_))
    length_cm = (atoms.to_cm - atoms.from_cm).astype(np.float64)
    greedy = _Greedy(parts, sees, worth, length_cm, time_s[parts], ends[parts], kind[parts], most_s.copy(), near[parts])
    return _trimmed(atoms, part_of, greedy.given())


class _Greedy:
    """The cover as it grows. Of what is on top of the heap the rate is looked at anew: rates fall as atoms are given,
    and rise only for what meets a part just taken, which is put in again."""

    def __init__(
        self,
        parts: Indices,
        sees: list[Indices],
        worth: Floats,
        length_cm: Floats,
        time_s: Floats,
        ends: Indices,
        kind: Indices,
        left_s: Floats,
        near: NDArray[np.bool_],
    ) -> None:
        self.parts, self.sees, self.worth, self.length_cm, self.time_s = parts, sees, worth, length_cm, time_s
        self.ends, self.kind, self.left_s, self.near = ends.tolist(), kind.tolist(), left_s, near
        self.of = np.full(len(worth), -1, dtype=np.int64)
        self.met: set[int] = set()
        self.meeting: dict[int, list[int]] = {}
        for n, both in enumerate(self.ends):
            for end in both:
                self.meeting.setdefault(end, []).append(n)

    def given(self) -> Indices:
        """(atoms,) the part each is given to, -1 for none: first by who has time for it, then by who can at all."""
        late = self._run(range(len(self.parts)))
        self.left_s[:], self.near[:] = np.inf, True
        self._run(late)
        return self.of

    def _run(self, some: Iterable[int]) -> list[int]:
        """Takes parts until none of them sees anything more; returns those whose kind had no time left."""
        heap = [(self._rate(n, self._open(n)), n) for n in some]
        heapq.heapify(heap)
        late = []
        while heap:
            n = heapq.heappop(heap)[1]
            own = self._open(n)
            rate = self._rate(n, own)
            if rate >= 0 or self.length_cm[own].sum() < LEAST_CM:
                continue
            if self.left_s[self.kind[n]] <= 0 or not self.near[n]:
                late.append(n)
            elif heap and rate > heap[0][0]:
                heapq.heappush(heap, (rate, n))
            else:
                self._take(n, own, heap)
        return late

    def _take(self, n: int, own: Indices, heap: list[tuple[float, int]]) -> None:
        self.of[own] = self.parts[n]
        self.left_s[self.kind[n]] -= self.time_s[n]
        for end in self.ends[n]:
            if end in self.met:
                continue
            self.met.add(end)
            for other in self.meeting[end]:
                left = self._open(other)
                if len(left):
                    heapq.heappush(heap, (self._rate(other, left), other))

    def _open(self, n: int) -> Indices:
        """What a part sees that is given to none yet."""
        return self.sees[n][self.of[self.sees[n]] < 0]

    def _rate(self, n: int, own: Indices) -> float:
        """Worth a second, negative: the best comes first."""
        going_on = GOING_ON if self.met.intersection(self.ends[n]) else 1.0
        return -going_on * float(self.worth[own].sum() / (self.time_s[n] + SETUP_S))


def _trimmed(atoms: Atoms, part_of: Indices, given: Indices) -> Chosen:
    """Of each chosen part the fewest lets in a row that see what it is given."""
    parts, of = np.unique(given, return_inverse=True)
    if len(parts) and parts[0] < 0:
        parts, of = parts[1:], of - 1
    own = part_of[atoms.let] == given[atoms.atom]
    let, atom = atoms.let[own], atoms.atom[own]
    earliest, latest = np.full(len(given), np.iinfo(np.int64).max), np.full(len(given), -1, dtype=np.int64)
    np.minimum.at(earliest, atom, let)
    np.maximum.at(latest, atom, let)
    first, last = np.full(len(parts), np.iinfo(np.int64).max), np.full(len(parts), -1, dtype=np.int64)
    some = np.flatnonzero(of >= 0)
    np.minimum.at(first, of[some], latest[some])
    np.maximum.at(last, of[some], earliest[some])
    one, other = np.minimum(first, last), np.maximum(first, last)
    return Chosen(parts, one, other, of.astype(np.int64))


def _spread(first: Indices, count: Indices) -> tuple[Indices, Indices]:
    """first, first + 1, … for each count; and which each belongs to."""
    each = np.repeat(np.arange(len(count)), count)
    return first[each] + np.arange(len(each)) - np.repeat(np.cumsum(count) - count, count), each
