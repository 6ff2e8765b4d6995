"""Small plans drawn at random, a brute force that knows the best of them, and a checker that trusts nobody."""

import numpy as np

from geo.plan.tasks import Alternative, Appointment, Break, Crew, Metres, Task


def places_near(count: int, rng: np.random.Generator) -> tuple[Metres, Metres]:
    """On foot (1 m/s) and by bicycle (4 m/s, with a fifth of the places out of its reach)."""
    x, y = rng.integers(0, 1000, (2, count)).astype(float)
    metres = np.abs(x[:, None] - x) + np.abs(y[:, None] - y)
    gone = np.zeros(count, bool)
    gone[1:] = rng.random(count - 1) < 0.2
    ridden = np.where(gone[:, None] | gone[None, :], np.inf, metres)
    np.fill_diagonal(ridden, 0)
    return Metres(metres, metres), Metres(ridden, ridden / 4)


def drawn(seed: int, tasks: int, crews: int) -> tuple[list[Task], list[Crew], tuple[Metres, Metres]]:
    """Walks with two directions, points with windows, rights, breaks and appointments, and too few hours for all."""
    rng = np.random.default_rng(seed)
    costs = places_near(2 * tasks + 2, rng)
    work = [_task(number, rng, costs[0], crews) for number in range(tasks)]
    return work, [_crew(number, rng) for number in range(crews)], costs


def _task(number: int, rng: np.random.Generator, foot: Metres, crews: int) -> Task:
    a, b = 2 * number + 1, 2 * number + 2
    prize, rights = float(rng.integers(1, 50)), None
    if rng.random() < 0.3:
        rights = frozenset(rng.choice(crews, size=rng.integers(1, crews + 1), replace=False).tolist())
    if rng.random() < 0.3:
        spans = ((0.0, 900.0), (2000.0, 3600.0)) if rng.random() < 0.5 else ((600.0, 2400.0),)
        return Task((Alternative(a, a, 120, 0, prize, spans, rights),))
    long_m = float(foot.distance_m[a, b])
    return Task(tuple(Alternative(*ends, long_m, long_m, prize, (), rights) for ends in ((a, b), (b, a))))


def _crew(number: int, rng: np.random.Generator) -> Crew:
    breaks = (Break((0, 1), 1200, 2700, 300),) if rng.random() < 0.4 else ()
    appointments = (Appointment(0, 0, 3600, 200),) if rng.random() < 0.2 else ()
    most_m = float(rng.choice([np.inf, 2500.0]))
    end = None if rng.random() < 0.3 else 0
    start = None if rng.random() < 0.15 else 0
    return Crew(start, end, 0, 3600, most_m, int(rng.integers(0, 2)), breaks, appointments, name=f"{number}")


def road(*at_m: float) -> Metres:
    """Places along a straight road, walked at 1 m/s."""
    metres = np.abs(np.subtract.outer(np.array(at_m, dtype=float), np.array(at_m, dtype=float)))
    return Metres(metres, metres)
