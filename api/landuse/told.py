"""What checks go by, told: activities, rules with their citations, schemes of classes with their crosswalk."""

from typing import Any

from sqlalchemy import Connection

from api.answers.times import said
from api.landuse.evidence.basis import basis_of
from api.landuse.evidence.city import When
from api.landuse.words import ACTIVITIES, ANSWERS, GROUPS, KINDS, OWNERSHIP, SCHEMES, STAMP
from layers import query

__all__ = ["activities_told", "classes_told", "rules_told"]

_HUB = "sandiao"


def activities_told(*, sample: bool) -> dict[str, Any]:
    """The activities that may be asked about; outlines to try where the data are the sample."""
    # The sample brings GeoPandas with it, which no start of the server waits for.
    from seeds.outlines import OUTLINES

    examples = OUTLINES if sample else ()
    return {
        "activities": [
            {"activity": code, "name": {"zh": one.zh, "en": one.en}, "text": one.text}
            for code, one in ACTIVITIES.items()
        ],
        "answers": ANSWERS,
        "examples": [
            {"name": one.name, "activity": one.activity, "text": one.text, "crs": one.crs} for one in examples
        ],
        "stamp": STAMP,
    }


def rules_told(connection: Connection, when: When) -> dict[str, Any]:
    """The rules that hold on a day, as known at an instant."""
    rows = query.rows(connection, "landuse/check_rules", None, as_of=when.as_of, known_at=when.known_at)
    return {
        "rules": [
            {
                "code": row["code"], "name": row["name"], "activities": row["activities"], "subject": row["subject"],
                "subject_name": _subject_name(row["subject"]), "answer": row["answer"], "title": ANSWERS[row["answer"]],
                "citation": row["citation"], "remedy": row["remedy"], "valid_from": row["valid_from"].isoformat(),
                "valid_to": None if row["valid_to"] is None else row["valid_to"].isoformat(),
                "known_from": said(row["known_from"]),
            }
            for row in rows
        ],
        "as_of": when.as_of.isoformat(),
        "known_at": said(when.known_at),
        "worst_first": list(ANSWERS),
        "stamp": STAMP,
    }  # fmt: skip


def classes_told(connection: Connection, when: When) -> dict[str, Any]:
    """The schemes with their classes, and what each may be in the others: one code is exact, several: one of them."""
    rows = query.rows(connection, "landuse/check_classes", None, as_of=when.as_of, known_at=when.known_at)
    told = [
        [row[name] for name in ("scheme", "class_code", "name", "land_group", "land_sea", "gb21010")] for row in rows
    ]
    classes = basis_of({"rules": [], "classes": told}).classes
    schemes = []
    for scheme, title in SCHEMES.items():
        others = [each for each in SCHEMES if each != scheme]
        own = [row for row in rows if row["scheme"] == scheme]
        schemes.append({
            "scheme": scheme, "title": title,
            "classes": [
                {"code": row["class_code"], "name": row["name"], "group": row["land_group"],
                 "group_name": GROUPS.get(row["land_group"]), "citation": row["citation"],
                 "others": {other: list(classes.into(scheme, row["class_code"], other)) for other in others}}
                for row in own
            ],
        })  # fmt: skip
    return {"schemes": schemes, "groups": {code: name for code, name in GROUPS.items() if code}, "hub": _HUB}


def _subject_name(subject: str) -> str:
    """What a rule is about, for people.

    >>> _subject_name("zone:blue:inside"), _subject_name("class:01"), _subject_name("group:farm")
    ('蓝线以内', '地类 01(三调)', '农用地')
    """
    what, *rest = subject.split(":")
    if what == "zone":
        return KINDS.get(rest[0], rest[0]) + {"inside": "以内", "outside": "以外"}[rest[1]]
    if what == "class":
        return f"地类 {rest[0]}(三调)"
    if what == "group":
        return GROUPS.get(rest[0], rest[0])
    if what == "ownership":
        return f"{OWNERSHIP.get(rest[0], rest[0])}土地"
    return {"farmland": "耕地复垦复种图斑", "project": "重点项目用地", "outside": "本街道以外"}.get(what, what)
