"""Functions compiled to machine code, kept on disk so that no later start compiles them again.

Import what is compiled only where it is called: the compiler itself takes a third of a second to load.
"""

import hashlib
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeVar, cast

from numba import config, njit
from numba.core.caching import InTreeCacheLocator, UserProvidedCacheLocator, UserWideCacheLocator

__all__ = ["compiled"]

Function = TypeVar("Function", bound=Callable[..., object])

_ROOT = Path(__file__).parents[2]
_IMPORTED = re.compile(r"^from (geo(?:\.\w+)+) import ", re.MULTILINE)


def compiled(function: Function) -> Function:
    """The function, compiled at its first call for the types it is called with; without hold on other threads.

    What was compiled is kept in NUMBA_CACHE_DIR, beside the code or in the user's own folder, whichever can be written
    to first; where none can, each process compiles for itself.

    >>> @compiled
    ... def half(value: float) -> float:
    ...     return value / 2
    >>> half(3.0)
    1.5
    """
    options = vars(config)
    before = options["CACHE_LOCATOR_CLASSES"]
    options["CACHE_LOCATOR_CLASSES"] = ",".join(f"{__name__}.{kind.__name__}" for kind in (Given, BesideCode, Own))
    try:
        return cast(Function, njit(nogil=True, error_model="numpy", cache=True)(function))
    except RuntimeError:  # "no locator available"
        return cast(Function, njit(nogil=True, error_model="numpy")(function))
    finally:
        options["CACHE_LOCATOR_CLASSES"] = before


class _Stamped:
    """Keeps what was compiled until its file, or one of ours that it imports, changes; numba looks at its file alone.

    A function of another file, and a constant of it, is compiled into those that use it.
    """

    _py_file: str

    def get_source_stamp(self) -> str:
        files = sorted(_read_from(Path(self._py_file).resolve()))
        return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


class Given(_Stamped, UserProvidedCacheLocator):
    """The folder that NUMBA_CACHE_DIR names: for the same code wherever it lies, so that a copy finds it compiled."""

    def get_cache_path(self) -> str:
        return str(Path(vars(config)["CACHE_DIR"]) / self.get_source_stamp()[:16])


class BesideCode(_Stamped, InTreeCacheLocator):
    """The folder __pycache__ beside the code."""


class Own(_Stamped, UserWideCacheLocator):
    """The user's own folder for what can be made again."""


@cache
def _read_from(file: Path) -> frozenset[Path]:
    """A file and those of geo that it imports, and so on."""
    found, waiting = {file}, [file]
    while waiting:
        for name in _IMPORTED.findall(waiting.pop().read_text("utf-8")):
            other = _ROOT.joinpath(*name.split(".")).with_suffix(".py")
            if other.is_file() and other not in found:
                found.add(other)
                waiting.append(other)
    return frozenset(found)
