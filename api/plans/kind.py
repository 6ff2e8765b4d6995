"""Plans as jobs: what solves one, and how long that may take."""

import sys

from api.jobs.kind import Kind

__all__ = ["PLANS"]

OVERHEAD_S = 300.0
"""How long reading the city and telling the answer may take, beside solving."""
PLANS = Kind(
    table="city.plan",
    number="plan_id",
    doing="solving",
    program=(sys.executable, "-m", "api.plans.solve"),
    most_s=lambda settings: settings.plan_s + OVERHEAD_S,
    broken="求解两次都中断了(可能内存不足,或进程被终止):请减少天数、巡查组或图层后再试,或告诉管理员。",
    late="求解超过了时间上限仍没有答案:请减少天数、巡查组或图层后再试。",
    state="plan/plan_state",
)
