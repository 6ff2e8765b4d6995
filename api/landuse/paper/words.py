"""An answer's figures in the words of an office's paper; nothing is told that the answer does not tell."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from api.landuse.words import ANSWERS
from api.sheets.words import plain

__all__ = [
    "ANSWERS",
    "Json",
    "area",
    "areas",
    "clock",
    "day",
    "features",
    "key",
    "m2",
    "metres",
    "moment",
    "named",
    "number",
    "plain",
    "share",
    "system",
    "title_of",
    "typeset",
    "version",
]

Json = Mapping[str, Any]
NONE = "—"
_PLACES = (2, 4, 2)
"""Of square metres, hectares and 亩, as offices print them."""
_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
_IN_BRACKETS = re.compile(rf"(?P<before>[{_WIDE}]?)\((?P<inside>[^()]*)\)")
_STOPS = re.compile(rf"(?<=[{_WIDE}])[,;:]|[,;:](?=[{_WIDE}])")
_FULL = {",": "，", ";": "；", ":": "："}


def number(value: float | None, places: int) -> str:
    """A figure with so many places, halves rounded up; what is there but rounds to nothing is not told as nothing.

    >>> number(51447.094, 2), number(59.955, 2), number(0.0, 2), number(0.0004, 2), number(-0.0, 2), number(None, 2)
    ('51,447.09', '59.96', '0.00', '<0.01', '0.00', '—')
    """
    if value is None:
        return NONE
    rounded = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    if value and not rounded:
        return f"{'<' if value > 0 else '>-'}{10.0**-places:.{places}f}"
    return f"{rounded or abs(rounded):,}"


def m2(value: float | None) -> str:
    """Square metres as offices print them, to the hundredth."""
    return number(value, 2)


def areas(told: Json | None) -> tuple[float | None, float | None, float | None]:
    """Square metres, hectares and 亩 of an area, all of its square metres; three times nothing where there is none.

    An answer's own hectares and 亩 are rounded already, and rounded twice they may differ in the last place.

    >>> areas({"m2": 39970.16, "ha": 3.997, "mu": 59.955})
    (39970.16, 3.997016, 59.95524)
    """
    if not told:
        return None, None, None
    square = Decimal(repr(float(told["m2"])))
    return float(square), float(square / 10_000), float(square * 3 / 2_000)


def area(told: Json | None) -> str:
    """An area in all three units.

    >>> area({"m2": 51447.09, "ha": 5.144709, "mu": 77.170635})
    '51,447.09 平方米(5.1447 公顷,77.17 亩)'
    """
    if not told:
        return NONE
    square, hectares, mu = (number(value, places) for value, places in zip(areas(told), _PLACES, strict=True))
    return f"{square} 平方米({hectares} 公顷,{mu} 亩)"


def share(value: float | None) -> str:
    """A share in per cent.

    >>> share(0.200753), share(0.00001), share(1), share(None)
    ('20.08%', '<0.01%', '100.00%', '—')
    """
    return NONE if value is None else f"{number(value * 100, 2)}%"


def metres(length_m: float | None) -> str:
    """A length; kilometres from ten of them on.

    >>> metres(942.34), metres(12345.6), metres(0.3), metres(None)
    ('942.34 米', '12.35 公里', '0.30 米', '—')
    """
    if length_m is None:
        return NONE
    return f"{number(length_m, 2)} 米" if length_m < 10_000 else f"{length_m / 1000:,.2f} 公里"


def moment(at: str | datetime | None) -> str:
    """Day and second on the clock that the instant itself is written by, with that clock.

    >>> moment("2026-11-27T07:10:00.123456+08:00"), moment(None)
    ('2026-11-27 07:10:00(东八区)', '—')
    """
    if at is None:
        return NONE
    when = datetime.fromisoformat(at) if isinstance(at, str) else at
    offset = when.strftime("%z")
    zone = {"": "", "+0800": "(东八区)", "+0000": "(UTC)"}.get(offset, f"({offset})")
    return f"{when:%Y-%m-%d %H:%M:%S}{zone}"


def clock(at: str | datetime | None) -> str:
    """The same to the minute and without its zone, for tables and margins.

    >>> clock("2026-11-27T07:10:00.123456+08:00")
    '2026-11-27 07:10'
    """
    return NONE if at is None else moment(at)[:16]


def day(of: str | None) -> str:
    """A day as documents write it.

    >>> day("2026-11-27"), day(None)
    ('2026 年 11 月 27 日', '—')
    """
    if not of:
        return NONE
    when = date.fromisoformat(of[:10])
    return f"{when.year} 年 {when.month} 月 {when.day} 日"


def typeset(text: str) -> str:
    """Prose with the punctuation that Chinese is printed with; figures, codes and Latin keep theirs.

    >>> typeset("《土地管理法》(2019)第三十五条:擅自占用1,000 米,不可;见 EPSG:4547(3 度带)、1:500(A4)")
    '《土地管理法》（2019）第三十五条：擅自占用1,000 米，不可；见 EPSG:4547（3 度带）、1:500(A4)'
    """

    def bracketed(found: re.Match[str]) -> str:
        wide = found["before"] or re.search(f"[{_WIDE}]", found["inside"])
        return f"{found['before']}（{found['inside']}）" if wide else found[0]

    return _STOPS.sub(lambda found: _FULL[found[0]], _IN_BRACKETS.sub(bracketed, text))


def named(told: Json) -> str:
    """A feature by code and name.

    >>> named({"code": "0103-7", "name": None}), named({"id": 3})
    ('0103-7', '#3')
    """
    return " ".join(str(part) for part in (told.get("code"), told.get("name")) if part) or f"#{told.get('id')}"


def version(told: Json) -> str:
    """Which version of a feature was consulted.

    >>> version({"edition": "示例", "known_from": "2026-11-26T18:02:11+08:00"})
    '示例,2026-11-26 18:02 入库'
    """
    known = f"{clock(told['known_from'])} 入库" if told.get("known_from") else ""
    return ",".join(str(part) for part in (told.get("edition"), known) if part)


def features(told: Sequence[Json], most: int, numbers: Mapping[tuple[Any, ...], int]) -> str:
    """What a reason stands on: pieces by their numbers on the map, others with their versions, each version said once.

    most: how many of either are named.  numbers: what those that are pieces are called on the map, and in their table.

    >>> told = [{"code": "A", "id": 1, "edition": "示例"}, {"code": "B", "id": 2, "edition": "示例"}]
    >>> features(told, 2, {}), features(told, 1, {})
    ('A、B(均为“示例”)', 'A(示例)等共 2 个')
    >>> features(told, 2, {key(told[0]): 7, key(told[1]): 9})
    '图上 7、9 号图斑(编号与版次见图斑明细)'
    """
    pieces = [str(numbers[key(one)]) for one in told if key(one) in numbers]
    others = [one for one in told if key(one) not in numbers]
    runs: dict[str, list[str]] = {}
    for one in others[:most]:
        runs.setdefault(version(one), []).append(named(one))
    parts = [f"图上 {'、'.join(pieces[:most])} 号图斑{_more(pieces, most)}(编号与版次见图斑明细)"] if pieces else []
    parts += ["、".join(names) + _versioned(which, len(names) > 1) for which, names in runs.items()]
    return ";".join(parts) + _more(others, most)


def _more(told: Sequence[object], most: int) -> str:
    return f"等共 {len(told):,} 个" if len(told) > most else ""


def _versioned(which: str, several: bool) -> str:
    if not which:
        return ""
    return f"(均为“{which}”)" if several else f"({which})"


def title_of(edition: Json) -> str:
    """The name of an edition's layer."""
    title = edition["title"]
    return str(title["zh"] if isinstance(title, Mapping) else title)


def key(told: Json) -> tuple[Any, ...]:
    """What tells a version of a feature from all others."""
    return told.get("layer"), told.get("id"), told.get("known_from")


def system(code: str) -> str:
    """A coordinate system by code and, for the zones of the country's, what surveyors call it.

    >>> system("EPSG:4547")
    'EPSG:4547(CGCS2000 3 度带,中央子午线 114°E,东坐标不含带号)'
    >>> system("EPSG:32650")
    'EPSG:32650(WGS 84 / UTM zone 50N)'
    """
    from layers.crs import known

    name = known(code).name
    head, _, meridian = name.partition(" / 3-degree Gauss-Kruger CM ")
    if meridian:
        return f"{code}({head} 3 度带,中央子午线 {meridian.removesuffix('E')}°E,东坐标不含带号)"
    return f"{code}({name})" if len(code) < 40 else name
