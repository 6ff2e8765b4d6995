"""Posts come in and go out as a table without geometry, with the guarantees of every other import."""

from datetime import date

import pytest
from sqlalchemy import text

from api.transfer.edition import Edition
from api.transfer.exporting import read_rows, write_features
from api.transfer.importing import Manner, import_source
from api.transfer.read import Reading, read_source
from api.transfer.tables import POST, exchanged
from layers.catalogue import read_catalogue
from layers.errors import BadFile, BadInput, Conflict, NotFound

CATALOGUE = read_catalogue()
LIST = "岗位编码,岗位名称,岗位类别,姓名\nHZ-1,长江河长,河长,张三\nHUZ-1,严西湖湖长,lake_chief,\n"


@pytest.fixture
def posts(connection, tmp_path):
    def run(content, name="岗位.csv", **manner):
        path = tmp_path / name
        path.write_text(content, "utf-8")
        return import_source(connection, CATALOGUE, POST, read_source(path, Reading(table=True)), Manner(**manner))

    return run


def counts(report):
    return report.read, report.inserted, report.updated, report.unchanged, report.withdrawn, report.rejected


def stored(connection):
    return connection.execute(text("SELECT code, name, kind, holder FROM city.post_now ORDER BY code")).all()


def test_posts_come_in_under_chinese_headers_with_an_edition(connection, posts):
    report = posts(LIST)
    assert counts(report) == (2, 2, 0, 0, 0, 0) and report.applied
    assert stored(connection) == [
        ("HUZ-1", "严西湖湖长", "lake_chief", None),
        ("HZ-1", "长江河长", "river_chief", "张三"),
    ]
    edition = connection.execute(text("SELECT layer, name, rows_read, rows_inserted FROM city.edition")).all()
    assert edition == [("post", "岗位.csv", 2, 2)]


def test_the_same_again_changes_nothing_and_a_new_holder_is_an_update(connection, posts):
    posts(LIST)
    again = posts(LIST)
    assert counts(again) == (2, 0, 0, 2, 0, 0) and not again.applied
    assert counts(posts(LIST.replace("张三", "李四"))) == (2, 0, 1, 1, 0, 0)
    assert stored(connection)[1].holder == "李四"


def test_history_keeps_who_held_it(engine, tmp_path):
    path = tmp_path / "岗位.csv"
    for holder in ("张三", "李四"):
        path.write_text(LIST.replace("张三", holder), "utf-8")
        with engine.begin() as connection:
            import_source(connection, CATALOGUE, POST, read_source(path, Reading(table=True)), Manner())
    with engine.connect() as connection:
        past = connection.execute(text("SELECT code, holder FROM city.post_history")).all()
    assert past == [("HZ-1", "张三")]


def test_one_bad_row_keeps_everything_out_unless_skipped(connection, posts):
    bad = LIST + "X,谁,镇长,\nHZ-1,又一个,河长,\n,无编码,河长,\n"
    report = posts(bad)
    assert report.refused and stored(connection) == []
    assert [reject.number for reject in report.rejects] == [4, 5, 6]
    told = "\n".join(reject.reason for reject in report.rejects)
    assert "kind(岗位类别)=镇长 不在可选值之内:river_chief(河长)" in told
    assert "与第 2 行重复" in told and "编码为空" in told
    assert counts(posts(bad, skip_bad=True)) == (5, 2, 0, 0, 0, 3)


def test_a_dry_run_writes_nothing(connection, posts):
    assert counts(posts(LIST, dry_run=True)) == (2, 2, 0, 0, 0, 0)
    assert stored(connection) == []


def test_posts_that_a_new_edition_lacks_end_that_day(connection, posts):
    posts(LIST, edition=Edition(valid_from=date(2025, 1, 1)))
    fewer, edition = LIST[: LIST.index("HUZ")], Edition("二〇二六", date(2026, 1, 1), replace=True)
    with pytest.raises(Conflict, match="--yes"):
        posts(fewer, edition=edition)
    assert counts(posts(fewer, edition=edition, ask=lambda question: True)) == (1, 0, 0, 1, 1, 0)
    assert [row.code for row in stored(connection)] == ["HZ-1"]
    with pytest.raises(BadInput, match="--within"):
        posts(fewer, edition=Edition("三", date(2026, 1, 1), replace=True, within="114,30,115,31"))


def test_what_is_exported_imports_again_unchanged(connection, posts, tmp_path):
    posts(LIST + '0007,"路长, 东",路长,"王\n五"\n', edition=Edition(valid_from=date(2025, 1, 1)))
    path = tmp_path / "out.csv"
    assert write_features(read_rows(connection, POST), path).features == 3
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert counts(posts(path.read_text("utf-8-sig"))) == (3, 0, 0, 3, 0, 0)
    with pytest.raises(BadInput, match=r"\.csv"):
        write_features(read_rows(connection, POST), tmp_path / "out.gpkg")


def test_no_posts_export_and_import(connection, posts, tmp_path):
    path = tmp_path / "out.csv"
    assert write_features(read_rows(connection, POST), path).features == 0
    assert posts(path.read_text("utf-8-sig")).read == 0


def test_what_is_no_list_of_posts_is_said(posts, geojson):
    with pytest.raises(BadInput, match=r"没有编码列.*--key"):
        posts("甲,乙\n1,2\n")
    with pytest.raises(BadFile, match="CSV"):
        read_source(geojson(), Reading(table=True))
    with pytest.raises(NotFound, match="post"):
        exchanged(CATALOGUE, "nothing")
