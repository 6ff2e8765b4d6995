"""Base maps in files: found by themselves, drawn where they lie, and what is broken is named."""

import contextlib
import gzip
import io
import os
import sqlite3
import time

import numpy as np
import pytest
import rasterio.transform
import rasterio.warp
from PIL import Image

from layers.errors import NotFound, NotPossible
from tests.base_maps import (
    AREA,
    BLUE,
    GREEN,
    RED,
    close_to,
    colours_of,
    ground_colour,
    make_geotiff,
    make_mbtiles,
    make_pmtiles,
    pixel,
    place_of,
    png,
    tile_at,
)  # fmt: skip

INSIDE = tile_at(13)


def test_none_is_a_valid_state(tmp_path, served):
    assert served.service.bases.all() == []
    served.folder.rmdir()
    assert served.service.bases.all() == [] and served.service.bases.problem is None


def test_a_bare_file_is_found_with_what_it_says_and_says_what_is_not_given(served):
    make_mbtiles(served.folder / "花山 2023.mbtiles", attribution="示例测绘院")
    told = served.told("花山-2023")
    assert (told["title"]["zh"], told["attribution"], told["kind"]) == ("花山影像", "示例测绘院", "mbtiles")
    assert (told["min_zoom"], told["max_zoom"], told["bounds"]) == (8, 14, list(AREA))
    assert (told["year"], told["approval"], told["problem"], told["usable"]) == (None, None, None, True)
    assert any("年份" in note for note in told["notes"]) and any("审图号" in note for note in told["notes"])
    assert any("基准" in note for note in told["notes"])


@pytest.mark.parametrize(
    ("make", "name", "colour"), [(make_mbtiles, "a.mbtiles", RED), (make_pmtiles, "a.pmtiles", BLUE)]
)
def test_a_ready_tile_is_handed_on_as_it_is(served, make, name, colour):
    make(served.folder / name)
    given = served.tile("a", *INSIDE)
    assert given.picture.body == png(colour) and given.picture.media_type == "image/png"
    assert served.tile("a", *INSIDE, etag=given.etag).same
    assert served.tile("a", *tile_at(13, (100.0, 30.0))).picture is None, "outside its box"
    assert served.tile("a", *tile_at(4)).picture is None, "a zoom that it has not"


def test_rows_of_mbtiles_are_counted_from_the_south(served):
    file = make_mbtiles(served.folder / "a.mbtiles")
    z, x, y = INSIDE
    with sqlite3.connect(file) as connection:
        connection.execute(
            "UPDATE tiles SET tile_data = ? WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?",
            (png(GREEN), z, x, 2**z - 1 - y),
        )
    connection.close()
    assert colours_of(served.tile("a", z, x, y).picture.body) == {(*GREEN, 255)}
    assert colours_of(served.tile("a", z, x, y + 1).picture.body) == {(*RED, 255)}


@pytest.mark.parametrize("crs", ["EPSG:4547", "EPSG:4490", "EPSG:3857", "EPSG:32650"])
def test_a_geotiff_in_any_system_lies_where_it_should(served, crs):
    # Each pixel tells its place: red by latitude, green by longitude.
    make_geotiff(served.folder / "a.tif", crs=crs, size=400, step_m=40.0)
    with rasterio.open(served.folder / "a.tif", "r+") as raster:
        rows, columns = np.mgrid[0 : raster.height, 0 : raster.width]
        easts, norths = rasterio.transform.xy(raster.transform, rows.ravel(), columns.ravel())
        lon, lat = rasterio.warp.transform(raster.crs, "EPSG:4490", easts, norths)
        shape = (raster.height, raster.width)
        raster.write(np.clip((np.array(lat).reshape(shape) - 30) * 255, 0, 255).astype(np.uint8), 1)
        raster.write(np.clip((np.array(lon).reshape(shape) - 114) * 255, 0, 255).astype(np.uint8), 2)
    for z in (11, 12):
        place = tile_at(z)
        body = served.tile("a", *place).picture.body
        for column, row in ((20, 30), (128, 128), (230, 200)):
            told = pixel(body, column, row)
            if told[3] == 255:
                assert close_to(told, ground_colour(*place_of(*place, column, row)), within=5)
        assert close_to(pixel(body)[2:3], GREEN[2:], within=5)


def test_what_has_no_data_is_seen_through(served):
    half = np.full((3, 512, 512), 120, np.uint8)
    half[:, :, :256] = 0
    make_geotiff(served.folder / "a.tif", values=half, nodata=0)
    z, x, y = tile_at(13)
    assert {colour[3] for colour in colours_of(served.tile("a", z, x, y).picture.body)} == {0, 255}
    assert served.tile("a", z, x - 1, y).picture is None
    assert served.tile("a", *tile_at(13, (114.58, 30.57))).picture is None, "beyond the raster"


def test_deep_rasters_are_stretched_and_it_is_said(served):
    ramp = np.linspace(0, 4000, 512 * 512).reshape(1, 512, 512).astype(np.uint16)
    make_geotiff(served.folder / "a.tif", values=ramp)
    assert any("拉伸" in note for note in served.told("a")["notes"])
    assert len(colours_of(served.tile("a", *tile_at(13)).picture.body)) > 20


def test_a_palette_keeps_its_colours(served):
    classes = (np.arange(512 * 512).reshape(1, 512, 512) // 64 % 2 + 1).astype(np.uint8)
    make_geotiff(served.folder / "a.tif", values=classes)
    with rasterio.open(served.folder / "a.tif", "r+") as raster:
        raster.write_colormap(1, {1: (*RED, 255), 2: (*BLUE, 255)})
    seen = colours_of(served.tile("a", *tile_at(13)).picture.body)
    assert {(*RED, 255), (*BLUE, 255)} <= seen <= {(*RED, 255), (*BLUE, 255), (0, 0, 0, 0)}


def test_without_overviews_it_is_said_and_far_zooms_are_not_drawn(served):
    make_geotiff(served.folder / "a.tif", size=5000, step_m=1.0, tiled=True, compress="deflate")
    told = served.told("a")
    assert told["min_zoom"] == told["max_zoom"] - 4 and any("金字塔" in note for note in told["notes"])
    with rasterio.open(served.folder / "a.tif", "r+") as raster:
        raster.build_overviews([2, 4, 8, 16])
    again = served.told("a")
    assert again["min_zoom"] == told["min_zoom"] - 4 and not any("金字塔" in note for note in again["notes"])


def test_a_drawn_tile_is_kept_and_not_drawn_again(served, monkeypatch):
    make_geotiff(served.folder / "a.tif")
    first = served.tile("a", *INSIDE)
    monkeypatch.setattr("api.base.geotiff.GeoTIFF.picture", lambda *_: pytest.fail("drawn twice"))
    again = served.tile("a", *INSIDE)
    assert (again.picture, again.etag) == (first.picture, first.etag)
    assert served.tile("a", *INSIDE, etag=first.etag).same


def test_another_file_under_the_same_name_is_seen_and_its_old_tiles_are_gone(served):
    file = make_geotiff(served.folder / "a.tif", GREEN)
    before = served.told("a")["tiles"]
    assert close_to(pixel(served.tile("a", *INSIDE).picture.body), GREEN)
    time.sleep(0.01)
    make_geotiff(file, BLUE)
    os.utime(file, (1, 1))
    assert served.told("a")["tiles"] != before, "the address changes, so that no browser keeps the old"
    assert close_to(pixel(served.tile("a", *INSIDE).picture.body), BLUE)


def test_a_toml_names_a_file_which_is_then_not_listed_twice(served):
    make_mbtiles(served.folder / "x.mbtiles")
    served.write(
        "img.toml",
        'title = { zh = "影像", en = "Imagery" }\nfile = "x.mbtiles"\nyear = 2023\napproval = "GS(2023)336号"\n'
        'datum = "cgcs2000"\nmin_zoom = 10\norder = 2',
    )
    assert [base.id for base in served.service.bases.all()] == ["img"]
    told = served.told("img")
    assert (told["title"], told["year"], told["approval"]) == ({"zh": "影像", "en": "Imagery"}, 2023, "GS(2023)336号")
    assert (told["min_zoom"], told["notes"]) == (10, [])


def test_the_order_is_as_written_and_bare_files_come_last(served):
    for name, order in (("b", 2), ("a", 1), ("c", 1)):
        served.far(name, "http://127.0.0.1:9/{z}/{x}/{y}", f"order = {order}")
    make_mbtiles(served.folder / "bare.mbtiles")
    assert [base.id for base in served.service.bases.all()] == ["a", "c", "b", "bare"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.mbtiles", b"", "完好的 MBTiles"),
        ("a.mbtiles", b"SQLite format 3\x00" + b"x" * 5000, "完好的 MBTiles"),
        ("a.pmtiles", b"", "是空的"),
        ("a.pmtiles", b"PMTiles\x03" + b"\xff" * 500, "完好的 PMTiles"),
        ("a.pmtiles", b"x" * 500, "完好的 PMTiles"),
        ("a.tif", b"II*\x00" + b"\xff" * 500, "完好的 GeoTIFF"),
        ("a.tif", b"<VRTDataset/>", "完好的 GeoTIFF"),
        ("a.toml", b"title = ", "不是合法的 TOML"),
        ("a.toml", b"\xff\xfe", "UTF-8"),
    ],
)
def test_a_broken_file_is_named_with_what_is_wrong_and_harms_no_other(served, name, content, words):
    (served.folder / name).write_bytes(content)
    make_mbtiles(served.folder / "good.mbtiles")
    told = served.told("a")
    assert (
        not told["usable"] and words in told["problem"] and name in told["problem"] and told["problem"].endswith("。")
    )
    assert served.tile("good", *INSIDE).picture
    with pytest.raises(NotFound, match="不能显示"):
        served.tile("a", *INSIDE)


ONE_TILE = "SELECT 0 AS zoom_level, 0 AS tile_column, 0 AS tile_row"


@pytest.mark.parametrize(
    ("table", "picture"),
    [
        (f"WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n) {ONE_TILE}, 'x' AS tile_data FROM n", None),
        (f"{ONE_TILE}, zeroblob(500000000) AS tile_data", None),
        (f"{ONE_TILE}, 'text' AS tile_data", "不是图片"),
    ],
    ids=["endless", "huge", "text"],
)
def test_a_file_whose_tiles_are_made_up_without_end_is_given_up(served, monkeypatch, table, picture):
    monkeypatch.setattr("api.base.files.MOST_READ_S", 0.3)
    with contextlib.closing(sqlite3.connect(served.folder / "a.mbtiles")) as connection, connection:
        connection.execute("CREATE TABLE metadata AS SELECT 'format' AS name, 'png' AS value")
        connection.execute(f"CREATE VIEW tiles AS {table}")
    if picture is None:
        assert "完好的 MBTiles" in served.told("a")["problem"]
    else:
        with pytest.raises(NotPossible, match=picture):
            served.tile("a", 0, 0, 0)


def pmtiles(root: bytes, tile: bytes = b"", metadata: bytes = b"{}") -> bytes:
    """An archive of one root directory and one gzipped tile."""
    packed = [gzip.compress(root), gzip.compress(metadata), tile]
    header = bytearray(127)
    header[:8] = b"PMTiles\x03"
    for place, number in ((8, 127), (16, len(packed[0])), (24, 127 + len(packed[0])), (32, len(packed[1]))):
        header[place : place + 8] = number.to_bytes(8, "little")
    header[56:64] = (127 + len(packed[0]) + len(packed[1])).to_bytes(8, "little")
    header[97:102] = bytes([2, 2, 2, 0, 0])
    return bytes(header) + b"".join(packed)


def varint(number: int) -> bytes:
    return bytes([number]) if number < 128 else bytes([number & 127 | 128]) + varint(number >> 7)


BOMB = gzip.compress(bytes(20_000_000), 9)


@pytest.mark.parametrize(
    ("root", "tile"),
    [
        (b"\x01\x00\x01" + varint(len(BOMB)) + b"\x01", BOMB),
        (bytes(20_000_000), b""),
        (b"\xff" * 900_000, b""),
    ],
    ids=["tile", "directory", "number"],
)
def test_an_archive_that_unpacks_without_end_is_given_up(served, root, tile):
    (served.folder / "a.pmtiles").write_bytes(pmtiles(root, tile))
    began = time.monotonic()
    with pytest.raises(NotPossible, match="损坏"):
        served.tile("a", 0, 0, 0)
    assert time.monotonic() - began < 5


def test_an_archive_of_gzipped_tiles_is_read(served):
    picture = gzip.compress(png(BLUE))
    (served.folder / "a.pmtiles").write_bytes(
        pmtiles(b"\x01\x00\x01" + varint(len(picture)) + b"\x01", picture, b" " * 2**21 + b"{}")
    )
    assert served.tile("a", 0, 0, 0).picture.body == png(BLUE)


def test_vector_tiles_are_refused_in_words(served):
    make_mbtiles(served.folder / "a.mbtiles", b"\x1f\x8b\x08rest", format="pbf")
    make_pmtiles(served.folder / "b.pmtiles", b"\x1a\x02", vector=True)
    make_mbtiles(served.folder / "c.mbtiles", b"\x1f\x8b\x08rest", format="png")
    for id in ("a", "b", "c"):
        assert "矢量切片" in served.told(id)["problem"]


@pytest.mark.parametrize(("step", "listed"), [((1e-300, 0, 0, 1e-300), False), ((20, 20, 20, 20), True)])
def test_a_geotiff_whose_place_cannot_be_turned_round_is_broken_and_harms_no_other(served, step, listed):
    across, right, down, up = step
    place = rasterio.transform.Affine(across, right, 500_000, down, up, 3_380_000)
    told = {"width": 64, "height": 64, "count": 1, "dtype": "uint8", "crs": "EPSG:4547", "transform": place}
    with rasterio.open(served.folder / "a.tif", "w", driver="GTiff", **told) as raster:
        raster.write(np.ones((1, 64, 64), np.uint8))
    make_mbtiles(served.folder / "good.mbtiles")
    assert served.told("a")["usable"] is listed and served.tile("good", *INSIDE).picture
    with pytest.raises(NotPossible if listed else NotFound, match="GeoTIFF"):
        served.tile("a", *tile_at(12, (114.005, 30.545)))


def test_a_geotiff_that_says_no_system_is_refused(served):
    make_geotiff(served.folder / "a.tif", crs=None)
    assert "没有坐标系" in served.told("a")["problem"]


def test_a_tile_that_is_no_picture_is_a_fault_of_its_file_alone(served):
    make_mbtiles(served.folder / "a.mbtiles", b"<html>")
    with pytest.raises(NotPossible, match=r"a\.mbtiles"):
        served.tile("a", *INSIDE)


def test_names_that_would_be_one_address_are_kept_apart(served):
    make_mbtiles(served.folder / "a.mbtiles")
    make_pmtiles(served.folder / "a.pmtiles")
    make_mbtiles(served.folder / ".hidden.mbtiles")
    assert {base.id for base in served.service.bases.all()} == {"a", "a-pmt"}


def test_where_the_cache_cannot_be_written_the_map_is_seen_all_the_same(served):
    make_geotiff(served.folder / "a.tif")
    served.service.bases.cache.write_text("a file where the folder should be")
    assert Image.open(io.BytesIO(served.tile("a", *INSIDE).picture.body)).size == (256, 256)
    assert "缓存用不了" in served.told("a")["problem"]
