"""Every error we raise on purpose. Messages are safe to show: they name the value and the remedy.

CityError
├── NotFound          there is no such layer, feature, patrol or file
├── BadInput          the caller's input cannot mean anything
│   ├── BadGeometry   … because its geometry is broken, empty or out of bounds
│   ├── BadCrs        … because its coordinate system is missing or cannot be right
│   └── BadFile       … because the file is truncated, hostile or of an unknown kind
├── TooLarge          the input is over a stated limit
├── Conflict          it contradicts what is stored
├── NotSignedIn       nobody may do this without a token
├── NotAllowed        this person's roles do not reach so far
├── NotReady          the database cannot answer now: starting, unreachable, out of time
└── NotPossible       the machine stands in the way: port, disk, version, missing program
"""

from collections.abc import Mapping
from types import MappingProxyType

__all__ = [
    "BadCrs",
    "BadFile",
    "BadGeometry",
    "BadInput",
    "CityError",
    "Conflict",
    "NotAllowed",
    "NotFound",
    "NotPossible",
    "NotReady",
    "NotSignedIn",
    "TooLarge",
]


class CityError(Exception):
    """Any error raised on purpose; its text is one sentence for the person who caused it.

    members: what else is told of it, by name, for programs that can offer a way out.
    """

    members: Mapping[str, object] = MappingProxyType({})


class NotFound(CityError):
    """Raised when there is no such layer, feature, patrol or file."""


class BadInput(CityError):
    """Raised when the caller's input cannot mean anything."""


class BadGeometry(BadInput):
    """Raised when a geometry is broken, empty, of the wrong kind or out of bounds."""


class BadCrs(BadInput):
    """Raised when a coordinate system is missing, unknown or cannot be right."""


class BadFile(BadInput):
    """Raised when a file is truncated, hostile or of a kind we do not read."""


class TooLarge(CityError):
    """Raised when the input is over a stated limit."""


class Conflict(CityError):
    """Raised when the request contradicts what is stored."""


class NotSignedIn(CityError):
    """Raised when a token is needed and none, or none that holds, was sent."""


class NotAllowed(CityError):
    """Raised when the reader's roles do not allow this."""


class NotReady(CityError):
    """Raised when the database cannot answer now."""


class NotPossible(CityError):
    """Raised when the machine stands in the way: a port, the disk, a version, a missing program."""
