"""Who is told what: layers by role, and persons only to those who may see them."""

import json

import pytest

from tests.api.conftest import desk_over, fill
from tests.api.features.conftest import Asker
from tests.databases import copy_of

MORE = """
INSERT INTO city.edition (layer, name, sample) VALUES ('road', '实测', false);
INSERT INTO city.project (code, name, responsible, provenance, edition_id, valid_from, geom)
SELECT 'P1', '示例项目', '李四', 'synthetic', max(edition_id), '2026-01-01',
       ST_Multi(ST_MakeEnvelope(114.5, 30.55, 114.51, 30.56, 4490)) FROM city.edition;
INSERT INTO city.observation (code, family, kind, source, found_at, place, note, reporter, state, provenance,
                              edition_id, valid_from, geom)
SELECT 'O1', k.family, k.code, 'patrol', '2026-06-01 08:00+08', '王五家门口', '王五说', '赵六', 'open', 'synthetic',
       e.id, '2026-01-01', ST_SetSRID(ST_Point(114.5, 30.55), 4490)
FROM (SELECT family, code FROM city.observation_kind ORDER BY code LIMIT 1) AS k,
     (SELECT max(edition_id) AS id FROM city.edition) AS e;
"""
PERSONS = ("李四", "王五", "赵六")


@pytest.fixture(scope="module")
def closed(cluster, city_template):
    """A city that holds real data, so that roles count."""
    with copy_of(cluster, city_template) as engine:
        fill(engine)
        with engine.begin() as connection:
            connection.exec_driver_sql(MORE, execution_options={"no_parameters": True})
        with desk_over(engine) as desk:
            yield desk


def test_without_a_token_nothing_is_told(closed):
    answer = Asker(closed).ask("grid", status=401)
    assert "令牌" in answer.json()["detail"]
    assert Asker(closed).ask("grid", 1, status=401)


def test_a_layer_is_told_to_its_roles_alone(closed):
    viewer, landuse = (Asker(closed, closed.person(role)) for role in ("viewer", "landuse"))
    assert "角色" in viewer.refusal("landuse", status=403)
    assert "角色" in viewer.refusal("landuse", 1, status=403)
    assert landuse.codes("landuse") == ["L1"]
    assert viewer.ask("grid").json()["numberMatched"] == 4


@pytest.mark.parametrize("layer", ["project", "observation"])
@pytest.mark.parametrize("query", [{}, {"datetime": "2026-06-01", "f": "csv"}, {"f": "html"}])
def test_persons_are_told_to_nobody_who_may_not_see_them(closed, layer, query):
    viewer, dispatcher = (Asker(closed, closed.person(role)) for role in ("viewer", "dispatcher"))
    assert not any(person in viewer.ask(layer, **query).text for person in PERSONS)
    assert any(person in dispatcher.ask(layer, **query).text for person in PERSONS)


@pytest.mark.parametrize(
    ("layer", "column"),
    [("project", "responsible"), ("project", "made_by"), ("observation", "reporter"), ("observation", "note")],
)
def test_nobody_can_ask_out_what_they_may_not_see(closed, layer, column):
    viewer, dispatcher = (Asker(closed, closed.person(role)) for role in ("viewer", "dispatcher"))
    for query in ({"filter": f"{column} LIKE '%李%'"}, {column: "李四"}, {"properties": column}):
        assert column in viewer.refusal(layer, **query)
        assert dispatcher.ask(layer, **query)
    asked = json.dumps({"op": "isNull", "args": [{"property": column}]})
    assert column in viewer.refusal(layer, filter=asked, filter_lang="cql2-json", datetime="2026-06-01")
