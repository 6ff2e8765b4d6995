"""The base maps of this deployment: what lies in the folder `base` of its data, read anew when it changes there."""

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from api.answers.wording import shown
from api.base.definition import KINDS, Definition, Titles, bare, id_of, read_toml
from api.base.elsewhere import Elsewhere
from api.base.far import AT_ONCE
from api.base.files import Facts, MBTiles, PMTiles, Source
from api.base.geotiff import AT_ONCE as DRAWN_AT_ONCE
from api.base.geotiff import GeoTIFF
from api.base.kept import Kept
from layers.crs import Bounds
from layers.errors import CityError, NotFound

FOLDER, CACHE = "base", "base-cache"
WORLD = Bounds(-180.0, -90.0, 180.0, 90.0)
_LOOK_S = 2.0
"""The folder is looked at no more often than this."""
_MOST = 100
_FILE_CACHE_MB = 512


@dataclass(frozen=True)
class Base:
    """One base map. source: what draws it, None where it cannot be shown; `problem` says why, in words.

    kept, pool: what it drew or fetched, and who does that, where that is costly: a slow host keeps no other waiting.
    """

    definition: Definition
    version: str
    source: Source | None
    kept: Kept | None
    bounds: Bounds
    pool: ThreadPoolExecutor | None = None
    problem: str | None = None

    @property
    def id(self) -> str:
        """What it is called in addresses."""
        return self.definition.id

    @property
    def title(self) -> Titles:
        """Its title: as is written, else as its file says, else the file's name."""
        told = self.facts.title if self.definition.written is None else None
        return Titles(zh=told[:200]) if told else self.definition.title

    @property
    def facts(self) -> Facts:
        """What its file or service says of it."""
        return self.source.facts() if self.source else Facts((0, 0))

    @property
    def zooms(self) -> tuple[int, int]:
        """The zooms it has; what is written down goes before what its file says."""
        written, (low, high) = self.definition.written, self.facts.zooms
        if written and written.min_zoom is not None:
            low = written.min_zoom
        if written and written.max_zoom is not None:
            high = written.max_zoom
        return min(low, high), high

    @property
    def box(self) -> Bounds:
        """Where it has pictures: as is written, else as its file says.

        Of what is fetched no more than lies in the deployment's own box, unless more is written down: whoever may look
        shall not make the server fetch the world.
        """
        told = self.facts.bounds
        if self.definition.bounds or not self.definition.far:
            return self.definition.bounds or told or WORLD
        return (_common(told, self.bounds) if told else None) or self.bounds

    @property
    def max_age_s(self) -> float:
        """After so many seconds a kept tile is fetched anew."""
        written = self.definition.written
        return (written.max_age_days if written and self.definition.far else 36500) * 86400.0

    def close(self) -> None:
        """Let go of its files and connections."""
        if self.pool:
            self.pool.shutdown(wait=False, cancel_futures=True)
        if self.source:
            self.source.close()
        if self.kept:
            self.kept.close()


class Bases:
    """The base maps in one data folder. environ: where tokens stand.  bounds: of the deployment."""

    def __init__(
        self, data: Path, bounds: Bounds, environ: Mapping[str, str], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.folder, self.cache = data / FOLDER, data / CACHE
        self._bounds, self._environ, self._clock = bounds, environ, clock
        self._turn = threading.Lock()
        self._looked_s = float("-inf")
        self._seen: object = None
        self._bases: dict[str, Base] = {}
        self.problem: str | None = None

    def all(self) -> list[Base]:
        """Every base map, in the order that is written down, then by title; broken ones among them."""
        with self._turn:
            if self._clock() - self._looked_s >= _LOOK_S:
                self._look()
                self._looked_s = self._clock()
            return list(self._bases.values())

    def find(self, id: str) -> Base:
        """The base map of this name. Raises NotFound."""
        found = next((base for base in self.all() if base.id == id), None)
        if found is None:
            raise NotFound(f"没有底图 {shown(id)}:现有的见 /base。")
        return found

    def close(self) -> None:
        """Let go of everything."""
        with self._turn:
            for base in self._bases.values():
                base.close()
            self._bases, self._looked_s, self._seen = {}, float("-inf"), None

    def _look(self) -> None:
        seen = self._fingerprint()
        if seen == self._seen:
            return
        before, self._bases = self._bases, {}
        for definition in sorted(self._definitions(), key=_place):
            version = _version(definition)
            held = before.get(definition.id)
            if held and held.definition == definition and held.version == version and not held.problem:
                self._bases[definition.id] = before.pop(definition.id)
            else:
                self._bases[definition.id] = self._opened(definition, version)
        for base in before.values():
            base.close()
        self._seen = seen

    def _fingerprint(self) -> object:
        """What changes when the folder does; the files that a TOML names are in the folder, too."""
        self.problem = None
        try:
            return sorted((str(file), found.st_mtime_ns, found.st_size) for file, found in _files(self.folder))
        except FileNotFoundError:
            return None
        except OSError as error:
            self.problem = f"读不了底图文件夹 base({error.strerror}):请管理员检查权限。"
            return None

    def _definitions(self) -> list[Definition]:
        try:
            files = sorted(file for file, _ in _files(self.folder))
        except OSError:
            return []
        told = [read_toml(file, id_of(file.stem)) for file in files if file.suffix.lower() == ".toml"]
        named = {definition.file for definition in told}
        alone = [file for file in files if file.suffix.lower() in KINDS and file.resolve() not in named]
        found: dict[str, Definition] = {}
        for definition in [*told, *(bare(file, id_of(file.stem)) for file in alone)][:_MOST]:
            while definition.id in found:
                definition = _renamed(definition)
            found[definition.id] = definition
        return list(found.values())

    def _opened(self, definition: Definition, version: str) -> Base:
        problem, source = definition.problem, None
        if problem is None:
            try:
                source = self._source(definition)
            except CityError as error:
                problem = str(error)
            except OSError as error:
                problem = f"读不了文件 {definition.told_by.name}({error.strerror}):请检查权限。"
        written = definition.written
        most_mb = written.cache_mb if written and definition.far else _FILE_CACHE_MB
        kept, pool = None, None
        if source is not None and source.costly:
            kept = Kept(self.cache, definition.id, version, most_mb * 2**20)
            pool = ThreadPoolExecutor(AT_ONCE if definition.far else DRAWN_AT_ONCE, f"huashan-base-{definition.id}")
        return Base(definition, version, source, kept, self._bounds, pool, problem)

    def _source(self, definition: Definition) -> Source:
        if definition.far:
            return Elsewhere(definition, self._environ)
        file = definition.file or definition.told_by
        match definition.kind:
            case "mbtiles":
                return MBTiles(file)
            case "pmtiles":
                return PMTiles(file)
            case _:
                return GeoTIFF(file)


def _files(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """What may be a base map in a folder: files that are there in full, none that is hidden."""
    for entry in os.scandir(folder):
        suffix = Path(entry.name).suffix.lower()
        if not entry.name.startswith(".") and (suffix == ".toml" or suffix in KINDS) and entry.is_file():
            yield Path(entry.path), entry.stat()


def _place(definition: Definition) -> tuple[int, str]:
    return (definition.written.order if definition.written else 1000), definition.title.zh


def _renamed(definition: Definition) -> Definition:
    return replace(definition, id=f"{definition.id[:56]}-{definition.told_by.suffix[1:4]}")


def _version(definition: Definition) -> str:
    try:
        return definition.version()
    except OSError:
        return "gone"


def _common(one: Bounds, other: Bounds) -> Bounds | None:
    west, south, east, north = (
        max(one.west, other.west),
        max(one.south, other.south),
        min(one.east, other.east),
        min(one.north, other.north),
    )
    return Bounds(west, south, east, north) if west < east and south < north else None
