"""What only tiles tell, said again for QGIS, comes to what the database makes of it."""

import json

from api.qgis.expressions import columns_in
from layers.catalogue import read_catalogue

LAYERS = read_catalogue()
FAMILY = LAYERS["landuse"].drawn["family"]
SCHEME = '"scheme"'
SCHEMES = ("sandiao", "land_sea", "gb21010")
CLASSES = """
SELECT scheme, class_code, city.landuse_family(scheme, class_code), {again}
FROM unnest(%s) AS scheme,
     (SELECT to_char(n, 'FM00') || more FROM generate_series(0, 99) AS n, unnest(ARRAY['', '01A', '03']) AS more
      UNION SELECT to_char(n, 'FM0000') FROM generate_series(0, 9999) AS n) AS class (class_code)
"""


def test_what_style_and_tiles_share_and_features_lack_is_worked_out_of_columns_they_have():
    worked_out = {(name, field) for name, layer in LAYERS.items() for field in layer.drawn if field != "shown"}
    assert worked_out == {("landuse", "family"), ("observation", "overdue")}
    for name, field in worked_out:
        assert field in LAYERS[name].fields


def test_families_of_every_class_are_those_of_the_database(connection):
    # What it says is an expression of PostgreSQL, too.
    rows = connection.exec_driver_sql(CLASSES.format(again=FAMILY.replace("%", "%%")), ([*SCHEMES],)).all()
    assert len(rows) > 30_000 and len({family for _, _, family, _ in rows}) == 9
    assert [row for row in rows if row[2] != row[3]] == []


def test_qgis_comes_to_the_same_families(connection, qgis):
    codes = [f"{n:02}" for n in range(100)] + ["0303", "0304K", "0402", "1105", "1106", "1108A", "1109"]
    each = FAMILY.replace('"class_code"', "@element")
    listed = ", ".join(f"'{code}'" for code in codes)
    asked = [[f"array_foreach(array({listed}), {each.replace(SCHEME, repr(scheme))})", 1] for scheme in SCHEMES]
    told = "SELECT city.landuse_family(%s, code) FROM unnest(%s) WITH ORDINALITY AS c (code, place) ORDER BY place"
    of_database = [[*connection.exec_driver_sql(told, (scheme, codes)).scalars()] for scheme in SCHEMES]
    assert qgis("values", json.dumps(asked)) == of_database


DUE = [
    ("handed", "2026-06-01T00:00:00+08:00", True),
    ("handed", "2026-06-01 00:00:00+08:00", True),
    ("handed", "2999-06-01T00:00:00+08:00", False),
    ("settled", "2026-06-01T00:00:00+08:00", False),
    ("open", None, False),
]


def test_qgis_tells_what_is_overdue(qgis):
    told = LAYERS["observation"].drawn["overdue"]
    asked = [
        told.replace('"due_at"', f"'{due_at}'" if due_at else "NULL").replace('"state"', f"'{state}'")
        for state, due_at, _ in DUE
    ]
    assert [bool(one) for one in qgis("values", json.dumps([[text, 1] for text in asked]))] == [
        late for *_, late in DUE
    ]


def test_qgis_shows_what_was_settled_for_ninety_days(qgis):
    told = [("NULL", True), ("now() - to_interval('89 days')", True), ("now() - to_interval('91 days')", False)]
    shown = LAYERS["observation"].drawn["shown"]
    asked = [[shown.replace('"settled_at"', at), 1] for at, _ in told]
    assert [bool(one) for one in qgis("values", json.dumps(asked))] == [is_shown for _, is_shown in told]
    assert columns_in(["qgis", shown]) == {"settled_at"}
