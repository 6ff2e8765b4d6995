"""Pages of features as GeoJSON: texts as the database wrote them, set aside, so that none waits for a slow reader."""

import json
import tempfile
from collections.abc import Callable, Iterator
from typing import IO, Any, NamedTuple

from api.features.rows import Parts
from api.limits import COUNTED_FEATURES

__all__ = ["Told", "in_chunks", "with_members", "written"]

SPOOL_BYTES = 4 * 2**20
_CHUNK_BYTES = 2**16
_HEAD = b'{"type":"FeatureCollection","features":['


class Told(NamedTuple):
    """A page that was written: how many features, the last of them where there are more, and how many match at all.

    matched: None where they are more than are counted.
    """

    returned: int
    last: int | None
    matched: int | None


def written(found: Parts, limit: int, after_all: Callable[[Told], dict[str, Any]]) -> tuple[IO[bytes], Told]:
    """A FeatureCollection of a result of `Rows.features` that was asked for one more than `limit`, from its beginning.

    after_all: what the collection says besides its features, once these are known.
    """
    spool = tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES)  # noqa: SIM115 - closed once it is sent
    try:
        told = _write(spool, found, limit)
        tail = json.dumps(after_all(told), ensure_ascii=False, separators=(",", ":"))
        spool.write(b"\n]," + tail[1:].encode())
    except BaseException:
        spool.close()
        raise
    spool.seek(0)
    return spool, told


def _write(spool: IO[bytes], found: Parts, limit: int) -> Told:
    """Write the features, and the beginning of their collection."""
    spool.write(_HEAD)
    count, last, more, matched = 0, 0, False, 0
    for part in found:
        features = [row for row in part if row[0] is not None]
        matched += sum(int(text) for id, text in part if id is None)
        more = more or count + len(features) > limit
        kept = features[: limit - count]
        if kept:
            spool.write((",\n" if count else "\n").encode() + ",\n".join([text for _, text in kept]).encode())
            count, last = count + len(kept), kept[-1][0]
    return Told(count, last if more else None, matched if matched <= COUNTED_FEATURES else None)


def with_members(feature: str, members: dict[str, Any]) -> str:
    """A feature's text with more members.

    >>> with_members('{"type":"Feature"}', {"links": []})
    '{"type":"Feature","links":[]}'
    """
    more = json.dumps(members, ensure_ascii=False, separators=(",", ":"))
    return f"{feature[:-1]},{more[1:]}"


def in_chunks(spool: IO[bytes]) -> Iterator[bytes]:
    """What was set aside, in pieces to be sent."""
    return iter(lambda: spool.read(_CHUNK_BYTES), b"")
