"""Every time in every answer is told in the deployment's zone, with its offset, whatever was asked in."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.api.conftest import app_settings
from tests.conftest import app_client

TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?")
JUNE = "from=2026-05-31T16:00:00Z&to=2026-06-30T12:00:00-04:00"
KNOWN = "known_at=2100-01-01T00:00:00Z"


def times_of(text):
    """The times in an answer, once none of them is told otherwise."""
    told = TIME.findall(text)
    assert [one for one in told if not one.endswith("+08:00")] == []
    return told


@pytest.fixture(scope="module")
def ask(sample_engine):
    with app_client(app_settings(sample_engine)) as client:
        yield client.get


@pytest.fixture(scope="module")
def codes(ask):
    """One of each that has a page of its own."""
    bank = max(ask("/coverage/bank?geometry=0").json()["targets"], key=lambda one: one["seen_m"])
    return {
        "bank": bank["code"],
        "patrol": ask("/patrols?limit=1").json()["patrols"][0]["code"],
        "crew": ask("/crews").json()["crews"][0]["code"],
        "observation": ask("/observations?limit=1").json()["observations"][0]["code"],
        "duty": next(one["code"] for one in ask("/duties").json()["duties"] if one["layer"] == "reach"),
    }


@pytest.mark.parametrize(
    "path",
    [
        f"/coverage/bank?{JUNE}",
        f"/coverage/bank?{JUNE}&{KNOWN}&format=geojson",
        f"/coverage/bank?{JUNE}&format=csv",
        f"/coverage/grid?{JUNE}",
        f"/coverage/bank/{{bank}}/timeline?{JUNE}",
        "/debt?duty={duty}&pieces=1",
        f"/debt?duty={{duty}}&at=2026-06-29T16:00:00Z&{KNOWN}",
        f"/debt/curve?duty={{duty}}&{JUNE}",
        "/duties/performance?period=2026-06&duty={duty}",
        "/duties/{duty}",
        f"/effort?{JUNE}&cells=grid&level=street",
        f"/patrols?{JUNE}&limit=20",
        "/patrols/{patrol}",
        "/patrols/lag",
        "/crews/{crew}",
        f"/observations?{JUNE}&limit=20",
        "/observations/{observation}",
        "/layers",
        "/layers/observation?limit=20",
        "/layers/last_seen?limit=20",
    ],
)
def test_no_time_has_another_offset_than_the_deployments(ask, codes, path):
    answer = ask(path.format(**codes))
    assert answer.status_code == 200, answer.text
    told = times_of(answer.text)
    if "lag" not in path and not path.startswith(("/crews", "/duties/{", "/layers/last")):
        assert told


def test_a_patrol_that_is_out_is_told_so_from_its_first_fix_to_its_end(desk):
    writer, now = desk.person("dispatcher"), datetime.now(UTC)
    fixes = [[(now - timedelta(seconds=20 * n)).isoformat(), 114.5 + n * 3e-4, 30.56, 5] for n in range(12, 0, -1)]
    opened = desk.client.post("/patrols", json={"device": "手机-1", "fixes": fixes[:6]}, headers=writer)
    path = f"/patrols/{opened.json()['code']}"
    answers = [
        opened,
        desk.client.post(f"{path}/fixes", json=fixes[6:], headers=writer),
        desk.client.get("/positions", headers=writer),
        desk.client.post(f"{path}/end", headers=writer),
        desk.client.get(path, headers=writer),
        desk.client.get(path, headers=desk.person("analyst")),
    ]
    assert [answer.is_success and bool(times_of(answer.text)) for answer in answers] == [True] * 6
