"""Somebody who edits features over HTTP, in a city of sample and real data."""

import itertools
import json

import pytest

from tests.api.conftest import desk_over, fill, until
from tests.databases import copy_of

OGC, EPSG = "http://www.opengis.net/def/crs/OGC/1.3/", "http://www.opengis.net/def/crs/EPSG/0/"
SYSTEMS = {
    f"{OGC}CRS84": ("OGC:CRS84", False),
    f"{EPSG}4490": ("EPSG:4490", True),
    f"{EPSG}4326": ("EPSG:4326", True),
    f"{EPSG}3857": ("EPSG:3857", False),
    f"{EPSG}4547": ("EPSG:4547", True),
}
"""By URI the code, and whether the north comes first."""
MERGE = "application/merge-patch+json"
POINT = {"type": "Point", "coordinates": [114.5, 30.55]}
BOW = {
    "type": "Polygon",
    "coordinates": [[[114.5, 30.5], [114.51, 30.51], [114.51, 30.5], [114.5, 30.51], [114.5, 30.5]]],
}
_numbers = itertools.count(1)


class Editor:
    """Somebody with a role who edits."""

    def __init__(self, desk, *roles):
        self.desk, self.headers = desk, desk.person(*roles) if roles else {}

    def send(self, method, path, body=None, *, status=None, kind="application/geo+json", **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        content = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        kinds = {"Content-Type": kind} if content is not None and kind else {}
        answer = self.desk.client.request(method, path, content=content, headers={**self.headers, **kinds, **named})
        assert status is None or answer.status_code == status, answer.text
        return answer

    def make(self, layer="site", geometry=POINT, status=201, path="", crs=None, **properties):
        properties = {"code": f"E{next(_numbers)}", **({"kind": "stake"} if layer == "site" else {}), **properties}
        body = {"type": "Feature", "geometry": geometry, "properties": properties}
        named = {"Content_Crs": crs} if crs else {}
        return self.send("POST", f"{items(layer)}{path}", body, status=status, **named)

    def change(self, answer, properties, *, status=200, **headers):
        """PATCH what an answer told of, on the version that it told."""
        headers = {"If_Match": answer.headers["etag"], **headers}
        return self.send("PATCH", where(answer), {"properties": properties}, status=status, kind=MERGE, **headers)

    def read(self, answer, status=200, **query):
        found = self.desk.client.get(where(answer), params=query, headers=self.headers)
        assert found.status_code == status, found.text
        return found

    def refusal(self, *args, status=400, **more):
        return self.send(*args, status=status, **more).json()["detail"]


def items(layer):
    return f"/ogc/collections/{layer}/items"


def where(answer):
    if "location" in answer.headers:
        return answer.headers["location"]
    path = str(answer.url).partition("?")[0]
    return path


@pytest.fixture(scope="module")
def city(cluster, city_template):
    with copy_of(cluster, city_template) as engine:
        fill(engine)
        with desk_over(engine) as desk:
            desk.run("INSERT INTO city.edition (layer, name, sample) VALUES ('road', '实测', false)")
            until(lambda: desk.client.app.state.gate.watch.known().holding == "mixed")
            yield desk


@pytest.fixture(scope="module")
def editor(city):
    return Editor(city, "dispatcher")
