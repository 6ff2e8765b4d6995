"""A new edition ends what it lacks on its day, and starts what it changes: both times are kept."""

from datetime import date
from decimal import Decimal

import pytest
from psycopg2 import sql
from sqlalchemy import text

from api.statements import joined
from api.transfer.edition import Edition
from layers.errors import BadInput, Conflict
from tests.transfer.places import square

OLD, NEW = date(2025, 1, 1), date(2026, 1, 1)


def parcel(code, west=114.5, klass="0101", **fields):
    return {"code": code, "class_code": klass, **fields}, square(west)


@pytest.fixture
def edition(imported, geojson):
    def run(day, *parcels, **manner):
        edition = Edition(f"{day.year}年版", day, manner.pop("replace", True), manner.pop("within", None))
        return imported("landuse", geojson(*parcels), edition=edition, **manner)

    return run


@pytest.fixture
def rows(connection):
    def read():
        found = connection.execute(
            text("SELECT code, class_code, valid_from, valid_to FROM city.landuse ORDER BY code, valid_from")
        )
        return [tuple(row) for row in found]

    return read


@pytest.fixture
def summary(connection):
    """A function that answers what /layers says of the land classes."""
    kept, table = (sql.Identifier("city", name) for name in ("landuse", "landuse_now"))
    history = sql.Literal("city.landuse_history")
    part = {"layer": sql.Literal("landuse"), "table": table, "kept": kept, "history": history}
    part |= {"derived": sql.Literal(False)}
    return lambda: joined(connection, "deployment/layer_summary", [part], by="UNION ALL").mappings().one()


TEN = [parcel(str(number), 114.5 + number / 50) for number in range(10)]


def test_what_the_file_lacks_ends_and_what_it_changes_starts_anew(edition, rows, connection):
    edition(OLD, *TEN)
    report = edition(NEW, *TEN[:8], parcel("8", 114.5 + 8 / 50, "0301"), parcel("new", 114.9))
    assert (report.inserted, report.updated, report.unchanged, report.withdrawn) == (1, 1, 8, 1)
    assert rows()[8:] == [
        ("8", "0101", OLD, NEW),
        ("8", "0301", NEW, None),
        ("9", "0101", OLD, NEW),
        ("new", "0101", NEW, None),
    ]
    told = connection.execute(
        text("SELECT name, valid_from, rows_withdrawn FROM city.edition ORDER BY edition_id DESC")
    )
    assert told.first() == ("2026年版", NEW, 1)


def test_a_successor_inherits_what_the_file_does_not_say(edition, connection):
    edition(OLD, parcel("1", owner_unit="甲村", deduct_ratio=0.1))
    edition(NEW, parcel("1", klass="0301"))
    told = connection.execute(text("SELECT owner_unit, deduct_ratio FROM city.landuse WHERE class_code = '0301'"))
    assert [tuple(row) for row in told] == [("甲村", Decimal("0.1"))]


def test_the_same_edition_again_changes_nothing(edition, rows):
    edition(OLD, *TEN)
    edition(NEW, *TEN[:9])
    before = rows()
    report = edition(NEW, *TEN[:9])
    assert (report.unchanged, report.changes, report.applied) == (9, 0, False)
    assert rows() == before


def test_a_corrected_edition_of_the_same_day_corrects_in_place(edition, rows):
    edition(OLD, *TEN)
    edition(NEW, *TEN[:9], parcel("9", klass="0301"))
    report = edition(NEW, *TEN[:9], parcel("9", klass="0302"))
    assert report.updated == 1
    assert rows()[9:] == [("9", "0101", OLD, NEW), ("9", "0302", NEW, None)]
    edition(NEW, *TEN[:9])
    assert rows()[9:] == [("9", "0101", OLD, NEW), ("9", "0302", NEW, NEW)]


def test_more_than_a_fifth_is_withdrawn_only_when_confirmed(edition, rows):
    edition(OLD, *TEN)
    with pytest.raises(Conflict, match=r"3 条,占现有 10 条的 30%.*--yes"):
        edition(NEW, *TEN[:7])
    assert {row[3] for row in rows()} == {None}
    assert edition(NEW, *TEN[:7], dry_run=True).withdrawn == 3
    assert edition(NEW, *TEN[:7], ask=lambda question: True).withdrawn == 3


def test_a_dry_run_says_what_will_have_to_be_confirmed(edition):
    edition(OLD, *TEN)
    report = edition(NEW, *TEN[:7], dry_run=True)
    assert report.withdrawn == 3 and "3 条,占现有 10 条的 30%" in report.findings[-1]


def test_an_edition_that_only_ended_rows_is_the_layers(edition, summary):
    edition(OLD, *TEN)
    edition(NEW, *TEN[:9])
    assert (summary()["count"], summary()["edition"]["name"]) == (9, "2026年版")


def test_an_edition_that_changed_nothing_is_the_layers_once_and_touches_no_row(edition, rows, summary, connection):
    edition(OLD, *TEN)
    before = rows()
    assert not edition(NEW, *TEN, dry_run=True).applied and summary()["edition"]["name"] == "2025年版"
    report = edition(NEW, *TEN)
    assert (report.unchanged, report.changes, report.applied, report.confirmed) == (10, 0, True, True)
    assert rows() == before
    assert (summary()["edition"]["name"], summary()["edition"]["valid_from"]) == ("2026年版", "2026-01-01")
    again = edition(NEW, *TEN)
    assert (again.applied, again.confirmed) == (False, False)
    told = connection.execute(text("SELECT name, rows_unchanged FROM city.edition ORDER BY edition_id"))
    assert [tuple(row) for row in told] == [("2025年版", 0), ("2026年版", 10)]


def test_part_of_a_layer_as_it_was_is_no_edition_of_it(edition, summary):
    edition(OLD, *TEN)
    assert not edition(NEW, *TEN[:3], replace=False).applied
    assert summary()["edition"]["name"] == "2025年版"


def test_an_edition_of_a_day_to_come_is_not_yet_the_layers(edition, summary):
    edition(OLD, *TEN)
    report = edition(date(2999, 1, 1), *TEN)
    assert report.confirmed and any("2999-01-01 在今天之后" in finding for finding in report.findings)
    assert summary()["edition"]["name"] == "2025年版"


def test_exactly_a_fifth_needs_no_confirmation(edition):
    edition(OLD, *TEN)
    assert edition(NEW, *TEN[:8]).withdrawn == 2


def test_without_replace_nothing_is_withdrawn_and_changes_are_corrections(edition, rows):
    edition(OLD, *TEN)
    report = edition(NEW, parcel("0", klass="0301"), replace=False)
    assert (report.updated, report.withdrawn) == (1, 0)
    assert rows()[0] == ("0", "0301", OLD, None)


def test_only_rows_within_the_area_are_withdrawn(edition, geojson):
    edition(OLD, *TEN)
    report = edition(NEW, *TEN[1:2], within="114.49,30.4,114.525,30.6", ask=lambda question: True)
    assert report.withdrawn == 1
    area = geojson(({}, square(114.53, size=0.06)), name="area.geojson")
    assert edition(NEW, TEN[5], within=str(area), ask=lambda question: True).withdrawn == 3


def test_the_area_may_be_a_grid(edition, imported, geojson):
    imported("grid", geojson(({"code": "420111003", "level": "街道"}, square(114.49, 30.45, 0.1)), name="g.geojson"))
    edition(OLD, *TEN)
    assert edition(NEW, TEN[0], within="420111003", ask=lambda question: True).withdrawn == 4


@pytest.mark.parametrize("within", ["420111009", "1,2,3,4,5", "西", "2,1,1,2"])
def test_an_area_that_is_none_is_refused(edition, within):
    with pytest.raises(Exception, match=r"within|范围"):
        edition(NEW, *TEN, within=within)


def test_a_row_that_was_rejected_is_not_lacking(edition):
    edition(OLD, *TEN)
    report = edition(NEW, *TEN[:9], ({"code": "9", "class_code": "0101"}, None), skip_bad=True)
    assert (report.rejected, report.withdrawn) == (1, 0)


def test_an_edition_may_not_be_older_than_one_that_only_ended_rows(edition, rows):
    edition(OLD, *TEN)
    edition(NEW, *TEN[:9])
    before = rows()
    with pytest.raises(Conflict, match=r"1 条已由 2026-01-01 生效的版次撤销"):
        edition(date(2025, 6, 1), *TEN[:9])
    assert edition(date(2025, 6, 1), *TEN).changes == 0, "it lacks nothing that was true then"
    assert rows() == before


def test_an_edition_that_is_older_than_the_layers_confirms_nothing(edition, summary):
    edition(OLD, *TEN)
    assert edition(NEW, *TEN).confirmed
    assert not edition(date(2025, 6, 1), *TEN).confirmed
    assert summary()["edition"]["name"] == "2026年版"


def test_the_name_of_an_edition_is_short(imported, geojson):
    with pytest.raises(BadInput, match="上限 100"):
        imported("landuse", geojson(*TEN), edition=Edition("版" * 101))


def test_an_edition_may_not_be_older_than_what_is_stored(edition):
    edition(NEW, *TEN)
    with pytest.raises(Conflict, match=r"晚于 2025-01-01"):
        edition(OLD, *TEN)


def test_replacing_needs_a_day_and_an_area_needs_replacing(imported, geojson):
    path = geojson(*TEN)
    with pytest.raises(BadInput, match="--valid-from"):
        imported("landuse", path, edition=Edition(replace=True))
    with pytest.raises(BadInput, match="--replace"):
        imported("landuse", path, edition=Edition(within="1,2,3,4"))


def test_the_days_of_the_edition_come_before_those_of_the_file(edition, rows):
    report = edition(OLD, parcel("1", valid_from="2020-01-01", valid_to="2021-01-01"))
    assert rows() == [("1", "0101", OLD, None)]
    assert report.ignored == ["valid_from", "valid_to"]


def test_the_days_of_the_file_are_kept_and_recognised(imported, geojson, rows):
    path = geojson(parcel("1", valid_from="2020-01-01", valid_to="2021-01-01"), parcel("2", valid_to="2999-01-01"))
    imported("landuse", path)
    assert rows()[0][2:] == (date(2020, 1, 1), date(2021, 1, 1))
    assert imported("landuse", path).unchanged == 2


def test_a_validity_that_is_none_is_refused(imported, geojson):
    path = geojson(parcel("1", valid_from="2020-01-01", valid_to="2020-01-01"), parcel("2", valid_to="2001-01-01"))
    report = imported("landuse", path, skip_bad=True)
    assert report.rejected == 2 and "失效日期" in report.rejects[0].reason
