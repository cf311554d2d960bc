"""Appending: what an entry holds, what it never holds, and what survives a crash."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import signal
import stat
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest

from redshank.audit import Audit, checks, commitment, files, verify_home
from redshank.audit.entry import FIELDS
from redshank.audit.merkle import extends, includes, leaf_hash, root
from redshank.errors import NoRoom, RedshankError, StoreBusy, StoreDamaged, UsageError

WHEN = datetime(2026, 3, 14, 22, 5, tzinfo=UTC)


def audit_of(tmp_path, n=0):
    audit = Audit(tmp_path, actor="jbloggs", clock=lambda: WHEN)
    for i in range(n):
        audit.append("load", f"delivery {i}", {"taken": i}, purpose="daily load")
    return audit


def test_an_entry_says_who_what_when_and_why(tmp_path):
    audit = audit_of(tmp_path)
    assert audit.append("load", "delivery first", {"taken": 3}, purpose="first load") == 0
    (one,) = audit.entries()
    assert set(one) == set(FIELDS)
    assert (one["seq"], one["actor"], one["action"], one["subject"]) == (
        0,
        "jbloggs",
        "load",
        "delivery first",
    )
    assert (one["at"], one["purpose"], one["details"]) == (
        "2026-03-14T22:05:00.000000+00:00",
        "first load",
        {"taken": 3},
    )


def test_the_actor_is_the_user_of_the_system_whatever_the_environment_says(tmp_path, monkeypatch):
    monkeypatch.setenv("LOGNAME", "somebody-else")
    monkeypatch.setenv("USER", "somebody-else")
    audit = Audit(tmp_path)
    audit.append("night", "run 1")
    assert next(audit.entries())["actor"] != "somebody-else"


def test_personal_content_stands_nowhere_and_can_still_be_proved(tmp_path):
    audit = audit_of(tmp_path)
    seq = audit.append("explain", "person", purpose="s.47 enquiry", personal={"name": "Zebedee Quillfeather"})
    everything = b"".join(p.read_bytes() for p in (tmp_path / "audit").iterdir())
    assert b"Zebedee" not in everything
    assert b"Quillfeather" not in everything
    assert audit.opens(seq, "name", "Zebedee Quillfeather")
    assert not audit.opens(seq, "name", "Zebedee Quillfeathers")
    assert audit.find("name", "Zebedee Quillfeather") == [seq]


def test_the_same_person_twice_looks_like_two_people_to_who_has_no_salts(tmp_path):
    audit = audit_of(tmp_path)
    for _ in range(2):
        audit.append("explain", "person", personal={"name": "A B"})
    first, second = audit.entries()
    assert first["commitments"]["name"] != second["commitments"]["name"]
    assert commitment(b"0" * 32, "name", "A B") != commitment(b"0" * 32, "alias", "A B")


@pytest.mark.parametrize(
    "details",
    [
        {"surname": "Bloggs"},
        {"filter": {"date_of_birth": "2012-01-01"}},
        {"filters": [{"Phone": "07700900001"}]},
        {"words": "x" * 201},
        {"words": "one\ntwo"},
        {"when": WHEN},
        {1: "a"},
    ],
)
def test_a_detail_that_would_stand_in_clear_is_refused_and_nothing_is_written(tmp_path, details):
    audit = audit_of(tmp_path, 1)
    with pytest.raises(RedshankError):
        audit.append("explain", "person", details)
    assert len(list(audit.entries())) == 1


def test_erasing_salts_keeps_every_proof(tmp_path):
    audit = audit_of(tmp_path, 2)
    seq = audit.append("explain", "person", personal={"name": "A B", "born": "2012-05-06"})
    other = audit.append("explain", "person", personal={"name": "C D"})
    before = audit.checkpoint()
    assert audit.erase_personal([seq], purpose="erasure request 7") == 2
    result = verify_home(tmp_path, before)
    assert result.problems == []
    assert result.entries == before.size + 1
    with pytest.raises(UsageError, match="erased"):
        audit.opens(seq, "name", "A B")
    assert audit.opens(other, "name", "C D")
    assert audit.find("name", "A B") == []
    assert list(audit.entries())[-1]["details"] == {"entries": [seq]}


def test_salts_that_vanish_without_an_erasure_are_a_problem(tmp_path):
    audit = audit_of(tmp_path)
    audit.append("explain", "person", personal={"name": "A B"})
    audit.salts.write_bytes(b"")
    assert any("without an erasure on record" in p for p in verify_home(tmp_path).problems)


def test_an_erasure_that_was_interrupted_is_a_problem_until_done_again(tmp_path, monkeypatch):
    audit = audit_of(tmp_path)
    seq = audit.append("explain", "person", personal={"name": "A B"})
    salts = audit.salts.read_bytes()
    audit.erase_personal([seq], "request")
    audit.salts.write_bytes(salts)
    assert any("not carried out" in p for p in verify_home(tmp_path).problems)
    audit.erase_personal([seq], "request")
    assert verify_home(tmp_path).problems == []


def test_proofs_from_the_log_hold(tmp_path):
    audit = audit_of(tmp_path, 5)
    old = audit.checkpoint()
    for _ in range(6):
        audit.append("night", "run")
    new = audit.head()
    lines = audit.log.read_bytes().splitlines()
    for seq in range(new.size):
        proof = [bytes.fromhex(p) for p in audit.prove_inclusion(seq)]
        assert includes(leaf_hash(lines[seq][65:]), seq, new.size, proof, bytes.fromhex(new.root))
    proof = [bytes.fromhex(p) for p in audit.prove_consistency(old)]
    assert extends(old.size, new.size, bytes.fromhex(old.root), bytes.fromhex(new.root), proof)


def test_files_are_private(tmp_path):
    audit = audit_of(tmp_path)
    audit.append("explain", "person", personal={"name": "A B"})
    audit.queue("read", "page")
    assert stat.S_IMODE(audit.folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(p.stat().st_mode) for p in audit.folder.iterdir()} == {0o600}


# ---- pending entries --------------------------------------------------------------------------------


def test_queued_entries_wait_and_are_counted_until_numbered(tmp_path):
    audit = audit_of(tmp_path, 1)
    refs = [audit.queue("read", "page", {"n": i}, personal={"name": "A B"}) for i in range(3)]
    assert verify_home(tmp_path).unsequenced == 3
    assert not next(c for c in checks(tmp_path) if c.name == "audit sequence").holds
    assert audit.sequence() == 3
    assert [e["ref"] for e in audit.entries()][1:] == refs
    assert audit.find("name", "A B") == [1, 2, 3]
    result = verify_home(tmp_path)
    assert (result.entries, result.unsequenced, result.problems) == (4, 0, [])
    assert audit.sequence() == 0


def test_a_batch_is_numbered_once_whenever_the_sequencer_dies(tmp_path):
    """Every step of writing fails in turn; afterwards each queued entry stands exactly once."""
    for step in range(1, 60):
        home = tmp_path / str(step)
        audit = audit_of(home, 1)
        refs = [audit.queue("read", "page", {"n": i}, personal={"name": "A B"}) for i in range(2)]
        died = _die_at(step, audit.sequence)
        assert verify_home(home).problems == []
        audit.sequence()
        assert [e["ref"] for e in audit.entries()][1:] == refs
        assert verify_home(home).problems == []
        if not died:
            break
    else:
        pytest.fail("the sequencer never came to its end")
    assert step > 8


# ---- crashes ----------------------------------------------------------------------------------------


class Died(BaseException):
    """Stands for a process that ends at once."""


def _die_at(step: int, act, part: float = 0.5) -> bool:
    """Runs ``act``; the ``step``-th writing call of the system does not happen (a write: in part). Whether it came."""
    left = step
    patch = pytest.MonkeyPatch()

    def counted(name):
        real = getattr(os, name)

        def call(*args):
            nonlocal left
            left -= 1
            if left == 0:
                if name == "write":
                    real(args[0], bytes(args[1])[: int(len(args[1]) * part)])
                raise Died
            return real(*args)

        patch.setattr(os, name, call)

    for name in ("write", "fsync", "replace", "ftruncate", "unlink"):
        counted(name)
    try:
        act()
    except Died:
        return True
    finally:
        patch.undo()
    return False


@pytest.mark.parametrize("part", [0.0, 0.1, 0.5, 0.99, 1.0])
@pytest.mark.parametrize("before", [0, 3])
def test_dying_at_any_write_loses_nothing_acknowledged(tmp_path, before, part):
    for step in range(1, 40):
        home = tmp_path / f"{step}"
        audit = audit_of(home, before)
        died = _die_at(step, lambda a=audit: a.append("explain", "person", personal={"name": "A B"}), part)
        after = verify_home(home)
        assert after.problems == []
        assert after.entries >= before
        number = audit.append("load", "after")
        assert number in (before, before + 1)
        result = verify_home(home)
        assert (result.entries, result.problems, result.unsequenced) == (number + 1, [], 0)
        if not died:
            break
    else:
        pytest.fail("the append never came to its end")
    assert step > 5


WRITER = """
import sys
from redshank.audit import Audit
audit = Audit(sys.argv[1])
while True:
    sys.stdout.write(f"{audit.append('load', 'delivery', {'size': 'x' * 150}, personal={'name': 'A B'})}\\n")
    sys.stdout.flush()
"""


def test_kill_9_at_random_moments_keeps_every_acknowledged_entry(tmp_path):
    rng = random.Random(7)
    acknowledged = -1
    for _ in range(8):
        process = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE)
        process.stdout.readline()
        time.sleep(rng.random() * 0.05)
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read()
        process.wait()
        numbers = [int(line) for line in rest.split(b"\n")[:-1]]
        result = verify_home(tmp_path)
        assert result.problems == []
        acknowledged = numbers[-1] if numbers else acknowledged
        assert result.entries > acknowledged
    final = Audit(tmp_path).append("doctor", "home")
    assert verify_home(tmp_path).entries == final + 1


def test_a_torn_line_that_was_acknowledged_is_never_repaired(tmp_path):
    audit = audit_of(tmp_path, 3)
    audit.log.write_bytes(audit.log.read_bytes()[:-5])
    damaged = audit.log.read_bytes()
    with pytest.raises(StoreDamaged, match="lost bytes that were acknowledged"):
        audit.append("load", "delivery")
    assert audit.log.read_bytes() == damaged
    assert verify_home(tmp_path).problems


@pytest.mark.parametrize("damage", ["head gone", "head changed", "log moved by a byte"])
def test_nothing_is_appended_to_a_damaged_audit(tmp_path, damage):
    audit = audit_of(tmp_path, 3)
    if damage == "head gone":
        audit.head_file.unlink()
    elif damage == "head changed":
        audit.head_file.write_bytes(audit.head_file.read_bytes().replace(b'"size":3', b'"size":2'))
    else:
        audit.log.write_bytes(b"0" + audit.log.read_bytes())
    with pytest.raises(StoreDamaged):
        audit.append("load", "delivery")


# ---- together ---------------------------------------------------------------------------------------


def _append_many(home, n):
    audit = Audit(home)
    for i in range(n):
        audit.append("load", "delivery", {"n": i}) if i % 2 else audit.queue("read", "page")


def test_several_processes_append_without_losing_an_entry(tmp_path):
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=_append_many, args=(tmp_path, 20)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    audit = Audit(tmp_path)
    audit.sequence()
    assert [e["seq"] for e in audit.entries()] == list(range(80))
    assert verify_home(tmp_path).problems == []


def test_a_held_audit_is_waited_for_and_then_reported(tmp_path):
    path = tmp_path / "lock"
    with (
        files.locked(path),
        pytest.raises(StoreBusy, match="held by another run"),
        files.locked(path, wait=0.05),
    ):
        pytest.fail("two held one lock")
    with files.locked(path, wait=0.05):
        pass


def test_no_room_is_said_and_the_audit_stays_whole(tmp_path, monkeypatch):
    audit = audit_of(tmp_path, 2)

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(NoRoom, match="No space left"):
            audit.append("load", "delivery")
    assert verify_home(tmp_path).problems == []
    assert audit.append("load", "delivery") == 2


def test_doctor_says_what_is_wrong_and_what_to_do(tmp_path):
    audit = audit_of(tmp_path, 2)
    assert all(c.holds for c in checks(tmp_path))
    audit.log.chmod(0o644)
    audit.head_file.write_bytes(json.dumps({}).encode())
    wrong = {c.name: c for c in checks(tmp_path) if not c.holds}
    assert set(wrong) == {"audit chain", "audit modes"}
    assert all(c.advice for c in wrong.values())


def test_the_root_of_the_head_is_the_root_of_the_lines(tmp_path):
    audit = audit_of(tmp_path, 6)
    leaves = [leaf_hash(line[65:]) for line in audit.log.read_bytes().splitlines()]
    assert audit.head().root == root(leaves).hex()


def test_a_clock_that_is_set_back_moves_no_entry_and_breaks_no_proof(tmp_path, monkeypatch):
    """The order is the number's, whatever the clock of the machine says."""
    from datetime import timedelta

    from redshank.audit import log

    audit = Audit(tmp_path)
    day = datetime(2026, 3, 14, 12, tzinfo=UTC)
    for hours in (0, 1, -48, -47, 2):
        monkeypatch.setattr(log, "now", lambda hours=hours: day + timedelta(hours=hours))
        audit.append("load", f"at {hours}", {})
    audit.append_batch([{"ref": "a", "actor": "x", "at": day - timedelta(days=400), "purpose": "", "action": "web consultation", "subject": "record", "details": {}, "personal": None}])  # fmt: skip
    assert [e["seq"] for e in audit.entries()] == list(range(6))
    assert [e["subject"] for e in audit.entries()] == ["at 0", "at 1", "at -48", "at -47", "at 2", "record"]
    assert verify_home(tmp_path).problems == []
