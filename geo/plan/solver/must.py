"""What a crew has to do whatever else it does: its breaks and appointments in an order that holds, or why none does."""

from collections.abc import Sequence

from geo.plan.solver.rounding import FAR
from geo.plan.solver.whole import Whole
from geo.plan.tasks import Crew
from layers.errors import BadInput

__all__ = ["MOST_STOPS", "kept"]

MOST_STOPS = 8
_Label = tuple[int, int, tuple[int, ...]]  # when the last stop begins, metres, ways


def kept(table: Whole, crews: Sequence[Crew]) -> list[list[list[int]]]:
    """For each crew the ways of its breaks and appointments in every order that holds, first the one that ends first.

    BadInput names the crew and what cannot be kept: none of its places can be reached in its hours, or they cannot
    all be kept in any order.
    """
    return [_kept(table, crew, hours) for crew, hours in enumerate(crews)]


def _kept(table: Whole, crew: int, hours: Crew) -> list[list[int]]:
    named = [("break", number, rest.name) for number, rest in enumerate(hours.breaks)]
    named += [("appointment", number, stop.name) for number, stop in enumerate(hours.appointments)]
    if not named:
        return [[]]
    who = hours.name or f"第 {crew + 1} 组"
    if len(named) > MOST_STOPS:
        raise BadInput(f"{who}有 {len(named)} 个休息和约定,最多 {MOST_STOPS} 个")
    choices = [table.together.get((kind, crew, number), []) for kind, number, _ in named]
    for choice, (_, _, name) in zip(choices, named, strict=True):
        if not _orders(table, crew, [choice]):
            raise BadInput(f"{who}的{name}在它的时间和里程之内做不到:请改它的时间、地点,或改这个组的时间")
    found = _orders(table, crew, choices)
    if not found:
        raise BadInput(f"{who}的{'、'.join(name for *_, name in named)}不能都做到:请改其中的时间或地点")
    return [list(ways) for _, _, ways in sorted(found)]


def _orders(table: Whole, crew: int, choices: list[list[int]]) -> list[_Label]:
    """Routes that make one of each choice within hours and metres, the best of each set of stops and last stop."""
    start = int(table.hours.start[crew])
    labels: dict[tuple[int, int], list[_Label]] = {(0, -1): [(int(table.hours.from_s[crew]), 0, ())]}
    for _ in choices:
        grown: dict[tuple[int, int], list[_Label]] = {}
        for (done, last), known in labels.items():
            spot = start if last < 0 else int(table.ways.spot[last])
            for number, choice in enumerate(choices):
                for way in choice if not done >> number & 1 else ():
                    further = [one for label in known if (one := _after(table, crew, label, spot, way))]
                    grown.setdefault((done | 1 << number, way), []).extend(further)
        labels = {key: _best(known) for key, known in grown.items()}
    return [one for (_, last), known in labels.items() for label in known if (one := _home(table, crew, label, last))]


def _after(table: Whole, crew: int, label: _Label, spot: int, way: int) -> _Label | None:
    ways = table.ways
    metres, seconds = table.step(crew, spot, int(ways.spot[way]))
    begin_s = max(label[0] + seconds, int(ways.early_s[way]))
    if metres >= FAR or begin_s > ways.late_s[way]:
        return None
    return begin_s, label[1] + metres, (*label[2], way)


def _home(table: Whole, crew: int, label: _Label, last: int) -> _Label | None:
    metres, seconds = table.step(crew, int(table.ways.spot[last]), int(table.hours.end[crew]))
    home = (label[0] + seconds, label[1] + metres, label[2])
    return home if home[0] <= table.hours.to_s[crew] and home[1] <= table.hours.most_m[crew] else None


def _best(labels: list[_Label]) -> list[_Label]:
    """Those that no other beats in both seconds and metres."""
    kept_m, out = FAR * 2, []
    for label in sorted(labels):
        if label[1] < kept_m:
            kept_m = label[1]
            out.append(label)
    return out
