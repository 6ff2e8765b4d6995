"""Areas under an outline summed: by class in every scheme, by group, ownership, owner and grid; cultivated land net.

Overlapping parcels count in each class; `uncertain_m2` of a row is what other parcels claim, too.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.landuse.city import Classes, Parcels

__all__ = ["Amounts", "Cultivated", "SchemeSums", "Sum", "by_class", "by_group", "by_owner", "cultivated", "summed"]

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]
CULTIVATED = "01"
"""The first figures of cultivated land (耕地) in all three schemes."""


class Amounts(NamedTuple):
    """Of k pieces the areas, and how much of each other parcels claim, too; and the area that shares are of, m²."""

    area_m2: Floats
    uncertain_m2: Floats
    whole_m2: float

    def take(self, index: Booleans) -> "Amounts":
        """The pieces at these places; the whole stays."""
        return self._replace(area_m2=self.area_m2[index], uncertain_m2=self.uncertain_m2[index])


class Sum(NamedTuple):
    """One row. code: None where nothing is known; name: of a class, ownership of an owner, level of a grid's cell.

    ambiguous: the class may be any of those in code, joined by /. uncertain_m2: what other parcels claim, too.
    """

    code: str | None
    name: str | None
    group: str | None
    area_m2: float
    share: float
    uncertain_m2: float
    pieces: int
    ambiguous: bool = False


class SchemeSums(NamedTuple):
    """The rows of a scheme, largest first; unmapped_m2: parcels of other schemes that it has no class for."""

    scheme: str
    title: str
    rows: tuple[Sum, ...]
    unmapped_m2: float


class Cultivated(NamedTuple):
    """Cultivated land, m². net: less ridges (田坎), where the ratio is known; without_ratio: gross, where it is not.

    The whole net lies between net_m2 and net_m2 + without_ratio_m2.
    """

    gross_m2: float
    ridges_m2: float
    net_m2: float
    without_ratio_m2: float


def summed(keys: Sequence[object], amounts: Amounts, names: Sequence[object] | None = None) -> tuple[Sum, ...]:
    """A row for each different key, largest first; names: of the keys.

    >>> rows = summed(["a", "b", "a"], Amounts(np.array([1.0, 2.0, 3.0]), np.zeros(3), 8.0))
    >>> [(row.code, row.area_m2, row.share, row.pieces) for row in rows]
    [('a', 4.0, 0.5, 2), ('b', 2.0, 0.25, 1)]
    """
    place: dict[object, int] = {}
    row = np.array([place.setdefault(key, len(place)) for key in keys], dtype=np.int64)
    area_m2, uncertain_m2 = (np.bincount(row, weights=each, minlength=len(place)) for each in amounts[:2])
    count = np.bincount(row, minlength=len(place))
    name_of = dict(zip(keys, names, strict=True)) if names is not None else {}
    rows = [
        Sum(_text(key), _text(name_of.get(key)), None, float(area_m2[nth]), _share(area_m2[nth], amounts.whole_m2),
            float(uncertain_m2[nth]), int(count[nth]))
        for key, nth in place.items()
    ]  # fmt: skip
    return tuple(sorted(rows, key=lambda each: (-each.area_m2, each.code or "")))


def _share(area_m2: float, whole_m2: float) -> float:
    return min(float(area_m2) / whole_m2, 1.0)


def by_class(parcels: Parcels, amounts: Amounts, classes: Classes) -> tuple[SchemeSums, ...]:
    """The sums in each scheme of the classes. parcels: those of the pieces, in order.

    A class that may be several of another scheme is one row of its own there, named after all of them: never split by
    guess. Rows and unmapped_m2 add up to the pieces.

    >>> fields = Parcels.of([None, None], class_code=["0701", "0101"])
    >>> cross = {("sandiao", "0701", "land_sea"): ("0701", "0702")}
    >>> both = Classes({"sandiao": "三调", "land_sea": "用地用海"}, {}, cross)
    >>> found = by_class(fields, Amounts(np.array([5.0, 2.0]), np.zeros(2), 7.0), both)
    >>> [(each.scheme, [row.code for row in each.rows], each.unmapped_m2) for each in found]
    [('sandiao', ['0701', '0101'], 0.0), ('land_sea', ['0701/0702'], 2.0)]
    """
    own = parcels.classes()
    return tuple(_in_scheme(scheme, own, amounts, classes) for scheme in classes.schemes)


def _in_scheme(scheme: str, own: list[tuple[str, str]], amounts: Amounts, classes: Classes) -> SchemeSums:
    known = {each: classes.into(*each, scheme) for each in set(own)}
    keys = [known[each] for each in own]
    mapped = np.array([bool(key) for key in keys], dtype=bool)
    rows = summed(["/".join(key) for key in keys if key], amounts.take(mapped))
    told = tuple(_named(row, scheme, classes) for row in rows)
    return SchemeSums(scheme, classes.schemes[scheme], told, float(amounts.area_m2[~mapped].sum()))


def _named(row: Sum, scheme: str, classes: Classes) -> Sum:
    codes = (row.code or "").split("/")
    found = [classes.at(scheme, code) for code in codes]
    groups = {each.group if each else None for each in found}
    name = "或".join(each.name if each else code for each, code in zip(found, codes, strict=True))
    group = groups.pop() if len(groups) == 1 else None
    return row._replace(name=name if any(found) else None, group=group, ambiguous=len(codes) > 1)


def by_group(parcels: Parcels, amounts: Amounts, classes: Classes) -> tuple[Sum, ...]:
    """By 三大类 (farm, built, unused) of each parcel's own class; code None where it has none.

    >>> from geo.landuse.city import LandClass
    >>> land = Classes({}, {("sandiao", "01"): LandClass("耕地", "farm")}, {})
    >>> found = by_group(Parcels.of([None], class_code=["0101"]), Amounts(np.ones(1), np.zeros(1), 1.0), land)
    >>> [(row.code, row.area_m2) for row in found]
    [('farm', 1.0)]
    """
    own = parcels.classes()
    found = {each: classes.at(*each) for each in set(own)}
    groups = {each: known.group if known else None for each, known in found.items()}
    return summed([groups[each] for each in own], amounts)


def by_owner(parcels: Parcels, amounts: Amounts) -> tuple[Sum, ...]:
    """By owning unit and ownership: code is the owner, name the ownership.

    >>> fields = Parcels.of([None, None], owner=["山湖村", "山湖村"], ownership=["collective", "state"])
    >>> found = by_owner(fields, Amounts(np.array([1.0, 2.0]), np.zeros(2), 3.0))
    >>> [(row.code, row.name, row.area_m2) for row in found]
    [('山湖村', 'state', 2.0), ('山湖村', 'collective', 1.0)]
    """
    own = list(zip(parcels.owner.tolist(), parcels.ownership.tolist(), strict=True))
    different = list(dict.fromkeys(own))
    number = {each: str(nth) for nth, each in enumerate(different)}
    told = [(row, *different[int(row.code or 0)]) for row in summed([number[each] for each in own], amounts)]
    return tuple(row._replace(code=_text(owner), name=_text(ownership)) for row, owner, ownership in told)


def cultivated(parcels: Parcels, area_m2: Floats) -> Cultivated:
    """The cultivated land (耕地, 01…) among the pieces, gross and less the ridges in it.

    >>> fields = Parcels.of([None, None], class_code=["0101", "0103"], deduct_ratio=[0.1, None])
    >>> cultivated(fields, np.array([50.0, 8.0]))
    Cultivated(gross_m2=58.0, ridges_m2=5.0, net_m2=45.0, without_ratio_m2=8.0)
    """
    crop = np.array([str(code).startswith(CULTIVATED) for code in parcels.class_code], dtype=bool)
    gross_m2, ratio = area_m2[crop], parcels.deduct_ratio[crop]
    known = ~np.isnan(ratio)
    ridges_m2 = float((gross_m2 * ratio)[known].sum())
    known_m2, without_m2 = float(gross_m2[known].sum()), float(gross_m2[~known].sum())
    return Cultivated(known_m2 + without_m2, ridges_m2, known_m2 - ridges_m2, without_m2)


def _text(value: object) -> str | None:
    return None if value is None else str(value)
