"""Base maps of elsewhere, XYZ or WMTS, as tiles of ours: fetched, laid over one another, drawn anew where need be."""

import contextlib
import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

from api.base.definition import Definition
from api.base.far import AT_ONCE, Far
from api.base.files import Facts
from api.base.grid import MOST_PIECES, Grid, Pieces, drawn, geographic, mercator
from api.base.picture import Picture, Pixels, encoded, laid_over, pixels_of
from api.base.wmts import Served, read_capabilities
from api.limits import MAX_ZOOM
from layers.crs import Bounds
from layers.errors import CityError, NotReady

_USUAL_DEEPEST = 18
_AGAIN_S = 60.0


class Sheet(NamedTuple):
    """One layer of pictures: the addresses of its tiles, and the grid they lie in."""

    template: str
    grid: Grid


class Elsewhere:
    """A base map whose tiles are on a host of others."""

    costly = True

    def __init__(self, definition: Definition, environ: Mapping[str, str]) -> None:
        assert definition.written is not None
        self._written, self.far = definition.written, Far(definition, environ)
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="huashan-base-far")
        self._turn = threading.Lock()
        self._refused, self._again_s = "", 0.0
        self._sheets: list[Sheet] | None = None
        self._facts = Facts(self._zooms(None), definition.bounds, notes=self._notes(definition))
        if not self._written.capabilities:
            grid = geographic() if self._written.grid == "geographic" else mercator()
            self._sheets = [Sheet(url, grid) for url in definition.urls]

    def facts(self) -> Facts:
        """What is written down of it, and what its service tells, as far as it has told."""
        return self._facts

    def picture(self, z: int, x: int, y: int) -> Picture | None:
        """The tile, of one far tile or of several; None where its host has none. Raises NotReady."""
        sheets = self.sheets()
        if len(sheets) == 1:
            pieces = sheets[0].grid.pieces(z, x, y)
            if pieces is not None and pieces.whole:
                return self._fetched(sheets[0], pieces, pieces.columns[0], pieces.rows[0])
        layers = [pixels for sheet in sheets if (pixels := self._pixels(sheet, z, x, y)) is not None]
        return encoded(laid_over(layers)) if layers else None

    def ask_service(self, wait_s: float) -> None:
        """Let its service tell of itself, if it has not yet, waiting no longer than this."""
        if self._sheets is None:
            with contextlib.suppress(RuntimeError, TimeoutError, CityError):
                self._pool.submit(self.sheets).result(wait_s)

    def sheets(self) -> list[Sheet]:
        """Where the tiles are; its service is asked the first time. Raises CityError."""
        with self._turn:
            if self._sheets is None:
                served = self._served()
                self._sheets = [Sheet(served.template, served.grid)]
                notes, bounds = self._facts.notes, self._facts.bounds or served.bounds
                self._facts = Facts(self._zooms(served.grid), bounds, served.title, None, notes)
            return self._sheets

    def close(self) -> None:
        """Fetch nothing any more."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self.far.close()

    def _served(self) -> Served:
        """What its service tells; one that told nothing of use is not asked again for a while."""
        if self._refused and time.monotonic() < self._again_s:
            raise NotReady(self._refused)
        try:
            served = read_capabilities(self.far.document(self._written.capabilities or ""), self._written)
        except NotReady:
            raise
        except CityError as error:
            self._refused, self._again_s = str(error), time.monotonic() + _AGAIN_S
            self.far.blame(str(error).rstrip("。"))
            raise NotReady(self._refused) from None
        self.far.trouble = None
        return served

    def _pixels(self, sheet: Sheet, z: int, x: int, y: int) -> Pixels | None:
        pieces = sheet.grid.pieces(z, x, y)
        if pieces is None:
            return None
        wanted = [(column, row) for column in pieces.columns for row in pieces.rows]
        if len(wanted) > MOST_PIECES:
            raise NotReady(f"这一级要拼 {len(wanted)} 张瓦片,超过 {MOST_PIECES}:请放大。")
        asked = {place: self._ask(sheet, pieces, *place) for place in wanted}
        found = {place: one.result() for place, one in asked.items()}
        tiles = {place: pixels_of(one.body) if one else None for place, one in found.items()}
        return drawn(pieces, tiles) if any(one is not None for one in tiles.values()) else None

    def _ask(self, sheet: Sheet, pieces: Pieces, column: int, row: int) -> "Future[Picture | None]":
        try:
            return self._pool.submit(self._fetched, sheet, pieces, column, row)
        except RuntimeError:
            raise NotReady("底图的设置刚刚改过:请再试一次。") from None

    def _fetched(self, sheet: Sheet, pieces: Pieces, column: int, row: int) -> Picture | None:
        level = pieces.level
        return self.far.tile(sheet.template, level.name, column, row, level.rows)

    def _zooms(self, grid: Grid | None) -> tuple[int, int]:
        low, high = grid.zooms if grid else (0, min(MAX_ZOOM, _USUAL_DEEPEST))
        written = self._written
        low = low if written.min_zoom is None else written.min_zoom
        high = high if written.max_zoom is None else written.max_zoom
        return min(low, high), high

    @staticmethod
    def _notes(definition: Definition) -> tuple[str, ...]:
        if definition.secrets_written():
            return ("网址里写着令牌,会随文件被拷走:请改写为 {token},并用 token_env 指明环境变量。",)
        return ()


def reached(source: Elsewhere, bounds: Bounds) -> str | None:
    """Why the middle of a box cannot be had just now, in words; None where it can: for whoever sets a base map up."""
    try:
        source.sheets()
        z = min(max(source.facts().zooms[0], 10), source.facts().zooms[1])
        source.picture(z, *middle_tile(bounds, z))
    except CityError as error:
        return str(error)
    return None


def middle_tile(bounds: Bounds, z: int) -> tuple[int, int]:
    """Column and row of the tile in the middle of a box.

    >>> middle_tile(Bounds(114.4, 30.5, 114.6, 30.6), 12)
    (3350, 1682)
    """
    import morecantile

    tile = morecantile.tms.get("WebMercatorQuad").tile(*bounds.center, z)
    return int(tile.x), int(tile.y)
