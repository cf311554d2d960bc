"""Checking: any changed byte, deletion, insertion and reordering is found; a cut tail by a checkpoint."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redshank.audit import Audit, Head, entry, export, verify_export, verify_home
from redshank.audit.export import FIRST, last_line
from redshank.audit.merkle import Tree
from redshank.errors import StoreDamaged, UsageError


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A home with nine entries, its export's bytes, and a checkpoint at five."""
    home = tmp_path_factory.mktemp("home")
    audit = Audit(home, actor="jbloggs", clock=lambda: datetime(2026, 3, 14, tzinfo=UTC))
    for i in range(5):
        audit.append("load", f"delivery {i}", {"taken": i}, purpose="load", personal={"name": f"A {i}"})
    early = audit.checkpoint()
    for i in range(4):
        audit.append("night", f"run {i}", {"é": "ü"})
    path = home / "all.log"
    head = export(home, path)
    return home, path.read_bytes(), early, head


def check(tmp_path, data, checkpoint=None):
    path = tmp_path / "export.log"
    path.write_bytes(data)
    return verify_export(path, checkpoint)


def test_a_whole_export_is_whole_and_says_what_it_cannot_know(tmp_path, made):
    _, data, early, head = made
    result = check(tmp_path, data)
    assert (result.entries, result.head, result.problems, result.witnessed) == (9, head, [], False)
    assert any("checkpoint" in note and "cut off" in note for note in result.notes)
    result = check(tmp_path, data, early)
    assert (result.problems, result.witnessed) == ([], True)


@given(data=st.data())
@settings(max_examples=300, deadline=None)
def test_any_changed_byte_of_an_export_is_found(tmp_path_factory, made, data):
    whole = made[1]
    at = data.draw(st.integers(0, len(whole) - 1))
    value = data.draw(st.integers(0, 255).filter(lambda v: v != whole[at]))
    result = check(tmp_path_factory.getbasetemp(), whole[:at] + bytes([value]) + whole[at + 1 :])
    assert result.problems


@given(data=st.data())
@settings(max_examples=200, deadline=None)
def test_any_deletion_or_insertion_in_an_export_is_found(tmp_path_factory, made, data):
    whole = made[1]
    a = data.draw(st.integers(0, len(whole)))
    b = data.draw(st.integers(a, len(whole)))
    put = data.draw(st.binary(max_size=40))
    changed = whole[:a] + put + whole[b:]
    assert bool(check(tmp_path_factory.getbasetemp(), changed).problems) == (changed != whole)


def rebuilt(lines):
    """An export of these lines with a last line that fits: what somebody with this code could forge."""
    import hashlib

    tree = Tree()
    for raw in lines:
        tree.add(bytes.fromhex(raw[:64].decode()))
    body = FIRST + b"".join(lines)
    return body + last_line(hashlib.sha256(body).hexdigest(), tree.head)


def lines_of(data):
    return data.splitlines(keepends=True)[1:-1]


@pytest.mark.parametrize("act", ["delete", "insert", "swap", "repeat"])
def test_even_with_a_fitting_last_line_a_gap_and_a_move_are_found(tmp_path, made, act):
    lines = lines_of(made[1])
    assert check(tmp_path, rebuilt(lines)).problems == []
    if act == "delete":
        del lines[4]
    elif act == "insert":
        lines.insert(4, lines[8])
    elif act == "swap":
        lines[3], lines[4] = lines[4], lines[3]
    else:
        lines.append(lines[-1])
    assert any("missing, added or moved" in p for p in check(tmp_path, rebuilt(lines)).problems)


def test_a_cut_tail_and_a_rewritten_beginning_need_the_checkpoint(tmp_path, made):
    lines = lines_of(made[1])
    _, _, early, head = made
    cut = rebuilt(lines[:7])
    assert check(tmp_path, cut).problems == []  # cannot be known from the file alone, as the notes say
    assert check(tmp_path, cut, early).problems == []  # five are there
    assert any("2 were cut off" in p for p in check(tmp_path, cut, head).problems)
    value = entry.parse(lines[2])[1]
    lines[2] = entry.line({**value, "actor": "somebody else"})
    forged = rebuilt(lines)
    assert check(tmp_path, forged).problems == []
    assert any("not those of the checkpoint" in p for p in check(tmp_path, forged, early).problems)


def test_the_changed_entry_is_named(tmp_path, made):
    data = made[1].replace(b'"subject":"delivery 3"', b'"subject":"delivery 4"')
    assert any(p.startswith("entry 3:") for p in check(tmp_path, data).problems)


@pytest.mark.parametrize("data", [b"", b"\n", FIRST, b"not an export\n", b"\xff" * 300])
def test_what_is_no_export_is_said_to_be_none(tmp_path, data):
    assert check(tmp_path, data).problems


def test_a_missing_export_is_a_wrong_use(tmp_path):
    with pytest.raises(UsageError):
        verify_export(tmp_path / "none.log")


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_any_changed_byte_of_the_home_is_found(made, data):
    home = made[0]
    name = data.draw(st.sampled_from(["log", "log", "head.json", "salts"]))
    path = home / "audit" / name
    whole = path.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    value = data.draw(st.integers(0, 255).filter(lambda v: v != whole[at]))
    try:
        path.write_bytes(whole[:at] + bytes([value]) + whole[at + 1 :])
        if name == "salts" and at == len(whole) - 1:
            # the last line feed of the salts: reads as torn, and its salt as missing
            assert any("salts" in p for p in verify_home(home).problems)
        assert verify_home(home).problems
    finally:
        path.write_bytes(whole)
    assert verify_home(home).problems == []


@pytest.mark.parametrize("act", ["delete", "swap", "cut", "forged", "junk", "gone", "head gone"])
def test_lines_of_the_home_cannot_be_changed_unseen(made, act):
    home = made[0]
    log, head = home / "audit" / "log", home / "audit" / "head.json"
    whole, headed = log.read_bytes(), head.read_bytes()
    lines = whole.splitlines(keepends=True)
    try:
        if act == "delete":
            del lines[2]
        elif act == "swap":
            lines[2], lines[3] = lines[3], lines[2]
        elif act == "cut":
            del lines[-1]
        elif act == "forged":
            lines[2] = entry.line({**entry.parse(lines[2])[1], "actor": "xbloggs"})
        elif act == "junk":
            lines.append(b"x")
        log.write_bytes(b"".join(lines))
        if act == "gone":
            log.unlink()
        elif act == "head gone":
            head.unlink()
        assert verify_home(home).problems
    finally:
        log.write_bytes(whole)
        head.write_bytes(headed)


def test_a_tail_cut_together_with_its_head_is_found_by_the_checkpoint_alone(tmp_path):
    audit = Audit(tmp_path)
    audit.append("load", "one")
    log, head = audit.log.read_bytes(), audit.head_file.read_bytes()
    audit.append("load", "two")
    kept = Head.parse(audit.checkpoint().text())
    audit.log.write_bytes(log)
    audit.head_file.write_bytes(head)
    assert verify_home(tmp_path).problems == []
    assert any("cut off" in note for note in verify_home(tmp_path).notes)
    assert any("1 were cut off" in p for p in verify_home(tmp_path, kept).problems)


def test_a_home_without_an_audit_is_said_to_have_none(tmp_path):
    result = verify_home(tmp_path)
    assert (result.entries, result.problems) == (0, [])
    assert any("no audit here yet" in n for n in result.notes)
    assert verify_home(tmp_path, Head(3, "0" * 64)).problems


def test_an_export_takes_pending_entries_and_refuses_a_damaged_log(tmp_path):
    audit = Audit(tmp_path)
    audit.append("load", "one")
    audit.queue("read", "page")
    assert export(tmp_path, tmp_path / "a.log").size == 2
    assert verify_export(tmp_path / "a.log").entries == 2
    audit.log.write_bytes(audit.log.read_bytes().replace(b'"load"', b'"loat"'))
    with pytest.raises(StoreDamaged, match="entry 0"):
        export(tmp_path, tmp_path / "b.log")
    assert not (tmp_path / "b.log").exists()
    with pytest.raises(UsageError):
        export(tmp_path, tmp_path / "audit" / "x.log")


def test_an_export_holds_no_salt(made):
    home, data = made[0], made[1]
    salts = [
        entry.parse(raw)[1]["salt"]
        for raw in (home / "audit" / "salts").read_bytes().splitlines(keepends=True)
    ]
    assert len(salts) == 5
    assert not [s for s in salts if s.encode() in data]
