"""Several processes give what one gives; one that cannot start or does not come back costs time, not findings."""

import datetime as dt
import os
import signal

import pyarrow as pa
import pytest

from redshank.signals import scan, workers
from redshank.signals.ready import rulebook
from redshank.tables import BETWEEN

HERE = os.getpid()


def records():
    book = rulebook()
    said = [t for r in (*book.indicators, *book.language) for t in r.must]
    rows = [
        {
            "record_key": f"vulnerability_entries:{n}",
            "record_type": "vulnerability_entries",
            "record_ref": str(n),
            "text": f"{text} Seen with Zoë Müller-Brandt, 07700 900123, near the Harbour Lights."
            if n % 7
            else None,
            "reason": text if n % 5 == 0 else None,
            "own_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        }
        for n, text in enumerate(said)
    ]
    return BETWEEN["records"].build(rows)


@pytest.mark.parametrize("count", [2, 3, 4])
def test_tables_do_not_depend_on_the_number_of_processes(monkeypatch, count):
    some = records()
    assert workers.number(0) == workers.number(workers.ENOUGH) == 1
    monkeypatch.setattr(workers, "cores", lambda: 1)
    alone = scan(some)
    monkeypatch.setattr(workers, "cores", lambda: count)
    monkeypatch.setattr(workers, "ENOUGH", 100)
    forked = []
    monkeypatch.setattr(workers, "_start", lambda *a, start=workers._start: forked.append(1) or start(*a))
    together = scan(some)
    assert len(forked) == count - 1
    assert {n: t.num_rows > 50 for n, t in alone.items()} == dict.fromkeys(
        ("signals", "language", "mentions"), True
    )
    for name, table in alone.items():
        assert together[name].equals(table), name
        assert _bytes(together[name]) == _bytes(table), name


def _bytes(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as out:
        out.write_table(table)
    return sink.getvalue().to_pybytes()


def test_each_part_in_a_process_of_its_own():
    found = workers.each(lambda part: (part, os.getpid()), ["a", "b", "c"])
    assert [part for part, _ in found] == ["a", "b", "c"]
    assert len({pid for _, pid in found}) == 3
    assert found[0][1] == HERE
    assert workers.each(str, []) == []


def test_a_lock_does_not_outlive_the_process_that_took_it(tmp_path):
    with (tmp_path / "lock").open("w") as lock:

        def is_open(_):
            try:
                return os.fstat(lock.fileno()).st_size == 0
            except OSError:
                return False

        assert workers.each(is_open, [1, 2]) == [True, False]


def test_a_process_that_is_killed_leaves_its_part_to_this_one():
    def work(part):
        if os.getpid() != HERE:
            os.kill(os.getpid(), signal.SIGKILL)
        return part, os.getpid()

    assert workers.each(work, [1, 2, 3]) == [(1, HERE), (2, HERE), (3, HERE)]


@pytest.mark.parametrize("call", ["fork", "pipe"])
def test_where_there_can_be_no_process_all_is_done_here(monkeypatch, call):
    def refused():
        raise BlockingIOError("no more processes")

    monkeypatch.setattr(os, call, refused)
    assert workers.each(lambda part: (part, os.getpid()), [1, 2]) == [(1, HERE), (2, HERE)]


def test_what_goes_wrong_in_a_part_is_told_and_no_process_stays(monkeypatch):
    started = []
    monkeypatch.setattr(os, "fork", lambda fork=os.fork: started.append(fork()) or started[-1])

    def work(part):
        if part == 2:
            raise ValueError("part two")
        return part

    with pytest.raises(ValueError, match="part two"):
        workers.each(work, [1, 2])
    with pytest.raises(ValueError, match="part two"):
        workers.each(work, [2, 1])
    assert len(started) == 2
    for child in started:
        with pytest.raises(ChildProcessError):
            os.waitpid(child, os.WNOHANG)
