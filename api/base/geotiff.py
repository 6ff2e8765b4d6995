"""Base maps in one GeoTIFF, in whatever coordinate system: warped to the tile that is asked for by GDAL.

Whatever is not eight bits deep is stretched, once for the whole file, between the darkest and the brightest 2 %.
"""

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from api.base.files import Facts
from api.base.grid import HALF_M, SIDE
from api.base.picture import Picture, encoded
from api.limits import MAX_ZOOM
from layers.crs import TILE, WIRE, Bounds
from layers.errors import BadFile, CityError, NotReady

if TYPE_CHECKING:
    from rasterio.io import DatasetReader

AT_ONCE = 2
"""Drawn side by side: each keeps a core busy."""
_SMALL_PIXELS = 4096
"""A picture no longer than this is read whole at any zoom."""
_STEPS_WITHOUT = 4
"""So many zooms beyond what the file's overviews reach are drawn without any: of a sixteenth in each direction."""
_SAMPLE = 512


class GeoTIFF:
    """A raster file. Kept open by nobody: opening it costs a millisecond, and its handle could not be shared."""

    costly = True

    def __init__(self, file: Path) -> None:
        self._file, self._room = file, threading.BoundedSemaphore(AT_ONCE)
        self._closed = False
        with self._opened() as raster:
            self._bands = _bands_of(raster, file.name)
            self._stretch = _stretch_of(raster, self._bands)
            self._palette = _palette_of(raster) if len(self._bands) == 1 and self._stretch is None else None
            self._facts = _facts_of(raster, file.name, stretched=self._stretch is not None)

    def facts(self) -> Facts:
        """Zooms by the size of its pixels and by its overviews, and what is to be known of it."""
        return self._facts

    def picture(self, z: int, x: int, y: int) -> Picture | None:
        """The tile, drawn anew; what has no data is seen through."""
        if self._closed:
            raise NotReady("底图的文件刚刚换过:请再试一次。")
        with self._room, self._opened() as raster:
            return encoded(self._drawn(raster, z, x, y), exact=self._palette is not None)

    def close(self) -> None:
        """Draw nothing any more."""
        self._closed = True

    @contextmanager
    def _opened(self) -> "Iterator[DatasetReader]":
        import rasterio

        try:
            with (
                rasterio.Env(GDAL_DISABLE_READDIR_ON_OPEN="TRUE", GDAL_CACHEMAX=64, CPL_DEBUG=False),
                rasterio.open(self._file, driver="GTiff") as raster,
            ):
                yield raster
        except CityError:
            raise
        except Exception:
            # GDAL trusts the file: what is broken comes out as whatever it happens to meet, some of it nobody's error.
            raise BadFile(f"文件 {self._file.name} 不是完好的 GeoTIFF:请重新拷贝或重新制作。") from None

    def _drawn(self, raster: Any, z: int, x: int, y: int) -> NDArray[np.uint8]:
        from rasterio.enums import ColorInterp, Resampling
        from rasterio.transform import from_origin
        from rasterio.vrt import WarpedVRT

        step = 2 * HALF_M / 2**z
        place = from_origin(x * step - HALF_M, HALF_M - y * step, step / SIDE, step / SIDE)
        # Between classes of a palette there is nothing to be had.
        way = Resampling.nearest if self._palette is not None else Resampling.bilinear
        own = ColorInterp.alpha in raster.colorinterp
        with WarpedVRT(
            raster, crs=TILE, transform=place, width=SIDE, height=SIDE, resampling=way, add_alpha=not own
        ) as warped:
            opacity = warped.read(raster.colorinterp.index(ColorInterp.alpha) + 1 if own else warped.count)
            bands = warped.read(self._bands)
        return _coloured(bands, opacity, self._stretch, self._palette)


def _bands_of(raster: Any, name: str) -> list[int]:
    """Which bands are drawn: red, green and blue as the file names them, else the first three, else the first."""
    from rasterio.enums import ColorInterp

    if raster.crs is None:
        raise BadFile(f"文件 {name} 没有坐标系:请用 gdal_edit.py -a_srs EPSG:4547 之类写明,再放进来。")
    if any(kind.startswith("complex") for kind in raster.dtypes):
        raise BadFile(f"文件 {name} 是复数栅格:画不成底图。")
    named = [ColorInterp.red, ColorInterp.green, ColorInterp.blue]
    if all(one in raster.colorinterp for one in named):
        return [raster.colorinterp.index(one) + 1 for one in named]
    seen = [band for band, kind in enumerate(raster.colorinterp, 1) if kind != ColorInterp.alpha]
    return seen[:3] if len(seen) >= 3 else seen[:1]


def _stretch_of(raster: Any, bands: list[int]) -> NDArray[np.float64] | None:
    """The values that become black and white, by band; None where the values are colours already."""
    if all(raster.dtypes[band - 1] == "uint8" for band in bands):
        return None
    shape = (min(raster.height, _SAMPLE), min(raster.width, _SAMPLE))
    some = raster.read(bands, out_shape=(len(bands), *shape), masked=True)
    found = []
    for band in some:
        values = np.asarray(band.compressed(), np.float64)
        values = values[np.isfinite(values)]
        low, high = np.percentile(values, (2, 98)) if len(values) else (0.0, 1.0)
        found.append((low, high if high > low else low + 1))
    return np.array(found)


def _coloured(
    bands: NDArray[Any],
    opacity: NDArray[Any],
    stretch: NDArray[np.float64] | None,
    palette: NDArray[np.uint8] | None,
) -> NDArray[np.uint8]:
    pixels = np.zeros((SIDE, SIDE, 4), np.uint8)
    if stretch is not None:
        low, high = stretch[:, 0, None, None], stretch[:, 1, None, None]
        values = np.nan_to_num((bands - low) / (high - low))
        bands = np.clip(np.rint(values * 255), 0, 255).astype(np.uint8)
        opacity = (opacity > 0) * 255
    if palette is not None:
        pixels[:] = palette[bands[0]]
        pixels[..., 3] = np.minimum(pixels[..., 3], opacity)
        return pixels
    pixels[..., :3] = np.moveaxis(bands, 0, -1) if len(bands) == 3 else bands[0][..., None]
    pixels[..., 3] = opacity
    return pixels


def _palette_of(raster: Any) -> NDArray[np.uint8] | None:
    try:
        table = raster.colormap(1)
    except ValueError:
        return None
    return np.array([table.get(value, (0, 0, 0, 0)) for value in range(256)], np.uint8)


def _facts_of(raster: Any, name: str, *, stretched: bool) -> Facts:
    from rasterio.errors import RasterioError
    from rasterio.warp import calculate_default_transform, transform_bounds

    try:
        place, _, _ = calculate_default_transform(raster.crs, TILE, raster.width, raster.height, *raster.bounds)
        west, south, east, north = transform_bounds(raster.crs, WIRE, *raster.bounds)
    except (RasterioError, ValueError):
        raise BadFile(f"文件 {name} 的坐标系或范围不对,投影不到地图上:请检查。") from None
    if not all(map(math.isfinite, (west, south, east, north, place.a))) or not (west < east and south < north):
        raise BadFile(f"文件 {name} 的坐标系或范围不对,投影不到地图上:请检查。")
    finest = min(MAX_ZOOM, max(0, math.ceil(math.log2(2 * HALF_M / SIDE / place.a) - 0.25)))
    overviews = raster.overviews(1)
    reach = math.ceil(math.log2(max(overviews, default=1)))
    lacking = max(raster.width, raster.height) > _SMALL_PIXELS
    lowest = max(0, finest - reach - _STEPS_WITHOUT) if lacking else 0
    notes = []
    if lacking and not overviews:
        notes.append(
            f"没有金字塔:小于第 {lowest} 级不画,缩小时慢;请用 gdaladdo 建,或转成 COG(gdal_translate -of COG)。"
        )
    if stretched:
        notes.append("不是 8 位影像:按最暗、最亮各 2% 拉伸显示。")
    return Facts((lowest, finest), Bounds(west, south, east, north), notes=tuple(notes))
