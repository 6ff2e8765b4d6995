"""Figures of duties stand by their time: in rows, ahead of what is known, before anything was, and by whole days."""

import csv
import io
from datetime import datetime, timedelta

import pytest
from openpyxl import load_workbook

from tests.api.conftest import until
from tests.api.test_performance_veil import ZONE, city, get

__all__ = ["city"]
AT = "2026-06-20"
FUTURE = "2090-01-01"


@pytest.fixture(scope="module")
def duties(city):
    """The same city with a duty about whole targets, one about reaches, and a count of which too little was done."""
    city.run(
        "INSERT INTO city.duty (code, name, post_code, layer, targets, target_codes, interval_days, per, times, "
        "settled_by, citation, valid_from) VALUES "
        "('G-1', '网格', 'P-2', 'grid', 'codes', '{420111080,420111080001}', 7, NULL, NULL, 'anyone', '一', "
        "'2026-01-01'),"
        "('R-1', '责任段', 'P-2', 'reach', 'all', NULL, 7, NULL, NULL, 'anyone', '二', '2026-01-01'),"
        "('N-1', '路次', 'P-2', 'road', 'all', NULL, NULL, 'month', 9, 'anyone', '三', '2026-01-01')"
    )
    until(lambda: city.client.get("/patrols/lag").json()["pending_patrols"] == 0, within_s=60)
    return city


def told(city, path, role="dispatcher"):
    return get(city, path, role).json()


def refused(city, path, role="dispatcher"):
    answer = city.client.get(path, headers=city.person(role))
    assert answer.status_code == 400, answer.text
    return answer.json()["detail"]


def rows(city, path, role="dispatcher"):
    return list(csv.DictReader(io.StringIO(get(city, path, role).content.decode("utf-8-sig"))))


def sheets(city, path, role="dispatcher"):
    book = load_workbook(io.BytesIO(get(city, path, role).content))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


def test_each_row_of_debt_says_of_when_it_is_and_as_known_when(duties):
    path = f"/debt?at={AT}&effective=only"
    answer = told(duties, path + "&pieces=1")
    for more, name in (("", "duties"), ("&pieces=1", "pieces")):
        table = rows(duties, f"{path}{more}&format=csv")
        assert len(table) == len(answer[name]) > 0
        for row in table:
            assert [row[column] for column in ("at", "since", "effective")] == [answer["at"], answer["since"], "only"]
            assert row["known_at"][:16] == answer["known_at"][:16]
    head = sheets(duties, path + "&format=xlsx")["欠巡"][0]
    assert {"时刻 at", "自 since", "所知至 known_at", "欠巡(米·天) debt_m_days"} <= set(head)
    assert {"at", "since", "known_at", "effective"} <= told(duties, path + "&format=geojson").keys()


def test_a_table_without_rows_still_has_its_columns(duties):
    text = get(duties, "/debt?at=2020-01-01&format=csv", "dispatcher").content.decode("utf-8-sig")
    assert text.startswith("at,since,known_at,") and len(text.splitlines()) == 1


def test_rows_of_posts_say_what_was_missed_when_and_why(duties):
    period = "/duties/performance?period=2026-06&by="
    posts = {row["post"]: row for row in rows(duties, period + "post&format=csv")}
    answer = told(duties, period + "post")
    assert posts.keys() == {one["post"] for one in answer["posts"]}
    for one in answer["posts"]:
        names = ("due", "done", "effective", "met", "missed", "unknown", "observations")
        assert [int(posts[one["post"]][name]) for name in names] == [one[name] for name in names]
    night = posts["P-2"]
    assert night["missed_dues"].startswith("D-2 2026-06-09 巡查 1 次均无效(不在规定时段);D-2 2026-06-16 没有巡查;")
    assert "N-1 2026-06-30 有效巡查次数不足" in night["missed_dues"]
    assert posts["网格员"]["undone"] == "D-1 2026-06-03 有效里程不足;D-1 2026-06-04 有效里程不足"
    assert (night["from"], night["to"]) == ("2026-06-01T00:00:00+08:00", "2026-07-01T00:00:00+08:00")
    dues = [due for one in answer["posts"] for duty in one["duties"] for due in duty["dues"]]
    assert all(due["met"] != bool(due["words"]) for due in dues)
    assert {reason for due in dues for reason in due["reasons"]} >= {"no_patrol", "too_few"}
    listed = sheets(duties, period + "post&format=xlsx")["应巡"]
    assert [row[listed[0].index("结果 state")] for row in listed[1:]].count("漏巡") == sum(
        one["missed"] for one in answer["posts"]
    )


def test_observations_are_counted_as_known_then(duties):
    before = duties.run("SELECT clock_timestamp()").isoformat().replace("+", "%2B")
    found = {"kind": "algae", "patrol": "夜组-001", "found_at": "2026-06-03T00:01:00+08:00", "lon": 114.5, "lat": 30.56}
    sent = duties.client.post("/observations", json=found, headers=duties.person("dispatcher"))
    assert sent.status_code == 201, sent.text
    path = "/duties/performance?period=2026-06&post=P-2"
    counts = [told(duties, path + more)["posts"][0]["observations"] for more in ("", f"&known_at={before}")]
    assert counts == [1, 0]


def test_of_several_periods_each_cover_is_told_and_none_in_between(duties):
    quarter = "/duties/performance?period=2026-Q2&by=duty&duty=N-1"
    (duty,), (row,) = told(duties, quarter)["duties"], rows(duties, quarter + "&format=csv")
    assert [one["period"] for one in duty["cover"]] == ["2026-04", "2026-05", "2026-06"]
    assert row["cover_nominal"] == "" and row["cover"].split(";")[:2] == ["2026-04 0–0 %", "2026-05 0–0 %"]
    cover = sheets(duties, quarter + "&format=xlsx")["覆盖"]
    shares = [row[cover[0].index("名义 nominal")] for row in cover[1:]]
    assert shares == pytest.approx([one["nominal"] for one in duty["cover"]]) and shares[2] > 0
    (month,) = rows(duties, "/duties/performance?period=2026-06&by=duty&duty=N-1&format=csv")
    assert float(month["cover_nominal"]) == pytest.approx(shares[2])


def test_the_curve_is_as_known_when_and_named_after_what_it_counts(duties):
    june = "from=2026-06-01&to=2026-07-01"
    grid, road = (told(duties, f"/debt/curve?duty={code}&{june}") for code in ("G-1", "D-1"))
    assert (grid["targets"], grid["unseen_targets"], grid["rotation_sees_targets"]) == (2, 1, [1])
    assert not [name for name in grid if name.endswith("_m") or "_m_" in name]
    assert road["length_m"] > 3_000 and not [name for name in road if "target" in name]
    before = duties.run("SELECT min(known_from) - interval '1 ms' FROM city.sighting").isoformat()
    then = told(duties, f"/debt/curve?duty=D-1&{june}&known_at={before.replace('+', '%2B')}")
    assert (then["patrols"], then["unseen_m"]) == (0, road["length_m"]) and road["patrols"] > 0
    assert "还没有巡查" in refused(duties, "/debt/curve?duty=D-1&from=2089-01-01&to=2089-02-01")
    early = duties.client.get("/debt/curve?duty=D-1&from=2025-01-01&to=2025-02-01", headers=duties.person("admin"))
    assert early.status_code == 404
    assert "2025-01-01T00:00:00+08:00 至 2025-02-01T00:00:00+08:00 没有职责" in early.json()["detail"]


def test_what_lies_ahead_is_a_forecast_and_what_was_before_anything_is_refused(duties):
    assert [told(duties, f"/debt?at={at}")["forecast"] for at in (AT, FUTURE)] == [False, True]
    later = told(duties, f"/debt?at={FUTURE}&duty=D-1")
    assert "无人巡查" in later["note"] and later["known_at"] < FUTURE
    assert rows(duties, f"/debt?at={FUTURE}&format=csv")[0]["forecast"] == "True"
    month = "/duties/performance?by=duty&duty=N-1&period="
    past, ahead = (told(duties, month + period) for period in ("2026-06", "2089-01"))
    assert [past[name] for name in ("future", "forecast", "note")] == [False, False, None]
    assert (ahead["future"], ahead["forecast"]) == (True, True) and "尚未开始" in ahead["note"]
    assert told(duties, f"{month}2089-01&known_at={FUTURE}")["duties"][0]["missed"] == 0
    first = duties.run("SELECT min(known_from) FROM city.duty").astimezone(ZONE).isoformat()
    for path in ("/debt?", f"{month}2026-06&", "/debt/curve?duty=D-1&", "/duties?", "/posts?"):
        assert "known_at 的值 2001-01-01T00:00:00+08:00 太早" in refused(duties, f"{path}known_at=2001-01-01")
    assert first in refused(duties, "/duties?known_at=2001-01-01")


def test_a_layer_is_the_one_that_duties_are_told_of_or_about_and_others_are_refused(duties):
    found = [
        [one["duty"] for one in told(duties, f"/debt?at={AT}&layer={layer}")["duties"]]
        for layer in ("bank", "reach", "grid", "farmland")
    ]
    assert found == [["R-1"], ["R-1"], ["G-1"], []]
    assert "图层 'landuse' 不记巡查所见" in refused(duties, f"/debt?at={AT}&layer=landuse")


@pytest.mark.parametrize("role", ["viewer", "landuse", "analyst", "patroller"])
def test_who_may_not_see_persons_reads_days_and_asks_by_days(duties, role):
    full, veiled = (told(duties, f"/debt?at={AT}&pieces=1", one) for one in ("dispatcher", role))
    exact = {(one["duty"], one["target"], one["from_m"]): one for one in full["pieces"]}
    interval_days = {one["duty"]: one["interval_days"] for one in veiled["duties"]}
    seen = [one for one in veiled["pieces"] if one["last_seen"]]
    assert seen and (full["whole_days"], veiled["whole_days"]) == (False, True)
    for one in veiled["pieces"]:
        age_days = one["overdue_days"] + interval_days[one["duty"]]
        assert age_days == pytest.approx(round(age_days), abs=1e-6)
        assert one["last_seen"] is None or len(one["last_seen"]) == 10
        if match := exact.get((one["duty"], one["target"], one["from_m"])):
            assert 0 <= one["overdue_days"] - match["overdue_days"] < 1
    for of in ("debt_m_days", "debt_target_days"):
        assert veiled[of] >= full[of]
    assert told(duties, "/debt", role)["at"].endswith("T00:00:00+08:00")
    for path in (
        "/debt?at=2026-06-01T08:00:00",
        "/debt?known_at=2089-06-01T08:00:00",
        "/debt/curve?duty=D-1&from=2026-06-01T07:59:00",
        "/debt/curve?duty=D-1&to=2026-06-02T07:59:00",
        "/debt/curve?duty=D-1&known_at=2089-06-02T07:59:00",
        "/duties/performance?period=2026-06&known_at=2089-06-02T07:59:00",
    ):
        assert "不是整日" in refused(duties, path, role)
    rotation = told(duties, "/debt/curve?duty=D-1&from=2026-06-01&to=2026-07-01", role)["rotation"]
    (named,) = {one and one.rstrip("0123456789") for one in rotation}
    assert named == {"analyst": "patrol-", "patroller": "日组-"}.get(role)  # a patroller reads the own


def test_a_piece_on_the_map_tells_no_instant(duties):
    (first, *_) = told(duties, "/layers/last_seen", "viewer")["features"]
    one = told(duties, f"/layers/last_seen/{first['id']}", "viewer")["properties"]
    assert one["known_from"][11:19] in ("00:00:00", "16:00:00") and "last_at" not in one


@pytest.mark.parametrize(
    "path",
    ["/debt?at=9999-12-31", "/debt?at=9999-12-30T23:00:00-08:00", "/debt/curve?duty=D-1&to=9999-12-30T23:00:00-08:00"],
)
def test_a_time_centuries_away_is_refused(duties, path):
    assert "2200" in refused(duties, path.replace("+", "%2B"))


def test_debt_of_now_is_never_a_forecast(duties):
    for _ in range(20):
        one = told(duties, "/debt?duty=D-1")
        assert (one["forecast"], one["at"]) == (False, one["known_at"])


@pytest.mark.parametrize("path", ["/debt?at=2026-06-20", "/duties/performance?period=2026-06&by=duty"])
def test_shares_are_the_same_for_who_may_not_see_persons_whatever_the_hour_was(duties, path):
    def shares(role):
        return [one["on_time_share"] for one in told(duties, path, role)["duties"]]

    exact, before = shares("dispatcher"), shares("viewer")
    # Within the day on which each was.
    moved = (
        "UPDATE city.sighting SET first_at = first_at + {0}, last_at = last_at + {0} WHERE known_to IS NULL"
        " AND (first_at AT TIME ZONE 'Asia/Shanghai')::time BETWEEN '06:00' AND '20:00'"
    )
    duties.run(moved.format("interval '1 minute'"))
    try:
        assert shares("viewer") == before and shares("dispatcher") != exact
    finally:
        duties.run(moved.format("interval '-1 minute'"))


@pytest.mark.parametrize("format", ["csv", "xlsx", "geojson", "json"])
def test_no_form_of_debt_holds_when_somebody_was_there(duties, format):
    path = f"/debt?at={AT}&pieces=1&format={format}"
    read = sheets if format == "xlsx" else get
    texts = [str(getattr(one, "text", one)) for one in (read(duties, path, role) for role in ("viewer", "admin"))]
    ends = [datetime(2026, 6, day, *at, tzinfo=ZONE) for day, at in ((1, (7, 59)), (2, (23, 58)))]
    hours = {(end + timedelta(seconds=20 * n)).isoformat()[:16] for end in ends for n in range(31)}
    assert [any(hour in text for hour in hours) for text in texts] == [False, True]
