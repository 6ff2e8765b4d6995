"""A batch of land checks done by the command itself, with its progress shown; kept like any other."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.access.reader import Reader
    from api.landuse.batches.asking import BatchBody
    from api.landuse.desk import Desk
    from api.landuse.reading.outlines import Read
    from api.settings import Settings

__all__ = ["checked_here"]


def checked_here(
    desk: "Desk", reader: "Reader", settings: "Settings", body: "BatchBody", read: "Read", source: str
) -> str:
    """Check the outlines in this process; the batch's code. Raises NotPossible where that ends without an answer."""
    from api.jobs.in_hand import InHand
    from api.jobs.runner import holding, worker_name
    from api.landuse.batches import store
    from api.landuse.batches.asking import asked_of, check_count, outlines_of
    from api.landuse.batches.kind import BATCHES
    from api.landuse.batches.work import check_stored
    from layers.errors import NotPossible

    check_count(read)
    worker = worker_name()
    # Held from before it is there for others to see: no server takes it for one that nobody is at.
    with holding(settings.owner_url, BATCHES) as hold:
        with desk.database.transaction(reader, write=True) as connection:
            asked = asked_of(connection, desk, reader, body, read, source)
            named = asked._replace(name=body.name or source[:200])
            number = store.add(connection, named, outlines_of(read), reader.name)
            hold(number)
            BATCHES.value(connection, "take", number=number, worker=worker)
        with _progress(len(read.shapes)) as tell:
            batch = InHand(BATCHES, desk.database, asked.code, worker, tell)
            try:
                check_stored(batch)
            except KeyboardInterrupt:
                batch.cancelled()  # else a server would take it for one whose process died
                raise
    with desk.database.transaction(reader) as connection:
        found = store.one(connection, reader, asked.code)
    if found["status"] != "done":
        raise NotPossible(f"批量核查 {asked.code} 没有完成:{found['fault'] or store.STATUS[found['status']]}")
    return asked.code


@contextmanager
def _progress(total: int) -> "Iterator[Callable[[dict[str, Any]], None]]":
    """Shows how many outlines are checked, on a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    shown = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*shown, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("核查", total=total)
        yield lambda told: progress.update(task, completed=told.get("done", 0))
