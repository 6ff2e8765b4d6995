"""The rules and classes that a check goes by: read as they held on a day and were known then, and kept with the check.

What a check used is kept in full, each wording once (city.landuse_basis): an import that corrects a rule a year later,
or one that began before the check and was committed after it, cannot change what an old check is made again by.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from threading import Lock
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection

from api.landuse.evidence.held import Held
from api.landuse.words import SCHEMES
from geo.landuse.city import Classes, LandClass
from geo.landuse.rules import Rule
from layers import query

__all__ = ["Bases", "Basis", "Now", "basis_of"]

_HUB = "sandiao"
_OTHERS = ("land_sea", "gb21010")
_MOST_HELD = 32
_Cross = tuple[str, str, str]
"""A scheme, a code in it, and another scheme."""
_RULE = ("code", "name", "activities", "subject", "answer", "citation", "remedy", "known_from")
_CLASS = ("scheme", "class_code", "name", "land_group", "land_sea", "gb21010")


class Basis(NamedTuple):
    """Rules and classes of one wording. content: JSON, in full; sha256: of it. rules: by activity, as geo puts them."""

    sha256: str
    content: bytes
    rules: Mapping[str, tuple[Rule, ...]]
    classes: Classes


class Now(NamedTuple):
    """The database's clock as a transaction began, and the local day."""

    now: datetime
    today: date
    stamp: tuple[Any, ...]
    newest: datetime | None


class Bases:
    """What checks need again and again: bases, held until rules or classes change, and large shapes.

    It knows, too, which bases the database keeps already.
    """

    def __init__(self) -> None:
        self.held = Held()
        self._held: dict[tuple[Any, ...], Basis] = {}
        self._kept: set[str] = set()
        self._lock = Lock()

    @staticmethod
    def now(connection: Connection) -> Now:
        """What time it is, and what tells whether rules or classes have changed."""
        row = query.rows(connection, "landuse/check_stamp", None)[0]
        return Now(row["now"], row["today"], (row["rows"], row["ids"], row["newest"]), row["newest"])

    def read(self, connection: Connection, as_of: date, known_at: datetime, now: Now) -> Basis:
        """The rules and classes that held on a day, as known at an instant."""
        newest = now.newest is None or known_at >= now.newest
        key = (now.stamp, as_of, None if newest else known_at)
        with self._lock:
            held = self._held.get(key)
        if held is None:
            when = {"as_of": as_of, "known_at": known_at}
            rules = query.rows(connection, "landuse/check_rules", None, **when)
            classes = query.rows(connection, "landuse/check_classes", None, **when)
            held = basis_of(_content([dict(row) for row in rules], [dict(row) for row in classes]))
            with self._lock:
                while len(self._held) >= _MOST_HELD:
                    del self._held[next(iter(self._held))]
                self._held[key] = held
        return held

    def keep(self, connection: Connection, *bases: Basis) -> None:
        """Have the database keep what is not there yet."""
        for basis in bases:
            if basis.sha256 not in self._kept:
                query.execute(
                    connection, "landuse/basis_keep", None, sha256=basis.sha256, content=basis.content.decode()
                )

    def forget(self) -> None:
        """Believe no longer that the database keeps any: it may have been restored from before."""
        self._kept.clear()

    def committed(self, *bases: Basis) -> None:
        """Remember that these are kept, once the transaction that kept them has ended."""
        self._kept.update(basis.sha256 for basis in bases)


def basis_of(content: bytes | Mapping[str, Any]) -> Basis:
    """The basis of its content, as it was read or kept."""
    told = orjson.loads(content) if isinstance(content, bytes) else content
    wording = orjson.dumps(told, option=orjson.OPT_SORT_KEYS)
    rules: dict[str, list[Rule]] = {}
    for row in told["rules"]:
        for activity in row["activities"]:
            rules.setdefault(activity, []).append(_rule(row, activity))
    return Basis(
        hashlib.sha256(wording).hexdigest(), wording,
        {activity: tuple(own) for activity, own in rules.items()}, _classes(told["classes"]),
    )  # fmt: skip


def _content(rules: Sequence[Mapping[str, Any]], classes: Sequence[Mapping[str, Any]]) -> bytes:
    return orjson.dumps(
        {
            "rules": [{name: row[name] for name in _RULE} for row in rules],
            "classes": [[row[name] for name in _CLASS] for row in classes],
        }
    )


def _rule(row: Mapping[str, Any], activity: str) -> Rule:
    subject, match = _subject(row["subject"])
    return Rule(
        row["code"],
        activity,
        subject,
        row["answer"],
        row["name"],
        match,
        row["citation"],
        row["remedy"],
        row["known_from"],
    )


def _subject(told: str) -> tuple[str, tuple[str, ...]]:
    """What a rule is about, as geo has it.

    >>> _subject("zone:blue:inside"), _subject("class:0101"), _subject("farmland")
    (('zone_inside', ('blue',)), ('class', ('sandiao:0101',)), ('plot', ()))
    """
    what, *rest = told.split(":")
    if what == "zone":
        return f"zone_{rest[1]}", (rest[0],)
    if what == "class":
        return "class", (f"{_HUB}:{rest[0]}",)
    return {"farmland": "plot"}.get(what, what), tuple(rest)


def _classes(rows: Sequence[Sequence[Any]]) -> Classes:
    """The schemes with their crosswalk in every direction: by way of the land survey's classes, one of several each."""
    known = {(scheme, code): LandClass(name, group) for scheme, code, name, group, *_ in rows}
    said: dict[_Cross, set[str]] = {}
    for scheme, code, _, _, *told in rows:
        for other, codes in zip(_OTHERS, told, strict=True):
            for each in codes or () if scheme == _HUB else ():
                said.setdefault((scheme, code, other), set()).add(each)
                said.setdefault((other, each, scheme), set()).add(code)
    said |= {key: codes for key, codes in _coarser(said, known).items() if key not in said}
    for scheme, other in (_OTHERS, _OTHERS[::-1]):
        by_hub = [(code, hubs) for (own, code, to), hubs in said.items() if own == scheme and to == _HUB]
        for code, hubs in by_hub:
            said[scheme, code, other] = set().union(*(said.get((_HUB, hub, other), ()) for hub in hubs))
    # A known class of which nothing is said has no counterpart: it does not go the way of the class above it.
    none: dict[_Cross, tuple[str, ...]] = {(*key, other): () for key in known for other in SCHEMES if other != key[0]}
    return Classes(SCHEMES, known, none | {key: _without_variants(codes) for key, codes in said.items()})


def _coarser(said: Mapping[_Cross, set[str]], known: Mapping[tuple[str, str], LandClass]) -> dict[_Cross, set[str]]:
    """What the classes above may be, of which nothing is said: whatever those below may be."""
    found: dict[_Cross, set[str]] = {}
    for (scheme, code, other), codes in said.items():
        for size in range(2, len(code)):
            if (scheme, code[:size]) in known:
                found.setdefault((scheme, code[:size], other), set()).update(codes)
    return found


def _without_variants(codes: set[str]) -> tuple[str, ...]:
    """The codes in order, without those whose letter at the end makes them a kind of another one (可调整, 养殖 …).

    >>> _without_variants({"0204K", "0204", "0810A"})
    ('0204', '0810A')
    """
    return tuple(sorted(code for code in codes if not (code[-1].isalpha() and code[:-1] in codes)))
