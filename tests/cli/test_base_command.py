"""`huashan base`: what is there and what is wrong, tiles fetched ahead, the cache emptied; no database is needed."""

import pytest
from typer.testing import CliRunner

from api.cli.app import app
from tests.base_maps import RED, far_host, make_mbtiles, png

BOX = "114.45,30.55,114.55,30.60"


@pytest.fixture
def data(tmp_path, monkeypatch):
    (tmp_path / "base").mkdir()
    for name in ("HUASHAN_DATABASE_URL", "HUASHAN_OWNER_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HUASHAN_DATA", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


@pytest.fixture
def host(data):
    with far_host() as host:
        lines = ['title = "远处影像"', f'url = "{host.url}/{{z}}/{{x}}/{{y}}"', 'datum = "wgs84"', "year = 2024"]
        text = "\n".join([*lines, 'approval = "GS(2024)1号"'])
        (data / "base" / "far.toml").write_text(text, "utf-8")
        yield host


def run(*typed: str):
    return CliRunner().invoke(app, ["base", *typed], prog_name="huashan")


def test_none_says_where_to_put_one(data):
    said = run("list").output
    assert str(data / "base") in said.replace("\n", "") and "没有底图" in said


def test_each_is_listed_with_what_is_wrong_and_a_host_is_asked(data, host):
    make_mbtiles(data / "base" / "good.mbtiles")
    (data / "base" / "bad.pmtiles").write_bytes(b"nothing")
    host.behave = lambda path: (403, "text/html", b"")
    said = run("list").output
    assert "GS(2024)1号" in said and "拒绝了请求(403)" in said and "完好的 PMTiles" in said and "花山影像" in said
    assert "没有写明年份" in said and len(host.asked) == 1
    assert "403" not in run("list", "--no-ask").output


def test_an_area_is_counted_fetched_and_then_there_is_nothing_to_do(data, host):
    first = run("fetch", "far", "--zoom", "10-13", "--bbox", BOX, "--yes")
    assert first.exit_code == 0 and f"要取 {len(host.asked)} 张" in first.output
    again = run("fetch", "far", "--zoom", "10-13", "--bbox", BOX, "--yes")
    assert "要取 0 张" in again.output
    assert f"{len(host.asked)} 张" in run("list").output, "what is asked for to see whether it comes is not kept"
    assert f"已清空 {len(host.asked) - 1} 张" in run("clear", "far").output


def test_nothing_is_fetched_unasked_and_what_failed_is_told(data, host):
    assert run("fetch", "far", "--zoom", "12", "--bbox", BOX).exit_code == 0 and host.asked == []
    host.behave = lambda path: (429, "", b"")
    failed = run("fetch", "far", "--zoom", "10-14", "--bbox", BOX, "--yes")
    assert "说请求太多(429)" in str(failed.exception) and "只取余下的" in str(failed.exception)
    host.behave = lambda path: (200, "image/png", png(RED))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (("fetch", "none", "--zoom", "10"), "没有底图 'none'"),
        (("fetch", "far", "--zoom", "16-10"), "看不懂级别"),
        (("fetch", "far", "--zoom", "10", "--bbox", "2,48,3,49"), "之外"),
        (("fetch", "good", "--zoom", "10"), "不必预取"),
        (("clear", "good"), "没有缓存"),
    ],
)
def test_what_makes_no_sense_is_told(data, host, typed, words):
    make_mbtiles(data / "base" / "good.mbtiles")
    assert words in str(run(*typed).exception)
