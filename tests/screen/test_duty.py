"""The page of duties: who is behind this month and why, rules tried before they are saved, sheets down and up."""

import io
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import serving
from tests.databases import copy_of

pytestmark = pytest.mark.browser

DUTY, POST = "WG-205", "WGY-205"
WALKED = "2026-06"
"""A month of the sample in which there were patrols."""


@pytest.fixture(scope="module")
def office(cluster, sample_template):
    """A server of the module's own over the sample, and tokens of those who work with it."""
    from api.access import tokens

    with copy_of(cluster, sample_template) as engine:
        with engine.begin() as connection:
            roles = ("dispatcher", "viewer")
            held = {role: tokens.new(connection, f"{role}甲", "街道办", [role], 1) for role in roles}
        with serving(engine) as url:
            yield url, held


@pytest.fixture
def duty(screen, office):
    """`duty(role, address)`: the page opened by somebody of that role; by nobody in particular where it is None."""
    screen.url, held = office

    def opened(role=None, address=""):
        if role:
            sent = {"data": {"token": held[role]}, "headers": {"Origin": screen.url}}
            assert screen.page.request.post(f"{screen.url}/session", **sent).ok
        return screen.open(f"duty{address}")

    yield opened
    assert screen.complaints == [] and screen.strangers == [] and screen.page.evaluate("violations") == []


def rows(screen, panel):
    return screen.page.locator(f"#duty-{panel} tr[data-row]")


def put(screen, role_token, path, body):
    headers = {"Authorization": f"Bearer {role_token}"}
    answer = screen.page.request.put(screen.url + path, data=body, headers=headers)
    assert answer.ok, answer.text()


def downloaded(screen, button):
    with screen.page.expect_download() as waiting:
        button.click()
    return openpyxl.load_workbook(io.BytesIO(Path(waiting.value.path()).read_bytes()))


def test_another_month_is_looked_at_and_offers_nothing_to_change(duty):
    screen = duty(address=f"#month={WALKED}")
    screen.page.locator("#duty-month [data-key='month-1']").click()
    screen.sees("#duty-month .duty-note", "2026-05-31")
    assert screen.page.locator("#duty-month [data-key=edit]").count() == 0


def test_the_month_goes_out_as_a_workbook(duty):
    screen = duty()
    book = downloaded(screen, screen.page.locator("#duty-month [data-key=xlsx]"))
    assert book.sheetnames[:2] == ["岗位", "职责"] and book["岗位"].max_row > 60


def test_a_rule_is_tried_on_last_month_saved_and_taken_back(duty):
    screen = duty("dispatcher", f"#tab=duties&find={DUTY}")
    page = screen.page
    page.get_by_role("button", name="修改").click()
    page.locator("#field-interval_days").fill("30")
    page.get_by_role("button", name="试算").click()
    screen.sees(".effect", "期末欠巡")
    effect = page.locator(".effect").inner_text()
    assert "用时" in effect and "没有保存任何内容" in effect and "−" in effect
    assert screen.json(f"/duties/{DUTY}")["duty"]["interval_days"] == 14
    page.locator("#field-interval_days").fill("28")
    screen.sees(".effect", "重新试算")
    page.get_by_role("button", name="保存").click()
    screen.sees("#duty-saved", DUTY)
    screen.sees("#duty-duties tbody", "每 28 天")
    assert screen.json(f"/duties/{DUTY}")["duty"]["interval_days"] == 28
    page.locator("#duty-saved [data-key=undo]").click()
    screen.sees("#duty-saved", "已撤销")
    screen.sees("#duty-duties tbody", "每 14 天")
    rows(screen, "duties").get_by_role("button").first.click()
    page.get_by_role("button", name="改动记录").click()
    screen.sees(".saves", "14 → 28")
    assert "28 → 14" in page.locator(".saves").inner_text() and "dispatcher甲" in page.locator(".saves").inner_text()


def test_what_somebody_else_saved_meanwhile_is_shown_beside_ones_own(duty, office):
    screen = duty("dispatcher", f"#tab=posts&find={POST}")
    page = screen.page
    page.get_by_role("button", name="修改").click()
    page.locator("#field-holder").fill("我填的人")
    put(
        screen,
        office[1]["dispatcher"],
        f"/posts/{POST}",
        {"kind": "grid_keeper", "name": "他改的名", "holder": "他填的人"},
    )
    page.get_by_role("button", name="保存").click()
    screen.sees(".conflict", "他填的人")
    assert "我填的人" in page.locator(".conflict").inner_text()
    page.get_by_role("button", name="保留我改的").click()
    assert page.locator("#field-name").input_value() == "他改的名"
    page.get_by_role("button", name="保存").click()
    screen.sees("#duty-posts tbody", "我填的人")
    # The server's refusal is what a browser logs as an error.
    assert [one for one in screen.complaints if "409" not in one] == []
    screen.complaints.clear()


def test_a_sheet_comes_down_is_changed_and_written_once_agreed_to(duty):
    screen = duty("dispatcher", "#tab=posts")
    page = screen.page
    book = downloaded(screen, page.locator("#duty-posts [data-key=xlsx]"))
    sheet = book.worksheets[0]
    sheet["D2"], sheet["C3"] = "表格里的人", "飞行员"
    page.locator("#duty-posts [data-key=sheet]").click()
    choose(page, book)
    screen.sees(".sheet-told", "不能写入 1")
    assert (
        "不在可选值之内" in page.locator(".sheet-told").inner_text() and page.locator("[data-key=write]").is_disabled()
    )
    sheet["C3"] = "湖长"
    choose(page, book)
    screen.sees(".sheet-told", "不能写入 0")
    assert "表格里的人" in page.locator(".sheet-told").inner_text()
    page.locator("[data-key=write]").click()
    screen.sees("#duty-saved", "已由表格写入 1 行")
    screen.sees("#duty-posts tbody", "表格里的人")


def choose(page, book):
    out = io.BytesIO()
    book.save(out)
    page.locator("#sheet-file").set_input_files([])
    page.locator("#sheet-file").set_input_files({"name": "岗位.xlsx", "mimeType": "", "buffer": out.getvalue()})


def test_a_device_gets_a_token_that_is_shown_once_and_revoked(duty):
    screen = duty("dispatcher", "#tab=crews")
    page = screen.page
    page.get_by_role("button", name="令牌").first.click()
    page.locator("#token-device").fill("手机-99")
    page.locator("[data-key=issue]").click()
    screen.sees(".tokens", "可用")
    assert "/track/huashan_dev_" in page.locator(".secret").input_value()
    page.get_by_role("button", name="吊销 手机-99").click()
    page.get_by_role("button", name="确认吊销").click()
    screen.sees(".tokens", "已吊销")
    assert page.locator(".secret").count() == 0
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0


def test_a_viewer_is_offered_nothing_that_would_be_refused(duty):
    screen = duty("viewer", "#tab=duties")
    page = screen.page
    assert rows(screen, "duties").count() == 100
    for words in ("修改", "新增", "由表格写入"):
        assert page.get_by_role("button", name=words).count() == 0
    assert "设备" not in page.locator("#duty-tabs").inner_text()
    page.locator("#language").click()
    screen.sees("#duty-tabs", "Duties")
    screen.sees("#duty-duties thead", "How often")
    assert not any(
        "\u4e00" <= sign <= "\u9fff" for sign in page.locator("#duty-duties thead, .duty-tools").first.inner_text()
    )


def test_a_long_table_is_read_by_pages_put_in_order_and_narrowed_by_keyboard(duty, changed_answers):
    def thousand(body):
        body["posts"] = [body["posts"][0] | {"code": f"X{n}", "name": f"第{n * 7 % 1000}岗"} for n in range(1000)]

    changed_answers("**/posts", thousand)
    screen = duty("viewer", "#tab=posts")
    page = screen.page
    assert rows(screen, "posts").count() == 100 and "1,000" in page.locator("#duty-posts [role=status]").inner_text()
    heading = page.locator("#duty-posts thead button").nth(1)
    heading.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert page.locator("#duty-posts thead th").nth(1).get_attribute("aria-sort") == "descending"
    assert rows(screen, "posts").first.locator("td").first.inner_text() == "第999岗"
    assert page.evaluate("document.activeElement.textContent").startswith("名称")
    page.get_by_role("button", name="末页").click()
    assert rows(screen, "posts").first.locator("td").first.inner_text() == "第99岗"
    page.locator("#duty-posts input[type=search]").fill("第99")
    screen.sees("#duty-posts [role=status]", "11 行")
    page.locator("#duty-tab-posts").focus()
    page.keyboard.press("ArrowLeft")
    assert page.locator("#duty-tab-duties").get_attribute("aria-selected") == "true"
