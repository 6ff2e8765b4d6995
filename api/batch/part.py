"""One part of a recomputation worked out, each patrol in a transaction of its own; needs no Dask.

What comes with the call is two numbers. All else is read from the database that the environment of the very process
names, and where the run is not found there, or was begun with other code, the work is refused: no address and no
password goes through a scheduler, and nobody recomputes another city.
"""

import os
from collections.abc import Callable
from functools import cache, partial
from typing import NamedTuple

from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from api.batch.edition import code_edition
from api.database import Database, Operator, connect_args
from api.patrols.accept import work_out
from api.patrols.rework import Reworked, Surroundings, adjoining, refresh_changed
from api.settings import read_settings
from api.sightings.targets import Targets
from api.unexpected import written_down
from layers import query
from layers.catalogue import read_catalogue
from layers.errors import CityError, NotPossible, NotReady

IDLE_S = 1800
"""How long a transaction may wait for its patrol to be computed: the locks of a machine that vanished go after this."""
_WORKER = Operator("huashan")
_NO_TABLE = "42P01"
_MOST_CHARS = 300


class Fault(NamedTuple):
    """A patrol that could not be worked out, by its code (None: the part as a whole), and why."""

    patrol: str | None
    reason: str


class Done(NamedTuple):
    """What became of a part: it is done, unless there are faults or it was stopped."""

    part_id: int
    faults: tuple[Fault, ...] = ()
    stopped: bool = False


def work_part(run_id: str, part_id: int) -> Done:
    """Work out a part in this process, on the database that its environment names; one that is done is not repeated.

    Raises NotPossible or NotReady, saying why, where this process cannot take part in the run.
    """
    desk = _desk()
    desk.check(run_id)
    return desk.work(run_id, part_id)


def refusal(run_id: str) -> str | None:
    """Why this process cannot take part in the run, in a sentence; None where it can."""
    try:
        _desk().check(run_id)
    except CityError as error:
        return str(error)
    return None


class Desk:
    """Where a process works: its database, and the lines that patrols may see, kept while they do not change."""

    def __init__(self, url: str) -> None:
        limits = connect_args("huashan recompute") | {"options": f"-c idle_in_transaction_session_timeout={IDLE_S}s"}
        self._database = Database(create_engine(url, pool_pre_ping=True, connect_args=limits))
        self._targets = Targets(read_catalogue())

    def check(self, run_id: str) -> None:
        """Raises NotPossible or NotReady where the run is not recorded here, or was begun with other code."""
        url = self._database.engine.url
        where = f"{url.query.get('host') or url.host or '本机'}/{url.database}"
        try:
            with self._database.transaction(_WORKER) as connection:
                found = query.rows(connection, "patrol/recompute_one", None, run_id=run_id)
        except OperationalError as error:
            said = (str(error.orig).strip().splitlines() or ["原因不明"])[0]
            raise NotReady(f"连不上数据库 {where}:{said[:_MOST_CHARS]};请检查 HUASHAN_DATABASE_URL。") from None
        except ProgrammingError as error:
            if getattr(error.orig, "pgcode", None) != _NO_TABLE:
                raise
            found = []
        if not found:
            raise NotPossible(
                f"数据库 {where} 不是发起重算的那一个:请让 HUASHAN_DATABASE_URL 指向同一个数据库,再启动工作进程。"
            )
        if found[0]["code"] != code_edition():
            raise NotPossible("这里的程序或所用的库与发起重算的版本不同:请两边安装同一版本,再启动工作进程。")

    def work(self, run_id: str, part_id: int) -> Done:
        """Work out the patrols of a part that are still there, one after another; the others go on where one fails."""
        with self._database.transaction(_WORKER) as connection:
            patrols = query.rows(connection, "patrol/recompute_patrols", None, part_id=part_id)
        faults: list[Fault] = []
        stopped = False
        try:
            for patrol in patrols:
                stopped = self._stopped(run_id)
                if stopped:
                    break
                faults += _tried(patrol["code"], partial(self._work_out, part_id, patrol["patrol_id"]))
        except BaseException:
            self._settle(part_id)
            raise
        self._settle(part_id, done=not (faults or stopped))
        return Done(part_id, tuple(faults), stopped)

    def _work_out(self, part_id: int, patrol_id: int) -> None:
        with self._database.transaction(_WORKER, write=True) as connection:
            # Before anything is read: no line changes between looking at it and writing down who saw it.
            query.execute(connection, "patrol/rework_lock", None, patrol_id=patrol_id)
            reworked = work_out(connection, patrol_id, Surroundings.read(connection, self._targets))
            if reworked:
                _note(connection, part_id, patrol_id, reworked)

    def _stopped(self, run_id: str) -> bool:
        with self._database.transaction(_WORKER) as connection:
            found = query.rows(connection, "patrol/recompute_one", None, run_id=run_id)
        return not found or bool(found[0]["stopped"])

    def _settle(self, part_id: int, *, done: bool = False) -> None:
        """Renew what was last seen of the targets that the part's patrols changed.

        Once for all of them, and after them: the lock under which that happens would have patrols wait for each other.
        Which targets these are stands in the database, so that it is made up for where a worker dies in between.
        """
        with self._database.transaction(_WORKER, write=True) as connection:
            changed: dict[str, set[str]] = {}
            for row in query.rows(connection, "patrol/recompute_changed", None, part_id=part_id):
                changed.setdefault(row["layer"], set()).add(row["code"])
            refresh_changed(connection, changed)
            query.execute(connection, "patrol/recompute_settle", None, part_id=part_id, done=done)


def _desk() -> Desk:
    return _desk_at(read_settings(os.environ).database_url)


@cache
def _desk_at(url: str) -> Desk:
    return Desk(url)


def _note(connection: Connection, part_id: int, patrol_id: int, reworked: Reworked) -> None:
    pairs = [(layer, code) for layer, codes in sorted(reworked.changed.items()) for code in sorted(codes)]
    columns = {"changed_layers": [layer for layer, _ in pairs], "changed_codes": [code for _, code in pairs]}
    query.execute(connection, "patrol/recompute_note", None, part_id=part_id, patrol_id=patrol_id, **columns)
    if reworked.moved:
        later = adjoining(connection, patrol_id)
        query.execute(connection, "patrol/recompute_adjoining", None, part_id=part_id, patrol_ids=later)


def _tried(code: str, work: Callable[[], None]) -> list[Fault]:
    """The fault of a patrol that fails by itself; without a database every one would, and that is raised."""
    try:
        work()
    except CityError as error:
        return [Fault(code, str(error))]
    except Exception as error:
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            raise
        said = (str(error).strip().splitlines() or [""])[0]
        return [Fault(code, f"{type(error).__name__}: {said[:_MOST_CHARS]};{written_down(error)}")]
    return []
