"""Who is at the door, where thousands are answered a second: by memory, and for how long that holds."""

import time

from fastapi import Request

from api.access.gate import Gate
from api.access.reader import Reader
from api.access.rights import Open, Requirement
from api.access.watch import Known
from layers.catalogue import ROLES
from layers.errors import CityError

_AGAIN_S = 0.5
"""After so long a reader is read anew: a token may have expired."""


class Recall:
    """Readers by memory alone, which layers each may see, and whether what was found out a moment ago still holds."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._requirement = Requirement(frozenset(ROLES), Open.READ)
        self._known: Known | None = None
        self._good_until_s = 0.0
        self._version = object()

    def version(self) -> object:
        """What changes, into another object, whenever a reader may be another than before: twice a second at least.

        Nothing may be remembered from one version for the next: a token may have been revoked, or have expired.
        """
        known, now_s = self._gate.watch.known(), time.monotonic()
        if known is not self._known or now_s > self._good_until_s:
            self._known, self._good_until_s, self._version = known, now_s + _AGAIN_S, object()
        return self._version

    def reader(self, authorization: bytes | None, cookie: bytes | None) -> Reader | None:
        """The reader, where memory knows them; None where the gate has to be asked, or would refuse them."""
        given = [(b"authorization", authorization), (b"cookie", cookie)]
        headers = [(name, value) for name, value in given if value is not None]
        try:
            return self._gate.recall(Request({"type": "http", "headers": headers}))
        except CityError:
            return None

    def may_read(self, reader: Reader, layers: tuple[str, ...]) -> bool:
        """Whether the reader may see all of these layers; False, too, where one of them does not exist."""
        try:
            self._requirement.check(reader, open_read=self._gate.open_read)
        except CityError:
            return False
        catalogue = self._gate.catalogue
        return all(layer in catalogue and reader.may_read(catalogue[layer]) for layer in layers)
