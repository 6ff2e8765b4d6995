"""Which code this is: what must be equal wherever parts of one recomputation are worked out."""

from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pyproj
import shapely

ROOT = Path(__file__).parents[2]
COUNTS = ("geo", "layers", "api/tracks", "api/sightings", "api/patrols", "api/batch")
"""What a recomputed row depends on: these folders' Python and SQL."""


@cache
def code_edition() -> str:
    """A digest of the code by which patrols are worked out, and of what it computes with.

    Equal digests give equal rows from equal fixes; where they differ, a run is not gone on with, and no worker takes
    part in another's.

    >>> len(code_edition())
    16
    """
    digest = sha256()
    for file in _files():
        digest.update(f"{file.relative_to(ROOT)}\n".encode())
        digest.update(file.read_bytes())
    tools = (
        np.__version__,
        version("numba"),
        shapely.__version__,
        shapely.geos_version_string,
        pyproj.proj_version_str,
    )
    digest.update(" ".join(tools).encode())
    return digest.hexdigest()[:16]


def _files() -> Iterator[Path]:
    for folder in COUNTS:
        yield from sorted(file for file in (ROOT / folder).rglob("*") if file.suffix in (".py", ".sql", ".toml"))
