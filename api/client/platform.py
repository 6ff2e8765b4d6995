"""One city's platform in Python: what an analyst reads is what the map shows, by the same rights."""

from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, quote, urlsplit

import geopandas as gpd
import httpx2
import pandas as pd

from api.client.asking import Wire
from api.client.figures import Figures
from api.client.lands import Lands
from api.client.outings import Outings
from api.client.plans import Plans
from api.client.questions import Instant, given
from api.client.typed import as_declared, told_of
from layers.crs import STORED, STORED_SRID, Bounds
from layers.errors import BadInput

__all__ = ["Platform"]

_STORED_URI = f"http://www.opengis.net/def/crs/EPSG/0/{STORED_SRID}"
_SAID = ("edition", "provenance", "data_at")


class Platform(Figures, Lands, Outings, Plans):
    """A platform at an address, read with a token where it asks for one; or its database.

    Usage:
        with Platform("http://127.0.0.1:8000", token) as city:
            city.layers()                                   which layers there are
            city.layer("road")                              one of them, as a GeoDataFrame in EPSG:4490
            city.layer("farmland", where="state = 'works'", columns=["code", "state"])
            city.coverage("bank", date(2026, 8, 1), date(2026, 9, 1), by="reach")
            city.debt(), city.overdue()                     what is overdue by duty; and where
            city.performance("2026-08")                     what was due of each post, and what was done
            city.effort(date(2026, 8, 1))                   metres and seconds in each grid, zeros kept
            city.summary("farmland", by="state")            any layer in figures
            city.changes("farmland")                        what moved in it this week
            city.observations(date(2026, 8, 1))             what was found
            city.patrols(), city.positions()                who went out; who is out, and where
            city.legs("YX00-001")                           where a patrol went; city.tracks(since, until) where all did
            city.plan("2026-11-27", iterations=2000)        who walks where; city.plan_pieces(code) what is left out
            city.check(shape, "build").reasons              may this be built here; city.checks() what one asked
            city.compute(banks, fixes)                      coverage of what is at hand, nothing stored

    Every table says in `attrs` what it stands on: its time, its source, and `units` by column. Times are in the
    deployment's zone. What only reads is asked again where the platform is busy. Errors are those of layers.errors:
    NotSignedIn, NotAllowed, NotFound, BadInput, NotReady, each with a sentence that says what to do.
    """

    def __init__(self, url: str, token: str | None = None, *, timeout_s: float = 60) -> None:
        if urlsplit(url).scheme not in ("http", "https"):
            raise BadInput(f"看不懂平台地址 {url!r}:应形如 http://127.0.0.1:8000 。")
        if token is not None and not (token.isascii() and token.strip()):
            raise BadInput("令牌是空的,或含有中文等字符:请原样粘贴 huashan token new 显示的那一行。")
        headers = {"Authorization": f"Bearer {token.strip()}"} if token else {}
        super().__init__(Wire(httpx2.Client(base_url=url, headers=headers, timeout=timeout_s)))

    @classmethod
    def at_database(cls, dsn: str, *, roles: Sequence[str] = ("analyst",), person: str = "分析员") -> Self:
        """The same straight from PostGIS, without a server between: postgresql://user:password@host/database.

        Every question is answered by the platform's own code over this database, in transactions that set person and
        roles, so tables, figures and what is veiled are those of a token with these roles. Needs `huashan[server]`.
        """
        from api.client.inside import inside

        made = cls.__new__(cls)
        Figures.__init__(made, Wire(inside(dsn, person, roles)))
        return made

    @property
    def url(self) -> str:
        """The address that is asked."""
        return self._wire.url

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connection."""
        self._wire.close()

    def layers(self) -> pd.DataFrame:
        """Every layer that may be read, one a row, indexed by id: titles, count, source, date of its data."""
        answer = self._wire.get("/layers")
        table = pd.DataFrame(answer["layers"], columns=None if answer["layers"] else ["id", "style"])
        table = table.drop(columns=["style"]).set_index("id")
        for name in {"title", "description", "group", "source"} & {*table}:
            table[name] = [words["zh"] for words in table[name]]
        return self._told(table, {"asked_at": answer["now"], **answer["deployment"], "sample": answer["sample"]})

    def layer(
        self,
        layer: str,
        bounds: Bounds | Sequence[float] | None = None,
        *,
        where: str | None = None,
        at: Instant | None = None,
        known_at: Instant | None = None,
        columns: Sequence[str] | None = None,
    ) -> gpd.GeoDataFrame:
        """The features of a layer, indexed by id, in EPSG:4490: those valid today, however many.

        bounds: west, south, east, north in degrees.  where: a condition in CQL2 text, such as "length_m > 500 AND
        class = 'main'".  at: valid on that day instead, or in a period '2026-01-01/2026-06-30'.  known_at: as it was
        known then.  columns: only these, beside id and geometry.

        Enumerations are categories, days datetime64, instants in the deployment's zone. `attrs` has `columns` (titles),
        `units`, `words` (of enumerations), source, edition, provenance, `data_at` and `asked_at`. A layer without
        features gives an empty frame of the same columns and types. It comes as GeoParquet.
        """
        query = given(filter=where, datetime=at, known_at=known_at)
        if bounds is not None:
            query["bbox"] = ",".join(map(repr, map(float, bounds)))
        if columns is not None:
            query["properties"] = ",".join(columns)
        path = f"/ogc/collections/{quote(layer, safe='')}"
        schema = self._wire.get(f"{path}/schema", f="json", lang="zh")
        frame = as_declared(_joined(list(self._files(f"{path}/items", query))), schema, self.zone)
        frame.attrs = self._about(layer, query) | told_of(schema, frame)
        return frame

    def asset(self, name: str) -> str:
        """The text of a front-end file that the platform serves, such as 'leaflet.js'."""
        return self._wire.text(f"/assets/{name}")

    def _files(self, path: str, query: dict[str, Any]) -> Iterator[gpd.GeoDataFrame]:
        after: dict[str, str] = {}
        while True:
            body, headers = self._wire.file(path, f="parquet", crs=_STORED_URI, **query, **after)
            with body:
                yield gpd.read_parquet(body, to_pandas_kwargs={"date_as_object": False})
            following = httpx2.Response(200, headers=headers).links.get("next")
            if not following:
                return
            after = {"after": parse_qs(urlsplit(following["url"]).query)["after"][0]}

    def _about(self, layer: str, query: dict[str, Any]) -> dict[str, Any]:
        """What a table of a layer stands on."""
        answer = self._wire.get("/layers")
        one: dict[str, Any] = next((one for one in answer["layers"] if one["id"] == layer), {})
        told = {name: one.get(name) for name in _SAID}
        words = {name: one[name]["zh"] for name in ("title", "source") if one}
        return {"layer": layer, **told, **words, "asked_at": answer["now"], "crs": STORED, **query}


def _joined(parts: list[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    whole = parts[0] if len(parts) == 1 else gpd.GeoDataFrame(pd.concat(parts))
    # The database's name for the column; GeoPandas' own is `geometry`.
    return whole.set_index("id").rename_geometry("geometry")
