"""What a change of a plan is evaluated from, as bytes to be kept: values of geo, packed without any code in them.

Arrays go as they are into one compressed archive, and what holds them as JSON that names the class. Unpacking makes
classes of geo alone, by their fields: bytes that name anything else are refused, so that whoever can write to the
database cannot have anything run.
"""

import dataclasses
import importlib
import io
import json
import math
import zipfile
import zlib
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.errors import BadInput

__all__ = ["MOST_BYTES", "pack", "unpack"]

MOST_BYTES = 64 * 2**20
"""What is larger is not kept, and the plan then cannot be changed by hand."""
_KIND, _VALUE = "#", "="
_OURS = "geo."
_BROKEN = (
    ValueError,
    KeyError,
    TypeError,
    OSError,
    EOFError,
    AttributeError,
    ImportError,
    zipfile.BadZipFile,
    zlib.error,
)


class Arrays(NamedTuple):
    """What goes into the archive; told: each array that was met, by where it is in memory, and what stands for it."""

    every: list[NDArray[Any]]
    told: dict[int, tuple[NDArray[Any], Any]]


def pack(value: object) -> bytes:
    """A value as bytes: dataclasses and named tuples of geo, arrays, shapes, days, zones and plain values.

    >>> unpack(pack({"at": (1.0, math.inf), "names": np.array(["a", None], dtype=object)}))["at"]
    (1.0, inf)
    """
    arrays = Arrays([], {})
    told = _told(value, arrays)
    out = io.BytesIO()
    named = {f"a{number}": array for number, array in enumerate(arrays.every)}
    np.savez_compressed(out, told=np.frombuffer(json.dumps(told).encode(), dtype=np.uint8), **named)  # type: ignore[arg-type]
    return out.getvalue()


def unpack(data: bytes) -> Any:
    """The value that was packed; raises BadInput for bytes that nobody here packed."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as held:
            return _made(json.loads(held["told"].tobytes()), Archive(held))
    except _BROKEN as error:
        raise BadInput(f"方案的重算数据读不出来({type(error).__name__}):请重新求解。") from error


def _told(value: Any, arrays: Arrays) -> Any:
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int | float | np.number | np.bool_):
        return _number(value.item() if isinstance(value, np.generic) else value)
    if isinstance(value, np.ndarray):
        return _array(value, arrays)
    if isinstance(value, shapely.Geometry):
        return {_KIND: "shape", _VALUE: shapely.to_wkb(value, hex=True)}
    if isinstance(value, date):
        return {_KIND: "date", _VALUE: value.isoformat()}
    if isinstance(value, ZoneInfo):
        return {_KIND: "zone", _VALUE: value.key}
    return _several(value, arrays)


def _several(value: Any, arrays: Arrays) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {one.name: _told(getattr(value, one.name), arrays) for one in dataclasses.fields(value) if one.init}
        return {_KIND: _name(type(value)), _VALUE: fields}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return {
            _KIND: _name(type(value)),
            _VALUE: {name: _told(getattr(value, name), arrays) for name in value._fields},
        }
    if isinstance(value, Mapping):
        return {_KIND: "map", _VALUE: [[_told(key, arrays), _told(one, arrays)] for key, one in value.items()]}
    for kind in (tuple, list, frozenset, set):
        if isinstance(value, kind):
            every = sorted(value) if kind in (frozenset, set) else value
            return {_KIND: kind.__name__, _VALUE: [_told(one, arrays) for one in every]}
    raise TypeError(f"{type(value).__name__} cannot be packed")


def _number(value: float) -> Any:
    finite = not isinstance(value, float) or math.isfinite(value)
    return value if finite else {_KIND: "float", _VALUE: repr(value)}


def _array(value: NDArray[Any], arrays: Arrays) -> Any:
    """What stands for an array; the same for the same one, however often it is met."""
    if id(value) not in arrays.told:
        arrays.told[id(value)] = value, _array_once(value, arrays)
    return arrays.told[id(value)][1]


def _array_once(value: NDArray[Any], arrays: Arrays) -> Any:
    every = arrays.every
    if value.dtype != object:
        every.append(value)
        return {_KIND: "array", _VALUE: len(every) - 1}
    flat = value.ravel()
    if all(one is None or isinstance(one, shapely.Geometry) for one in flat):
        parts = [b"" if one is None else shapely.to_wkb(one) for one in flat]
        every += [np.array([len(part) for part in parts], dtype=np.int64), np.frombuffer(b"".join(parts), np.uint8)]
        return {_KIND: "shapes", _VALUE: [len(every) - 2, list(value.shape)]}
    return {_KIND: "objects", _VALUE: [[_told(one, arrays) for one in flat], list(value.shape)]}


class Archive:
    """The arrays of an archive, each read once."""

    def __init__(self, held: Any) -> None:
        self._held, self._read = held, dict[tuple[int, bool], NDArray[Any]]()

    def array(self, number: int) -> NDArray[Any]:
        """An array by its number."""
        if (number, False) not in self._read:
            self._read[number, False] = self._held[f"a{number}"]
        return self._read[number, False]

    def shapes(self, number: int, shape: list[int]) -> NDArray[np.object_]:
        """An array of shapes by the number of its lengths."""
        if (number, True) not in self._read:
            self._read[number, True] = _shapes(self.array(number), self.array(number + 1), shape)
        return self._read[number, True]


def _made(told: Any, held: Archive) -> Any:
    if not isinstance(told, dict):
        return told
    kind, value = told[_KIND], told[_VALUE]
    simple: dict[str, Callable[[], Any]] = {
        "array": lambda: held.array(value),
        "shape": lambda: shapely.from_wkb(value),
        "shapes": lambda: held.shapes(*value),
        "objects": lambda: _objects([_made(one, held) for one in value[0]], value[1]),
        "date": lambda: date.fromisoformat(value),
        "zone": lambda: ZoneInfo(value),
        "float": lambda: float(value),
        "map": lambda: {_made(key, held): _made(one, held) for key, one in value},
    }
    if kind in simple:
        made: Any = simple[kind]()
        return made
    for several in (tuple, list, frozenset, set):
        if kind == several.__name__:
            return several(_made(one, held) for one in value)
    return _class(kind)(**{name: _made(one, held) for name, one in value.items()})


def _shapes(lengths: NDArray[np.int64], data: NDArray[np.uint8], shape: list[int]) -> NDArray[np.object_]:
    ends = np.cumsum(lengths)
    whole = data.tobytes()
    parts = [whole[end - length : end] or None for end, length in zip(ends.tolist(), lengths.tolist(), strict=True)]
    return np.asarray(shapely.from_wkb(np.array(parts, dtype=object)), dtype=object).reshape(shape)


def _objects(values: list[Any], shape: list[int]) -> NDArray[np.object_]:
    made = np.empty(len(values), dtype=object)
    for place, value in enumerate(values):
        made[place] = value
    return made.reshape(shape)


def _name(kind: type) -> str:
    if not kind.__module__.startswith(_OURS):
        raise TypeError(f"{kind.__module__}.{kind.__qualname__} cannot be packed")
    return f"{kind.__module__}:{kind.__qualname__}"


def _class(name: str) -> Any:
    module, _, qualname = name.partition(":")
    if not module.startswith(_OURS):
        raise ValueError(f"{name[:80]} is none of ours")
    found = getattr(importlib.import_module(module), qualname)
    if not (isinstance(found, type) and (dataclasses.is_dataclass(found) or hasattr(found, "_fields"))):
        raise ValueError(f"{name[:80]} holds no values")
    return found
