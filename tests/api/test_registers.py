"""Posts, crews, devices and duties as sheets: out, in with a plan to agree to, hostile ones; and who saved what."""

import io
import itertools
import os
import zipfile
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from tests.api.conftest import desk_over, fill, until
from tests.databases import copy_of

ZONE = ZoneInfo("Asia/Shanghai")
NUMBERS = itertools.count(1)
DUTY = {
    "code": "D-1", "post_code": "P-1", "layer": "grid", "targets": "all", "per": "week", "times": 2, "citation": "示例",
    "hours": ["22:00-06:00", "08:00-10:00"], "weekdays": [1, 5], "modes": ["foot", "boat"], "valid_from": "2026-01-01",
}  # fmt: skip
REGISTERS = ("posts", "crews", "devices", "duties")


def day(ahead=0):
    return (datetime.now(ZONE).date() + timedelta(days=ahead)).isoformat()


@pytest.fixture(scope="module")
def desk(cluster, city_template):
    """A city with a row or more in each register; tests that change something have a post of their own."""
    with copy_of(cluster, city_template) as engine:
        fill(engine)
        with desk_over(engine) as desk:
            desk.writer, desk.viewer = desk.person("dispatcher"), desk.person("viewer")
            crew = {"code": "C-1", "name": "甲组", "hours_from": "08:30", "hours_to": "17:00", "members": "甲、乙"}
            for path, body in (
                ("/posts", {"code": "P-1", "kind": "grid_keeper", "holder": "王五", "valid_from": "2026-01-01"}),
                ("/crews", crew | {"mode": "boat", "post_code": "P-1", "valid_from": "2026-01-01"}),
                ("/crews/C-1/devices", {"code": "手机-1", "accuracy_m": 7.5}),
                ("/duties", DUTY),
            ):
                answer = desk.client.post(path, json=body, headers=desk.writer)
                assert answer.status_code == 201, answer.text
            until(lambda: desk.client.app.state.gate.watch.known().holding == "mixed")
            yield desk


@pytest.fixture
def code(desk):
    """The code of a new post."""
    made = f"N-{next(NUMBERS)}"
    body = {"code": made, "name": "一岗", "kind": "road_chief", "holder": "赵六", "valid_from": "2026-01-01"}
    assert desk.client.post("/posts", json=body, headers=desk.writer).status_code == 201
    return made


@pytest.fixture
def send(desk):
    def run(body, register="posts", who=None, **asked):
        headers = (desk.writer if who is None else who) | {"Content-Type": "application/octet-stream"}
        return desk.client.post(f"/registers/{register}/sheet", content=body, params=asked, headers=headers)

    return run


def fetched(desk, register, form="xlsx", who=None):
    answer = desk.client.get(f"/registers/{register}/sheet?format={form}", headers=who or desk.writer)
    assert answer.status_code == 200, answer.text
    return answer.content


def edited(body, change):
    """The workbook after `change(rows)`: each row by its headings, more may be appended as such."""
    book = openpyxl.load_workbook(io.BytesIO(body))
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    rows = [dict(zip(heads, (cell.value for cell in row), strict=True)) for row in sheet.iter_rows(min_row=2)]
    change(rows)
    sheet.delete_rows(2, sheet.max_row)
    for row in rows:
        sheet.append([row.get(head) for head in heads])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def only(rows, code):
    (row,) = (row for row in rows if row["编码"] == code)
    return row


def table(*lines):
    return "\n".join(lines).encode()


@pytest.mark.parametrize("register", REGISTERS)
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_what_is_handed_out_comes_back_without_a_change(desk, send, register, form):
    told = send(fetched(desk, register, form), register).json()
    assert told["read"] == told["same"] >= 1 and told["rows"] == []
    again = send(fetched(desk, register, form), register, plan=told["plan"])
    assert again.status_code == 400 and "没有要写入的" in again.json()["detail"]


def test_every_change_is_listed_first_and_written_once_it_is_agreed_to(desk, send, code):
    def change(rows):
        only(rows, code).update({"任职人": "'=1+1", "名称": "新名"})
        rows.append({"编码": f"{code}-b", "岗位类别": "湖长"})

    body = edited(fetched(desk, "posts"), change)
    told = send(body).json()
    assert (told["new"], told["changed"], told["refused"], told["applied"]) == (1, 1, 0, False)
    changed = next(row for row in told["rows"] if row["what"] == "changed")
    assert changed["code"] == code and changed["begins"] == day()
    assert {(one["field"], one["was"], one["becomes"]) for one in changed["cells"]} == {
        ("name", "一岗", "新名"),
        ("holder", "赵六", "=1+1"),
    }
    assert desk.client.get(f"/posts/{code}", headers=desk.writer).json()["post"]["name"] == "一岗"
    done = send(body, plan=told["plan"]).json()
    assert done["applied"] is True
    old, new = desk.client.get(f"/posts/{code}", headers=desk.writer).json()["versions"]
    assert (old["name"], old["valid_to"], new["name"], new["valid_from"]) == ("一岗", day(), "新名", day())
    assert desk.client.get(f"/posts/{code}-b", headers=desk.writer).json()["post"]["kind"] == "lake_chief"
    # A formula is handed out as the text that it is, and comes back as it was.
    assert only_cell(fetched(desk, "posts"), code, "任职人") == ("'=1+1", "s")
    assert send(fetched(desk, "posts")).json()["rows"] == []


def only_cell(body, code, head):
    sheet = openpyxl.load_workbook(io.BytesIO(body)).worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    (row,) = (row for row in sheet.iter_rows(min_row=2) if row[0].value == code)
    return row[heads.index(head)].value, row[heads.index(head)].data_type


def test_one_row_that_cannot_be_taken_keeps_all_out_and_says_why(desk, send, code):
    def change(rows):
        only(rows, code)["任职人"] = "新任"
        rows.append({"编码": f"{code}-x", "岗位类别": "飞行员"})
        rows.append({"编码": f"{code}/y", "岗位类别": "湖长"})

    body = edited(fetched(desk, "posts"), change)
    told = send(body).json()
    reasons = {row["code"]: row["reason"] for row in told["rows"] if row["what"] == "refused"}
    assert "不在可选值之内" in reasons[f"{code}-x"] and "斜线" in reasons[f"{code}/y"]
    refused = send(body, plan=told["plan"])
    assert refused.status_code == 409 and "第 " in refused.json()["detail"] and "未写入" in refused.json()["detail"]
    assert desk.client.get(f"/posts/{code}", headers=desk.writer).json()["post"]["holder"] == "赵六"


def test_what_somebody_changed_since_the_sheet_was_fetched_is_not_written_over(desk, send, code):
    body = edited(fetched(desk, "posts"), lambda rows: only(rows, code).update({"任职人": "甲"}))
    agreed = send(body).json()["plan"]
    later = {"name": "一岗", "kind": "road_chief", "holder": "乙"}
    assert desk.client.put(f"/posts/{code}", json=later, headers=desk.writer).status_code == 200
    late = send(body, plan=agreed)
    assert late.status_code == 409 and "已被改过" in late.json()["detail"]
    (row,) = (row for row in send(body).json()["rows"] if row["what"] == "refused")
    assert {"field": "holder", "was": "赵六", "becomes": "乙"} in row["cells"]


def test_a_plan_is_good_for_just_what_it_was_made_of(desk, send, code):
    def sheet(holder):
        return table("编码,任职人", f"{code},{holder}")

    told = send(sheet("甲")).json()
    assert [cell["field"] for cell in told["rows"][0]["cells"]] == ["holder"]
    other = send(sheet("乙"), plan=told["plan"])
    assert other.status_code == 412 and "重新核对" in other.json()["detail"]
    assert send(sheet("甲"), plan=told["plan"], **{"from": day(3)}).status_code == 412
    assert send(sheet("甲"), plan=told["plan"]).json()["applied"] is True


def test_changes_may_begin_later_and_never_earlier(desk, send, code):
    body = table("编码,任职人", f"{code},后任")
    later = send(body, **{"from": day(9)}).json()
    assert later["rows"][0]["begins"] == day(9)
    assert send(body, **{"from": day(-1)}).status_code == 400
    assert send(body, plan=later["plan"], **{"from": day(9)}).json()["applied"] is True
    assert desk.client.get(f"/posts/{code}", headers=desk.writer).json()["post"]["holder"] == "赵六"
    dated = table("编码,任职人,生效日期", f"{code},昨任,{day(-1)}")
    assert "早于今天" in send(dated).json()["rows"][0]["reason"]


def test_duties_crews_and_devices_hold_what_they_name_to_what_there_is(desk, send):
    def said(register, *lines):
        return [row["reason"] or row["what"] for row in send(table(*lines), register).json()["rows"]]

    assert said("duties", "编码,责任岗位编码,巡查时段,times", "D-1,P-9,,3")[0].startswith("没有责任岗位 'P-9'")
    assert "应不大于 100" in said("duties", "编码,每周期次数", "D-1,1000")[0]
    assert "整数" in said("duties", "编码,每周期次数", "D-1,常去")[0]
    assert said("crews", "code,hours_from,hours_to", "C-1,09:00,09:00")[0].startswith("hours_from")
    assert said("crews", "编码,所属责任岗位编码", "C-1,P-9")[0].startswith("没有责任岗位")
    assert said("devices", "编码,所属巡查组编码", "手机-1,C-9", "手机-2,C-1") == [
        "没有巡查组 'C-9':请先用 huashan import crew 导入巡查组,或改正 crew_code",
        "表格不能新增设备:新设备请在巡查组里登记,随之签发令牌",
    ]
    assert said("devices", "编码,accuracy_m", "手机-1,9") == ["changed"]


def test_a_sheet_twice_naming_a_code_or_without_codes_is_told_so(desk, send, code):
    rows = send(table("编码,任职人", f"{code},甲", f"{code},乙")).json()["rows"]
    assert [row["what"] for row in rows] == ["changed", "refused"] and "重复" in rows[1]["reason"]
    bare = send(table("名称,任职人", "一岗,甲"))
    assert bare.status_code == 400 and "编码" in bare.json()["detail"]


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("xl/worksheets/sheet1.xml", b"\0" * 90_000_000)
    return out.getvalue()


def many_tags():
    """Small, and not a bomb by its size; but a library makes an object of every tag."""
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/sharedStrings2.xml", b"<sst>" + b"<si/>" * 3_000_000 + b"</sst>")
        packed.writestr("pad", os.urandom(100_000))
    return out.getvalue()


def long_sheet():
    return b"code,name\n" + b"".join(b"X%d,x\n" % number for number in range(20_001))


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        (b"", 400, "空的"),
        (b"PK\x03\x04 not a workbook", 400, "xlsx"),
        (b"\xd0\xcf\x11\xe0\0\0\0\0", 400, "另存为 .xlsx"),
        (b"\xff\xfe\xff", 400, "表格"),
        (bomb, 413, "炸弹"),
        (many_tags, 413, "标记"),
        (long_sheet, 413, "20,001"),
        (b"code,code\n1,2\n", 400, "重复"),
        (b"code,name\n1\n", 400, "截断"),
    ],
    ids=["empty", "torn", "old", "binary", "bomb", "tags", "long", "twice", "short"],
)
def test_a_hostile_sheet_is_refused_in_a_sentence(desk, send, body, status, told):
    answer = send(body() if callable(body) else body)
    assert answer.status_code == status and told in answer.json()["detail"], answer.text


def test_a_million_rows_are_not_read_to_their_end(desk, send):
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for number in range(25_000):  # the limit is lower; what comes after is not looked at
        sheet.append([f"X{number}"])
    out = io.BytesIO()
    book.save(out)
    answer = send(out.getvalue())
    assert answer.status_code == 413 and "20,000" in answer.json()["detail"]


def test_who_may_not_write_sends_no_sheet_and_who_may_not_see_persons_gets_none(desk, send):
    assert send(b"code\n", who=desk.viewer).status_code == 403
    assert send(b"code\n", who={"Authorization": ""}).status_code == 401
    heads = fetched(desk, "posts", "csv", desk.viewer).decode("utf-8-sig").splitlines()[0].split(",")
    assert "holder" not in heads and "holder" in fetched(desk, "posts", "csv").decode()
    assert desk.client.get("/registers/devices/sheet", headers=desk.viewer).status_code == 403
    assert desk.client.get("/registers/devices/手机-1/versions", headers=desk.viewer).status_code == 403
    # What a viewer fetched changes nobody when it comes back.
    assert send(fetched(desk, "posts", "csv", desk.viewer)).json()["rows"] == []


def saves(desk, code, who=None):
    answer = desk.client.get(f"/registers/posts/{code}/versions", headers=who or desk.writer)
    assert answer.status_code == 200, answer.text
    return answer.json()["versions"]


def test_every_save_says_who_changed_what_and_what_came_of_it(desk, code):
    for holder, start in (("甲", None), ("乙", None), ("丙", day(30))):
        body = {"name": "一岗", "kind": "road_chief", "holder": holder} | ({"valid_from": start} if start else {})
        assert desk.client.put(f"/posts/{code}", json=body, headers=desk.writer).status_code == 200
    found = saves(desk, code)
    assert [(one["state"], one["how"], one["valid_from"], one["valid_to"]) for one in found] == [
        ("later", "succeeded", day(30), None),
        ("today", "succeeded", day(), day(30)),
        ("gone", "succeeded", day(), None),
        ("past", "new", "2026-01-01", day()),
    ]
    changes = [[(one["field"], one["was"], one["becomes"]) for one in save["changes"]] for save in found]
    assert changes[:3] == [[("holder", "乙", "丙")], [("holder", "甲", "乙")], [("holder", "赵六", "甲")]]
    assert {one["made_by"] for one in found} == {"张三"} and found[2]["fields"]["holder"] == "甲"
    told = saves(desk, code, desk.viewer)
    assert all("made_by" not in one and "holder" not in one["fields"] for one in told)
    assert [one["changes"] for one in told[:3]] == [[], [], []]
    assert desk.client.get("/registers/posts/none/versions", headers=desk.writer).status_code == 404


def test_an_undone_change_is_a_save_like_any_other(desk, code):
    before = desk.client.get(f"/posts/{code}", headers=desk.writer)
    body = {name: before.json()["post"][name] for name in ("name", "kind", "holder")}
    made = desk.client.put(f"/posts/{code}", json=body | {"holder": "甲"}, headers=desk.writer)
    undone = desk.client.put(f"/posts/{code}", json=body, headers=desk.writer | {"If-Match": made.headers["ETag"]})
    assert undone.status_code == 200 and undone.json()["post"]["holder"] == "赵六"
    again = desk.client.put(
        f"/posts/{code}", json=body | {"holder": "乙"}, headers=desk.writer | {"If-Match": made.headers["ETag"]}
    )
    assert again.status_code == 409
    assert [one["state"] for one in saves(desk, code)] == ["today", "gone", "past"]


def test_lists_say_what_their_columns_mean(desk):
    for register in REGISTERS:
        columns = desk.client.get(f"/{register}", headers=desk.writer).json()["columns"]
        assert columns["code"]["zh"] == "编码" and columns["code"]["required"] is True
    layers = desk.client.get("/duties", headers=desk.writer).json()["columns"]["layer"]["options"]
    assert {"value": "reach", "zh": "责任段", "en": "Reaches"} in layers
    assert "landuse" not in {one["value"] for one in layers}
