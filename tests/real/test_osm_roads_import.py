"""The main roads of OpenStreetMap: no keys, and the smaller file lies within the larger one."""

import pytest
from sqlalchemy import text

from api.transfer.importing import Manner, import_source
from api.transfer.read import read_source
from layers.catalogue import read_catalogue
from tests.conftest import shared_data

pytestmark = pytest.mark.real_data


def counts(report):
    return report.read, report.inserted, report.updated, report.unchanged, report.withdrawn, report.rejected


def test_the_second_file_adds_only_what_the_first_did_not_have(connection):
    catalogue = read_catalogue()

    def imported(name):
        return import_source(connection, catalogue, catalogue["road"], read_source(shared_data(name)), Manner())

    assert counts(imported("osm_huashan_main_roads.geojson")) == (114, 114, 0, 0, 0, 0)
    assert counts(imported("osm_wuhan_main_roads.geojson")) == (4237, 4123, 0, 114, 0, 0)
    assert counts(imported("osm_huashan_main_roads.geojson")) == (114, 0, 0, 114, 0, 0)
    held = connection.execute(text("SELECT count(*), count(DISTINCT code), sum(length_m) > 1e6 FROM city.road_now"))
    assert held.one() == (4237, 4237, True)
    assert connection.execute(text("SELECT count(*) FROM city.road_history")).scalar() == 0
