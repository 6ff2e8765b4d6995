"""A plan from asking to answer: what is asked for completed, routes on the roads, and who is told what."""

import pytest

from tests.api.plans.conftest import FEW, START, ask

DAY = "2026-03-02"


@pytest.fixture(scope="module")
def solved(street):
    crews = [{"crew": "甲", "start": START}, {"name": "志愿者", "start": START, "to": "09:10", "from": "08:30"}]
    answer = ask(street, {"name": "周一", "day": DAY, "crews": crews, "options": FEW})
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_it_pays_what_is_owed_along_the_roads(solved):
    assert solved["status"] == "done", solved["fault"]
    totals = solved["totals"]
    assert totals["pieces"] > 0 and totals["debt_before_m_days"] > totals["debt_after_m_days"]["sure"]
