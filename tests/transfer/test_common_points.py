"""Common points as offices have them: a text of five columns in either order, and what fits a system on them."""

import numpy as np
import pytest
from typer.testing import CliRunner

from api.cli.app import app
from api.transfer.common_points import fit_of, read_common
from geo.local_crs.fitting import Model
from layers.crs import METRIC_DEFAULT, STORED, transformer
from layers.errors import BadCrs, BadFile, BadInput

NATIONAL = np.array([(520_000.0, 3_370_000), (555_000, 3_372_000), (550_000, 3_395_000), (522_000, 3_390_000)])
LOCAL = (NATIONAL - (400_000, 3_000_000)) @ np.array([(0.8, -0.6), (0.6, 0.8)]).T
HEAD = "点名,X,Y,X2000,Y2000\n"


def text(local=LOCAL, national=NATIONAL, *, order="ne", local_order="ne", head=HEAD):
    rows = []
    for number, (one, other) in enumerate(zip(local, national, strict=True), start=1):
        pairs = [pair[::-1] if way == "ne" else pair for pair, way in ((one, local_order), (other, order))]
        rows.append(f"GPS{number}," + ",".join(f"{value:.4f}" for pair in pairs for value in pair))
    return head + "\n".join(rows) + "\n"


@pytest.fixture
def common(tmp_path):
    def read(content, encoding="utf-8"):
        (tmp_path / "公共点.csv").write_bytes(content.encode(encoding))
        return read_common(tmp_path / "公共点.csv")

    return read


def there(definition, local=LOCAL):
    """Local points in the metric system by way of PROJ."""
    return np.column_stack(transformer(definition, METRIC_DEFAULT).transform(*local.T))


@pytest.mark.parametrize("order", ["ne", "en"])
@pytest.mark.parametrize("local_order", ["ne", "en"])
@pytest.mark.parametrize("model", Model)
def test_the_system_that_is_printed_is_the_one_of_the_points(common, order, local_order, model):
    found = fit_of(common(text(order=order, local_order=local_order)), METRIC_DEFAULT, model)
    assert np.abs(there(found.definition) - NATIONAL).max() < 1e-3 and found.fit.error_m < 1e-3
    assert any("已对调" in note for note in found.notes) == (order != local_order) and not found.warnings
    through, straight = transformer(found.definition, STORED), transformer(METRIC_DEFAULT, STORED)
    assert np.abs(np.array(through.transform(*LOCAL.T)) - straight.transform(*NATIONAL.T)).max() < 1e-8


@pytest.mark.parametrize("encoding", ["gbk", "utf-8-sig", "utf-16"])
def test_points_come_with_zones_in_degrees_and_in_any_encoding(common, encoding):
    found = fit_of(common(text(national=NATIONAL + np.array([38e6, 0])), encoding), "EPSG:4546")
    assert found.base == METRIC_DEFAULT and any("带号 38" in note for note in found.notes)
    lon, lat = transformer(METRIC_DEFAULT, STORED).transform(*NATIONAL.T)
    rows = "\n".join(f"P {x:.4f}\t{y:.4f}\t{a:.10f}\t{b:.10f}" for (x, y), a, b in zip(LOCAL, lon, lat, strict=True))
    found = fit_of(common(rows, encoding), METRIC_DEFAULT)
    assert np.abs(there(found.definition) - NATIONAL).max() < 1e-3


def test_a_point_in_doubt_points_in_a_line_and_too_few_are_told(common):
    fifth = np.vstack([NATIONAL, (540_000, 3_380_000)])
    local = (fifth - (400_000, 3_000_000)) @ np.array([(0.8, -0.6), (0.6, 0.8)]).T
    local[1] += (0, 0.5)
    found = fit_of(common(text(local, fifth)), METRIC_DEFAULT)
    assert "点 GPS2(第 3 行)可疑" in found.warnings[0] and "0.500 米" in found.warnings[0]
    line = np.array([(500_000.0, 3_380_000), (510_000, 3_380_000), (520_000, 3_380_001)])
    assert any("一条直线" in told for told in fit_of(common(text(line - (9, 9), line)), METRIC_DEFAULT).warnings)
    three = common(text(LOCAL[:3], NATIONAL[:3]))
    assert any("刚够" in told for told in fit_of(three, METRIC_DEFAULT, Model.AFFINE).warnings)
    assert any("尺度" in told for told in fit_of(common(text(LOCAL * 1.1)), METRIC_DEFAULT).warnings)
    with pytest.raises(BadInput, match="只有 2 个"):
        fit_of(common(text(LOCAL[:2], NATIONAL[:2])), METRIC_DEFAULT)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "没有公共点"),
        (HEAD, "没有公共点"),
        (text() + "GPS9,1,2,3\n", "第 6 行 'GPS9,1,2,3' 不是一个公共点"),
        (text().replace("520000.0000", "52x"), "第 2 行"),
        (text() + "GPS9,1,2,547000,3382000\n", "第 6 行的国家坐标与其余行不同"),
        (text(national=LOCAL), "不像国家坐标"),
    ],
)
def test_what_are_no_common_points_is_refused_with_the_row(common, content, told):
    with pytest.raises((BadFile, BadInput), match=told):
        fit_of(common(content), METRIC_DEFAULT)


@pytest.mark.parametrize("base", ["EPSG:4490", "EPSG:2383", "nonsense"])
def test_a_base_that_is_none_is_refused(common, base):
    with pytest.raises(BadCrs, match=r"不能作为求参的基础|不认识"):
        fit_of(common(text()), base)


def test_the_command_prints_residuals_the_worst_point_and_what_to_configure(tmp_path):
    (tmp_path / "公共点.csv").write_text(text(LOCAL + np.random.default_rng(1).normal(0, 0.01, LOCAL.shape)))
    said = CliRunner().invoke(app, ["crs", "fit", str(tmp_path / "公共点.csv"), "--name", "武汉2000"])
    assert said.exit_code == 0, said.output
    for told in ("GPS1", "←最大", "中误差", "ppm", "HUASHAN_LOCAL_CRS='武汉2000=EPSG:4547 +proj=affine +xoff="):
        assert told in said.output
    setting = said.output.partition("HUASHAN_LOCAL_CRS='")[2].partition("'")[0]
    listed = CliRunner().invoke(app, ["crs", "list"], env={"HUASHAN_LOCAL_CRS": setting})
    assert listed.exit_code == 0 and "地方:武汉2000 = EPSG:4547 +proj=affine" in listed.output
    assert "没有配置地方坐标系" in CliRunner().invoke(app, ["crs", "list"]).output
