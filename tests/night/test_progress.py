"""How far a night is, told while it runs: by stages, with an estimate, and never of a night that was killed as if it ran."""

from __future__ import annotations

import errno
import json
import os
import signal
from datetime import timedelta

import pytest

from redshank import night
from redshank.night import progress
from redshank.night.progress import FILE, STAGES, Telling, stand
from redshank.store import Store

STEPS = STAGES["night"]


@pytest.fixture
def place(tmp_path):
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    return home


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands until it is moved: ``clock(30)`` moves it half a minute on."""
    at = [progress.now()]
    monkeypatch.setattr(progress, "now", lambda: at[0])

    def move(seconds):
        at[0] += timedelta(seconds=seconds)

    return move


def walk(told, clock, seconds=10, full=False, until=""):
    """Goes through the stages of a night, each of them so many seconds long."""
    clock(seconds)
    told.begins(full)
    for number, name in enumerate(STEPS[1:-2]):
        told(name, number, 4)
        if name == until:
            return
        clock(seconds)
    told(STEPS[-3], 4, 4)
    clock(seconds)
    told("database", 0, 1)
    clock(seconds)


def in_child(function):
    """Runs it in a fork that is killed as nothing else could be."""
    pid = os.fork()
    if not pid:
        try:
            function()
        finally:
            os.kill(os.getpid(), signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL


def test_before_any_night_there_is_nothing_to_tell(place):
    assert stand(place) is None


def test_a_night_tells_each_stage_and_its_end(place, clock):
    with Telling(place) as told:
        assert stand(place).stage == "reading"
        seen = []

        def tell(step, done, total):
            told(step, done, total)
            seen.append((stand(place).state, stand(place).stage))

        for number, name in enumerate(STEPS[1:-2]):
            tell(name, number, 4)
        tell(STEPS[-3], 4, 4)
        clock(5)
        tell("database", 0, 1)
        clock(5)
        tell("publishing", 3, 25)
        assert stand(place).part == (3, 25)
        told.found(7)
    assert seen == [("running", s) for s in (*STEPS[1:], "publishing")]
    end = stand(place)
    assert (end.state, end.run, end.ended is not None) == ("ended", 7, True)
    assert end.ended - end.began == timedelta(seconds=10)


def test_a_killed_night_does_not_look_as_if_it_ran_for_ever(place):
    def killed():
        told = Telling(place).__enter__()
        told("identity", 1, 4)

    in_child(killed)
    assert (
        json.loads((place / FILE).read_text(encoding="utf-8"))["state"] == "running"
    )  # it could not say more
    left = stand(place)
    assert (left.state, left.stage, left.ended) == ("broke_off", "identity", None)
    with Telling(place):
        assert stand(place).state == "running"
    assert stand(place).state == "ended"


def test_a_night_that_failed_says_when_it_broke_off(place):
    def failing():
        with Telling(place) as told:
            told("networks", 2, 4)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        failing()
    left = stand(place)
    assert (left.state, left.stage, left.ended is not None) == ("broke_off", "networks", True)


def test_the_estimate_is_what_the_last_night_of_the_same_kind_took(place, clock):
    with Telling(place) as told:
        walk(told, clock, 10, until="identity")
        assert stand(place).left is None  # nothing to go by
        walk(told, clock, 10)
    with Telling(place) as told:
        assert stand(place).left is None  # of which kind it will be is not known yet
        walk(told, clock, 10, full=True, until="identity")
        assert stand(place).left is None  # the last one was no full one
    with Telling(place) as told:
        walk(told, clock, 10, until="networks")
        clock(4)
        assert stand(place).left == timedelta(seconds=6 + 10 + 10 + 10)
        assert not stand(place).is_late
        clock(20)
        assert stand(place).left == timedelta(seconds=30)
        assert stand(place).is_late


def test_within_a_stage_of_parts_the_estimate_goes_by_the_parts(place, clock):
    with Telling(place, "replay") as told:
        told("replay", 1, 9)
        assert stand(place).left is None
        clock(20)
        told("replay", 3, 9)  # two of nine are done
        assert stand(place).part == (2, 9)
        assert stand(place).left == timedelta(seconds=70)
    assert stand(place).state == "ended"


def test_the_file_is_not_written_at_every_part(place, clock, monkeypatch):
    written = []
    real = progress.write_whole
    monkeypatch.setattr(progress, "write_whole", lambda *a: written.append(1) or real(*a))
    with Telling(place) as told:
        for number in range(1000):
            told("publishing", number, 1000)
    assert len(written) <= 4


def test_the_end_of_one_night_is_not_told_over_the_next(place):
    """The first still publishes when the second begins."""
    first, second = Telling(place), Telling(place)
    first.__enter__()
    first("publishing", 1, 2)
    second.__enter__()
    second("signals", 0, 4)
    first.__exit__(None)
    assert (stand(place).state, stand(place).stage) == ("running", "signals")
    second.__exit__(None)
    assert stand(place).state == "ended"


def test_a_reader_does_not_take_another_reader_for_a_night(place):
    """Many pages ask at once; a night that was killed stays told as broken off."""
    from concurrent.futures import ThreadPoolExecutor

    in_child(lambda: Telling(place).__enter__())
    with ThreadPoolExecutor(8) as pool:
        seen = set(pool.map(lambda _: stand(place).state, range(400)))
    assert seen == {"broke_off"}


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"kind": "night"}', '{"kind": "day", "stage": "x", "took": {}}']
)
def test_a_damaged_file_is_told_as_such_and_the_next_night_writes_it_anew(place, text):
    (place / FILE).write_text(text, encoding="utf-8")
    assert stand(place).state == "unreadable"
    with Telling(place):
        assert stand(place).state == "running"
    assert stand(place).state == "ended"


def test_a_full_disk_stops_no_night_and_is_said_once(place, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(progress, "write_whole", full)
    with Telling(place) as told:
        told("signals", 0, 4)
    assert told.trouble == os.strerror(errno.ENOSPC)


def test_the_file_is_private_and_holds_stages_and_times_alone(home):
    with Store.open(home).writing() as store, Telling(home) as told:
        report = night.run(store, full=True, progress=told, begins=told.begins)
        told.found(report["run"], report["nothing_new"])
    assert (home / FILE).stat().st_mode & 0o777 == 0o600
    kept = json.loads((home / FILE).read_text(encoding="utf-8"))
    assert set(kept) == {"night", "kind", "state", "stage", "part", "began", "stage_began", "ended", "full", "run", "nothing_new", "took"}  # fmt: skip
    assert kept["run"] == report["run"]
    assert set(kept["took"]["full"]) == set(STEPS) - {"publishing"}
    assert kept["full"] is True
    with Store.open(home).writing() as store, Telling(home) as told:
        again = night.run(store, progress=told, begins=told.begins)
        told.found(again["run"], again["nothing_new"])
    assert stand(home).nothing_new
    assert json.loads((home / FILE).read_text(encoding="utf-8"))["took"] == kept["took"]
