"""Which observations a list tells, how many there are beside, and the same as a sheet for people."""

import csv
import io

import pytest
from openpyxl import load_workbook

from tests.api.observations.conftest import LITTER

DAY = {"from": "2026-04-01", "to": "2026-04-02"}


@pytest.fixture(scope="module")
def told(city, people):
    """Three observations of one day: open and urgent, handed over and late, settled."""
    client, headers = city.client, people["dispatcher"]

    def send(**body):
        answer = client.post("/observations", json=LITTER | {"found_at": "2026-04-01 09:00"} | body, headers=headers)
        assert answer.status_code == 201, answer.text
        return answer.json()["code"]

    return {
        "open": send(grade="urgent", note="=HYPERLINK(甲)"),
        "handed": send(state="handed", post="HUZ-1", due_at="2026-04-02 18:00", place="Dyke North"),
        "settled": send(state="settled", settled_at="2026-04-01 12:00"),
    }


@pytest.fixture
def listed(city, people):
    def ask(role="dispatcher", **like):
        answer = city.client.get("/observations", params=DAY | like, headers=people[role])
        assert answer.status_code == 200, answer.text
        return answer

    return ask


@pytest.mark.parametrize(
    ("like", "found"),
    [
        ({}, {"open", "handed", "settled"}),
        ({"state": "unsettled"}, {"open", "handed"}),
        ({"state": "settled"}, {"settled"}),
        ({"grade": "urgent"}, {"open"}),
        ({"overdue": True}, {"handed"}),
        ({"q": "dyke n"}, {"handed"}),
        ({"q": "%"}, set()),
    ],
)
def test_a_list_is_narrowed_by_states_grade_and_words(listed, told, like, found):
    assert {one["code"] for one in listed(**like).json()["observations"]} == {told[name] for name in found}


def test_the_first_page_says_how_many_there_are_of_the_states_not_asked_for(listed, told):
    first = listed(state="open", limit=1).json()
    assert first["counts"] == {"open": 1, "handed": 1, "settled": 1}
    assert listed(grade="urgent").json()["counts"] == {"open": 1, "handed": 0, "settled": 0}
    assert "counts" not in listed(after=told["settled"]).json()


def test_words_that_a_reader_does_not_see_do_not_find_anything(listed, told):
    assert listed("viewer", q="HYPERLINK").json()["observations"] == []


def test_a_sheet_says_in_words_what_the_list_says_in_codes(listed, told):
    rows = list(csv.DictReader(io.StringIO(listed(format="csv").content.decode("utf-8-sig"))))
    by_code = {row["code"]: row for row in rows}
    late = by_code[told["handed"]]
    assert (late["family"], late["kind"], late["state"], late["overdue"]) == ("岸坡", "岸坡垃圾", "已交办", "是")
    assert (late["found_at"], late["due_at"], late["post_name"]) == (
        "2026-04-01 09:00",
        "2026-04-02 18:00",
        "严西湖湖长",
    )
    assert by_code[told["open"]]["note"].startswith("'="), "no cell is a formula"
    book = load_workbook(io.BytesIO(listed(format="xlsx", state="settled").content))
    heads, *body = book.active.iter_rows(values_only=True)
    assert heads[0] == "编码 code" and [row[0] for row in body] == [told["settled"]]
