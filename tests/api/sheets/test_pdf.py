"""The sheet on paper, read back by PDFium: Chinese that can be copied, its font inside, a code that a reader reads."""

import ctypes
from datetime import date, datetime

import pypdfium2
import pytest
import zxingcpp
from pypdfium2 import raw

from api.sheets.drawing import font
from api.sheets.drawing.font import find_letters
from api.sheets.ground import Shape
from api.sheets.links import Link
from api.sheets.pdf import pdf_of
from layers.errors import NotFound, NotPossible
from tests.api.sheets.plans import EAST_8, plan, route, stop

DAY = date(2026, 7, 1)
LINK = Link("https://city.example.cn/sheet#token=" + "x" * 90 + "&rev=2", datetime(2026, 7, 3, tzinfo=EAST_8))
LAKE = [(114.49, 30.58), (114.52, 30.58), (114.52, 30.61), (114.49, 30.61), (114.49, 30.58)]
GROUND = [
    Shape("water", "严西湖", False, True, [LAKE]),
    Shape("road", "花山大道", True, False, [[(114.49, 30.6), (114.51, 30.599)]]),
    Shape("bank", "严西湖湖岸", False, False, [LAKE]),
]


pytestmark = pytest.mark.usefixtures("some_font")


def drawn(told, routes=None, **more):
    more = {"link_of": lambda one: LINK, "ground_of": lambda box: GROUND} | more
    return pdf_of(told, routes, **more)


def texts(body):
    with pypdfium2.PdfDocument(body) as document:
        return [page.get_textpage().get_text_bounded() for page in document]


@pytest.fixture(scope="module")
def body(some_font):
    return drawn(plan())


def test_its_text_is_chinese_that_can_be_found_and_copied(body):
    first, second = texts(body)
    for said in (
        "步行一组 巡查方案", "2026 年 7 月 1 日 周三", "计划,非已完成", "方案 P20260701-1 第 2 版",
        "2026-06-30 09:12 制定", "2026-06-30 09:10 所知", "巡查 严西湖湖岸 100–400 米", "08:45–09:17",
        "1–3", "湖岸每月一次(岗位:街道级湖长,", "全程 5,475 米", "巡查 3 处 300 米", "欠 2,550 米·天",
        "怎么走", "向东南走 100 米,到湖岸", "严西湖", "花山大道", "北", "至 2026-07-03 00:00 有效", "第 1 页,共 1 页",
    ):  # fmt: skip
        assert said in first, said
    assert "骑行二组 巡查方案" in second and "骑行二组" not in first


def test_every_font_is_inside_the_file(body):
    with pypdfium2.PdfDocument(body) as document:
        for page in document:
            told = [one for one in page.get_objects() if one.type == raw.FPDF_PAGEOBJ_TEXT]
            fonts = [raw.FPDFTextObj_GetFont(one) for one in told]
            assert fonts and all(raw.FPDFFont_GetIsEmbedded(one) == 1 for one in fonts)
            size = ctypes.c_size_t()
            assert raw.FPDFFont_GetFontData(fonts[0], None, 0, size) and size.value < len(body)
            assert not [one for one in page.get_objects() if one.type == raw.FPDF_PAGEOBJ_IMAGE], (
                "map and code are lines"
            )


def test_the_code_on_paper_is_the_link(body):
    with pypdfium2.PdfDocument(body) as document:
        picture = document[0].render(scale=150 / 72).to_pil()
    [found] = zxingcpp.read_barcodes(picture)
    assert found.text == LINK.url


def test_the_same_plan_is_the_same_bytes(body):
    assert drawn(plan()) == body


def test_a_long_list_goes_over_pages_that_are_counted_and_keep_its_heading():
    long = route(DAY, pieces=60)
    for number, one in enumerate(long["stops"][1:-1]):  # from bank to bank, so that none goes on along the last
        one["name"] = one["name"].replace("严西湖", "甲乙"[number % 2])
    pages = texts(drawn(plan(DAY, long)))
    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        assert f"第 {number} 页,共 {len(pages)} 页" in page and "计划,非已完成" in page
    rows = "".join(pages)
    assert all(f"湖岸 {n}00–{n + 1}00 米" in rows for n in range(1, 61))
    assert "看什么" in pages[1]


def test_what_is_walked_on_in_one_go_is_one_row_and_who_turns_round_begins_another():
    there, back = route(DAY, pieces=40), route(DAY, pieces=3)
    back["stops"][3]["name"] = back["stops"][1]["name"]
    page, *_ = texts(drawn(plan(DAY, there), link_of=lambda route: None))
    assert "巡查 严西湖湖岸 100–4100 米" in page and "1–40" in page and "欠 34,000 米·天" in page
    [page] = texts(drawn(plan(DAY, back), link_of=lambda route: None))
    assert "巡查 严西湖湖岸 100–300 米" in page and "巡查 严西湖湖岸 100–200 米" in page


def test_unverified_ways_and_what_breaks_hours_are_marked_and_duties_past_counting_are_counted():
    duties = [{"name": f"职责{n}", "post_name": "网格员", "debt_target_days": 3.0} for n in range(12)]
    odd = stop(DAY, 520, unverified=True, combined=True, duties=duties)
    one = route(DAY, stops=[odd], over=["收队晚于 17:30 共 12 分"])
    [page] = texts(drawn(plan(DAY, one), link_of=lambda route: None))
    for said in ("【未验证】", "未验证可通行", "注意:收队晚于 17:30", "另有 9 项职责", "多员合一", "欠 36 处·天"):
        assert said in page, said
    assert "扫码" not in page


def test_what_is_seen_in_passing_is_named_without_a_stop():
    passed = [{"name": f"示例道路 {n}", "passed": True, "route": "步行一组·2026-07-01"} for n in range(90)]
    page = "".join(
        texts(drawn(plan(DAY, route(DAY), pieces=[*passed, {"name": "别处", "passed": True, "route": "乙"}])))
    )
    assert "途经即可看到" in page and "示例道路 89" in page and "别处" not in page


def test_a_code_that_leads_to_this_machine_alone_says_so():
    here = LINK._replace(url="http://127.0.0.1:8000/sheet#token=x")
    assert all("手机打不开" in page for page in texts(drawn(plan(), link_of=lambda one: here)))
    assert not any("手机打不开" in page for page in texts(drawn(plan())))


def test_a_letter_that_the_font_lacks_is_told_by_its_number():
    one = route(DAY, name="\U00030edd组\x07")
    [page] = texts(drawn(plan(DAY, one)))
    assert "〔U+30EDD〕组" in page


@pytest.mark.parametrize(
    "line", [[[114.5, 30.6]], [[114.5, 30.6]] * 3, [[114.5, 30.6], [114.9, 30.6]]], ids=["a place", "still", "far"]
)
def test_a_route_without_length_and_one_across_the_city_are_drawn(line):
    stops = [stop(DAY, 510, "start", 0, 0), stop(DAY, 520, "end", 0, len(line) - 1)]
    one = route(DAY, stops=stops, line={"type": "LineString", "coordinates": line}, times=[0] * len(line))
    assert len(texts(drawn(plan(DAY, one), ground_of=lambda box: ()))) == 1


def test_without_a_chinese_font_it_is_said_which_package_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(font, "_KNOWN", (str(tmp_path / "none.ttc"),))
    monkeypatch.setattr(font.shutil, "which", lambda name: None)
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"no font")
    with pytest.raises(NotPossible, match="fonts-wqy-microhei"):
        find_letters(broken)


def test_a_plan_without_that_route_says_which_it_has():
    with pytest.raises(NotFound, match="现有 步行一组·2026-07-01"):
        drawn(plan(), ["丙组"])
