"""What cannot be planned is refused in words: numbers that mean nothing, places that are not there, too much of it."""

from collections.abc import Sequence

import numpy as np

from geo.plan.tasks import Crew, Limit, Matrices, Task
from layers.errors import BadInput, TooLarge

__all__ = ["MOST_BYTES", "MOST_CREWS", "MOST_TASKS", "check", "check_limit", "check_size"]

MOST_TASKS = 10_000  # the matrix between the two ends of so many takes 3 GB
MOST_CREWS = 500
MOST_BYTES = 4 << 30  # of matrices, all classes of crews together
_LONGEST = 1e8  # metres, seconds: further is nowhere on earth, and sums of it must fit in 64 bits
_LATEST_S = 1e9  # of a day's hours
_FURTHEST_S = 1e12  # of their beginning: no calendar has such a day


def check(tasks: Sequence[Task], crews: Sequence[Crew], costs: Sequence[Matrices]) -> None:
    """Raises BadInput for what cannot mean anything, TooLarge for too much."""
    if not crews:
        raise BadInput("没有巡查组:至少要有一个组才能排方案")
    if len(tasks) > MOST_TASKS:
        raise TooLarge(f"要排 {len(tasks)} 段,一次最多 {MOST_TASKS} 段:请缩小范围、分区或分日来排")
    if len(crews) > MOST_CREWS:
        raise TooLarge(f"有 {len(crews)} 个组,一次最多 {MOST_CREWS} 个:请分区来排")
    for number, one in enumerate(costs):
        _check_matrices(number, one)
    for number, crew in enumerate(crews):
        _check_crew(crew.name or f"第 {number + 1} 组", crew, costs)
    places = min((len(one.distance_m) for one in costs), default=0)
    for number, task in enumerate(tasks):
        _check_task(number, task, len(crews), places)


def check_limit(limit: Limit, seed: int) -> None:
    """Raises BadInput unless the search ends at some time, and its seed is one of PyVRP's."""
    if not 0 <= seed < 2**32:
        raise BadInput(f"随机种子是 {seed}:要 0 到 {2**32 - 1} 的整数")
    if limit.iterations is None and limit.seconds is None:
        raise BadInput("没有给求解的限度:请给 iterations(次数)或 seconds(秒)")
    for value, name in ((limit.iterations, "iterations"), (limit.seconds, "seconds")):
        if value is not None and not 0 <= value < np.inf:
            raise BadInput(f"求解的限度 {name} 是 {value}:要 0 或更大的数")


def check_size(spots: int, classes: int) -> None:
    """Raises TooLarge where the solver's matrices would not fit in memory."""
    needed = 16 * classes * spots**2
    if needed > MOST_BYTES:
        raise TooLarge(
            f"{spots} 处、{classes} 类巡查组的里程和时间表要 {needed / 2**30:.1f} GB,最多 {MOST_BYTES / 2**30:.0f} GB:"
            "请缩小范围、分区或分日来排,或让各组的条件一致"
        )


def _check_matrices(number: int, one: Matrices) -> None:
    for values, name in ((one.distance_m, "里程"), (one.time_s, "时间")):
        if values.ndim != 2 or values.shape[0] != values.shape[1] or values.shape != one.distance_m.shape:
            raise BadInput(f"第 {number + 1} 张{name}表的形状是 {values.shape}:要方阵,里程和时间一样大")
        if np.isnan(values).any() or (values < 0).any():
            raise BadInput(f"第 {number + 1} 张{name}表里有负数或 NaN:不通之处用 inf")
        if (values[np.isfinite(values)] > _LONGEST).any():
            raise BadInput(f"第 {number + 1} 张{name}表里有大于 {_LONGEST:g} 的数:不通之处用 inf")


def _check_crew(name: str, crew: Crew, costs: Sequence[Matrices]) -> None:
    if not (abs(crew.from_s) < _FURTHEST_S and 0 <= crew.to_s - crew.from_s <= _LATEST_S):
        raise BadInput(f"{name}的时间从 {crew.from_s} 到 {crew.to_s}:结束不能早于开始,也不能晚于三十年后")
    if not (crew.most_m >= 0 and crew.capacity >= 0):
        raise BadInput(f"{name}最多 {crew.most_m} 米、容量 {crew.capacity}:不能是负数或 NaN")
    if not 0 <= crew.profile < len(costs):
        raise BadInput(f"{name}用第 {crew.profile + 1} 张里程表,只有 {len(costs)} 张")
    places = len(costs[crew.profile].distance_m)
    stops = [(rest.name, rest.places, *rest[1:4]) for rest in crew.breaks]
    stops += [(stop.name, (stop.place,), *stop[1:4]) for stop in crew.appointments]
    named = [place for place in crew[:2] if place is not None] + [place for _, at, *_ in stops for place in at]
    if not all(0 <= place < places for place in named):
        raise BadInput(f"{name}的起终点、休息或约定不在 {places} 个地点之中")
    for what, at, from_s, to_s, length_s in stops:
        if not at:
            raise BadInput(f"{name}的{what}没有地点:请给至少一处")
        if not (length_s >= 0 and np.isfinite([from_s, to_s, length_s]).all()):
            raise BadInput(f"{name}的{what}从 {from_s} 到 {to_s}、长 {length_s} 秒:要有限的数,时长不能为负")


def _check_task(number: int, task: Task, crews: int, places: int) -> None:
    if task.crew is not None and not 0 <= task.crew < crews:
        raise BadInput(f"第 {number + 1} 段指定给第 {task.crew + 1} 组,只有 {crews} 组")
    if not 0 <= task.demand < _LONGEST:
        raise BadInput(f"第 {number + 1} 段的需求量是 {task.demand}:不能是负数、无穷(1e8 以上)或 NaN")
    for one in task.alternatives:
        if not (0 <= one.entry < places and 0 <= one.exit < places):
            raise BadInput(f"第 {number + 1} 段的两端 {one.entry}、{one.exit} 不在 {places} 个地点之中")
        for value, what in ((one.service_s, "时长"), (one.length_m, "长度"), (one.prize, "价值")):
            if not 0 <= value < (1e200 if what == "价值" else _LONGEST):
                raise BadInput(f"第 {number + 1} 段的{what}是 {value}:不能是负数、无穷(1e8 以上)或 NaN")
        if one.crews is not None and not all(0 <= crew < crews for crew in one.crews):
            raise BadInput(f"第 {number + 1} 段的巡查组 {sorted(one.crews)} 不在 {crews} 组之中")
        if np.isnan(np.array(one.windows, dtype=np.float64)).any():
            raise BadInput(f"第 {number + 1} 段的时段里有 NaN")
