"""One thing that screens are told, and how it is written: by the framework's own words for event streams."""

import json
from collections.abc import Hashable, Mapping
from typing import Any, NamedTuple

from fastapi.sse import format_sse_event

Key = tuple[str, Hashable]
"""Whom an event is for: its kind, and which of those who may be told of it."""
Box = tuple[float, float, float, float]
"""West, south, east, north, degrees."""
RETRY_MS = 3000


class Event(NamedTuple):
    """One event: its number, whom it is for, where it lies (None: anywhere), and its bytes."""

    number: int
    key: Key
    boxes: tuple[Box, ...] | None
    text: bytes

    def touches(self, box: Box | None) -> bool:
        """Whether any of it lies in a box; what lies anywhere does, and all does where there is no box.

        >>> Event(1, ("tiles", "road"), ((0, 0, 1, 1),), b"").touches((1, 1, 2, 2))
        True
        >>> Event(1, ("tiles", "road"), ((0, 0, 1, 1),), b"").touches((2, 2, 3, 3))
        False
        """
        if box is None or self.boxes is None:
            return True
        west, south, east, north = box
        return any(w <= east and e >= west and s <= north and n >= south for w, s, e, n in self.boxes)


def written(name: str, data: Mapping[str, Any], number_told: str) -> bytes:
    """An event as it goes over the wire.

    >>> written("end", {"reason": "停止"}, "a1-7").decode()
    'event: end\\ndata: {"reason":"停止"}\\nid: a1-7\\n\\n'
    """
    return format_sse_event(event=name, data_str=_json(data), id=number_told)


def hello(data: Mapping[str, Any], number_told: str) -> bytes:
    """The first event of a stream, with how soon to come again where it breaks."""
    return format_sse_event(event="hello", data_str=_json(data), id=number_told, retry=RETRY_MS)


def alive(data: Mapping[str, Any], number_told: str) -> bytes:
    """A sign of life, and up to where everything was told: a comment, as proxies know it, and an event beside it.

    A page is not shown comments, and could not tell a connection that died from one on which nothing happens.

    >>> alive({}, "a1-7")
    b': alive\\nevent: alive\\ndata: {}\\nid: a1-7\\n\\n'
    """
    return format_sse_event(comment="alive", event="alive", data_str=_json(data), id=number_told)


def _json(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
