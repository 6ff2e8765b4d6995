"""Areas under an outline summed: by class in every scheme, by group, ownership, owner and grid; cultivated land net.

Overlapping parcels count in each class; `uncertain_m2` of a row is what other parcels claim, too.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.landuse.city import Classes, Parcels

__all__ = ["Cultivated", "SchemeSums", "Sum", "by_class", "by_group", "cultivated", "summed"]

Floats = NDArray[np.float64]
CULTIVATED = "01"
"""The first figures of cultivated land (耕地) in all three schemes."""


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


def summed(
    keys: Sequence[object],
    area_m2: Floats,
    uncertain_m2: Floats,
    whole_m2: float,
    names: Sequence[object] | None = None,
) -> tuple[Sum, ...]:
    """A row for each different key, largest first; share: of whole_m2.

    >>> rows = summed(["a", "b", "a"], np.array([1.0, 2.0, 3.0]), np.zeros(3), 8.0)
    >>> [(row.code, row.area_m2, row.share, row.pieces) for row in rows]
    [('a', 4.0, 0.5, 2), ('b', 2.0, 0.25, 1)]
    """
    place: dict[object, int] = {}
    row = np.array([place.setdefault(key, len(place)) for key in keys], dtype=np.int64)
    area, uncertain = (np.bincount(row, weights=each, minlength=len(place)) for each in (area_m2, uncertain_m2))
    count = np.bincount(row, minlength=len(place))
    name_of = dict(zip(keys, names, strict=True)) if names is not None else {}
    rows = [
        Sum(_text(key), _text(name_of.get(key)), None, float(area[nth]), float(area[nth]) / whole_m2,
            float(uncertain[nth]), int(count[nth]))
        for key, nth in place.items()
    ]  # fmt: skip
    return tuple(sorted(rows, key=lambda each: (-each.area_m2, each.code or "")))


def by_class(
    parcels: Parcels, area_m2: Floats, uncertain_m2: Floats, whole_m2: float, classes: Classes
) -> tuple[SchemeSums, ...]:
    """The sums in each scheme of the classes. parcels: those of the pieces, in order.

    A class that may be several of another scheme is one row of its own there, named after all of them: never split by
    guess. Rows and unmapped_m2 add up to the pieces.

    >>> fields = Parcels.of([None, None], class_code=["0701", "0101"])
    >>> cross = {("sandiao", "0701", "land_sea"): ("0701", "0702")}
    >>> both = Classes({"sandiao": "三调", "land_sea": "用地用海"}, {}, cross)
    >>> [(each.scheme, [row.code for row in each.rows], each.unmapped_m2)
    ...  for each in by_class(fields, np.array([5.0, 2.0]), np.zeros(2), 7.0, both)]
    [('sandiao', ['0701', '0101'], 0.0), ('land_sea', ['0701/0702'], 2.0)]
    """
    own = list(zip(parcels.scheme.tolist(), parcels.class_code.tolist(), strict=True))
    return tuple(_in_scheme(scheme, title, own, area_m2, uncertain_m2, whole_m2, classes)
                 for scheme, title in classes.schemes.items())  # fmt: skip


def _in_scheme(
    scheme: str, title: str, own: list[tuple[str, str]], area_m2: Floats, uncertain_m2: Floats, whole_m2: float, classes: Classes  # noqa: E501
) -> SchemeSums:  # fmt: skip
    known = {each: classes.into(*each, scheme) for each in set(own)}
    keys = [known[each] for each in own]
    mapped = np.array([bool(key) for key in keys], dtype=bool)
    rows = summed(["/".join(key) for key in keys if key], area_m2[mapped], uncertain_m2[mapped], whole_m2)
    told = tuple(_named(row, scheme, classes) for row in rows)
    return SchemeSums(scheme, title, told, float(area_m2[~mapped].sum()))


def _named(row: Sum, scheme: str, classes: Classes) -> Sum:
    codes = (row.code or "").split("/")
    found = [classes.at(scheme, code) for code in codes]
    groups = {each.group if each else None for each in found}
    name = "或".join(each.name if each else code for each, code in zip(found, codes, strict=True))
    group = groups.pop() if len(groups) == 1 else None
    return row._replace(name=name if any(found) else None, group=group, ambiguous=len(codes) > 1)


def by_group(
    parcels: Parcels, area_m2: Floats, uncertain_m2: Floats, whole_m2: float, classes: Classes
) -> tuple[Sum, ...]:
    """By 三大类 (farm, built, unused) of each parcel's own class; code None where it has none.

    >>> from geo.landuse.city import LandClass
    >>> land = Classes({}, {("sandiao", "01"): LandClass("耕地", "farm")}, {})
    >>> [(row.code, row.area_m2) for row in by_group(Parcels.of([None], class_code=["0101"]), *np.ones((2, 1)), 1.0, land)]
    [('farm', 1.0)]
    """
    own = list(zip(parcels.scheme.tolist(), parcels.class_code.tolist(), strict=True))
    found = {each: classes.at(*each) for each in set(own)}
    groups = {each: known.group if known else None for each, known in found.items()}
    return summed([groups[each] for each in own], area_m2, uncertain_m2, whole_m2)


def cultivated(parcels: Parcels, area_m2: Floats) -> Cultivated:
    """The cultivated land (耕地, 01…) among the pieces, gross and less the ridges in it.

    >>> cultivated(Parcels.of([None, None], class_code=["0101", "0103"], deduct_ratio=[0.1, None]), np.array([50.0, 8.0]))
    Cultivated(gross_m2=58.0, ridges_m2=5.0, net_m2=45.0, without_ratio_m2=8.0)
    """
    crop = np.array([str(code).startswith(CULTIVATED) for code in parcels.class_code], dtype=bool)
    gross_m2, ratio = area_m2[crop], parcels.deduct_ratio[crop]
    ridges_m2 = float(np.nansum(gross_m2 * ratio))
    without_m2 = float(gross_m2[np.isnan(ratio)].sum())
    return Cultivated(float(gross_m2.sum()), ridges_m2, float(gross_m2.sum()) - without_m2 - ridges_m2, without_m2)


def _text(value: object) -> str | None:
    return None if value is None else str(value)
