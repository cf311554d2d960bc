"""A proof is checked with a signed checkpoint alone, and no changed byte of it passes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from redshank.audit import Audit, Head, prove, verify_proof
from redshank.cli.app import app
from redshank.errors import UsageError

SIZE = 11


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    log = Audit(tmp_path_factory.mktemp("proofs") / "home")
    for n in range(SIZE):
        log.append("load", f"delivery {n}", {"rows": n})
    return log


def heads(log):
    from redshank.audit import entry
    from redshank.audit.merkle import Tree

    tree, out = Tree(), []
    for raw in log.lines():
        tree.add(entry.parse(raw)[0])
        out.append(tree.head)
    return out


def checked(tmp_path, text, head, since=None):
    path = tmp_path / "a.proof"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return verify_proof(path, head, since)


def test_each_entry_is_proven_to_each_head_that_counts_it_and_to_no_other(log, tmp_path):
    for head in heads(log):
        for seq in range(head.size):
            proof = prove(log, head, seq=seq)
            found = checked(tmp_path, proof, head)
            assert found.whole
            assert f'"subject": "delivery {seq}"' in found.notes[0]
            for other in heads(log):
                assert checked(tmp_path, proof, other).whole == (other == head)
        with pytest.raises(UsageError, match="from 0"):
            prove(log, head, seq=head.size)


def test_each_head_is_proven_to_be_the_beginning_of_each_later_one(log, tmp_path):
    known = heads(log)
    for head in known:
        for old in known[: head.size]:
            proof = prove(log, head, since=old)
            assert checked(tmp_path, proof, head, old).whole
            assert old.text() in checked(tmp_path, proof, head).notes[1], "what to compare it with"
            assert checked(tmp_path, proof, head, Head(old.size, "0" * 64)).problems
    with pytest.raises(UsageError, match="or more than the later one"):
        prove(log, known[3], since=known[7])


def test_an_audit_that_was_written_anew_proves_nothing_to_the_old_checkpoint(log, tmp_path):
    other = Audit(tmp_path / "home")
    for n in range(SIZE):
        other.append("load", f"another delivery {n}", {"rows": n})
    for asked in ({"seq": 2}, {"since": heads(other)[1]}):
        with pytest.raises(UsageError, match="not of this audit"):
            prove(other, heads(log)[-1], **asked)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_no_changed_byte_of_a_proof_passes(log, tmp_path_factory, data):
    last = heads(log)[-1]
    asked = data.draw(st.sampled_from([{"seq": 6}, {"since": heads(log)[4]}]))
    raw = bytearray(prove(log, last, **asked).encode())
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] = data.draw(st.integers(0, 255).filter(lambda b: b != raw[at]))
    kept = asked.get("since")
    assert checked(tmp_path_factory.mktemp("changed"), bytes(raw), last, kept).problems


def test_the_commands_prove_and_verify_without_the_home(tmp_path):
    home, files = tmp_path / "home", {n: str(tmp_path / n) for n in ("old", "new", "entry", "since")}
    for n in range(3):
        Audit(home).append("load", f"delivery {n}", {"rows": n})

    def run(*words, ends=0, place=home):
        told = CliRunner().invoke(app, ["--home", str(place), "audit", *words])
        assert told.exit_code == ends, told.output
        return told.output

    key = run("checkpoint", files["old"]).split("public key for the witness:")[1].strip()
    run("checkpoint", files["new"])
    run("prove", files["entry"], "--entry", "1", "--signed", files["new"])
    run("prove", files["since"], "--since", files["old"], "--signed", files["new"])
    away = {"place": tmp_path / "no-home"}
    assert "delivery 1" in run("verify", files["entry"], "--signed", files["new"], "--key", key, **away)
    run("verify", files["since"], "--signed", files["new"], "--since", files["old"], "--key", key, **away)
    run("verify", files["entry"], "--signed", files["old"], "--key", key, ends=1, **away)
    run("verify", files["since"], "--signed", files["old"], "--since", files["new"], "--key", key, ends=1, **away)  # fmt: skip
    actions = [e["action"] for e in Audit(home).entries()]
    assert actions.count("prove") == 2, "that a proof was made stands in the audit"
