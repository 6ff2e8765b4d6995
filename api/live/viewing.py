"""What is being asked for, because somebody is told it or was a moment ago and may come back."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from api.live.event import Key
from api.live.views import Found, View

LINGER_S = 60.0


@dataclass
class _Asked:
    """A view that is asked for since the event of a number; last: what it was told last."""

    view: View
    since: int
    streams: int = 0
    left_s: float = 0.0
    last: Any = None


class Viewing:
    """The views that streams have in common, each asked for once."""

    def __init__(self) -> None:
        self._asked: dict[Key, _Asked] = {}

    @property
    def views(self) -> list[View]:
        """What to ask for."""
        return [asked.view for asked in self._asked.values()]

    def join(self, views: Iterable[View], newest: int) -> None:
        """Ask for these, too. newest: the number of the newest event."""
        for view in views:
            self._asked.setdefault(view.key, _Asked(view, newest)).streams += 1

    def leave(self, keys: Iterable[Key]) -> None:
        """One stream less is told these."""
        for key in keys:
            if key in self._asked:
                self._asked[key].streams -= 1
                self._asked[key].left_s = time.monotonic()

    def forget_left(self) -> None:
        """Ask no longer for what nobody has come back for."""
        before_s = time.monotonic() - LINGER_S
        self._asked = {key: asked for key, asked in self._asked.items() if asked.streams or asked.left_s > before_s}

    def forget_last(self) -> None:
        """Whatever is found next is news."""
        for asked in self._asked.values():
            asked.last = None

    def asked_since(self, number: int, views: Iterable[View]) -> bool:
        """Whether all of these were asked for ever since the event of a number."""
        return all(view.key in self._asked and self._asked[view.key].since <= number for view in views)

    def news(self, view: View, found: Found) -> bool:
        """Whether positions are others than those told last: an event without news would tell of somebody else's."""
        asked = self._asked.get(view.key)
        told = [{name: one[name] for name in one if name != "age_s"} for one in found.data.get("positions", ())]
        if asked is None or asked.last == told:
            return False
        asked.last = told
        return True
