"""One city's platform, asked over HTTP: what an analyst reads is what the map shows, by the same rights."""

from datetime import date, datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import geopandas as gpd
import httpx2
import pandas as pd

from layers.crs import STORED, WIRE, Bounds
from layers.errors import BadInput, NotReady

_PAGE = 5000


class City:
    """A platform at an address, read with a token where it asks for one.

    Usage:
        with City("http://127.0.0.1:8000") as city:
            city.layers()                                   which layers there are
            city.layer("road")                              one of them, as a GeoDataFrame
            city.coverage("bank", date(2026, 8, 1), date(2026, 9, 1))
    """

    def __init__(self, url: str, token: str | None = None, *, timeout_s: float = 60) -> None:
        if urlsplit(url).scheme not in ("http", "https"):
            raise BadInput(f"看不懂平台地址 {url!r}:应形如 http://127.0.0.1:8000 。")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._http = httpx2.Client(base_url=url, headers=headers, timeout=timeout_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()

    def layers(self) -> pd.DataFrame:
        """Every layer that may be read, one a row, indexed by id: titles, count, date of its data."""
        answer = self._get("/layers")
        table = pd.DataFrame(answer["layers"]).drop(columns=["style"]).set_index("id")
        return table.assign(
            **{name: [words["zh"] for words in table[name]] for name in ("title", "description", "group")}
        )

    def layer(self, layer: str, bounds: Bounds | None = None) -> gpd.GeoDataFrame:
        """Every feature of a layer that is valid today, within bounds if given, indexed by id, in EPSG:4490.

        A layer without features gives an empty frame that still has a geometry column.
        """
        box = {"bbox": ",".join(map(repr, bounds))} if bounds else {}
        features: list[dict[str, Any]] = []
        after = 0
        while True:
            page = self._get(f"/layers/{layer}", limit=_PAGE, after=after, **box)["features"]
            features += page
            if len(page) < _PAGE:
                return _frame(features)
            after = page[-1]["id"]

    def coverage(
        self, layer: str, since: date | datetime, until: date | datetime, *, reach_m: float = 25
    ) -> gpd.GeoDataFrame:
        """What was seen of every bank or road from `since` to before `until`; the geometry is the unseen part.

        Lengths in metres; a target wholly seen has no geometry; one never seen has a share of 0.
        """
        query = {"from": since.isoformat(), "to": until.isoformat(), "reach_m": reach_m, "geometry": 1}
        return _frame([_unseen(target) for target in self._get(f"/coverage/{layer}", **query)["targets"]])

    def patrols(self, limit: int = 1000) -> pd.DataFrame:
        """The newest patrols, one a row, newest first; an empty table where there are none."""
        return pd.DataFrame(self._get("/patrols", limit=limit)["patrols"])

    def asset(self, name: str) -> str:
        """The text of a front-end file that the platform serves, such as 'leaflet.js'."""
        return self._ask(f"/assets/{name}").text

    def _get(self, path: str, **query: Any) -> dict[str, Any]:
        body: dict[str, Any] = self._ask(path, **query).json()
        return body

    def _ask(self, path: str, **query: Any) -> httpx2.Response:
        try:
            answer = self._http.get(path, params=query)
        except httpx2.TransportError as error:
            raise NotReady(f"连不上平台 {self._http.base_url}:请确认 make run 正在运行({error})。") from error
        if answer.is_error:
            raise BadInput(f"{path} 答复 {answer.status_code}:{_detail(answer)}")
        return answer


def _detail(answer: httpx2.Response) -> str:
    if answer.headers.get("Content-Type", "").startswith("application/problem"):
        return str(answer.json().get("detail"))
    return answer.reason_phrase


def _unseen(target: dict[str, Any]) -> dict[str, Any]:
    properties = {name: value for name, value in target.items() if name != "unseen_geometry"}
    return {"type": "Feature", "properties": properties, "geometry": target.get("unseen_geometry")}


def _frame(features: list[dict[str, Any]]) -> gpd.GeoDataFrame:
    if not features:
        return gpd.GeoDataFrame({"id": []}, geometry=[], crs=STORED).set_index("id")
    ids = [feature.get("id", number) for number, feature in enumerate(features)]
    frame = gpd.GeoDataFrame.from_features(features, crs=WIRE).to_crs(STORED)
    return frame.set_index(pd.Index(ids, name="id"))
