"""Batches of land checks as jobs: what checks one, and how long that may take."""

import sys

from api.jobs.kind import Kind
from api.jobs.waiting import Most

__all__ = ["BATCHES", "MOST"]

LONGEST_S = 6 * 3600.0
"""Of one beginning; what was checked by then is kept."""
BATCHES = Kind(
    table="city.landuse_batch",
    number="batch_id",
    doing="checking",
    program=(sys.executable, "-m", "api.landuse.batches.work"),
    most_s=lambda settings: LONGEST_S,
    broken="核查中断了几次,没有再往前(可能内存不足,或进程被终止):已核查的各行仍在;请减少范围或顶点后再试,或告诉管理员。",
    late="核查超过了时间上限:已核查的各行仍在;请把文件拆成几个后再试。",
    state="landuse/batch_state",
)
MOST = Most(each=2, every=20, what="批量核查在排队或进行")
