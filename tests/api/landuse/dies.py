"""The program that checks batches, but it is killed by any outline called 毒: `python -m tests.api.landuse.dies`."""

import os
import signal
import sys

from api.landuse.batches import work
from geo.landuse import chunks

POISON = "毒"
_checked = work._checked


def checked(connection, batch, some):
    if POISON in some.name.tolist():
        os.kill(os.getpid(), signal.SIGKILL)
    return _checked(connection, batch, some)


if __name__ == "__main__":
    work._checked = checked
    work.chunks = lambda boxes, vertices: chunks.chunks(boxes, vertices, chunks.Limits(outlines=2))
    sys.exit(work.main(sys.argv[1:]))
