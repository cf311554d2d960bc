"""``redshank product``: every product by its name, in every edition and form that is offered; what there is not says what there is."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

NAMES = (
    "problem-profile", "annual-return", "analyst-product", "tactical-assessment", "vulnerability-matrix", "exploitation-bulletin",
    "vulnerability-profile", "lines-matrix", "language-audit", "flag-audit", "cpd-report", "policy-review", "inspection-response",
    "transparency-record", "impact-assessment",
)  # fmt: skip
NEEDS = {"tactical-assessment"}  # a district
REFUSED = {"analyst-product"}  # begun on the page of what it is about


def given(name: str, edition: str = "internal"):
    from redshank.web.heads.models import Record
    from redshank.web.products.catalogue import Options

    district = (
        Record.objects.exclude(district="").values_list("district", flat=True).first()
        if name in NEEDS
        else ""
    )
    return Options(edition=edition, district=district)


def test_the_products_of_the_contract_are_offered_and_no_other(sign_in):
    from redshank.web.products.catalogue import offers

    assert sorted(offers()) == sorted(NAMES)


@pytest.mark.parametrize("name", [n for n in NAMES if n not in REFUSED])
def test_each_is_made_in_each_edition_with_texts_under_every_heading(sign_in, name):
    from redshank.products.papers import write
    from redshank.web.products.catalogue import document, offers

    for edition in offers()[name].editions:
        told = document(name, given(name, edition))
        assert told.sections
        assert told.marking.startswith("OFFICIAL")
        assert [s.title for s in told.sections if not s.parts and s.level == 2] == []
        for form in ("html", "csv"):
            assert len(write(told, form)) > 150


@pytest.mark.parametrize(
    "name",
    [
        "problem-profile",
        "vulnerability-matrix",
        "vulnerability-profile",
        "lines-matrix",
        "exploitation-bulletin",
        "annual-return",
        "language-audit",
    ],
)
def test_nothing_of_handling_c_stands_in_what_the_command_line_writes(sign_in, place, name):
    from redshank.products.papers import write
    from redshank.web.products.catalogue import document, offers

    closed = place.record["closed"].split(":", 1)[1]
    for edition in offers()[name].editions:
        text = write(document(name, given(name, edition)), "csv").decode("utf-8-sig")
        assert closed not in text
        assert place.group["closed"] not in text


@pytest.mark.parametrize(
    ("name", "more", "says"),
    [
        ("nothing", {}, "there is no product called nothing"),
        ("tactical-assessment", {}, "it is about one district"),
        ("tactical-assessment", {"edition": "public"}, "has no public edition"),
        ("analyst-product", {}, "is about one group, child, person, place, line or problem"),
        ("problem-profile", {"start": "2026-01-01", "end": "2026-02-01"}, "covers at least 365 days"),
        ("problem-profile", {"start": "2026-02-01", "end": "2026-01-01"}, "ends before it begins"),
        ("annual-return", {"start": "2026-02-01", "end": "2026-02-03"}, "financial year: written as 2025-26"),
        ("annual-return", {"requirement": "adr999"}, "adr999"),
        (
            "annual-return",
            {"requirement": "cocad", "start": "2025-04-01", "end": "2026-03-31"},
            "calendar year: written as 2025-01-01",
        ),
    ],
)
def test_what_cannot_be_made_says_why_and_what_can(sign_in, name, more, says):
    from datetime import date

    from redshank.web.products.catalogue import Options, Refused, document

    days = {k: date.fromisoformat(v) if k in ("start", "end") else v for k, v in more.items()}
    with pytest.raises(Refused) as reason:
        document(name, Options(**days))
    assert says in str(reason.value)
    assert reason.value.advice


@pytest.mark.parametrize(
    ("days", "requirement", "told"),
    [
        (("2024-04-01", "2025-03-31"), "", "exploitation (ADR149)"),  # mandated for that year
        (
            ("2025-04-01", "2026-03-31"),
            "",
            "the requirement that succeeds ADR149",
        ),  # ADR149 was stood down by then
        (("2025-04-01", "2026-03-31"), "adr149", "exploitation (ADR149)"),
        (("2025-01-01", "2025-12-31"), "cocad", "dataset (COCAD)"),
    ],
)
def test_the_return_that_is_written_is_the_one_that_the_year_asks_for(sign_in, days, requirement, told):
    """The command wrote ADR149 for every year, also where it was stood down, and no other return at all."""
    from datetime import date

    from redshank.products.papers import write
    from redshank.web.products.catalogue import Options, document

    start, end = map(date.fromisoformat, days)
    text = write(document("annual-return", Options(start, end, requirement=requirement)), "html").decode()
    assert told in text.split("</h1>")[0]


def test_the_command_lists_writes_refuses_and_leaves_an_entry_in_the_audit(home_copy, tmp_path):
    def run(*words: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [str(Path(sys.executable).parent / "redshank"), "--home", str(home_copy), *words],
            capture_output=True,
            text=True,
            timeout=300,
        )

    listed = run("product", "--json")
    assert listed.returncode == 0, listed.stderr
    assert {p["name"] for p in json.loads(listed.stdout)} == set(NAMES)
    to = tmp_path / "profile.docx"
    done = run("product", "problem-profile", "--out", str(to))
    assert done.returncode == 0, done.stderr
    assert to.read_bytes()[:2] == b"PK"
    assert to.stat().st_mode & 0o077 == 0
    for words, says in (
        (("nothing",), "choose one of"),
        (("problem-profile", "--format", "odt"), "choose one of"),
        (("problem-profile", "--period", "spring"), "FIRST..LAST"),
    ):
        refused = run("product", *words, "--out", str(tmp_path / "no"))
        assert refused.returncode == 2
        assert says in refused.stderr
        assert "Traceback" not in refused.stderr
    assert not (tmp_path / "no").exists()
    audit = run("audit", "verify")
    assert audit.returncode == 0, audit.stderr


def test_all_of_them_are_written_into_a_folder_and_what_is_not_says_why(home_copy, tmp_path):
    folder = tmp_path / "month"
    words = ["--home", str(home_copy), "product", "all", "--out", str(folder), "--json"]
    done = subprocess.run(
        [str(Path(sys.executable).parent / "redshank"), *words], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert {p["product"] for p in told} == set(NAMES)
    written = {Path(p["file"]).name for p in told if p["file"]}
    assert {f.name for f in folder.iterdir()} == written
    assert all(f.stat().st_mode & 0o077 == 0 for f in [folder, *folder.iterdir()])
    assert [p["product"] for p in told if p["why_not"]] == [
        "analyst-product"
    ]  # begun on the page of one thing
    assert len([f for f in written if f.startswith("tactical-assessment-")]) > 1, "one for each district"


def test_whoever_sees_less_is_not_given_what_was_read_for_another(sign_in):
    from redshank.web.products.catalogue import command_line
    from redshank.web.products.gather import gather, together

    analyst, partner = command_line("analyst"), command_line("partner_member")
    alone = gather(partner)
    with together():
        assert len(gather(analyst).children) > len(alone.children)
        assert gather(partner) == alone


def test_what_is_written_together_says_what_each_alone_would(sign_in):
    from redshank.products.papers import write
    from redshank.web.products.catalogue import Options, document
    from redshank.web.products.gather import together

    chosen = ("problem-profile", "exploitation-bulletin", "lines-matrix")
    with together():
        both = [write(document(name, Options()), "html") for name in chosen]
    assert both == [write(document(name, Options()), "html") for name in chosen]
