"""A data folder with base maps in it, and what serves them, without a database."""

from pathlib import Path

import pytest

from api.base.maps import Bases
from api.base.service import Service
from layers.crs import Bounds
from tests.base_maps import far_host
from tests.loops import finished

NEAR = Bounds(112.5, 25.0, 115.5, 35.0)


class Served:
    """The base maps of one folder. now: a clock that a test may set forward."""

    def __init__(self, data: Path) -> None:
        self.folder = data / "base"
        self.folder.mkdir(parents=True)
        self.environ: dict[str, str] = {}
        self.ahead_s = 0.0
        self._looks = 0
        self.service = self.anew()

    def anew(self) -> Service:
        """Another server of the same folder."""
        import time

        def looked() -> float:
            self._looks += 10
            return float(self._looks)

        bases = Bases(self.folder.parent, NEAR, self.environ, clock=looked)
        return Service(bases, clock=lambda: time.time() + self.ahead_s)

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, "utf-8")

    def far(self, name: str, url: str, *lines: str) -> None:
        """A far base map of this address."""
        self.write(f"{name}.toml", "\n".join([f'title = "{name}"', f'url = "{url}"', 'datum = "cgcs2000"', *lines]))

    def told(self, id: str) -> dict:
        from zoneinfo import ZoneInfo

        from api.base.told import told

        return next(one for one in told(self.service, ZoneInfo("Asia/Shanghai"))["bases"] if one["id"] == id)

    def tile(self, id: str, z: int, x: int, y: int, etag: str = ""):
        async def asked():
            return await self.service.tile(await self.service.find(id), z, x, y, etag)

        return finished(asked())


@pytest.fixture
def served(tmp_path):
    made = Served(tmp_path)
    yield made
    made.service.close()


@pytest.fixture
def host():
    with far_host() as host:
        yield host
