"""In place of the program that solves: `python -m tests.api.plans.pretend CODE WORKER`; the plan's name says what."""

import os
import signal
import sys
import threading
import time

from api.database import Database, Operator
from api.jobs.in_hand import NotWanted, dumped
from api.jobs.process import end_with_who_began
from api.plans import store
from api.plans.in_hand import PlanInHand
from api.settings import read_settings

ANSWER = {
    "judged_at": None, "iterations": 1, "seed": 1, "totals": {"pieces": 0}, "bound": None,
    "more": None, "promise": [], "network": {}, "pieces": [],
    "routes": [{"route": "甲·1", "crew": "甲"}, {"route": "乙·1", "crew": "乙"}],
}  # fmt: skip


def solve(plan: PlanInHand, name: str, attempt: int) -> None:
    options = {"iterations": 5, "seconds": None}
    plan.stage("reading")
    if (name == "死一次" and attempt == 1) or name == "总是死":
        os.kill(os.getpid(), signal.SIGKILL)
    if name == "出错":
        plan.failed("没有可巡的对象:请先登记职责。")
        return
    plan.stage("solving", options)
    while name == "很久" and plan({"iterations": 1}):
        time.sleep(0.02)
    while name == "不听":
        time.sleep(0.1)
    plan.done({"answer": dumped(ANSWER), "problem": None, "known_at": None, "crews": ["甲", "乙"], "what": "求解"})


def main() -> None:
    code, worker = sys.argv[1:]
    threading.Thread(target=end_with_who_began, daemon=True).start()
    settings = read_settings(os.environ)
    database = Database.at(settings.database_url, pool_size=1)
    with database.transaction(Operator("huashan")) as connection:
        row = store.one(connection, code)
    plan = PlanInHand(database, code, worker, settings.plan_s)
    plan.every_s = 0.0
    try:
        solve(plan, row["name"], row["attempts"])
    except NotWanted:
        sys.exit(0)


if __name__ == "__main__":
    main()
