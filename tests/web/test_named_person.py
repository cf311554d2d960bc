"""No machine decides (Data Protection Act 2018 s.49): whatever changes a flag, closes a matter or discloses is a row that names a
person, and a night writes none of them."""

from __future__ import annotations

import shutil
import sqlite3

from django.apps import apps
from django.conf import settings

from .test_publishing import grown, run, second

__all__ = ["grown", "second"]

#: What is kept without a name of its own, and where the name stands or why there is none.
WITHOUT = {
    "accounts.User": "the person",
    "trail.Entry": "an attempt of somebody who is not signed in has no name; every act has (`note` takes the request's)",
    "heads.Publication": "which night is shown", "heads.Published": "which nights were shown",
    "searching.Asked": "entry", "judgements.Pair": "decision", "register.Drawn": "sample",
    "worklist.Standing": "how far a line is, as its acts say", "worklist.Question": "act", "worklist.Referral": "act",
    "worklist.Rule": "a rule of the night", "meetings.Sitting": "opened by nobody; closed_by when it is closed",
    "matrix.Row": "edition", "makesafe.Call": "as its steps say", "lines.Case": "as its decisions say",
    "notices.Round": "that mail was sent", "tracker.Report": "shipped text", "tracker.Recommendation": "as its acts say",
    "tracker.Ask": "shipped text of what a force asks of others", "tracker.Deed": "shipped text of what a force said it does",
    "audits.Item": "sample", "audits.Verdict": "reading", "audits.Miss": "reading", "audits.Heard": "feedback", "rights.Item": "case",
    "retention.Notice": "the first notice was made by nobody; lifting it names two (a constraint of the database)",
    "erasure.Erasure": "by and second (a constraint of the database), or by_words of the command line",
    "erasure.Step": "by, or by_words of the command line; a night does what two confirmed",
    "learning.Unread": "file", "learning.InPost": "file", "hooks.Delivery": "hook", "worklist.Labelled": "by_words: people outside, as a file names them", "policies.Tally": "answers of a survey, which name nobody",
}  # fmt: skip


def ours():
    return [
        m
        for m in apps.get_models()
        if m.__module__.startswith("redshank") and not getattr(m, "IS_HEAD", False)
    ]


def names_a_person(model):
    return any(f.is_relation and f.related_model is not None and f.related_model._meta.label == settings.AUTH_USER_MODEL and not f.null for f in model._meta.concrete_fields)  # fmt: skip


def test_every_row_that_people_write_names_who_did():
    bare = {m._meta.label for m in ours() if not names_a_person(m)}
    assert bare == set(WITHOUT), "a new model names the person who writes it, or says here why there is none"
    for label, through in WITHOUT.items():
        if through.isidentifier() and through not in ("act",):
            parent = apps.get_model(label)._meta.get_field(through).related_model
            assert names_a_person(parent) or parent._meta.label in WITHOUT, label


def rows_of(path, tables):
    with sqlite3.connect(path) as opened:
        return {t: sorted(map(repr, opened.execute(f'SELECT * FROM "{t}"'))) for t in tables}


def test_a_night_writes_no_row_that_names_a_person(grown, tmp_path):
    """A whole second night is published over decisions: not one of them is another afterwards."""
    home = tmp_path / "home"
    shutil.copytree(grown, home)
    database = home / "web" / "redshank.sqlite3"
    tables = sorted(m._meta.db_table for m in ours() if names_a_person(m))
    before = rows_of(database, tables)
    done = run(home, 0)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 0, "the night was published"
    after = rows_of(database, tables)
    assert {t for t in tables if after[t] != before[t]} == set()
