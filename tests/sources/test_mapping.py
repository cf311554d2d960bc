"""Mappings are data, checked; errors name the key."""

from __future__ import annotations

import pytest

from redshank.errors import Exit, UsageError
from redshank.sources import load_mapping, mapping_names
from redshank.sources.mapping import parse_mapping
from redshank.tables.extracts import EXTRACTS


def test_the_built_in_mappings_are_whole():
    assert mapping_names() == ["cad_export", "misper_export", "rms_export", "standard"]
    for name in mapping_names():
        mapping = load_mapping(name)
        assert mapping.name == name
        assert mapping.doc
    standard = load_mapping("standard")
    assert set(standard.tables) == set(EXTRACTS)
    for table in standard.tables.values():
        assert table.columns == {c.name: c.name for c in EXTRACTS[table.table].columns}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("tables = 3", "tables"),
        ("[tables.weather]", "tables.weather"),
        ("colour = 'red'\n[tables.crimes]", "colour"),
        ("encoding = 'klingon'\n[tables.crimes]", "encoding"),
        ("encoding = 'zip'\n[tables.crimes]", "encoding"),
        ("delimiter = ',,'\n[tables.crimes]", "delimiter"),
        ("dates = ['%d/%m/%y']\n[tables.crimes]", "dates"),
        ("dates = ['%H:%M']\n[tables.crimes]", "dates"),
        ("times = 'ISO'\n[tables.crimes]", "times"),
        ("origin = 'moon'\n[tables.crimes]", "origin"),
        ("[tables.crimes]\nfile = '../../etc/passwd'", "tables.crimes.file"),
        ("[tables.crimes]\nfile = 3", "tables.crimes.file"),
        ("[tables.crimes]\nsize = 3", "tables.crimes.size"),
        ("[tables.crimes.columns]\ncrime_ref = 'X'\nweather = 'Y'", "tables.crimes.columns.weather"),
        ("[tables.crimes.columns]\ncrime_ref = 3", "tables.crimes.columns.crime_ref"),
        ("[tables.crimes.columns]\nstatus = 'X'", "tables.crimes.columns.crime_ref"),
        ("[tables.people.codes.sex]\nMann = 'Q'", "tables.people.codes.sex.Mann"),
        ("[tables.people.formats]\nsurname = ['ISO']", "tables.people.formats.surname"),
        ("[tables.people.formats]\ndate_of_birth = ['%Q']", "tables.people.formats.date_of_birth"),
    ],
)
def test_errors_name_the_key(text, key):
    with pytest.raises(UsageError, match=f"key {key}[:. ]") as error:
        parse_mapping(text, "mine.toml")
    assert "mine.toml" in error.value.message
    assert error.value.exit == Exit.USAGE


def test_no_toml_and_no_file(tmp_path):
    with pytest.raises(UsageError, match="no TOML"):
        parse_mapping("a = = b", "mine.toml")
    with pytest.raises(UsageError, match="no mapping") as error:
        load_mapping("nonsense")
    assert "standard" in error.value.advice
    (tmp_path / "m.toml").write_bytes(b"name = '\xff'")
    with pytest.raises(UsageError, match="UTF-8"):
        load_mapping(tmp_path / "m.toml")


def test_a_mapping_from_a_file(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("[tables.incidents]\nfile='CALLS'\ncolumns={incident_ref='No'}\n")
    mapping = load_mapping(path)
    assert mapping.name == "mine"
    assert mapping.tables["incidents"].columns == {"incident_ref": "No"}
