"""What the tables, the catalogue and the styles say of themselves agrees, in both languages."""

import json
import re

import pytest

from layers.catalogue import read_catalogue
from layers.query import rows

CATALOGUE = read_catalogue()
ENTERED = [layer for layer in CATALOGUE.values() if layer.folder.name != "patrol"]
"""What patrols saw is worked out anew from sightings, not entered."""
UNSAID = """
    SELECT c.relname || coalesce('.' || a.attname, '') AS what
    FROM pg_class AS c
    LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace = 'city'::regnamespace AND c.relkind IN ('r', 'p', 'v')
      AND (coalesce(col_description(c.oid, a.attnum), '') !~ '[一-龥].*\\|[A-Za-z]'
           OR coalesce(obj_description(c.oid, 'pg_class'), '') !~ '[一-龥].*\\|[A-Za-z]')
"""
UNSAID_FUNCTIONS = """
    SELECT p.oid::regprocedure::text FROM pg_proc AS p
    WHERE p.pronamespace = 'city'::regnamespace AND obj_description(p.oid, 'pg_proc') IS NULL
"""
LIGHT_GROUND = "#f4f2ec"


def test_every_table_view_and_column_says_what_it_is_in_both_languages(connection):
    connection.exec_driver_sql("SELECT city.make_fix_partitions('2026-01-01', '2026-02-01')")
    assert connection.exec_driver_sql(UNSAID).scalars().all() == []


def test_every_function_says_what_it_does(connection):
    assert connection.exec_driver_sql(UNSAID_FUNCTIONS).scalars().all() == []


@pytest.mark.parametrize("layer", ENTERED, ids=lambda layer: layer.id)
def test_a_feature_table_begins_and_ends_with_the_columns_that_all_share(connection, layer):
    names = [row["name"] for row in rows(connection, "deployment/columns", table=layer.table)]
    assert not [name for name in names if name.startswith("drawn_")]
    assert names[:3] == ["id", "code", "name"]
    shared = ["provenance", "edition_id", "valid_from", "valid_to", "known_from", "known_to", "made_by", "geom"]
    added = {"road": ["oneway", "level"]}.get(layer.id, [])
    assert names[-9 - len(added) :] == [*shared, "geom_3857", *added], "what a later migration adds stands last"


def test_columns_answer_the_values_of_an_enumeration_in_both_languages(connection):
    columns = {row["name"]: row for row in rows(connection, "deployment/columns", table="city.grid")}
    assert columns["level"]["options"][0] == {"value": "street", "zh": "街道", "en": "Street"}
    assert (columns["level"]["zh"], columns["level"]["en"], columns["level"]["required"]) == ("层级", "Level", True)
    assert columns["name"]["options"] is None
    assert columns["geom_3857"]["generated"] and not columns["code"]["generated"]


def test_every_enumeration_is_explained_value_by_value(connection):
    checks = connection.exec_driver_sql(
        "SELECT conrelid::regclass::text AS held, pg_get_constraintdef(oid) AS rule, "
        "coalesce(obj_description(oid, 'pg_constraint'), '') AS said FROM pg_constraint "
        "WHERE connamespace = 'city'::regnamespace AND contype = 'c' AND conname LIKE '%%_known' "
        "AND conname !~ 'provenance|datum|roles'"
    ).all()
    assert checks
    for check in checks:
        allowed = set(re.findall(r"'(\w+)'::text", check.rule))
        assert allowed == {entry.split("=")[0] for entry in check.said.split("; ")}, check.held


@pytest.mark.parametrize("layer", CATALOGUE.values(), ids=lambda layer: layer.id)
def test_nobody_is_named_on_a_tile(layer):
    assert not {"responsible", "holder", "owner_unit", "made_by", "device", "crew"} & set(layer.fields)


def test_land_is_read_by_those_who_work_with_it():
    for layer in CATALOGUE.values():
        assert ("viewer" in layer.read) == (layer.id not in ("landuse", "zone")), layer.id


@pytest.mark.parametrize("layer", CATALOGUE.values(), ids=lambda layer: layer.id)
def test_a_style_needs_no_glyph_server_and_explains_its_rules(layer):
    ids = [rule["id"] for rule in layer.style]
    assert len(set(ids)) == len(ids) and all(name.startswith(layer.id) for name in ids)
    assert any("legend" in rule.get("metadata", {}) for rule in layer.style)
    for rule in layer.style:
        assert "source" not in rule
        assert rule.get("source-layer", layer.id) in (layer.id, f"{layer.id}_label")
        assert set(rule.get("metadata", {}).get("legend", {"zh": "", "en": ""})) == {"zh", "en"}
        if rule["type"] == "symbol":
            assert "sans-serif" in rule["layout"]["text-font"]


@pytest.mark.parametrize("layer", CATALOGUE.values(), ids=lambda layer: layer.id)
def test_a_style_reads_only_what_the_tile_carries(layer):
    read = set(re.findall(r'\["(?:get|has)", "(\w+)"\]', json.dumps(list(layer.style))))
    assert read <= set(layer.fields)


def test_a_style_draws_every_value_of_its_enumeration(connection):
    for layer_id, column in (("farmland", "state"), ("zone", "kind"), ("site", "kind"), ("grid", "level")):
        columns = {row["name"]: row for row in rows(connection, "deployment/columns", table=f"city.{layer_id}")}
        drawn = json.dumps(list(CATALOGUE[layer_id].style))
        for option in columns[column]["options"]:
            assert f'"{option["value"]}"' in drawn, (layer_id, option["value"])


def luminance(colour):
    """Relative luminance of '#rrggbb', by WCAG 2.2."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    """Contrast of two colours, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_colours_that_carry_meaning_stand_out_from_the_ground():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    for layer_id in ("last_seen", "zone", "site", "reach", "bank", "project"):
        for rule in CATALOGUE[layer_id].style:
            colour = rule["paint"].get("line-color") or rule["paint"].get("circle-color")
            if colour and "legend" in rule.get("metadata", {}):
                assert contrast(colour, LIGHT_GROUND) >= 3, rule["id"]


def test_every_text_of_the_land_is_readable():
    for layer in CATALOGUE.values():
        for rule in layer.style:
            if rule["type"] == "symbol":
                assert contrast(rule["paint"]["text-color"], LIGHT_GROUND) >= 4.5, rule["id"]
