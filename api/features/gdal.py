"""Arrow batches as a file that GDAL writes: in this process where they are few, else in one of their own.

GDAL holds the interpreter while it closes a file: 1 to 2 s for the index of 200,000 features, in which no tile would be
answered. Its memory, too, is then that other process's.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

__all__ = ["Target", "write"]

_ROOT = Path(__file__).parents[2]


class Target(NamedTuple):
    """What is written: the file, GDAL's driver, the layer's name, the kind of its geometries and their system."""

    path: str
    driver: str
    layer: str
    kind: str
    crs: str


def write(batches: Iterator[Any], schema: Any, target: Target) -> None:
    """Write batches of one schema, whose last field `geom` is WKB."""
    import pyarrow as pa

    first = [batch for _, batch in zip(range(2), batches, strict=False)]
    whole = chain(first, batches)
    if len(first) < 2:
        _write(pa.RecordBatchReader.from_batches(schema, whole), target)
    else:
        _write_apart(whole, schema, target)


def _write(reader: Any, target: Target) -> None:
    import pyogrio

    path, driver, layer, kind, crs = target
    named = {"layer": layer, "geometry_name": "geom", "geometry_type": kind}
    pyogrio.write_arrow(reader, path, driver=driver, crs=crs, **named)


def _write_apart(batches: Iterator[Any], schema: Any, target: Target) -> None:
    import pyarrow as pa

    paths = os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH")]))
    command = [sys.executable, "-m", __name__, json.dumps(target)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ | {"PYTHONPATH": paths}
    ) as child:
        try:
            with pa.ipc.new_stream(child.stdin, schema) as stream:
                for batch in batches:
                    stream.write_batch(batch)
        except BrokenPipeError:
            pass  # what went wrong, the other end says
        except BaseException:
            child.kill()
            raise
        _, said = child.communicate()
    if child.returncode:
        raise RuntimeError(f"GDAL did not write {target.driver}: {said.decode(errors='replace')[-2000:]}")


def main() -> None:
    """Write the stream that comes in to the target that the one argument names."""
    import pyarrow as pa

    _write(pa.ipc.open_stream(sys.stdin.buffer), Target(*json.loads(sys.argv[1])))


if __name__ == "__main__":
    main()
