"""The map on paper: the scale that is stated holds for what is drawn."""

import re

import numpy as np
import pytest
from PIL import Image
from pyproj import Geod

pytestmark = pytest.mark.browser
DOTS_PER_MM = 2 * 96 / 25.4


def sheet(screen, **chosen):
    """Open the sheet, choose, and wait until its map is drawn."""
    screen.page.locator("[data-key=tool-print]").click()
    for key, value in chosen.items():
        screen.page.locator(f"#printing [data-key={key}]").select_option(value)
    screen.until("document.querySelector('[data-key=print-go]:not([disabled])')")


def picture(screen):
    with screen.page.expect_download() as download:
        screen.page.locator("[data-key=print-png]").click()
    return np.asarray(Image.open(download.value.path()).convert("RGB")).astype(int)


def middle_of(dots):
    rows, columns = np.nonzero(dots)
    return np.array([columns.mean(), rows.mean()])


def test_a_known_distance_on_the_png_is_what_the_scale_says(screen):
    screen.open("#at=114.53,30.56,13&off=grid,farmland,project,road,bank,last_seen,observation,site,water").settled()
    ends = [(114.515, 30.552), (114.545, 30.568)]
    for number, end in enumerate(ends):
        screen.page.evaluate(
            "([id, coordinates, colour]) => {"
            "huashan.map.addSource(id, { type: 'geojson', data: { type: 'Point', coordinates } });"
            "const paint = { 'circle-radius': 6, 'circle-color': colour };"
            "huashan.map.addLayer({ id, type: 'circle', source: id, paint }); }",
            [f"mark-{number}", end, ("#ff00ff", "#00ff00")[number]],
        )
    sheet(screen, scale="25000")
    told = screen.page.locator("#printing .scale-bar").text_content()
    assert told.startswith("1:25\u2009000")
    image = picture(screen)
    assert image.shape[:2] == (1587, 2245), "A4, twice the page's pixels"
    first, second = (np.abs(image - colour).sum(axis=2) < 40 for colour in ([255, 0, 255], [0, 255, 0]))
    apart_mm = float(np.hypot(*(middle_of(first) - middle_of(second)))) / DOTS_PER_MM
    ground_m = Geod(ellps="GRS80").line_length(*zip(*ends, strict=True))
    assert apart_mm * 25 == pytest.approx(ground_m, rel=0.003)
    bar = screen.page.locator("#printing .scale-bar")
    assert float(bar.get_attribute("data-mm")) * 25 == pytest.approx(float(bar.get_attribute("data-metres")))


def test_a_sheet_says_what_it_shows_and_prints_on_one_page_of_its_size(screen):
    screen.open('#at=114.53,30.56,13&filter={"site":[[["kind","=","outfall"]]]}&' + screen.LIGHT).settled()
    sheet(screen, turned="portrait")
    screen.page.locator("#printing [data-key=title]").fill("花山街道 <排口> 分布")
    words = screen.page.locator("#printing .sheet").text_content()
    said = ("花山街道 <排口> 分布", "示例数据", "点位类别 是 排口", "数据截至 20", "打印", "来源:", "图例", "北", "km")
    assert [word for word in said if word not in words] == []
    assert screen.page.locator("#printing .sheet-legend .swatch").count() > 5
    screen.page.evaluate("window.print = () => { window.printed = true; }")
    screen.page.locator("[data-key=print-go]").click()
    screen.until("window.printed")
    file = screen.page.pdf(prefer_css_page_size=True)
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", file)
    assert len(boxes) == 1
    assert [float(side) / 72 * 25.4 for side in boxes[0]] == pytest.approx([210, 297], abs=0.5)
    screen.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert screen.page.evaluate(
        "document.getElementById('paper') === null && !document.body.classList.contains('printing')"
    )
    assert screen.complaints == [] and screen.strangers == []
