"""A batch of land checks as it is asked for: the file read, each outline apart, and kept to be checked."""

from api.access.reader import Reader
from api.landuse.batches import store
from api.landuse.body import WhenBody
from api.landuse.checking import when_of
from api.landuse.desk import Desk
from api.landuse.outlines import Read
from api.landuse.sent import Parcel, parsed
from api.landuse.store import code_of
from api.landuse.words import ACTIVITIES
from api.tracks.moments import instant
from layers.errors import TooLarge

__all__ = ["MOST_OUTLINES", "BatchBody", "ask"]

MOST_OUTLINES = 20_000


class BatchBody(WhenBody):
    """Outlines to be checked each apart: those of a file, of a GeoJSON or of a pasted text."""


def ask(desk: Desk, reader: Reader, parcel: Parcel) -> str:
    """Keep what a request asks for, to be checked; the batch's code.

    Outlines that cannot be read are rows with the reason. Raises what the reading raises where none can be, TooLarge
    for more than a batch may hold, TooMany where this person waits for too many already.
    """
    body = parsed(parcel, BatchBody)
    read, source, place = desk.outlines(reader, parcel, body)
    count = len(read.shapes)
    if count > MOST_OUTLINES:
        raise TooLarge(f"文件里有 {count:,} 个范围,一批至多 {MOST_OUTLINES:,}:请拆成几个文件。")
    with desk.database.transaction(reader, write=True) as connection:
        now = desk.bases.now(connection)
        when = when_of(connection, now, body.as_of, instant(body.known_at, "known_at", place.zone))
        asked = store.Asked(
            code=code_of("PL", now.now, place.zone),
            name=body.name or (source[:200] if parcel.file is not None else None),
            activity=body.activity,
            as_of=when.as_of,
            known_at=when.known_at,
            tolerance_m=body.tolerance_m,
            asked={
                "activity_name": ACTIVITIES[body.activity].zh,
                "source": source,
                "crs": read.crs,
                "crs_name": read.crs_name,
                "crs_how": read.crs_how,
                "notes": list(read.notes),
            },
            signed_in=reader.signed_in,
        )
        store.add(connection, asked, _outlines(read), reader.name)
    return asked.code


def _outlines(read: Read) -> store.Outlines:
    """As they are kept: those without a name are called by their place."""
    names = [(name or f"范围 {place}")[:200] for place, name in enumerate(read.names, start=1)]
    return store.Outlines(names, read.shapes, [None if fault is None else str(fault) for fault in read.faults])
