"""The least gap between effective patrols, across an erasing: the same visits count before and after."""

from datetime import UTC, datetime

import pytest

from api.database import Database
from api.duties.keep import Upkeep
from layers.catalogue import read_catalogue
from tests.api.conftest import desk_over
from tests.api.test_erase import city, desk_of, erased  # noqa: F401
from tests.api.test_same_side import WALKED, duty, get, go
from tests.databases import copy_of

DAYS = {"丁组": (5, 7, 8, 9, 11), "戊组": (6, 7), None: (8, 9)}
"""On which days of June each crew without a post walks, and whoever names no crew: some too soon after the last."""
FIGURES = (
    "/duties/performance?period=2026-06&by=duty",
    "/debt?at=2026-06-13&effective=only",
)


@pytest.fixture(scope="module")
def gaps(cluster, city):  # noqa: F811
    """The name of a city where duties ask for two days between effective patrols: of anyone, and of a delegate."""
    with copy_of(cluster, city) as engine:
        with desk_over(engine) as desk:
            desk.writer = desk.person("dispatcher")
            desk.run("INSERT INTO city.crew (code, name) VALUES ('丁组', '丁'), ('戊组', '戊')")
            duty(desk, "GAP", min_gap_hours=47, min_metres=50)
            duty(desk, "PAIR", min_gap_hours=47, settled_by="delegates", delegates=["戊组"])
            for crew, days in DAYS.items():
                for day in days:
                    go(desk, day, "foot", WALKED[: 4 + day], device=f"手机-{crew}")
            desk.run("UPDATE city.patrol SET crew = substr(device, 4) WHERE device IN ('手机-丁组', '手机-戊组')")
            Upkeep(Database(engine), read_catalogue()).once()
        engine.dispose()
        yield engine.url.database


@pytest.fixture
def desk(cluster, gaps):
    with desk_of(cluster, gaps) as desk:
        yield desk


def figures(desk):
    return {path: {name: told for name, told in get(desk, path).items() if name != "known_at"} for path in FIGURES}


def effective(told, code="GAP"):
    duties = told["/duties/performance?period=2026-06&by=duty"]["duties"]
    return next(one for one in duties if one["duty"] == code)


def june(day):
    return datetime(2026, 6, day, tzinfo=UTC)


def test_what_is_effective_is_the_same_however_often_and_up_to_when_tracks_are_erased(desk):
    before = figures(desk)
    assert any("too_soon" in one["reasons"] for one in effective(before)["undone"])
    for day in (6, 8, 9):
        assert erased(desk, june(day)).patrols > 0
        assert figures(desk) == before
    desk.run("DELETE FROM city.duty_state")
    assert figures(desk) == before
    assert erased(desk, june(12)).patrols > 0
    Upkeep(Database(desk.engine), read_catalogue()).once()
    assert figures(desk) == before


def test_who_goes_out_after_an_erasing_is_judged_by_the_last_time_before_it(desk):
    erased(desk, june(12))
    go(desk, 12, "foot", WALKED, device="手机-丁组")
    desk.run("UPDATE city.patrol SET crew = '丁组' WHERE device = '手机-丁组'")
    (one,) = (one for one in effective(figures(desk))["undone"] if one["started"].startswith("2026-06-12"))
    assert one["reasons"] == ["too_soon"]


def test_a_crew_goes_by_its_name_only_until_it_has_paused_for_longer_than_any_gap(desk):
    def names():
        return desk.run("SELECT string_agg(crew, ' ' ORDER BY crew) FROM city.crew_alias")

    erased(desk, june(12))
    assert names() == "丁组"  # the delegate goes by its code, and the boat went last on the 4th
    assert desk.run("SELECT count(DISTINCT judged_as) FROM city.patrol WHERE judged_as LIKE 'erased-%%'") == 2
    states = desk.run("SELECT string_agg(last_effective::text, ' ') FROM city.duty_state")
    assert "丁组" not in (states or "")
    go(desk, 20, "foot", WALKED, device="手机-丁组")
    desk.run("UPDATE city.patrol SET crew = '丁组' WHERE device = '手机-丁组'")
    erased(desk, june(21))
    first, last = (
        desk.run(f"SELECT judged_as FROM city.patrol WHERE judged_as IS NOT NULL AND {day}")
        for day in ("started_at = '2026-06-11T00:00Z'", "started_at = '2026-06-20T00:00Z'")
    )
    assert first == last
    go(desk, 25, "foot", WALKED, device="手机-9")
    erased(desk, june(28))
    assert names() is None
