"""Random edits of a layer, replayed: applied to how it stood before, the changes give how it stood after."""

from datetime import date, datetime, time, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from sqlalchemy.exc import DBAPIError

from tests.api.test_layer_changes import ADD, NOW, ZONE, asked, today
from tests.api.test_layer_changes import city as city

FIELDS = ("name", "kind", "grade", "valid_from", "valid_to")
STANDING = """
    SELECT code, name, kind, grade, valid_from, valid_to, ST_X(geom) AS lon, ST_Y(geom) AS lat FROM city.site
"""
PICK = "WHERE id = (SELECT id FROM city.site ORDER BY id OFFSET %(nth)s LIMIT 1)"
EDITS = {
    "add": ADD,
    "rename": f"UPDATE city.site SET name = %(name)s, grade = %(grade)s {PICK}",
    "recode": f"UPDATE city.site SET code = %(code)s {PICK}",
    "move": f"UPDATE city.site SET geom = ST_SetSRID(ST_Point(114.5 + %(step)s / 1000.0, 30.5), 4490) {PICK}",
    "end": f"UPDATE city.site SET valid_to = %(last)s {PICK}",
    "begin": f"UPDATE city.site SET valid_from = %(first)s {PICK}",
    "delete": f"DELETE FROM city.site {PICK}",
    "swap": "UPDATE city.site SET kind = %(kind)s",
}


def days(low, high):
    return st.integers(low, high).map(lambda step: today() + timedelta(days=step))


edits = st.fixed_dictionaries(
    {
        "what": st.sampled_from(list(EDITS)),
        "nth": st.integers(0, 2),
        "code": st.sampled_from("AB"),
        "name": st.sampled_from([None, "甲", "乙"]),
        "kind": st.sampled_from(["outfall", "stake"]),
        "grade": st.sampled_from([None, "1"]),
        "first": days(-2, 2),
        "last": st.none() | days(-1, 3),
        "step": st.integers(0, 2),
    }
)


def run(desk, edit):
    """Do it, unless a rule of the table forbids it."""
    try:
        with desk.engine.begin() as connection:
            connection.exec_driver_sql(EDITS[edit["what"]], edit)
    except DBAPIError:
        pass


def rows(desk):
    with desk.engine.connect() as connection:
        return [dict(row) for row in connection.exec_driver_sql(STANDING).mappings()]


def standing(held, moment):
    """Code to fields and place of what was held, on the day of the instant before a moment."""
    day = (moment - timedelta(microseconds=1)).astimezone(ZONE).date()
    valid = [row for row in held if row["valid_from"] <= day and (row["valid_to"] is None or row["valid_to"] > day)]
    return {row["code"]: ({name: told(row[name]) for name in FIELDS}, (row["lon"], row["lat"])) for row in valid}


def told(value):
    return value.isoformat() if isinstance(value, date) else value


def applied(before, changes):
    """What a reader makes of how it stood and what moved: fields by code."""
    after = {code: dict(fields) for code, (fields, _) in before.items()}
    put = {}
    for one in changes:
        fields = {field["field"]: field for field in one["fields"]}
        if one["change"] == "added":
            put[one["code"]] = {name: one["properties"][name] for name in FIELDS}
            continue
        was = after.pop(fields["code"]["before"] if "code" in fields else one["code"])
        if one["change"] == "altered":
            assert all(was[name] == fields[name]["before"] for name in FIELDS if name in fields)
            put[one["code"]] = was | {name: fields[name]["after"] for name in FIELDS if name in fields}
    assert not after.keys() & put.keys()
    return after | put


@given(script=st.lists(edits, min_size=1, max_size=9), ahead=st.integers(0, 3), data=st.data())
@settings(max_examples=30)
def test_the_changes_lead_from_how_it_stood_to_how_it_stands(city, script, ahead, data):
    city.run("TRUNCATE city.site")
    city.run("DELETE FROM city.site_history")
    cuts = []
    for edit in [None, *script]:
        if edit:
            run(city, edit)
        cuts.append((city.run(NOW), rows(city)))
    later = datetime.combine(today() + timedelta(days=ahead + 1), time(), ZONE)
    moments = [*cuts, (later, cuts[-1][1])]
    first, last = sorted(data.draw(st.lists(st.integers(0, len(moments) - 1), min_size=2, max_size=2, unique=True)))
    (start, held), (end, holds) = moments[first], moments[last]
    before, after = standing(held, start), standing(holds, end)
    found = asked(city, "site", start, end)
    assert applied(before, found["changes"]) == {code: fields for code, (fields, _) in after.items()}
    assert sum(found["counts"].values()) == len(found["changes"])
    to_metres = Transformer.from_crs("EPSG:4490", "EPSG:4547", always_xy=True).transform
    for one in found["changes"]:
        if one["change"] == "altered":
            code = next((field["before"] for field in one["fields"] if field["field"] == "code"), one["code"])
            here, there = before[code][1], after[one["code"]][1]
            assert one["redrawn"] == (here != there)
            assert one["fields"] or one["redrawn"]
            distance_m = np.hypot(*np.subtract(to_metres(*here), to_metres(*there)))
            assert (one["moved_m"] or 0) == pytest.approx(distance_m, abs=1e-3)
