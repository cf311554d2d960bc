"""From a judgement on the pages to the next night and back: the night is the real command, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse

from redshank.night import judgements
from redshank.store import Store

from . import village
from .conftest import _using

pytestmark = pytest.mark.slow


class Lived:
    """A copy of the home with its database: people judge in it, nights run over it."""

    def __init__(self, home: Path, base: Path) -> None:
        self.home, self.base = home, base

    def command(self, *words: str) -> subprocess.CompletedProcess:
        """The real command, in a process of its own."""
        program = [sys.executable, "-c", "from redshank.cli import main; main()"]
        told = {k: v for k, v in os.environ.items() if not k.startswith("DJANGO")}
        return subprocess.run([*program, "--home", str(self.home), *words], capture_output=True, text=True, check=False, env=told)  # fmt: skip

    def night(self, **how) -> dict:
        """What the command does, in this process."""
        from redshank import night
        from redshank.publish import hand_back, publish_if_served

        store = Store.open(self.home)
        with store.writing():
            hand_back(store)
            report = night.run(store, **how)
        publish_if_served(Store.open(self.home))
        return report

    def load(self, delivery: Path) -> None:
        from redshank import records

        records.load(Store.open(self.home), delivery)

    def findings(self, name: str) -> list[dict]:
        from redshank.night import publish

        return publish.published(Store.open(self.home))[0][name].to_pylist()

    def persons(self) -> dict[tuple[str, str, int], str]:
        """Record and row → person."""
        return {(r["record_type"], r["record_ref"], r["row"]): r["person_id"] for r in self.findings("people")}  # fmt: skip

    def groups(self) -> dict[str, str]:
        return {r["group_id"]: r["sentence"] for r in self.findings("groups")}


@pytest.fixture
def lived(home, own_database, home_copy, tmp_path, monkeypatch):
    from django.conf import settings
    from django.db import connections

    monkeypatch.setattr(settings, "HOME", home_copy)
    for name in (
        "REDSHANK_HOME",
        "DJANGO_SETTINGS_MODULE",
    ):  # a night sets them; they are taken back with the test
        monkeypatch.setenv(name, "")
    told = connections.settings["default"]
    with _using({k: v for k, v in told.items() if k != "TEST"} | {"NAME": str(home_copy / "web" / "redshank.sqlite3")}):  # fmt: skip
        yield Lived(home_copy, tmp_path)
        connections["default"].close()


def judge(client, url, **typed):
    answer = client.post(url, {"reason": "looked at both files", "seen": "0"} | typed)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    return answer.url.rsplit("/", 1)[-1]


def withdraw(client, number):
    assert client.post(reverse("judgement-withdraw", args=[number]), {"why": "misread"}).status_code == 302


def open_group(client, place, name):
    """The group's page, and one of its records from there."""
    group = reverse("group", args=[place.group[name]])
    client.get(group)
    client.get(reverse("record", args=["crimes", f"C-{name}"]), HTTP_REFERER="http://testserver" + group)


def test_merged_by_people_merged_by_the_night_and_parted_again(lived, sign_in, place):
    client = sign_in("analyst")
    before = lived.persons()
    faro, gido = place.person["Faro"], place.person["Gido"]
    mine = [k for k, p in before.items() if p in (faro, gido)]
    number = judge(client, reverse("judge-compare", args=[faro, gido]), kind="same", once="1")
    assert lived.persons() == before  # nothing changes before the night
    lived.night()
    after = lived.persons()
    assert len({after[k] for k in mine}) == 1
    assert {k: p for k, p in after.items() if k not in mine} == {k: p for k, p in before.items() if k not in mine}  # fmt: skip
    (living,) = {after[k] for k in mine}
    gone = ({faro, gido} - {living}).pop()
    assert client.get(reverse("person", args=[gone])).url == reverse("person", args=[living])
    withdraw(client, number)
    lived.night()
    again = lived.persons()
    sides = lambda who: {frozenset(k for k in mine if who[k] == p) for p in {who[k] for k in mine}}  # noqa: E731
    assert sides(again) == sides(before)
    assert len(sides(again)) == 2


def test_split_by_people_split_by_the_night_and_joined_again(lived, sign_in, place):
    from redshank.web.heads.models import Appearance

    client = sign_in("analyst")
    arlo = place.person["Arlo"]
    before = lived.persons()
    mine = [k for k, p in before.items() if p == arlo]
    take = Appearance.objects.get(person_id=arlo, record_key="crimes:C-open", row__isnull=False, in_full=True)
    number = judge(client, reverse("judge-split", args=[arlo]), take=take.uid, once="1")
    lived.night()
    after = lived.persons()
    other = {after[k] for k in mine if k[:2] == ("crimes", "C-open")}
    assert len(other) == 1
    assert {after[k] for k in mine if k[:2] != ("crimes", "C-open")} == {arlo}
    assert other != {arlo}
    page = client.get(reverse("person", args=[arlo])).content.decode()
    assert "Taken apart" in page
    withdraw(client, number)
    lived.night()
    assert {lived.persons()[k] for k in mine} == {arlo}


def test_a_conflict_of_interest_holds_for_both_after_the_night_took_a_person_apart(lived, sign_in, place):
    from redshank.web.heads.models import Appearance
    from redshank.web.policy.models import Conflict

    client, brother = sign_in("analyst"), sign_in("analyst-2")
    arlo = place.person["Arlo"]
    Conflict.objects.create(user=brother.user, person_id=arlo, by=client.user, reason="brother")
    take = Appearance.objects.get(person_id=arlo, record_key="crimes:C-open", row__isnull=False, in_full=True)
    judge(client, reverse("judge-split", args=[arlo]), take=take.uid, once="1")
    before = lived.persons()
    lived.night()
    (new,) = {lived.persons()[k] for k, p in before.items() if p == arlo} - {arlo}
    for person in (arlo, new):
        assert client.get(reverse("person", args=[person])).status_code == 200
        assert brother.get(reverse("person", args=[person])).status_code == 404


def test_a_dismissed_group_returns_with_new_evidence_only_and_both_judgements_stay(lived, sign_in, place):
    client, group = sign_in("analyst"), place.group["open"]
    open_group(client, place, "open")
    number = judge(client, reverse("judge-group", args=[group]), kind="dismiss_group", once="1")
    lived.night()
    assert group not in lived.groups()
    answer = client.get(reverse("group", args=[group]))
    assert answer.url == reverse("judgement", args=[number])
    assert "not proposed at present" in client.get(answer.url).content.decode()
    lived.load(village.second(lived.base / "second"))
    lived.night()
    sentence = lived.groups()[group]
    assert "dismissed on" in sentence
    assert "I-new" in sentence
    page = client.get(reverse("group", args=[group])).content.decode()
    assert "Proposal dismissed" in page
    second = sign_in("exploitation_officer")
    open_group(second, place, "open")
    judge(second, reverse("judge-group", args=[group]), kind="confirm_group", once="2", seen="1")
    page = second.get(reverse("group", args=[group])).content.decode()
    assert "Proposal dismissed" in page
    assert "Proposal confirmed" in page


def test_a_dismissal_that_is_withdrawn_brings_the_group_back(lived, sign_in, place):
    client, group = sign_in("analyst"), place.group["other"]
    open_group(client, place, "other")
    number = judge(client, reverse("judge-group", args=[group]), kind="dismiss_group", once="1")
    lived.night()
    assert group not in lived.groups()
    withdraw(client, number)
    lived.night()
    back = lived.groups()[group]
    assert "dismissed" not in back
    assert client.get(reverse("group", args=[group])).status_code == 200


def test_without_new_judgements_there_is_no_new_run_and_the_store_is_as_it_was(lived, sign_in, place):
    faro, gido = place.person["Faro"], place.person["Gido"]
    judge(sign_in("analyst"), reverse("judge-compare", args=[faro, gido]), kind="not_same", once="1")
    done = lived.command("night")
    assert done.returncode == 0, done.stderr
    rows = judgements.read(Store.open(lived.home)).to_pylist()
    assert [r["kind"] for r in rows].count("not_same") == 1
    assert {r["by"] for r in rows} == {"analyst"}
    current = (lived.home / "CURRENT").read_bytes()
    assert lived.night()["nothing_new"]
    assert (lived.home / "CURRENT").read_bytes() == current


def test_a_row_that_comes_again_under_another_number_keeps_its_judgement(lived, sign_in, place):
    """A re-sent record brings its rows anew: the judgement goes with the appearance, not with the old row."""
    client = sign_in("analyst")
    faro, gido = place.person["Faro"], place.person["Gido"]
    judge(client, reverse("judge-compare", args=[faro, gido]), kind="same", once="1")
    lived.night()
    one = {p for k, p in lived.persons().items() if p in (faro, gido)}
    assert len(one) == 1
    e = village.Extract()
    e.record("crimes", "C-first", 95, "Plovermore: a window was broken.", {"victim": village.JANE}, offence="Damage", district="Northmere")  # fmt: skip
    village._group(e, "other", 50, [village.FARO, village.GIDO], [village.HANA, village.IRIS], "Southmere", "07700900202", "FG34HJK")  # fmt: skip
    lived.load(e.write(lived.base / "again"))
    lived.night()
    assert len({p for k, p in lived.persons().items() if p in (faro, gido)}) == 1


def test_the_night_runs_when_the_pages_database_is_broken(lived):
    """Judgements then stand as at the night before, and it says so."""
    from django.db import connections

    connections["default"].close()
    for path in (lived.home / "web").glob("redshank.sqlite3*"):
        path.unlink()
    (lived.home / "web" / "redshank.sqlite3").mkdir()
    done = lived.command("night", "--full")
    assert done.returncode == 0, done.stderr
    assert "cannot be reached" in done.stderr
    assert "judgements stand as at the night before" in done.stderr


def test_a_flag_that_a_second_person_decided_judges_the_groups_proposal(lived, sign_in, place):
    """Not proven is a judgement on the proposal as well: the night proposes it again only on new evidence."""
    from redshank.publish.judged import standing

    group = place.group["other"]
    first, second = sign_in("analyst"), sign_in("exploitation_officer")
    open_group(first, place, "other")
    url = reverse("flag-propose", args=["group", group])
    page = first.get(url)
    form = {
        f"step_{s['step'].key}": "yes" for s in page.context["steps"]
    } | {"step_group": "yes", "confidence": "likely", "rationale": "three records", "evidence": "crimes:C-other", "once": "f-1"}  # fmt: skip
    form |= {f"axis_{a['key']}": next(iter(a["options"])) for a in page.context["axes"]}
    form["confidence"] = next(iter(page.context["definition"].confidence))
    answer = first.post(url, form)
    assert answer.status_code == 302, answer.content.decode()
    open_group(second, place, "other")
    decided = second.post(
        answer.url + "/decide",
        {"outcome": "not_proven", "confidence": form["confidence"], "rationale": "one family", "once": "f-2", "acts": "1"},
    )  # fmt: skip
    assert decided.status_code == 302, decided.content.decode()
    rows, _ = standing(Store.open(lived.home))
    (row,) = rows
    assert (row["kind"], row["group_id"], row["by"]) == ("dismiss_group", group, "exploitation-officer")
    assert row["reason"] == "one family"
    lived.night()
    assert group not in lived.groups()


# ---- a person's word on a county line ----------------------------------------------------------


def suspected_line(lived):
    """A second line, of which the register says no more than suspected; published by a night."""
    e = village.Extract()
    e.record(
        "county_lines", "L-2", 0, "", name="Wren line", status="active", phone="07700900777", opened_on="2026-05-01",
        known_sexual_exploitation="suspected", force_score="", force_band="",
    )  # fmt: skip
    lived.load(e.write(lived.base / "second"))
    lived.night()


def give_word(client, word, **more):
    scores = reverse("line-scores", args=["L-2"])
    record = reverse("record", args=["county_lines", "L-2"])
    client.get(record, HTTP_REFERER="http://testserver" + scores)
    seen = client.get(scores).context["seen"]
    typed = {"word": word, "word_why": f"why {word}", "seen": seen, "once": f"{word}{seen}"} | more
    answer = client.post(reverse("line-decide", args=["L-2"]), typed)
    assert answer.status_code == 302, answer.content.decode()


def told_of(lived, ref="L-2"):
    (row,) = [r for r in lived.findings("lines") if r["line_ref"] == ref]
    return row


def explained(lived):
    from redshank.explain import things
    from redshank.explain.scene import Scene

    return things.line(Scene.of(Store.open(lived.home)), "L-2")


def on_the_page(client):
    return client.get(reverse("line-scores", args=["L-2"])).context["s"]


def test_a_persons_word_on_a_line_reaches_the_night_and_is_taken_away_again(lived, sign_in, place):
    suspected_line(lived)
    client = sign_in("analyst")
    before = told_of(lived)
    assert (before["uses_sexual_exploitation"], on_the_page(client).counts) == ("suspected", before["score"])
    seen_until = before["as_of"]
    give_word(client, "known")
    lived.night()
    told, page = told_of(lived), on_the_page(client)
    assert (told["uses_sexual_exploitation"], told["band"], page.tier) == ("known", "high", "high")
    assert told["score"] == page.counts == explained(lived)["score"] > before["score"] == page.score
    assert explained(lived)["uses_sexual_exploitation"] == "known"
    assert page.is_heard
    assert not page.by_register
    lived.night(full=True)
    assert told_of(lived) == told
    # A night that looks from before the word does not hear of it; the word stands for the next that does.
    lived.night(as_of=seen_until - timedelta(hours=1))
    assert told_of(lived)["uses_sexual_exploitation"] == "suspected"
    lived.night()
    assert told_of(lived) == told
    give_word(client, "refuted")
    assert (on_the_page(client).counts, on_the_page(client).tier) == (before["score"], before["band"])
    lived.night()
    told, page = told_of(lived), on_the_page(client)
    assert (told["uses_sexual_exploitation"], told["score"]) == ("not known", before["score"])
    assert not page.asks
    assert page.counts == told["score"] == explained(lived)["score"]


def test_a_word_that_rests_on_handling_c_changes_nothing_for_whoever_is_not_cleared(lived, sign_in, place):
    from redshank.web.heads.models import Line, Publication

    suspected_line(lived)
    give_word(sign_in("analyst"), "known", closed="on")
    lived.night()
    run = Publication.objects.get(pk=1).current_run
    now = Line.objects.filter(line_ref="L-2", valid_from__lte=run, valid_to__isnull=True)
    assert told_of(lived)["uses_sexual_exploitation"] == "known"
    assert (now.get(in_full=True).use, now.get(in_open=True).use) == ("known", "suspected")
    assert now.get(in_open=True).unsaid == "{}"
