"""After an edit of the map, what patrols are known to have seen is what working them out again finds."""

import pytest

from api.patrols.rework import Surroundings, rework
from api.sightings.targets import Targets
from api.sightings.wholes_anew import resight_wholes
from api.transfer.follow import follow
from layers.catalogue import read_catalogue

LINES = "layer, target_code, patrol_id, reach_m, bound, first_at, last_at"
KEPT = {
    "sighting": f"{LINES}, span",
    "side_sighting": f"{LINES}, span, side_unknown",
    "whole_sighting": f"{LINES}, dwell_s, inside_m, distance_m, share, share_error, road_share, seen",
}
EDITED = {"water": "HSH", "road": "HSL11", "grid": "420111081011011", "site": "BM001"}
MOVED = "UPDATE city.{} SET geom = {} WHERE code = %s AND valid_to IS NULL"
SHIFTED = "ST_Translate(geom, 0.00003, 0.00002)"
SEEN = """
SELECT min(patrol_id) FROM city.sighting JOIN city.patrol USING (patrol_id)
WHERE known_from = transaction_timestamp() AND known_to IS NULL GROUP BY mode
"""


@pytest.fixture
def sample(own_sample):
    with own_sample.connect() as connection:
        yield connection
        connection.rollback()


def known(connection, columns, table):
    """All that patrols are known to have seen, in force, in one number."""
    row = f"SELECT {columns} FROM city.{table} WHERE known_to IS NULL"
    told = f"SELECT md5(string_agg(r::text, '|' ORDER BY r::text)) FROM ({row}) AS r"
    return connection.exec_driver_sql(told).scalar()


def test_an_edit_leaves_nothing_for_recomputing_to_change(sample):
    catalogue = read_catalogue()
    for layer, code in EDITED.items():
        shape = f"ST_Multi({SHIFTED})" if layer == "grid" else SHIFTED
        assert sample.exec_driver_sql(MOVED.format(layer, shape), (code,)).rowcount == 1
        follow(sample, catalogue[layer], [code])
    before = {table: known(sample, columns, table) for table, columns in KEPT.items()}
    around = Surroundings.read(sample, Targets(catalogue))
    patrols = [patrol_id for (patrol_id,) in sample.exec_driver_sql(SEEN)]
    assert len(patrols) > 3, "of every mode one that saw what was edited"
    for patrol_id in patrols:
        assert rework(sample, patrol_id, around).changed == {}
    assert {table: known(sample, columns, table) for table, columns in KEPT.items()} == before


def test_what_a_bad_position_may_have_seen_from_afar_is_looked_at_again(sample):
    catalogue = read_catalogue()
    patrol_id = sample.exec_driver_sql("SELECT min(patrol_id) FROM city.patrol WHERE mode = 'foot'").scalar()
    sample.exec_driver_sql("UPDATE city.fix SET accuracy_m = 900 WHERE patrol_id = %s", (patrol_id,))
    rework(sample, patrol_id, Surroundings.read(sample, Targets(catalogue)))
    farthest = """
        SELECT target_code, min(distance_m) FROM city.whole_sighting
        WHERE layer = 'site' AND patrol_id = %s AND known_to IS NULL GROUP BY 1 ORDER BY 2 DESC LIMIT 8
    """
    seen = sample.exec_driver_sql(farthest, (patrol_id,)).all()
    assert seen[0][1] > 1000, "only possibly, by its error"
    before = known(sample, KEPT["whole_sighting"], "whole_sighting")
    resight_wholes(sample, catalogue["site"], [code for code, _ in seen])
    assert known(sample, KEPT["whole_sighting"], "whole_sighting") == before
