"""Coverage of line targets in a period, on sightings made by hand."""

import json

import pytest

from layers.query import rows

MARCH = ("2026-03-01T00:00:00+08:00", "2026-04-01T00:00:00+08:00")
STRAIGHT = ((0, 0), (1000, 0))
EVERYTHING = {
    "start": MARCH[0], "end": MARCH[1], "reach_m": 25.0, "codes": None, "parts": False, "known_at": None,
    "untold": False, "modes": None, "posts": None, "from_s": None, "to_s": None, "weekdays": None,
    "piece_code": None, "piece_name": None, "piece_target": None, "piece_from": None, "piece_to": None,
}  # fmt: skip
RING = ((0, 0), (0, 100), (100, 100), (100, 0), (0, 0))


@pytest.fixture
def coverage(connection):
    """A function that answers coverage of banks by code."""

    def read(*, layer="bank", **asked):
        found = rows(
            connection,
            "coverage/lines",
            identifiers={"table": f"city.{layer}", "history": f"city.{layer}_history", "sighting": "city.sighting"},
            layer=layer,
            **{**EVERYTHING, **asked},
        )
        return {row["code"]: row for row in found}

    return read


def test_a_target_never_seen_is_a_row_of_zeros(coverage, bank):
    bank("B", *STRAIGHT)
    row = coverage(parts=True)["B"]
    assert (row["seen_m"], row["share"], row["sure_share"], row["last_seen"]) == (0, 0, 0, None)
    assert row["length_m"] == pytest.approx(1000, abs=1e-3)
    assert [[float(end) for end in gap] for gap in row["unseen"]["B"]] == [[0, 1000]]
    assert json.loads(row["unseen_geometry"])["coordinates"]


def test_where_the_rest_is_untold_it_is_unknown_and_not_unseen(coverage, bank, sight):
    bank("B", *STRAIGHT)
    sight("B", 10_000, 40_000, "2026-03-05T10:00:00+08:00")
    row = coverage(untold=True, parts=True)["B"]
    assert (row["seen_m"], row["unseen"], row["unknown_m"]) == (300, {"B": []}, 700)
    assert row["unknown"] == {"B": [[0, 100], [400, 1000]]} and not json.loads(row["unseen_geometry"])["coordinates"]


def test_overlapping_sightings_count_once_and_the_rest_is_named(coverage, bank, sight):
    bank("B", *STRAIGHT)
    sight("B", 10_000, 40_000, "2026-03-05T10:00:00+08:00")
    sight("B", 30_000, 60_000, "2026-03-09T10:00:00+08:00")
    row = coverage()["B"]
    assert row["seen_m"] == 500
    assert row["share"] == pytest.approx(0.5)
    assert [[float(end) for end in gap] for gap in row["unseen"]["B"]] == [[0, 100], [600, 1000]]
    assert row["unseen_geometry"] is None
    assert row["last_seen"].isoformat() == "2026-03-09T10:00:00+08:00" or row["last_seen"].timestamp() == 1773021600


def test_the_whole_of_a_ring_seen_across_its_origin_leaves_nothing(coverage, bank, sight):
    bank("ring", *RING)
    sight("ring", 30_000, 40_000, "2026-03-05T10:00:00+08:00")
    sight("ring", 0, 10_000, "2026-03-05T10:05:00+08:00")
    assert [[float(end) for end in gap] for gap in coverage()["ring"]["unseen"]["ring"]] == [[100, 300]]
    sight("ring", 10_000, 30_000, "2026-03-06T10:00:00+08:00")
    row = coverage(parts=True)["ring"]
    assert (row["share"], row["unseen"]) == (1, {"ring": []})
    assert json.loads(row["unseen_geometry"])["coordinates"] == []


def test_a_sighting_that_runs_past_the_end_of_its_target_counts_only_up_to_it(coverage, bank, sight):
    bank("B", *STRAIGHT)
    sight("B", 0, 200_000, "2026-03-05T10:00:00+08:00")
    row = coverage()["B"]
    assert (row["share"], row["seen_m"]) == (1, pytest.approx(1000, abs=0.01))


@pytest.mark.parametrize(
    ("started", "at", "counted"),
    [
        ("2026-02-28T23:50:00+08:00", "2026-02-28T23:59:59+08:00", False),
        ("2026-02-28T23:50:00+08:00", "2026-03-01T00:10:00+08:00", False),
        ("2026-03-01T00:00:00+08:00", "2026-03-01T00:10:00+08:00", True),
        ("2026-03-31T23:50:00+08:00", "2026-04-01T00:10:00+08:00", True),
        ("2026-04-01T00:00:00+08:00", "2026-04-01T00:10:00+08:00", False),
    ],
)
def test_a_patrol_belongs_to_the_half_open_period_in_which_it_starts_and_is_never_cut(
    coverage, bank, sight, started, at, counted
):
    bank("B", *STRAIGHT)
    sight("B", 0, 10_000, at, started=started)
    row = coverage()["B"]
    assert (row["seen_m"] > 0) == counted
    assert (row["last_seen"] is not None) == (started < MARCH[1])


def test_last_seen_looks_back_before_the_period_and_never_after_it(coverage, bank, sight):
    bank("B", *STRAIGHT)
    sight("B", 0, 100, "2026-02-01T10:00:00+08:00")
    sight("B", 0, 100, "2026-05-01T10:00:00+08:00")
    row = coverage()["B"]
    assert row["seen_m"] == 0
    assert row["last_seen"].timestamp() == 1769911200


def test_sure_and_possible_stand_beside_the_nominal(coverage, bank, sight):
    bank("B", *STRAIGHT)
    for bound, half in (("sure", 5_000), ("nominal", 10_000), ("possible", 15_000)):
        sight("B", 50_000 - half, 50_000 + half, "2026-03-05T10:00:00+08:00", bound=bound)
    row = coverage()["B"]
    assert (row["sure_m"], row["seen_m"], row["possible_m"]) == (100, 200, 300)


def test_another_reach_layer_or_superseded_sighting_is_not_mixed_in(connection, coverage, bank, sight):
    bank("B", *STRAIGHT)
    sight("B", 0, 10_000, "2026-03-05T10:00:00+08:00", layer="road")
    sight("B", 0, 10_000, "2026-03-05T10:00:00+08:00")
    assert coverage(reach_m=50.0)["B"]["seen_m"] == 0
    connection.exec_driver_sql("UPDATE city.sighting SET known_to = now() WHERE layer = 'bank'")
    assert coverage()["B"]["seen_m"] == 0


def test_only_the_targets_asked_for_are_answered(coverage, bank):
    bank("A", *STRAIGHT)
    bank("B", *RING)
    assert set(coverage(codes=["B"])) == {"B"}
    assert coverage(codes=[]) == {}


def test_pieces_of_several_targets_are_summed_and_told_by_target(coverage, bank, sight):
    bank("A", *STRAIGHT)
    bank("B", *STRAIGHT)
    sight("A", 0, 10_000, "2026-03-05T10:00:00+08:00")
    pieces = {
        "piece_code": ["one", "one", "two"], "piece_name": ["甲", "甲", "乙"], "piece_target": ["A", "B", "B"],
        "piece_from": [5_000, 0, 50_000], "piece_to": [30_000, 20_000, 60_000],
    }  # fmt: skip
    found = coverage(**pieces)
    assert {code: (row["length_m"], row["seen_m"]) for code, row in found.items()} == {
        "one": (450, 50),
        "two": (100, 0),
    }
    assert found["one"]["unseen"] == {"A": [[100, 300]], "B": [[0, 200]]}
    assert found["one"]["last_seen"] is not None and found["two"]["last_seen"] is None


@pytest.mark.parametrize(
    ("at", "hours", "weekdays", "counted"),
    [
        ("2026-03-05T23:30:00+08:00", (79_200, 93_600), None, True),
        ("2026-03-06T01:59:00+08:00", (79_200, 93_600), None, True),
        ("2026-03-06T02:02:00+08:00", (79_200, 93_600), None, False),
        ("2026-03-05T22:00:30+08:00", (79_200, 93_600), None, True),  # lasts a minute: it meets the window
        ("2026-03-05T21:50:00+08:00", (79_200, 93_600), None, False),
        ("2026-03-06T01:00:00+08:00", (79_200, 93_600), [4], True),  # Thursday's night
        ("2026-03-06T01:00:00+08:00", (79_200, 93_600), [5], False),
    ],
)
def test_only_the_hours_that_count_are_counted_across_midnight_too(coverage, bank, sight, at, hours, weekdays, counted):
    bank("B", *STRAIGHT)
    sight("B", 0, 10_000, at)
    row = coverage(from_s=[hours[0]], to_s=[hours[1]], weekdays=weekdays)["B"]
    assert (row["seen_m"] > 0, row["last_seen"] is not None) == (counted, counted)


def test_what_was_known_then_is_answered_though_it_was_superseded_since(connection, coverage, bank, sight):
    bank("B", *STRAIGHT)
    sight("B", 0, 10_000, "2026-03-05T10:00:00+08:00")
    connection.exec_driver_sql("UPDATE city.sighting SET known_from = '2026-03-06', known_to = '2026-03-20'")
    connection.exec_driver_sql("UPDATE city.bank SET valid_from = '2026-01-01'")
    connection.exec_driver_sql("ALTER TABLE city.bank DISABLE TRIGGER USER")
    connection.exec_driver_sql("UPDATE city.bank SET known_from = '2026-03-01'")
    connection.exec_driver_sql("ALTER TABLE city.bank ENABLE TRIGGER USER")
    assert coverage(known_at="2026-03-10")["B"]["seen_m"] == 100
    assert coverage(known_at="2026-03-05")["B"]["seen_m"] == 0
    assert coverage()["B"]["seen_m"] == 0
    assert coverage(known_at="2026-02-01") == {}


def test_a_month_is_found_by_an_index_at_both_its_ends(connection, coverage, bank, sight):
    bank("B", *STRAIGHT)
    sight("B", 0, 10_000, "2026-03-05T10:00:00+08:00")
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
    # Of a few rows any index is as good as another.
    connection.exec_driver_sql("DROP INDEX city.sighting_newest, city.sighting_patrol")
    plan = "\n".join(
        connection.exec_driver_sql(
            "EXPLAIN WITH outing AS MATERIALIZED"
            " (SELECT * FROM city.patrols_out('2026-03-01', '2026-04-01', NULL, NULL))"
            " SELECT FROM city.sighting JOIN outing USING (patrol_id) WHERE layer = 'bank' AND reach_m = 25"
            " AND last_at >= '2026-03-01' AND last_at <= (SELECT max(ended_at) FROM outing)"
        ).scalars()
    )
    assert "patrol_started" in plan
    condition = next((line for line in plan.splitlines() if "Index Cond" in line and "last_at >=" in line), plan)
    assert "last_at <" in condition and "layer = 'bank'" in condition
