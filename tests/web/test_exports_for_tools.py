"""``findings export --format ftm`` and ``gexf``: what other tools read, without handling C and without what is restricted."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import pytest

from redshank.errors import UsageError
from redshank.publish import exporting
from redshank.web.policy.models import Restriction

from . import village

#: Of FollowTheMoney's model, version 4.11 (MIT): the schemata used here, which properties are needed, and the type of each.
_THING = {"name": "name", "alias": "name", "summary": "text", "notes": "text", "description": "text"}
_LEGAL = _THING | {"legalForm": "string", "status": "string"}
_INTEREST = {
    "role": "string",
    "status": "string",
    "summary": "text",
    "description": "text",
    "recordId": "string",
    "date": "date",
}
MODEL: dict[str, tuple[set[str], dict[str, str]]] = {
    "Person": ({"name"}, _LEGAL | {"birthDate": "date", "gender": "gender"}),
    "Organization": ({"name"}, _LEGAL),
    "Membership": ({"member", "organization"}, _INTEREST | {"member": "Person|Organization", "organization": "Organization"}),
    "UnknownLink": ({"subject", "object"}, _INTEREST | {"subject": "Person|Organization|Address", "object": "Person|Organization|Address"}),
    "Address": ({"name"}, _THING | {"full": "address"}),
}  # fmt: skip
NS = "{http://gexf.net/1.3}"


def entities():
    said, counts = exporting.text("ftm")
    found = [json.loads(line) for line in said.splitlines()]
    assert sum(counts.values()) == len(found)
    return found


def check(found):
    """By the model: known schemata and properties, lists of texts, what is needed, ids once, and ends of the right kind."""
    kinds = {e["id"]: e["schema"] for e in found}
    assert len(kinds) == len(found)
    for e in found:
        assert set(e) == {"id", "schema", "properties"}
        needed, types = MODEL[e["schema"]]
        assert needed <= set(e["properties"]) <= set(types), e
        assert re.fullmatch(r"[A-Za-z0-9_.-]{1,255}", e["id"]), e["id"]
        for name, values in e["properties"].items():
            assert values, (e, name)
            for value in values:
                assert isinstance(value, str), (e, name)
                kind = types[name]
                if kind == "date":
                    assert re.fullmatch(r"\d{4}-\d\d-\d\d", value)
                elif kind == "gender":
                    assert value in ("male", "female", "other")
                elif kind not in ("name", "text", "string", "address"):
                    assert kinds[value] in kind.split("|"), (e, name)


def test_entities_are_those_of_the_model_and_hang_together(place):
    found = entities()
    check(found)
    told = {e["schema"] for e in found}
    assert told == set(MODEL)
    assert place.group["open"] in {e["id"] for e in found}


def test_the_librarys_own_model_takes_them(place):
    """Where the library is installed (it needs ICU's own headers, so it is not among the tools of development)."""
    ftm = pytest.importorskip("followthemoney")
    for e in entities():
        proxy = ftm.model.get_proxy(e, cleaned=False)
        proxy.schema.validate(e)
        assert proxy.to_dict()["properties"].keys() == e["properties"].keys(), e


def test_no_word_of_handling_c_stands_in_a_file(place):
    """Practice rule 12."""
    for form in ("ftm", "gexf"):
        said = exporting.text(form)[0].lower()
        for word in village.CLOSED_WORDS:
            assert word.lower() not in said, (form, word)
        assert place.group["closed"] not in said
        assert place.group["open"] in said or form == "gexf"


@pytest.mark.parametrize("kind", ["group", "person", "record"])
def test_what_is_restricted_stays_out_with_what_rests_on_it(sign_in, place, kind):
    ident = {"group": place.group["open"], "person": place.person["Arlo"], "record": "crimes:C-open"}[kind]
    before = exporting.text("ftm")[0]
    assert "Fenwick".lower() in before.lower()
    lead = sign_in("safeguarding_lead").user
    Restriction.objects.create(kind=kind, ident=ident, by=lead, reason="need to know")
    for form in ("ftm", "gexf"):
        said = exporting.text(form)[0]
        assert place.group["open"] not in said
        assert "Arlo" not in said
    check(entities())


def test_a_place_with_fewer_than_three_children_stays_out(place):
    """Practice rule 10."""
    ids = {e["id"] for e in entities()}
    assert f"place-{place.cell['lodge']}" in ids
    assert f"place-{place.cell['kiosk']}" not in ids


def test_everything_says_that_it_is_proposed_and_as_at_when_and_nothing_ranks(place):
    """Practice rules 2, 7 and 15."""
    for e in entities():
        if e["schema"] == "Membership":
            assert any(s.startswith("The records' own category: ") for s in e["properties"]["summary"])
            assert e["properties"]["status"] == ["proposed"]
        if e["schema"] in ("Person", "Organization", "Address"):
            assert any("As recorded at" in n and "a person decides" in n for n in e["properties"]["notes"])
    assert "score" not in json.dumps(entities())
    assert not re.search(r"\b(weight|size|score)\b", exporting.text("gexf")[0])


def test_gexf_is_read_by_a_parser_and_its_edges_end_at_its_nodes(place):
    said, counts = exporting.text("gexf")
    root = ElementTree.fromstring(said)
    nodes = {n.get("id") for n in root.iter(f"{NS}node")}
    ends = {e.get(k) for e in root.iter(f"{NS}edge") for k in ("source", "target")}
    assert (len(nodes), bool(ends), ends <= nodes) == (counts["nodes"], True, True)
    declared = {a.get("id") for a in root.iter(f"{NS}attribute")}
    assert {v.get("for") for v in root.iter(f"{NS}attvalue")} <= declared
    assert "As recorded at" in root.find(f"{NS}meta/{NS}description").text


def test_gexf_holds_no_sign_that_xml_cannot():
    from redshank.web.charts.gexf import gexf

    odd = 'a\x00b\x1f<&"\ufffe'
    node = {"id": odd, "label": odd, "stands_as": odd, "said": odd}
    root = ElementTree.fromstring(
        gexf([node], [{"source": odd, "target": odd, "by": odd, "records": odd}], odd, odd, odd)
    )
    assert root.find(f"{NS}graph/{NS}nodes/{NS}node").get("label") == 'ab<&"'


def test_a_groups_page_offers_the_network_as_gexf_too(sign_in, place):
    answer = sign_in("analyst").get(f"/groups/{place.group['open']}/files/chart.gexf")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/gexf+xml")
    root = ElementTree.fromstring(answer.content)
    assert {n.get("id") for n in root.iter(f"{NS}node")} >= {place.person["Arlo"], place.person["Cara"]}


def test_the_command_writes_one_file_and_the_audit_keeps_that_it_left(home, tmp_path, place, monkeypatch):
    from redshank.audit import Audit
    from redshank.cli import app
    from redshank.cli.common import Settings

    monkeypatch.setenv("REDSHANK_HOME", str(home))  # the program sets it; what was before comes back
    before, kept = Settings.home, len(list(Audit(home).entries()))
    try:
        from typer.testing import CliRunner

        done = CliRunner().invoke(
            app.app,
            [
                "--home",
                str(home),
                "--purpose",
                "a chart",
                "findings",
                "export",
                str(tmp_path / "out"),
                "--format",
                "ftm",
            ],
        )
        assert done.exit_code == 0, done.output
        assert (tmp_path / "out" / "entities.ftm.json").read_text(encoding="utf-8") == exporting.text("ftm")[
            0
        ]
        told = list(Audit(home).entries())[kept:]
        assert [(e["action"], e["purpose"]) for e in told] == [("findings export", "a chart")]
        done = CliRunner().invoke(
            app.app,
            [
                "--home",
                str(home),
                "findings",
                "export",
                str(tmp_path / "x"),
                "--format",
                "gexf",
                "--run",
                "replay-1",
            ],
        )
        assert isinstance(done.exception, UsageError)
    finally:
        Settings.home = before
