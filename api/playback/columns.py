"""Numbers as columns that are short to write: whole numbers, each as the difference from the one before."""

from typing import Any

import numpy as np
import orjson
from fastapi import Request
from fastapi.responses import Response
from numpy.typing import ArrayLike

from api.tiles.packed import Packed, accepted

__all__ = ["DEGREES", "MILLISECONDS", "answer", "steps"]

DEGREES = 1_000_000
"""Parts of a degree that places are written in: a tenth of a metre."""
MILLISECONDS = 1000
_ENCODINGS = ("br", "gzip", "identity")


def steps(values: ArrayLike, parts: int) -> list[int]:
    """A column as whole parts of its unit: the first as it is, then each less the one before.

    >>> steps([114.5, 114.500003, 114.499999], DEGREES), steps([], DEGREES)
    ([114500000, 3, -4], [])
    """
    whole = np.round(np.asarray(values, dtype=np.float64) * parts).astype(np.int64)
    return np.diff(whole, prepend=0).tolist() if len(whole) else []


def answer(request: Request, told: dict[str, Any], at: str | None) -> Response:
    """What is told as JSON, compressed as the caller takes it; 304 where the caller holds the same already.

    at: as of when it is true. It is told in the header Known-At, for what was not changed since is the same.
    """
    packed = Packed(orjson.dumps(told))
    encoding = next(one for one in accepted(request.headers.get("accept-encoding", "")) if one in _ENCODINGS)
    known = {"Known-At": at} if at else {}
    held = packed.matches(request.headers.get("if-none-match", "")) if "if-none-match" in request.headers else None
    headers = {"ETag": held or packed.etag(encoding), "Vary": "Accept-Encoding", **known}
    if held:
        return Response(status_code=304, headers=headers)
    if encoding != "identity":
        headers["Content-Encoding"] = encoding
    return Response(packed.encoded(encoding), media_type="application/json", headers=headers)
