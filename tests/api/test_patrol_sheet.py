"""The patrols of a period as a table to keep."""

import csv
import io

import openpyxl


def test_a_period_goes_out_as_rows_in_words(client):
    newest = client.get("/patrols?limit=1").json()["patrols"][0]
    day = newest["started_at"][:10]
    answer = client.get("/patrols", params={"from": day, "format": "csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    told = client.get("/patrols", params={"from": day}).json()["patrols"]
    assert [row["code"] for row in rows] == [one["code"] for one in told]
    (row,) = (row for row in rows if row["code"] == newest["code"])
    assert row["started_at"] == newest["started_at"][:16].replace("T", " ")
    assert row["mode"] in {"步行", "骑行", "车巡", "船巡", "无人机"}
    assert row["crew_name"] and row["post_name"] and float(row["minutes"]) > 0


def test_the_workbook_says_in_chinese_what_each_column_is_even_where_nobody_went_out(client):
    answer = client.get("/patrols", params={"from": "2001-01-01", "to": "2001-01-08", "format": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content))["巡查"]
    assert [cell.value for cell in sheet[1]][:4] == [
        "编码 code",
        "开始时间 started_at",
        "结束时间 ended_at",
        "历时(分) minutes",
    ]
    assert sheet.max_row == 1
