"""One batch of land checks, by a process of its own: `python -m api.landuse.batches.work CODE WORKER`.

Outlines are checked in chunks of neighbours, so that the city around them is read once, and each chunk's rows are kept
in one transaction. Whatever becomes of the process, what was kept stays: who takes the batch up again goes on from
there. Where it died, outlines are checked one by one for a while, and the one it dies of again is told so and left.
"""

import logging
import sys
import traceback
import uuid
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection

from api.answers.problems import known
from api.database import Database
from api.jobs import process
from api.jobs.in_hand import SERVER, InHand, NotWanted, dumped
from api.landuse.batches import store
from api.landuse.batches.around import part_of, read_around
from api.landuse.batches.kind import BATCHES
from api.landuse.batches.row import Conflict, columns_of, conflicts_of, row_of
from api.landuse.checking import Deployment, Drawn, Question, Side, checked, deployment, drawn, told
from api.landuse.evidence.basis import Bases, Basis
from api.landuse.evidence.city import When
from api.settings import Settings
from geo.landuse.chunks import chunks
from geo.landuse.many import trees_of
from layers import query
from layers.crs import Geometries
from layers.errors import NotReady

__all__ = ["check_stored", "main"]

MOST_TRIES = 2
DIED = "核查这个范围时进程两次中断(可能顶点太多、内存不足):请简化它后单独核查。"
_log = logging.getLogger("huashan.landuse")


class Batch(NamedTuple):
    """A batch in hand: what was asked for, and what all of it is checked by."""

    batch_id: int
    row: store.Row
    when: When
    basis: Basis
    place: Deployment


class Waiting(NamedTuple):
    """Outlines without an answer: (n,) numbers, names, shapes in metres, how often each was tried alone, in vain."""

    number: NDArray[np.int64]
    name: NDArray[np.object_]
    shape: Geometries
    tried: NDArray[np.int64]

    def take(self, index: NDArray[np.int64]) -> "Waiting":
        """Those at these places."""
        return Waiting(self.number[index], self.name[index], self.shape[index], self.tried[index])


class Kept(NamedTuple):
    """What comes of some outlines, as it is kept: of each its answer and row, or why there is none; and conflicts."""

    numbers: list[int]
    answers: list[str | None]
    rows: list[str | None]
    faults: list[str | None]
    conflicts: list[Conflict]


def check_stored(job: InHand) -> None:
    """Check what a batch in hand still lacks, and keep it as it comes; where that fails, say in words why.

    Raises NotWanted where the batch is not this worker's any more, NotReady where the database is away.
    """
    process.answered(job, lambda: _check(job), again=(NotReady,))


def _check(job: InHand) -> None:
    job.stage("reading")
    # One snapshot for all: an import that began before the batch and is committed meanwhile is known at no outline of
    # it, though its rows bear a time before the batch's own.
    still = Database(job.database.engine.execution_options(isolation_level="REPEATABLE READ"))
    with still.transaction(SERVER) as connection:
        query.execute(connection, "landuse/batch_patience")
        batch = _batch(connection, job.code)
        waiting = _waiting(connection, batch.batch_id)
        if _all_checked(job, connection, batch, waiting):
            _done(job)
            return
    job.cancelled()


def _all_checked(job: InHand, connection: Connection, batch: Batch, waiting: Waiting) -> bool:
    """Check chunk after chunk, and keep what comes of each; whether to the end."""
    done = batch.row["total"] - len(waiting.number)
    job.stage("checking", {"done": done, "total": batch.row["total"]})
    careful = batch.row["attempts"] > 1
    for some in _in_order(waiting, careful=careful):
        kept = (
            _alone(job, connection, batch, some)
            if careful and len(some.number) == 1
            else _checked(connection, batch, some)
        )
        done += len(kept.numbers)
        if not job.note({"done": done}, lambda connection, kept=kept: _keep(connection, batch, kept)):  # type: ignore[misc]
            return False
    return True


def _batch(connection: Connection, code: str) -> Batch:
    place, bases = deployment(connection), Bases()
    row = dict(query.rows(connection, "landuse/batch_one", None, code=code)[0])
    when = When(row["as_of"], row["known_at"])
    basis = bases.read(connection, when.as_of, when.known_at, bases.now(connection))
    return Batch(row["batch_id"], row, when, basis, place)


def _waiting(connection: Connection, batch_id: int) -> Waiting:
    rows = query.rows(connection, "landuse/batch_undone", None, batch_id=batch_id)
    names = np.empty(len(rows), dtype=object)
    names[:] = [row["name"] for row in rows]
    shapes = shapely.from_wkb(np.array([bytes(row["outline"]) for row in rows], dtype=object))
    numbers = np.array([row["number"] for row in rows], dtype=np.int64)
    return Waiting(numbers, names, shapes, np.array([row["tried"] for row in rows], dtype=np.int64))


def _in_order(waiting: Waiting, *, careful: bool) -> Iterator[Waiting]:
    """Chunks of neighbours; careful: those of the first chunk one by one, for one of them may be what it died of.

    Those that were tried alone before come first, alone.
    """
    boxes = np.nan_to_num(shapely.bounds(waiting.shape).reshape(-1, 4))
    found = chunks(boxes, shapely.get_num_coordinates(waiting.shape).astype(np.int64))
    alone = np.flatnonzero(waiting.tried)
    first = [np.setdiff1d(found[0], alone)] if careful and found else []
    apart = np.concatenate([alone, *first])
    yield from (waiting.take(np.array([place])) for place in apart)
    left = (np.setdiff1d(chunk, apart) for chunk in found)
    yield from (waiting.take(chunk) for chunk in left if len(chunk))


def _alone(job: InHand, connection: Connection, batch: Batch, some: Waiting) -> Kept:
    """What comes of one outline where a process died: it is noted first, so that whoever comes next knows of which."""
    number = int(some.number[0])
    if some.tried[0] >= MOST_TRIES:
        return Kept([number], [None], [None], [DIED], [])
    with job.database.transaction(SERVER, write=True) as noting:
        query.execute(noting, "landuse/batch_tried", None, batch_id=batch.batch_id, number=number)
    return _checked(connection, batch, some)


def _checked(connection: Connection, batch: Batch, some: Waiting) -> Kept:
    """What comes of some outlines, each apart: what is wrong with one is no fault of the others."""
    kept = Kept([], [], [], [], [])
    fit: list[tuple[int, str | None, Drawn]] = []
    for number, name, shape in zip(some.number.tolist(), some.name, some.shape, strict=True):
        try:
            fit.append((number, name, drawn(shape, batch.place.metric_crs)))
        except Exception as error:
            _fault(kept, number, _sentence(batch, number, error))
    if fit:
        _check_fit(connection, batch, fit, kept)
    return kept


def _check_fit(connection: Connection, batch: Batch, fit: Sequence[tuple[int, str | None, Drawn]], kept: Kept) -> None:
    metric_crs, tolerance_m = batch.place.metric_crs, batch.row["tolerance_m"]
    outlines = [own.outline for _, _, own in fit]
    reading = read_around(connection, outlines, batch.when, batch.basis.classes, metric_crs)
    trees = trees_of(reading.city)
    for number, name, own in fit:
        try:
            part = Side(batch.when, part_of(reading, trees, own.outline, tolerance_m), batch.basis)
            question = _question(batch, name, own)
            found = checked(question, part, metric_crs)
            answered = told(question, found, part, batch.place, pieces=False)
            conflicts = conflicts_of(number, found, part.reading.city, answered)
            row = dumped(row_of(answered, len(conflicts)))
        except Exception as error:
            _fault(kept, number, _sentence(batch, number, error))
            continue
        kept.numbers.append(number)
        kept.answers.append(answered["verdict"]["answer"])
        kept.rows.append(row)
        kept.faults.append(None)
        kept.conflicts.extend(conflicts)


def _question(batch: Batch, name: str | None, own: Drawn) -> Question:
    row, asked = batch.row, batch.row["asked"]
    return Question(
        own, row["activity"], batch.when, None, row["tolerance_m"], name, asked["source"], asked["crs"],
        asked["crs_name"], asked["crs_how"], tuple(asked["notes"]),
    )  # fmt: skip


def _fault(kept: Kept, number: int, sentence: str) -> None:
    kept.numbers.append(number)
    kept.answers.append(None)
    kept.rows.append(None)
    kept.faults.append(sentence)


def _sentence(batch: Batch, number: int, error: Exception) -> str:
    named = known(error)
    if named is not None:
        return str(named)
    problem = uuid.uuid4()
    trace = "".join(traceback.format_exception(error))
    _log.error("outline %s of batch %s failed, problem %s\n%s", number, batch.row["code"], problem, trace)
    return f"平台内部出错:请把编号 {problem} 告诉管理员。"


def _keep(connection: Connection, batch: Batch, kept: Kept) -> None:
    bound = kept._asdict()
    conflicts = bound.pop("conflicts")
    query.execute(connection, "landuse/batch_keep", None, batch_id=batch.batch_id, **bound)
    if conflicts:
        columns: dict[str, Any] = columns_of(conflicts, batch.place.metric_crs)
        query.execute(connection, "landuse/batch_conflicts_keep", None, batch_id=batch.batch_id, **columns)


def _done(job: InHand) -> None:
    progress = dumped(job.told() | {"stage": "done"})
    with job.database.transaction(SERVER, write=True) as connection:
        bound = {"code": job.code, "worker": job.worker, "progress": progress}
        if query.value(connection, "landuse/batch_done", None, **bound) is None:
            raise NotWanted(job.code)


def main(arguments: Sequence[str]) -> int:
    """Check the batch of a code in the name of a worker; the process's exit status."""
    code, worker = arguments

    def work(database: Database, settings: Settings) -> None:
        check_stored(InHand(BATCHES, database, code, worker))

    return process.run(work)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
