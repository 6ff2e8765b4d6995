"""A batch of land checks as it is asked for: the file read, each outline apart, and kept to be checked."""

from sqlalchemy import Connection

from api.access.reader import Reader
from api.landuse.batches import store
from api.landuse.body import WhenBody
from api.landuse.checking import when_of
from api.landuse.desk import Desk
from api.landuse.reading.outlines import Read
from api.landuse.sent import Parcel, parsed
from api.landuse.store import code_of
from api.landuse.words import ACTIVITIES
from api.tracks.moments import instant
from layers.errors import TooLarge

__all__ = ["MOST_OUTLINES", "BatchBody", "ask", "asked_of", "check_count", "outlines_of"]

MOST_OUTLINES = 20_000


class BatchBody(WhenBody):
    """Outlines to be checked each apart: those of a file, of a GeoJSON or of a pasted text."""


def ask(desk: Desk, reader: Reader, parcel: Parcel) -> str:
    """Keep what a request asks for, to be checked; the batch's code.

    Outlines that cannot be read are rows with the reason. Raises what the reading raises where none can be, TooLarge
    for more than a batch may hold, TooMany where this person waits for too many already.
    """
    body = parsed(parcel, BatchBody)
    read, source = desk.outlines(reader, parcel, body)
    check_count(read)
    named = body.name or (source[:200] if parcel.file is not None else None)
    with desk.database.transaction(reader, write=True) as connection:
        asked = asked_of(connection, desk, reader, body, read, source)
        store.add(connection, asked._replace(name=named), outlines_of(read), reader.name)
    return asked.code


def check_count(read: Read) -> None:
    """Raises TooLarge for more outlines than a batch may hold."""
    if len(read.shapes) > MOST_OUTLINES:
        raise TooLarge(f"文件里有 {len(read.shapes):,} 个范围,一批至多 {MOST_OUTLINES:,}:请拆成几个文件。")


def asked_of(
    connection: Connection, desk: Desk, reader: Reader, body: BatchBody, read: Read, source: str
) -> store.Asked:
    """A batch as it is to be kept, with a code of its own, as of the moment that was asked for, or now."""
    now, place = desk.bases.now(connection), desk.place(connection)
    when = when_of(connection, now, body.as_of, instant(body.known_at, "known_at", place.zone))
    told = {
        "activity_name": ACTIVITIES[body.activity].zh,
        "source": source,
        "crs": read.crs,
        "crs_name": read.crs_name,
        "crs_how": read.crs_how,
        "notes": list(read.notes),
    }
    return store.Asked(
        code=code_of("PL", now.now, place.zone),
        name=body.name,
        activity=body.activity,
        as_of=when.as_of,
        known_at=when.known_at,
        tolerance_m=body.tolerance_m,
        asked=told,
        signed_in=reader.signed_in,
    )


def outlines_of(read: Read) -> store.Outlines:
    """As they are kept: those without a name are called by their place."""
    names = [(name or f"范围 {place}")[:200] for place, name in enumerate(read.names, start=1)]
    return store.Outlines(names, read.shapes, [None if fault is None else str(fault) for fault in read.faults])
