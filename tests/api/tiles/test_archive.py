"""Tiles as one file: what the server would serve, read by PMTiles' own reader and by GDAL."""

import gzip
import subprocess
import sys
from pathlib import Path

import pyogrio
import pytest
from pmtiles.reader import MmapSource, Reader, all_tiles
from typer.testing import CliRunner

from api.access import reader as access
from api.cli.app import app as huashan
from api.cli.tiles import app as command
from api.cli.tiles import export
from api.cluster.cluster import APP
from api.database import Database
from api.tiles.archive import Wanted, write_archive
from api.tiles.asked import Asked
from api.tiles.draw import draw
from layers.catalogue import read_catalogue
from layers.crs import Bounds
from layers.errors import BadInput, Conflict, NotAllowed, NotFound

VIEWER = access.Reader("看", "", frozenset({"viewer"}), signed_in=True)
CATALOGUE = read_catalogue()
GRID = [CATALOGUE["grid"]]


@pytest.fixture
def database(desk):
    return Database(desk.engine)


def test_it_holds_every_tile_that_the_server_has_and_no_other(database, tmp_path):
    file = tmp_path / "grid.pmtiles"
    looked_at = []
    written = write_archive(
        database, CATALOGUE, Wanted(VIEWER, GRID, range(8, 14)), file, step=lambda: looked_at.append(1)
    )
    with file.open("rb") as opened:
        held = {place: gzip.decompress(data) for place, data in all_tiles(MmapSource(opened))}
        header, metadata = Reader(MmapSource(opened)).header(), Reader(MmapSource(opened)).metadata()
    for (z, x, y), data in held.items():
        assert data == draw(database, VIEWER, Asked(("grid",), z, x, y), CATALOGUE).data
    assert written.tiles == len(held) and written.size_bytes == file.stat().st_size
    assert len(looked_at) >= len(held)
    around = {(z, x + east, y + south) for z, x, y in held for east in (-1, 0, 1) for south in (-1, 0, 1)} - held.keys()
    inside = [place for place in around if _meets(place, (114.45, 30.5, 114.55, 30.6))]
    assert all(not draw(database, VIEWER, Asked(("grid",), *place), CATALOGUE).data for place in inside)
    assert (header["min_zoom"], header["max_zoom"], header["clustered"]) == (8, 13, True)
    assert (header["min_lon_e7"], header["max_lat_e7"]) == (1144500000, 306000000)
    assert {layer["id"] for layer in metadata["vector_layers"]} == {"grid", "grid_label", "left_out"}
    assert metadata["made_at"].endswith("+08:00")
    assert all(8 <= layer["minzoom"] <= layer["maxzoom"] <= 13 for layer in metadata["vector_layers"])


@pytest.mark.parametrize("zooms", [range(8, 10), range(14, 15), range(11, 13)])
def test_it_opens_where_it_has_tiles(database, tmp_path, zooms):
    file = tmp_path / "grid.pmtiles"
    write_archive(database, CATALOGUE, Wanted(VIEWER, GRID, zooms), file)
    with file.open("rb") as opened:
        assert Reader(MmapSource(opened)).header()["center_zoom"] in zooms


def test_a_layer_that_the_role_may_not_see_is_named_with_the_roles_that_may(tmp_path):
    with pytest.raises(NotAllowed, match=r"landuse\)不给角色 viewer 看.*--role analyst"):
        export("grid,landuse", tmp_path / "land.pmtiles", role="viewer")


@pytest.mark.parametrize("limit", [{"TILE_FEATURES": 2}, {"TILE_BYTES": 250}])
def test_it_says_what_its_tiles_lack_for_whichever_limit(database, tmp_path, monkeypatch, limit):
    for name, value in limit.items():
        monkeypatch.setattr(f"api.tiles.draw.{name}", value)
    file = tmp_path / "grid.pmtiles"
    written = write_archive(database, CATALOGUE, Wanted(VIEWER, GRID, range(10, 13)), file)
    with file.open("rb") as opened:
        places, metadata = [place for place, _ in all_tiles(MmapSource(opened))], Reader(MmapSource(opened)).metadata()
    lacking: dict[str, list[int]] = {}
    for z, x, y in places:
        for one in draw(database, VIEWER, Asked(("grid",), z, x, y), CATALOGUE).left_out:
            lacking.setdefault(str(z), []).append(one.of - one.drawn)
    assert lacking
    assert metadata["left_out"] == {"grid": {z: {"tiles": len(few), "most": max(few)} for z, few in lacking.items()}}
    assert written.left_out == {"grid": [int(z) for z in sorted(lacking)]}


def _meets(place: tuple[int, int, int], box: tuple[float, float, float, float]) -> bool:
    import morecantile

    west, south, east, north = box
    tile = morecantile.tms.get("WebMercatorQuad").bounds(morecantile.Tile(place[1], place[2], place[0]))
    return tile.left < east and tile.right > west and tile.bottom < north and tile.top > south


def test_gdal_reads_it(database, tmp_path):
    if "PMTiles" not in pyogrio.list_drivers():
        pytest.skip("this GDAL has no driver for PMTiles")
    file = tmp_path / "grid.pmtiles"
    write_archive(database, CATALOGUE, Wanted(VIEWER, GRID, range(10, 14)), file)
    assert set(pyogrio.list_layers(file)[:, 0]) >= {"grid", "grid_label"}
    found = pyogrio.read_dataframe(file, layer="grid")
    assert "420111080" in set(found["code"])


def test_pmtiles_own_program_shows_it(database, tmp_path):
    file = tmp_path / "grid.pmtiles"
    write_archive(database, CATALOGUE, Wanted(VIEWER, GRID, range(10, 12)), file)
    program = Path(sys.executable).with_name("pmtiles-show")
    said = subprocess.run([program, file], capture_output=True, text=True, check=True).stdout
    assert "grid" in said


def test_only_what_meets_the_box_and_the_condition_is_in_it(database, tmp_path):
    file = tmp_path / "one.pmtiles"
    box = Bounds(114.461, 30.551, 114.469, 30.559)
    wanted = Wanted(VIEWER, GRID, range(14, 15), box, (("filter", "level = 'community'"),))
    assert write_archive(database, CATALOGUE, wanted, file).tiles == 1
    found = pyogrio.read_dataframe(file, layer="grid") if "PMTiles" in pyogrio.list_drivers() else None
    assert found is None or set(found["level"]) == {"community"}


def test_nothing_to_write_is_said_and_nothing_is_left(database, tmp_path):
    file = tmp_path / "none.pmtiles"
    for wanted in (
        Wanted(VIEWER, [CATALOGUE["road"]], range(8, 10)),
        Wanted(VIEWER, GRID, range(8, 10), Bounds(0, 0, 1, 1)),
        Wanted(VIEWER, GRID, range(8, 10), None, (("filter", "code = 'nothing'"),)),
        Wanted(VIEWER, GRID, range(0, 23)),
    ):
        with pytest.raises(BadInput):
            write_archive(database, CATALOGUE, wanted, file)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_stays_unless_it_may_go(database, tmp_path):
    file = tmp_path / "grid.pmtiles"
    file.write_text("kept")
    with pytest.raises(Conflict):
        write_archive(database, CATALOGUE, Wanted(VIEWER, GRID, range(8, 9)), file)
    assert file.read_text() == "kept"
    write_archive(database, CATALOGUE, Wanted(VIEWER, GRID, range(8, 9)), file, force=True)
    assert file.read_bytes()[:7] == b"PMTiles"


@pytest.fixture
def run(desk, monkeypatch):
    url = desk.engine.url.set(username=APP).render_as_string(hide_password=False)
    monkeypatch.setenv("HUASHAN_DATABASE_URL", url)
    monkeypatch.setenv("HUASHAN_OWNER_URL", desk.engine.url.render_as_string(hide_password=False))
    return lambda *arguments: CliRunner().invoke(command, ["export", *arguments])


def test_the_command_writes_what_a_role_may_see(run, tmp_path):
    done = run("grid", str(tmp_path / "a.pmtiles"), "--zoom", "10-12")
    assert done.exit_code == 0, done.output
    assert "张切片" in done.stdout
    assert isinstance(run("landuse", str(tmp_path / "b.pmtiles")).exception, NotAllowed)
    assert run("landuse", str(tmp_path / "b.pmtiles"), "--role", "landuse", "--zoom", "14").exit_code == 0
    assert run("all", str(tmp_path / "c.pmtiles"), "--zoom", "12").exit_code == 0
    assert isinstance(run("nothing", str(tmp_path / "d.pmtiles")).exception, NotFound)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--zoom", "9-8"],
        ["--zoom", "x"],
        ["--zoom", "23"],
        ["--role", "king"],
        ["--bbox", "1,2,3"],
        ["--filter", "level ="],
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(run, tmp_path, arguments):
    assert isinstance(run("grid", str(tmp_path / "a.pmtiles"), *arguments).exception, BadInput)


def test_another_suffix_is_refused_and_the_command_is_known(run, tmp_path):
    assert isinstance(run("grid", str(tmp_path / "a.mbtiles")).exception, BadInput)
    assert "tiles" in CliRunner().invoke(huashan, ["--help"]).stdout
