"""The transparency record and the impact assessment: written from the software, changing with it, and inventing nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from redshank.products import impact_assessment, papers, statements, transparency_record
from redshank.products.document import Table, Text
from redshank.publish import declared as of_night

ROOT = Path(__file__).resolve().parents[2]
CODES = (transparency_record.CODE, impact_assessment.CODE)


def made(user):
    from redshank.web.rights.documents import declared

    return declared(user)


def words_of(document) -> str:
    out = []
    for section, part in document.parts():
        out += [section.title]
        out += (
            [part.text]
            if isinstance(part, Text)
            else [c for row in part.rows for c in row]
            if isinstance(part, Table)
            else []
        )
    return "\n".join(out)


@pytest.mark.parametrize("code", CODES)
def test_each_statement_is_made_claimed_or_a_gap_that_names_who_writes_it(sign_in, code):
    from redshank.web.rights.documents import STATEMENTS

    document = STATEMENTS[code].document(sign_in("auditor").user)
    gaps = [p for _, p in document.parts() if isinstance(p, Text) and p.kind in ("gap", "unwritten")]
    assert gaps
    assert all("To be written by the force: " in g.text if g.kind == "unwritten" else "nobody has judged a hit yet" in g.text for g in gaps)  # fmt: skip
    assert all(section.parts for section in document.sections)
    for form in papers.FORMS:
        assert papers.write(document, form)


def test_the_record_changes_when_a_rule_set_a_role_or_a_field_changes(sign_in):
    before = made(sign_in("auditor").user)
    said = words_of(transparency_record.document(before))
    changed = [
        replace(before, versions=(("Stage signals", "another"), *before.versions[1:])),
        replace(
            before,
            roles=(replace(before.roles[0], may=(*before.roles[0].may, "decide alone")), *before.roles[1:]),
        ),
        replace(before, fields=(("people", "religion", "religion", True), *before.fields)),
        replace(before, thresholds=(("groups", "concern", "401"), *before.thresholds)),
        replace(before, decides={**before.decides, "Decide on a flag": ("Nobody",)}),
    ]
    for other in changed:
        assert words_of(transparency_record.document(other)) != said
    assert "religion" in words_of(transparency_record.document(changed[2]))


def test_the_record_follows_the_files_themselves(sign_in, monkeypatch):
    """Not what this test hands in: a version, a role and a field that the software itself declares otherwise."""
    from redshank.web.rights import documents

    user = sign_in("auditor").user
    before = words_of(transparency_record.document(made(user)))
    versions = of_night.versions()
    monkeypatch.setattr(of_night, "versions", lambda: [["Stage signals", "v-changed"], *versions[1:]])
    assert "v-changed" in words_of(transparency_record.document(made(user)))
    monkeypatch.undo()
    roles = documents.ROLES
    monkeypatch.setattr(
        documents,
        "ROLES",
        {**roles, "guest": replace(roles["analyst"], key="guest", title="Visiting analyst")},
    )
    assert "Visiting analyst" in words_of(transparency_record.document(made(user)))
    monkeypatch.undo()
    assert words_of(transparency_record.document(made(user))) == before


def test_every_claim_and_risk_names_a_test_that_is_there():
    named = [t for code in CODES for line in statements.read(code).lines for t in line.tests] + [
        r["test"] for r in statements.risks()
    ]
    assert len(named) > 15
    for test in named:
        path, _, name = test.partition("::")
        assert (ROOT / path).is_file(), test
        assert not name or f"def {name}(" in (ROOT / path).read_text(encoding="utf-8"), test


def test_what_is_told_never_to_be_evidence_is_what_the_house_looks_for():
    from tests.architecture.test_house import BLIND, PROTECTED

    assert {f for f in of_night.NEVER if not PROTECTED.fullmatch(f)} == set()
    never = {name for _, name, _, is_never in of_night.fields() if is_never}
    received = {name for _, name, _, _ in of_night.fields()}
    assert never == {n for n in received if PROTECTED.fullmatch(n)}
    stages = {row[0] for row in of_night.stages()}
    assert stages - {"records"} == set(BLIND)


def test_no_field_that_is_never_evidence_is_among_those_that_linkage_reads():
    from redshank.identity import model

    assert not set(of_night.NEVER) & set(model._columns_read())


def test_what_was_measured_is_what_the_readme_says():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    at = text.index("| measure | bar | mean")
    rows = [
        [c.strip().replace("**", "") for c in line.strip().strip("|").split("|")]
        for line in text[at : text.index("\n\n", at)].splitlines()[2:]
    ]
    assert [r["says"] for r in statements.measured()["row"]] == rows


def test_a_bar_that_was_missed_is_told_as_missed(sign_in):
    assert "missed" in words_of(transparency_record.document(made(sign_in("auditor").user)))


def test_a_role_is_told_with_the_words_of_the_pages_and_no_machine_name(sign_in):
    from redshank.web.accounts.roles import ROLES

    said = words_of(transparency_record.document(made(sign_in("auditor").user)))
    for role in ROLES.values():
        assert role.title in said
    assert not re.search(r"\b(?:see|rights|flag|item)\.[a-z]+", said)


def test_no_name_of_a_table_or_a_test_stands_in_it_as_the_machine_has_it(sign_in):
    from .test_practice_pages import MACHINE

    for make in (transparency_record.document, impact_assessment.document):
        assert MACHINE.findall(words_of(make(made(sign_in("auditor").user)))) == []


def test_the_command_line_writes_the_same_with_the_sight_of_its_role(home):
    from redshank.web.products.catalogue import command_line
    from redshank.web.rights.documents import document

    for code in CODES:
        assert words_of(document(code, command_line("safeguarding_lead")))


def test_who_decides_is_who_the_roles_let_decide(sign_in):
    from redshank.web.accounts.roles import ROLES

    told = made(sign_in("auditor").user).decides
    assert told["Decide on a flag"] == tuple(r.title for r in ROLES.values() if "flag.decide" in r.may)
    assert all(v for v in told.values())


def test_a_line_that_says_two_things_or_names_nobody_is_refused(tmp_path, monkeypatch):
    for wrong in (
        'text = "a"\ngap = "b"\nwho = "c"',
        'gap = "b"',
        'claim = "it is so"',
        'made = "nothing"',
        "",
    ):
        (tmp_path / "x.toml").write_text(
            f'code = "x"\nversion = "1"\ntitle = "X"\nmarking = "M"\nsource = "S"\n[[heading]]\nkey = "k"\ntitle = "K"\n[[heading.line]]\nlabel = "L"\n{wrong}\n'
        )
        monkeypatch.setattr(statements, "_HERE", tmp_path)
        statements.read.cache_clear()
        with pytest.raises(statements.StatementError):
            statements.read("x")
    statements.read.cache_clear()


def test_the_pages_give_each_as_every_form_and_write_who_took_it(sign_in):
    from redshank.web.trail.models import Entry

    auditor = sign_in("auditor")
    assert "Algorithmic transparency record" in auditor.get("/rights/statements").content.decode()
    for code in CODES:
        assert auditor.get(f"/rights/statements/{code}").status_code == 200
        for form, kind in papers.TYPES.items():
            answer = auditor.get(f"/rights/statements/{code}?form={form}")
            assert (answer.status_code, answer["Content-Type"]) == (200, kind)
        assert Entry.objects.filter(action="disclosure", kind="statement", ident=code).count() == len(
            papers.TYPES
        )
    assert auditor.get("/rights/statements/nothing").status_code == 404
    assert auditor.get(f"/rights/statements/{CODES[0]}?form=exe").status_code == 404
    assert sign_in("analyst").get(f"/rights/statements/{CODES[0]}").status_code == 404
