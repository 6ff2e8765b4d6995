"""Two walks that are played back, in a city of the module's own."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from layers.crs import STORED_SRID
from tests.api.conftest import REAL, until

ZONE = ZoneInfo("Asia/Shanghai")
CITY = f"""
    INSERT INTO city.road (code, name, valid_from, geom) VALUES
    ('R1', '沿湖路', '2026-01-01', ST_GeomFromText('LINESTRING (114.5 30.56, 114.54 30.56)', {STORED_SRID})),
    ('R2', '无人路', '2026-01-01', ST_GeomFromText('LINESTRING (114.51 30.552, 114.53 30.552)', {STORED_SRID}));
    INSERT INTO city.post (code, name, kind, valid_from)
    VALUES ('网格员', '一岗', 'grid_keeper', '2026-01-01'), ('P-2', '二岗', 'grid_keeper', '2026-01-01');
    INSERT INTO city.crew (code, name, post_code, hours_from, hours_to, members)
    VALUES ('日组', '日班', NULL, '08:00', '18:00', '李四'), ('夜组', '夜班', 'P-2', '20:00', '04:00', '王五');
    INSERT INTO city.duty (code, name, post_code, layer, targets, target_codes, interval_days, settled_by,
                           citation, valid_from)
    VALUES ('D-1', '路巡', '网格员', 'road', 'codes', '{{R1}}', 3, 'anyone', '某办法第一条', '2026-01-01');
"""
JUNE = "from=2026-06-01&to=2026-07-01"


def walk(city, code, start, crew, post, *, lon=114.5, steps=40):
    """Go to the east, not quite straight, a fix every 20 s, with a gap of ten minutes in the middle."""
    began = datetime.fromisoformat(start).replace(tzinfo=ZONE)
    fixes = []
    for n in range(steps):
        at = began + timedelta(seconds=20 * n + (600 if n >= steps // 2 else 0))
        fixes.append([at.isoformat(), lon + n * 0.00025, 30.56 + 0.00004 * np.sin(n), 5])
    sent = {"device": f"手机-{crew}", "mode": "foot", "code": code, "crew": crew, "post": post, "fixes": fixes}
    answer = city.client.post("/patrols", json=sent, headers=city.person("dispatcher"))
    assert answer.status_code == 201, answer.text
    return fixes


@pytest.fixture(scope="module")
def walks(desk):
    desk.run(REAL)
    desk.run(CITY)
    until(lambda: desk.status("/patrols") == 401)
    return {
        "日组-001": walk(desk, "日组-001", "2026-06-02T07:58", "日组", "网格员"),
        "夜组-001": walk(desk, "夜组-001", "2026-06-02T23:50", "夜组", "P-2", lon=114.505),
    }


@pytest.fixture
def city(desk, walks):
    return desk


def get(city, path, *roles, **headers):
    answer = city.client.get(path, headers={**city.person(*(roles or ("dispatcher",))), **headers})
    assert answer.status_code == 200, answer.text
    return answer
