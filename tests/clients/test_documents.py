"""Whatever either description of the interface lets programs ask, the answer is one that it describes, and no fault.

schemathesis makes the questions, good and bad ones, the same at every run.
"""

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks

from tests.clients.conftest import town_over
from tests.databases import copy_of

ASKED = {"/openapi.json": "", "/ogc/api": "/ogc"}
"""The documents, and beneath what address their paths lie."""
NAMED = {"/openapi.json": "/live", "/ogc/api": "/collections/road/items"}
"""A path that everyone here is told of."""
LEFT_OUT = {"/live": "a stream that never ends; tests/api/live hears it"}
CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
A_DAY = ["2026-06-01", "2026-06-01T08:00:00+08:00", "昨天"]
KNOWN = {
    "layer": ["road", "grid", "observation", "nothing"],
    "layers": ["road,grid", "site", "nothing"],
    "code": ["A1", "nothing"],
    "duty": ["A1", "nothing"],
    "post": ["A1", "nothing"],
    "patrol": ["A1"],
    "crew": ["A1"],
    "device": ["A1"],
    "family": ["order"],
    "from": ["2026-05-01", "昨天"],
    "to": ["2026-07-01"],
    "at": A_DAY,
    "date": A_DAY,
    "known_at": ["2099-01-01", "昨天"],
    "datetime": ["2026-06-01", "../2026-06-01", "昨天"],
    "period": ["2026-06", "2026-Q2", "昨天"],
    "filter": ["code = 'A1'", "code ="],
    "filter-crs": ["http://www.opengis.net/def/crs/EPSG/0/4490", "EPSG"],
    "by": ["kind", "code", "nothing"],
    "properties": ["code", "nothing"],
}
"""Values of parameters that are any text in the documents, some of which mean something in this city."""
MORE = """
INSERT INTO city.post (code, kind, valid_from) VALUES ('A1', 'road_chief', '2026-01-01');
INSERT INTO city.crew (code, name, post_code, valid_from) VALUES ('A1', '甲组', 'A1', '2026-01-01');
INSERT INTO city.device (code, crew_code, valid_from) VALUES ('A1', 'A1', '2026-01-01');
INSERT INTO city.patrol (code, mode, made_by, post_code, sample, started_at, ended_at)
VALUES ('A1', 'foot', '张三', 'A1', true, '2026-06-01 08:00+08', '2026-06-01 09:00+08');
INSERT INTO city.duty (code, post_code, layer, targets, interval_days, settled_by, citation, valid_from)
VALUES ('A1', 'A1', 'road', 'all', 7, 'anyone', '示例', '2026-01-01');
UPDATE city.road SET code = 'A1' WHERE code = 'R01';
UPDATE city.observation SET code = 'A1' WHERE code = 'O1';
"""


@pytest.fixture(scope="module")
def changed(cluster, city_template):
    """A city of the module's own: much is added to it."""
    with copy_of(cluster, city_template) as engine, town_over(engine) as town:
        with engine.begin() as connection:
            connection.exec_driver_sql(MORE, execution_options={"no_parameters": True})
        yield town


def with_known(part):
    """A document in which parameters of any text have values that mean something."""
    if isinstance(part, list):
        return [with_known(one) for one in part]
    if not isinstance(part, dict):
        return part
    told = {name: with_known(value) for name, value in part.items()}
    if told.get("in") in ("path", "query") and told["name"] in KNOWN and not ({"enum", "$ref"} & set(told["schema"])):
        values = {"type": "string", "enum": KNOWN[told["name"]]}
        told["schema"] = {"type": "array", "items": values} if told["schema"].get("type") == "array" else values
    return told


@pytest.mark.parametrize(
    ("address", "someone", "questions"),
    # First those who change nothing: once there is more than the sample, whoever has not signed in is told nothing.
    [
        ("/openapi.json", "nobody", 1),
        ("/ogc/api", "nobody", 1),
        ("/openapi.json", "admin", 2),
        ("/ogc/api", "admin", 2),
    ],
)
def test_every_answer_is_one_that_is_described(changed, address, someone, questions):
    signed = changed.signed if someone == "admin" else {}
    document = requests.get(changed.url + address, headers=signed, timeout=30).json()
    schema = schemathesis.openapi.from_dict(with_known(document))
    schema.config.update(base_url=changed.url + ASKED[address])
    assert NAMED[address] in document["paths"]
    unexpected = []
    with requests.Session() as session:
        session.headers.update(signed)
        for found in schema.get_all_operations():
            operation = found.ok()
            if operation.path not in LEFT_OUT:
                unexpected += list(ask(operation, session, questions))
    assert not unexpected, "\n".join(unexpected)


def ask(operation, session, questions):
    """Ask so many questions of each sort; yields what was wrong with the answers."""
    wrong = []

    def answered(case):
        try:
            case.call_and_validate(session=session, checks=CHECKS, timeout=60)
        except FailureGroup as failures:
            wrong.extend(f"{operation.label}: {one}\n{case.as_curl_command()}" for one in failures.exceptions)

    for mode in GenerationMode:
        if mode.is_negative and not (operation.body or list(operation.iter_parameters())):
            continue  # Nothing can be wrong where nothing is given.
        cases = operation.as_strategy(generation_mode=mode)
        settings(
            max_examples=questions,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )(given(case=cases)(answered))()
    return wrong


@pytest.mark.parametrize(
    "path", ["/tiles/grid/8/209/105", "/tiles/grid.json", "/ogc/collections/grid/items", "/layers"]
)
def test_a_parameter_without_a_name_is_refused(town, path):
    for query in ("=1", "=1&=1", "=&="):
        answer = requests.get(f"{town.url}{path}?{query}", timeout=30)
        assert answer.status_code == 400, (path, query, answer.text)
