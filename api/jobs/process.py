"""The process that does one job: what it begins with, what it ends with, and how its faults are told."""

import logging
import os
import sys
import threading
import traceback
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from api.answers.problems import known
from api.database import Database
from api.jobs.in_hand import InHand, NotWanted
from api.settings import Settings, read_settings
from layers.errors import CityError

__all__ = ["answered", "end_with_who_began", "run"]

NICE = 10
FIRST = "1000"
_log = logging.getLogger("huashan.jobs")


def run(do: Callable[[Database, Settings], None]) -> int:
    """Have the job done that this process was begun for, behind everything else; its exit status."""
    os.nice(NICE)
    _first_to_go()
    threading.Thread(target=end_with_who_began, name="huashan-began", daemon=True).start()
    settings = read_settings(os.environ)
    database = Database.at(settings.database_url, pool_size=2)
    try:
        do(database, settings)
    except NotWanted:
        return 0
    finally:
        database.close()
    return 0


def answered(job: InHand, do: Callable[[], None], *, again: tuple[type[CityError], ...] = ()) -> None:
    """Do a job that a worker has in hand; where that fails, in words why there is no answer.

    again: errors that are raised, for whoever takes the job up again need not meet them.
    Raises NotWanted where the job is not this worker's any more.
    """
    try:
        do()
    except NotWanted:
        raise
    except Exception as error:
        if isinstance(known(error), again):
            raise
        job.failed(_sentence(job, error))


def end_with_who_began() -> None:
    """End when the server that began this process is no more, or wants it no more: its end of the pipe then closes."""
    sys.stdin.buffer.read()
    os._exit(1)


def _first_to_go() -> None:
    """Where memory runs out, Linux ends this process before the server and the database: the job then says so."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(FIRST, encoding="ascii")


def _sentence(job: InHand, error: Exception) -> str:
    named = known(error)
    if named is not None:
        return str(named)
    number = uuid.uuid4()
    trace = "".join(traceback.format_exception(error))
    _log.error("%s %s failed, problem %s\n%s", job.kind.name, job.code, number, trace)
    return f"平台内部出错:请把编号 {number} 告诉管理员。"
