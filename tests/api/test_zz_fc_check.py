import pytest
from tests.api.conftest import app_settings
from tests.conftest import app_client
from tests.databases import copy_of
def test_it(cluster, sample_template):
    with copy_of(cluster, sample_template) as engine, app_client(app_settings(engine)) as client:
        for period in ("2026-06", "2026-10", "2026-11"):
            for one in client.get(f"/duties/performance?period={period}&by=duty").json()["duties"]:
                if one["duty"].startswith("GZ19Y"):
                    print(period, one["duty"], one["due"], one["met"], one["missed"], one["unknown"], one["effective"], [d["words"] for d in one["dues"]], one["cover"])
