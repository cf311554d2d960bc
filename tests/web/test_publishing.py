"""A completed run appears whole or not at all: kill -9 half-way, readers meanwhile, and the next try."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys

import pytest

from .conftest import BASE
from .village import second

#: Publishes the last run and kills itself, as nothing else could, before the n-th batch that it would write.
KILLER = """
import os, signal, sys
from pathlib import Path
from redshank.publish import delta, setup
from redshank.store import Store

home, point = Path(sys.argv[1]), int(sys.argv[2])
setup.prepare_django(home)
count = 0


def counted(write):
    def act(*args, **more):
        global count
        count += 1
        if count == point:
            os.kill(os.getpid(), signal.SIGKILL)
        return write(*args, **more)
    return act


delta._end, delta._add = counted(delta._end), counted(delta._add)
setup.publish(Store.open(home))
print(count)
"""


def run(home, point):
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("REDSHANK", "DJANGO"))}
    return subprocess.run(
        [sys.executable, "-c", KILLER, str(home), str(point)], capture_output=True, text=True, check=False, env=clean, timeout=300
    )  # fmt: skip


def standing(home):
    """What a reader of the current run sees, table by table, as one value."""
    with sqlite3.connect(home / "web" / "redshank.sqlite3") as link:
        (run,) = link.execute("SELECT current_run FROM heads_publication").fetchone()
        out = {}
        for (table,) in link.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            columns = [c[1] for c in link.execute(f'PRAGMA table_info("{table}")')]
            if {"valid_from", "valid_to", "digest"} <= set(columns):
                rows = link.execute(
                    f'SELECT uid, digest FROM "{table}" WHERE valid_from <= ? AND (valid_to IS NULL OR valid_to > ?)', (run, run)
                ).fetchall()  # fmt: skip
                out[table] = sorted(rows)
    return run, out


@pytest.fixture(scope="module")
def grown(home, tmp_path_factory):
    """A copy of the home with a second night that is not published yet."""
    from redshank import night, records
    from redshank.store import Store

    base = tmp_path_factory.mktemp("grown")
    shutil.copytree(BASE / "home", base / "home")
    store = Store.open(base / "home")
    records.load(store, second(base / "second"))
    with store.writing():
        night.run(store)
    return base / "home"


def test_a_kill_at_any_point_leaves_the_former_run_whole_and_the_next_try_publishes(grown, tmp_path):
    was = standing(grown)
    assert was[0] == 1
    whole = tmp_path / "whole"
    shutil.copytree(grown, whole)
    done = run(whole, 0)
    assert done.returncode == 0, done.stderr
    steps = int(done.stdout)
    assert steps > 10
    wanted = standing(whole)
    assert wanted[0] == 2
    assert wanted[1] != was[1]
    for point in sorted({1, 2, steps // 2, steps}):
        copy = tmp_path / f"killed-{point}"
        shutil.copytree(grown, copy)
        killed = run(copy, point)
        assert killed.returncode == -signal.SIGKILL, (point, killed.stderr)
        assert standing(copy) == was, f"killed before write {point}: the former run is not whole"
        assert run(copy, 0).returncode == 0
        assert standing(copy) == wanted, f"after a kill before write {point} the next try differs"
        shutil.rmtree(copy)


def test_pages_answer_with_the_former_run_while_the_next_is_written(home, sign_in, place, grown, monkeypatch):
    """Between any two batches a reader sees the run before: the number flips last."""
    from redshank.publish import delta, editions
    from redshank.store import Store
    from redshank.web.heads.models import Publication

    client = sign_in("analyst")
    before = client.get("/groups").context["shown"].total, client.get("/children").context["shown"].total
    seen = []
    add = delta._add

    def looked(*arguments):
        add(*arguments)
        seen.append((Publication.objects.get().current_run, client.get("/groups").context["shown"].total, client.get("/children").context["shown"].total))  # fmt: skip

    monkeypatch.setattr(delta, "_add", looked)
    delta.write(editions.read(Store.open(grown)))
    assert set(seen) == {(1, *before)}
    assert Publication.objects.get().current_run == 2
    assert "Corin" in client.get(f"/groups/{place.group['open']}").content.decode()


def test_rule_6_what_was_shown_at_a_decision_is_kept_with_it_after_later_nights(sign_in, place, grown):
    from redshank.publish import delta, editions
    from redshank.store import Store
    from redshank.web.flags.models import Act

    from .conftest import propose

    client = sign_in("analyst")
    sentence = client.get(f"/groups/{place.group['open']}").context["group"].sentence
    number = propose(client, "group", place.group["open"])
    shown = Act.objects.get(flag_id=number).parsed("shown")
    assert (shown["sentence"], shown["run"]) == (sentence, 1)
    delta.write(editions.read(Store.open(grown)))
    assert client.get(f"/groups/{place.group['open']}").context["group"].sentence != sentence
    assert Act.objects.get(flag_id=number).parsed("shown") == shown
    told = sign_in("exploitation_officer").get(f"/flags/{number}").content.decode()
    assert "What was shown then" in told
    assert sentence in told


def test_a_process_that_publishes_and_lives_on_remembers_no_spelling_of_a_name(home):
    from redshank.publish import delta, editions, searching
    from redshank.publish.heads import Heads
    from redshank.store import Store

    run = editions.read(Store.open(home))
    searching.made(Heads(run, run.full))
    assert searching._name_words.cache_info().currsize
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delta, "_apply", lambda *given: {})
        delta.index(run)
    ours = [
        f for f in vars(searching).values() if hasattr(f, "cache_info") and f.__module__ == searching.__name__
    ]
    assert {f.__name__ for f in ours if f.cache_info().currsize} <= {
        "_forms"
    }  # a list of the package's, nobody's name
