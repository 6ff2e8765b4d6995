"""Stored patrols recomputed: by day and community, restartable, and told of what fails."""

from datetime import date

import pytest

from api.batch import part as part_module
from api.batch import plan
from api.batch.part import refusal
from api.batch.plan import begin, only_one
from api.patrols.accept import work_out
from api.patrols.rework import refresh_changed
from layers.errors import BadInput
from tests.batch.conftest import ALL, damage, differing, standing
from tests.databases import copy_of

WHEN = (None, None)


def codes_by_part(engine):
    with engine.connect() as connection:
        told = connection.exec_driver_sql(
            "SELECT r.day, r.area_name, string_agg(p.code, ' ' ORDER BY p.patrol_id) FROM city.recompute_part AS r"
            " JOIN city.patrol AS p ON p.patrol_id = ANY (r.patrol_ids) GROUP BY r.part_id ORDER BY r.part_id"
        )
        return [tuple(row) for row in told]


@pytest.fixture
def failing(monkeypatch):
    """A function that makes the patrols of these codes fail, in this process, each in its own way."""

    def fail(errors):
        def worked(connection, patrol_id, around):
            code = connection.exec_driver_sql(
                "SELECT code FROM city.patrol WHERE patrol_id = %s", (patrol_id,)
            ).scalar()
            done = work_out(connection, patrol_id, around)
            if code in errors:
                raise errors[code]
            return done

        monkeypatch.setattr(part_module, "work_out", worked)

    return fail


def test_what_stands_is_not_changed_and_what_was_damaged_is_made_good(huashan, city):
    before = standing(city)
    code, said = huashan(*ALL, "--workers", "0")
    assert (code, "没有改动" in said, differing(before, standing(city))) == (0, True, set()), said
    damage(city)
    assert differing(before, standing(city)) == set(before)
    code, said = huashan(*ALL, "--workers", "1")
    assert (code, differing(before, standing(city))) == (0, set()), said
    # E1 is worked out on the day before E2, and once more after E2 turned out to lie elsewhere.
    assert codes_by_part(city) == [
        (date(2026, 6, 1), "西社区", "A E1"),
        (date(2026, 6, 1), "东社区", "B"),
        (date(2026, 6, 1), None, "F"),
        (date(2026, 6, 2), "西社区", "D E2"),
        (date(2026, 6, 8), "西社区", "C"),
        (date(2026, 6, 2), "西社区", "E1"),
    ]


def test_a_dry_run_says_what_there_is_and_writes_nothing(huashan, city):
    damage(city)
    before = standing(city)
    code, said = huashan("--from", "2026-06-01", "--to", "2026-06-02", "--dry-run")
    assert (code, "4 次巡查,560 个定位点" in said, "3 部分" in said) == (0, True, True), said
    assert (differing(before, standing(city)), codes_by_part(city)) == (set(), [])


def test_a_patrol_that_fails_is_named_and_the_next_run_does_its_part_alone(
    huashan, city, failing, monkeypatch, tmp_path
):
    monkeypatch.setenv("HUASHAN_DATA", str(tmp_path))
    before = standing(city)
    damage(city)
    failing({"B": BadInput("点坏了。"), "E2": ZeroDivisionError("by zero")})
    code, said = huashan(*ALL, "--workers", "1")
    assert (code, "2026-06-01 东社区 巡查 B:点坏了。" in said, "ZeroDivisionError: by zero" in said) == (
        1,
        True,
        True,
    ), said
    assert "已完成 3 部分" in said and "有 2 部分没有完成" in said, said
    failing({})
    code, said = huashan(*ALL, "--workers", "1")
    assert (code, "已完成 3 部分,还有 2 部分" in said, differing(before, standing(city))) == (0, True, set()), said
    code, said = huashan(*ALL, "--workers", "1")
    assert (code, "继续" in said, "没有改动" in said) == (0, False, True), said


def test_an_interrupted_run_goes_on_unless_begun_anew_or_with_other_code(huashan, city, failing, monkeypatch):
    before = standing(city)
    damage(city)
    for stopped_at, left in (("E1", 5), ("F", 3)):
        failing({stopped_at: KeyboardInterrupt()})
        code, said = huashan(*ALL, "--workers", "1")
        assert (code, f"还有 {left} 部分" in said) == (130, True), said
    failing({})
    assert "将继续" in huashan(*ALL, "--dry-run")[1]
    monkeypatch.setattr(plan, "code_edition", lambda: "another")
    monkeypatch.setattr(part_module, "code_edition", lambda: "another")
    code, said = huashan(*ALL, "--workers", "1")
    assert (code, "另一版程序" in said, differing(before, standing(city))) == (0, True, set()), said


def test_what_was_last_seen_is_made_up_for_where_a_process_died_before_that(huashan, city, monkeypatch):
    before = standing(city)
    damage(city)

    def died(connection, changed):
        # Nobody but B ever saw one of these streets, so that no other part makes it good.
        if "T1" in changed.get("road", ()):
            raise KeyboardInterrupt
        refresh_changed(connection, changed)

    with monkeypatch.context() as patched:
        patched.setattr(part_module, "refresh_changed", died)
        assert huashan(*ALL, "--workers", "1")[0] == 130
    assert "last_seen" in differing(before, standing(city))
    code, said = huashan(*ALL, "--workers", "1")
    assert (code, differing(before, standing(city))) == (0, set()), said


def test_only_one_recomputes_at_a_time(huashan, city):
    with only_one(city):
        code, said = huashan(*ALL)
    assert (code, "正在进行" in said) == (1, True)


def test_a_process_on_another_database_or_with_other_code_takes_no_part(city, cluster, filled, monkeypatch):
    with city.begin() as connection:
        run = begin(connection, WHEN)
    assert refusal(run.run_id) is None
    with monkeypatch.context() as patched:
        patched.setattr(part_module, "code_edition", lambda: "another")
        assert "版本不同" in refusal(run.run_id)
    with copy_of(cluster, filled) as other:
        monkeypatch.setenv("HUASHAN_DATABASE_URL", other.url.render_as_string(hide_password=False))
        assert "不是发起重算的那一个" in refusal(run.run_id)
    assert "连不上" in refusal(run.run_id)
    monkeypatch.delenv("HUASHAN_DATABASE_URL")
    assert "HUASHAN_DATABASE_URL" in refusal(run.run_id)


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (("--from", "2027-01-01"), 0, "2026-06-01 至 2026-06-08"),
        (("--from", "gestern"), 1, "from"),
        (("--from", "2026-07-01", "--to", "2026-06-01"), 1, "空"),
        (("--workers", "-1"), 1, "--workers"),
        (("--workers", "2", "--scheduler", "tcp://127.0.0.1:1"), 1, "同时"),
        (("--scheduler", "127.0.0.1:8786"), 1, "tcp://"),
        (("--scheduler", "tcp://127.0.0.1:1"), 1, "连不上 Dask 调度器"),
    ],
)
def test_what_cannot_be_is_said(huashan, monkeypatch, arguments, code, word):
    monkeypatch.setattr("api.batch.spread.CONNECT_S", 0.5)
    found, said = huashan(*arguments)
    assert (found, word in said) == (code, True), said
