"""``redshank labels import``: spans that people marked measure the rules; bad rows are put aside, and no text is kept."""

from __future__ import annotations

import csv
import json

import pytest

from redshank.errors import DeliveryRefused
from redshank.publish import labels as taking
from redshank.signals import labels as reading
from redshank.signals.ready import rulebook
from redshank.web.worklist.models import Labelled

#: A rule with examples of its own: what it must find, and what it must pass over.
RULE = next(r for r in sorted(rulebook().indicators, key=lambda r: r.id) if len(r.must) >= 2 and r.must_not)


def row(text, verdict="yes", **more):
    return {
        "text": text,
        "start": "0",
        "end": str(len(text)),
        "indicator": RULE.indicator,
        "verdict": verdict,
        "by": "Jo Reed",
    } | more


def written(path, rows, columns=reading.NEEDED):
    with path.open("w", encoding="utf-8", newline="") as to:
        writer = csv.DictWriter(to, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def taken(path):
    labels, aside = reading.read(path)
    return taking.keep(labels, reading.found_in(labels)), aside


def test_the_rules_own_examples_as_labels_are_found(tmp_path):
    """What a rule must find is found, by a rule of its indicator; the measure reads texts as the night does."""
    labels, aside = reading.read(written(tmp_path / "l.csv", [row(m) for m in RULE.must[:3]]))
    assert not aside
    assert all(reading.found_in(labels))


def test_a_span_beside_the_hit_is_not_found(tmp_path):
    text = f"{RULE.must[0]} Nothing else is written here at all."
    at = len(text) - 12
    labels, _ = reading.read(written(tmp_path / "l.csv", [row(text, start=str(at), end=str(len(text)))]))
    assert reading.found_in(labels) == [[]]


@pytest.mark.databases
def test_labels_stand_on_the_rules_page_as_precision_and_recall(tmp_path, sign_in):
    stating = [row(f"{m} {n}.") for m in RULE.must[:2] for n in range(8)]
    missed = [row(f"Nothing that a rule would know stands here {n}.") for n in range(4)]
    wrong = [row(f"{RULE.must[0]} Again {n}.", "no") for n in range(4)]
    told, aside = taken(written(tmp_path / "l.csv", [*stating, *missed, *wrong]))
    assert not aside
    assert (told["labels"], told["new"], told["state_it"], told["found"], told["wrongly_found"]) == (
        24,
        24,
        20,
        16,
        4,
    )
    rule = json.loads(Labelled.objects.filter(is_so=True).exclude(found="[]").first().found)[0][0]
    page = sign_in("analyst").get(f"/rules/{rule}").content.decode()
    assert "By training labels: of " in page
    assert "of 20 labelled spans that state it, the rules of this signal find 16 (80 in 100" in page


def test_the_same_file_again_measures_anew_and_adds_nothing(tmp_path):
    path = written(tmp_path / "l.csv", [row(m) for m in RULE.must[:3]])
    first, _ = taken(path)
    Labelled.objects.update(found="[]")
    again, _ = taken(path)
    assert (again["new"], Labelled.objects.count()) == (0, first["new"])
    assert not Labelled.objects.filter(found="[]").exists()


def test_of_another_version_nothing_is_counted(tmp_path, sign_in):
    from redshank.web.worklist.models import Rule

    taken(written(tmp_path / "l.csv", [row(m) for m in RULE.must[:3]]))
    rule = json.loads(Labelled.objects.exclude(found="[]").first().found)[0][0]
    client = sign_in("analyst")
    assert client.get(f"/rules/{rule}").context["labels"].right > 0
    Rule.objects.filter(rule=rule).update(version=99)
    assert client.get(f"/rules/{rule}").context["labels"].right == 0


def test_no_text_is_kept(tmp_path):
    text = f"{RULE.must[0]} Wistaria Plumbago lives at Nightjar House."
    taken(written(tmp_path / "l.csv", [row(text)]))
    kept = json.dumps([[str(v) for v in r] for r in Labelled.objects.values_list()])
    assert "Wistaria" not in kept
    assert "Nightjar" not in kept


BAD = {
    "text": {"text": " "}, "start": {"start": "-1"}, "end": {"end": "99999"}, "indicator": {"indicator": "no_such"}, "verdict": {"verdict": "maybe"},
    "by": {"by": ""}, "record_type": {"record_type": "letters"},
}  # fmt: skip


def test_a_bad_row_is_put_aside_with_where_and_why_and_the_others_count(tmp_path):
    rows = [row(RULE.must[0]), *(row(RULE.must[1]) | b for b in BAD.values()), row(RULE.must[1])]
    told, aside = taken(written(tmp_path / "l.csv", rows, (*reading.NEEDED, "record_type")))
    assert told["labels"] == 2
    assert [(a.row, a.column) for a in aside] == list(enumerate(BAD, 2))
    for a in aside:
        assert a.problem
        assert RULE.must[1] not in a.problem


@pytest.mark.parametrize(
    "body", [b"\xff\xfe", b"text,start\nx,0\n", b'text,start,end,indicator,verdict,by\n"x']
)
def test_a_file_that_is_none_is_refused(tmp_path, body):
    (tmp_path / "l.csv").write_bytes(body)
    with pytest.raises(DeliveryRefused, match=r"l\.csv"):
        reading.read(tmp_path / "l.csv")


def test_a_row_with_too_few_or_too_many_cells_is_put_aside(tmp_path):
    (tmp_path / "l.csv").write_text(
        "text,start,end,indicator,verdict,by\nx\nx,0,1,a,yes,b,c,d\n", encoding="utf-8"
    )
    labels, aside = reading.read(tmp_path / "l.csv")
    assert (labels, [a.row for a in aside]) == ([], [1, 2])


def test_the_command_tells_what_it_took_and_writes_what_it_put_aside(home, tmp_path, monkeypatch):
    from typer.testing import CliRunner

    from redshank.audit import Audit
    from redshank.cli import app
    from redshank.cli.common import Settings

    monkeypatch.setenv("REDSHANK_HOME", str(home))
    monkeypatch.setattr(Settings, "home", Settings.home)
    monkeypatch.setattr(Settings, "purpose", "")
    path = written(tmp_path / "l.csv", [row(RULE.must[0]), row(RULE.must[0], verdict="perhaps")])
    done = CliRunner().invoke(
        app.app, ["--home", str(home), "labels", "import", str(path), "--aside", str(tmp_path / "a.csv")]
    )
    assert done.exit_code == 1, done.output
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as found:
        assert [(r["row"], r["column"]) for r in csv.DictReader(found)] == [("2", "verdict")]
    assert list(Audit(home).entries())[-1]["details"] == {
        "labels": 1,
        "new": 1,
        "state_it": 1,
        "found": 1,
        "wrongly_found": 0,
        "put_aside": 1,
    }
