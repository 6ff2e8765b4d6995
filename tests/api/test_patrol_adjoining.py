"""Late fixes of a patrol: later ones of its device that adjoin it are worked out anew, live as when recomputed."""

import pytest

from api.patrols.accept import Intake, Outing
from api.patrols.rework import Surroundings, adjoining, rework
from api.sightings.targets import Targets
from layers.catalogue import read_catalogue
from tests.api.conftest import drained
from tests.api.test_patrol_fixes import fixes, opened, send
from tests.api.test_patrol_intake import NOW, track

LEGS = """
    SELECT p.code, p.length_m, p.fixes_kept, p.left_out::text, g.legs
    FROM city.patrol AS p
    LEFT JOIN (SELECT l.patrol_id, array_agg(l.times_s::text || ST_AsText(l.geom) ORDER BY l.started_at) AS legs
               FROM city.leg AS l GROUP BY l.patrol_id) AS g USING (patrol_id)
    ORDER BY p.patrol_id
"""


def state(connection):
    return [tuple(row) for row in connection.exec_driver_sql(LEGS)]


def recomputed(connection):
    """The state once every patrol was worked out anew, in their order."""
    around = Surroundings.read(connection, Targets(read_catalogue()))
    for (number,) in connection.exec_driver_sql("SELECT patrol_id FROM city.patrol ORDER BY patrol_id").all():
        rework(connection, number, around)
    return state(connection)


def test_late_fixes_of_an_earlier_patrol_lengthen_the_later_one_that_adjoins(city):
    """The step from the one to the other is the later one's, and it is there only once both its ends are."""
    earlier = opened(city)
    send(city, earlier, {"fixes": fixes(0, 4)})
    drained(city)
    later = opened(city)
    send(city, later, {"fixes": fixes(40, 4)})
    drained(city)
    with city.engine.connect() as connection:
        before = state(connection)
    send(city, earlier, {"fixes": fixes(4, 36)})
    drained(city)
    with city.engine.connect() as connection:
        live = state(connection)
        assert live == recomputed(connection)
        connection.rollback()
    assert live[1][1] == pytest.approx(before[1][1] * 4 / 3, rel=1e-6)
    assert [row[0] for row in live] == [earlier, later]


def test_a_patrol_moves_once_when_it_is_converted_and_what_adjoins_is_later(connection):
    intake = Intake(Targets(read_catalogue()), (25.0,))
    for number, start in enumerate((0, 8, 16, 900)):
        places = [(20 * n, 30 * n, 0) for n in range(start, start + 5)]
        intake.accept(connection, track(*places), Outing(code=f"H{number}", sha256=f"{number:064x}"), now=NOW)
    before = state(connection)
    rows = connection.exec_driver_sql("SELECT patrol_id FROM city.patrol ORDER BY patrol_id").all()
    first, second, third, _ = (row[0] for row in rows)
    assert adjoining(connection, first)[:1] == [second]
    assert adjoining(connection, second) == [third]
    connection.exec_driver_sql(f"UPDATE city.fix SET datum = 'gcj02', lon = lon + 0.004 WHERE patrol_id = {first}")
    around = Surroundings.read(connection, Targets(read_catalogue()))
    assert [rework(connection, first, around).moved for _ in range(2)] == [True, False]
    assert recomputed(connection) == before
