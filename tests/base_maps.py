"""Base maps for tests: small files made by the field's libraries, and a far host that does whatever it is told to."""

import contextlib
import io
import math
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import morecantile
import numpy as np
import pytest
from PIL import Image

from layers.errors import NotReady

RED, BLUE, GREEN = (200, 30, 30), (30, 60, 200), (20, 160, 70)
AREA = (114.4, 30.5, 114.6, 30.65)
MIDDLE = (114.5, 30.57)
MATRICES = morecantile.tms.get("WebMercatorQuad")


def png(colour: tuple[int, ...], side: int = 256) -> bytes:
    out = io.BytesIO()
    Image.new("RGBA" if len(colour) == 4 else "RGB", (side, side), colour).save(out, "PNG")
    return out.getvalue()


def tile_at(z: int, place: tuple[float, float] = MIDDLE) -> tuple[int, int, int]:
    tile = MATRICES.tile(*place, z)
    return z, tile.x, tile.y


def tiles(zooms: range, area: tuple[float, ...] = AREA):
    return list(MATRICES.tiles(*area, list(zooms)))


def make_mbtiles(file: Path, body: bytes | None = None, *, zooms: range = range(8, 15), **metadata: str) -> Path:
    body = png(RED) if body is None else body
    with contextlib.closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE metadata (name text, value text)")
        connection.execute("CREATE TABLE tiles (zoom_level int, tile_column int, tile_row int, tile_data blob)")
        said = {"name": "花山影像", "format": "png", "bounds": ",".join(map(str, AREA))} | metadata
        connection.executemany("INSERT INTO metadata VALUES (?, ?)", said.items())
        rows = [(tile.z, tile.x, 2**tile.z - 1 - tile.y, body) for tile in tiles(zooms)]
        connection.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
    return file


def make_pmtiles(file: Path, body: bytes | None = None, *, vector: bool = False, zooms: range = range(8, 15)) -> Path:
    from pmtiles.tile import Compression, TileType, zxy_to_tileid
    from pmtiles.writer import Writer

    west, south, east, north = (round(degrees * 1e7) for degrees in AREA)
    header = {
        "tile_type": TileType.MVT if vector else TileType.PNG, "tile_compression": Compression.NONE,
        "min_lon_e7": west, "min_lat_e7": south, "max_lon_e7": east, "max_lat_e7": north,
        "center_zoom": 12, "center_lon_e7": (west + east) // 2, "center_lat_e7": (south + north) // 2,
    }  # fmt: skip
    with file.open("wb") as out:
        writer = Writer(out)
        for number in sorted(zxy_to_tileid(tile.z, tile.x, tile.y) for tile in tiles(zooms)):
            writer.write_tile(number, png(BLUE) if body is None else body)
        writer.finalize(header, {"name": "花山地形", "attribution": "测绘院"})
        writer.tile_f.close()
    return file


def make_geotiff(
    file: Path,
    colour: tuple[int, ...] = GREEN,
    *,
    crs: str | None = "EPSG:4547",
    size: int = 512,
    step_m: float = 20.0,
    values: np.ndarray | None = None,
    **options,
) -> Path:
    """A square around the middle, of one colour, or of these values (bands, rows, columns)."""
    import pyproj
    import rasterio
    from rasterio.transform import from_origin

    system = crs or "EPSG:4547"
    east, north = pyproj.Transformer.from_crs("EPSG:4490", system, always_xy=True).transform(*MIDDLE)
    step = step_m / 111_320 if pyproj.CRS(system).is_geographic else step_m
    bands = np.array([np.full((size, size), value, np.uint8) for value in colour]) if values is None else values
    place = from_origin(east - size * step / 2, north + size * step / 2, step, step)
    told = {"width": size, "height": size, "count": len(bands), "dtype": bands.dtype.name, "transform": place}
    if len(bands) == 3 and bands.dtype == np.uint8:
        told["photometric"] = "RGB"
    with rasterio.open(file, "w", driver="GTiff", crs=crs, **told, **options) as raster:
        raster.write(bands)
    return file


def colours_of(body: bytes) -> set[tuple[int, ...]]:
    image = Image.open(io.BytesIO(body)).convert("RGBA")
    return {colour for count, colour in image.getcolors(1 << 20) if count > 50}


def pixel(body: bytes, x: int = 128, y: int = 128) -> tuple[int, ...]:
    return Image.open(io.BytesIO(body)).convert("RGBA").getpixel((x, y))


def close_to(one: tuple[int, ...], other: tuple[int, ...], within: int = 4) -> bool:
    return all(abs(a - b) <= within for a, b in zip(one, other, strict=False))


Answer = tuple[int, str, bytes]


@dataclass
class FarHost:
    """A host of tiles. behave: what it answers to a path, by default a red tile."""

    url: str = ""
    asked: list[str] = field(default_factory=list)
    behave: Callable[[str], Answer] = lambda path: (200, "image/png", png(RED))
    headers: dict[str, str] = field(default_factory=dict)
    heard: list[dict[str, str]] = field(default_factory=list)


@contextlib.contextmanager
def far_host() -> Iterator[FarHost]:
    host = FarHost()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            host.asked.append(self.path)
            host.heard.append(dict(self.headers))
            status, kind, body = host.behave(self.path)
            self.send_response(status)
            for name, value in host.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    host.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def slowly(seconds: float, answer: Answer) -> Callable[[str], Answer]:
    def behave(path: str) -> Answer:
        time.sleep(seconds)
        return answer

    return behave


def ground_colour(lon: float, lat: float) -> tuple[int, int]:
    """Red and green of a made-up ground, by which a pixel tells where it lies."""
    return round((lat - 30) * 255), round((lon - 114) * 255)


def geographic_tile(path: str) -> Answer:
    """A tile of the grid in degrees, as 天地图's `_c`, each pixel telling its place."""
    asked = {name.upper(): values[0] for name, values in parse_qs(urlsplit(path).query).items()}
    z, x, y = int(asked["TILEMATRIX"]), int(asked["TILECOL"]), int(asked["TILEROW"])
    step = 360 / 256 / 2**z
    lon = -180 + (x * 256 + np.arange(256) + 0.5) * step
    lat = 90 - (y * 256 + np.arange(256) + 0.5) * step
    pixels = np.zeros((256, 256, 3), np.uint8)
    pixels[..., 0] = np.clip(np.rint((lat - 30) * 255), 0, 255)[:, None]
    pixels[..., 1] = np.clip(np.rint((lon - 114) * 255), 0, 255)[None, :]
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return 200, "image/png", out.getvalue()


def place_of(z: int, x: int, y: int, column: int, row: int) -> tuple[float, float]:
    """Where the middle of a pixel of a tile of ours lies."""
    side = 2**z * 256
    lon = (x * 256 + column + 0.5) / side * 360 - 180
    lat = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * (y * 256 + row + 0.5) / side))))
    return lon, lat


def capabilities(url: str, *, crs: str = "urn:ogc:def:crs:EPSG::4490", layer: str = "img", rest: str = "") -> bytes:
    """What a WMTS says of itself, with one set of matrices from level 8 to 14 named L8 to L14."""
    geographic = "3857" not in crs
    full_m = 2 * math.pi * 6378137
    matrices = "".join(
        f"<TileMatrix><ows:Identifier>L{z}</ows:Identifier>"
        f"<ScaleDenominator>{full_m / 256 / 2**z / 0.00028!r}</ScaleDenominator>"
        f"<TopLeftCorner>{'90.0 -180.0' if geographic else f'{-full_m / 2!r} {full_m / 2!r}'}</TopLeftCorner>"
        f"<TileWidth>256</TileWidth><TileHeight>256</TileHeight><MatrixWidth>{2**z}</MatrixWidth>"
        f"<MatrixHeight>{2 ** (z - 1) if geographic else 2**z}</MatrixHeight></TileMatrix>"
        for z in range(8, 15)
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Capabilities xmlns="http://www.opengis.net/wmts/1.0" xmlns:ows="http://www.opengis.net/ows/1.1"
 xmlns:xlink="http://www.w3.org/1999/xlink" version="1.0.0">
<Contents><Layer><ows:Title>影像</ows:Title>
<ows:WGS84BoundingBox><ows:LowerCorner>114.0 30.0</ows:LowerCorner>
<ows:UpperCorner>115.0 31.0</ows:UpperCorner></ows:WGS84BoundingBox>
<ows:Identifier>{layer}</ows:Identifier><Style isDefault="true"><ows:Identifier>default</ows:Identifier></Style>
<Format>image/png</Format><TileMatrixSetLink><TileMatrixSet>c</TileMatrixSet></TileMatrixSetLink>{rest}</Layer>
<TileMatrixSet><ows:Identifier>c</ows:Identifier><ows:SupportedCRS>{crs}</ows:SupportedCRS>{matrices}</TileMatrixSet>
</Contents></Capabilities>""".encode()


INSIDE = tile_at(12)


def template(host, path="/{z}/{x}/{y}.png") -> str:
    return host.url + path


def fails(served, id="far", place=INSIDE) -> str:
    with pytest.raises(NotReady) as caught:
        served.tile(id, *place)
    return str(caught.value)
