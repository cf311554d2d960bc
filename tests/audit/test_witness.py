"""A signed checkpoint is a witness: it finds what was cut off or written anew, and cannot be made by anybody else."""

import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from redshank.audit import Audit, verify_home
from redshank.errors import NotPermitted, UsageError
from redshank.witness import KEY, Signed, sign


@pytest.fixture
def home(tmp_path):
    place = tmp_path / "home"
    for n in range(3):
        Audit(place).append("load", f"delivery {n}", {"rows": n})
    return place


def test_what_was_signed_holds_and_says_how_much_and_when(home):
    signed, public = sign(home)
    assert signed.head == Audit(home).checkpoint()
    assert signed.holds(public)
    assert Signed.parse(signed.text()) == signed
    again, same = sign(home)
    assert same == public, "a home has one key, made once"
    assert again.holds(public)
    assert (home / "audit" / KEY).stat().st_mode & 0o777 == 0o600


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_any_changed_byte_is_no_checkpoint_or_not_signed(home, data):
    signed, public = sign(home)
    raw = bytearray(signed.text().encode())
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] = data.draw(st.integers(0, 127).filter(lambda b: b != raw[at]))
    try:
        changed = Signed.parse(raw.decode("ascii"))
    except ValueError:
        return
    assert not changed.holds(public)


def test_another_homes_key_did_not_sign_it(home, tmp_path):
    Audit(tmp_path / "other").append("load", "delivery", {})
    signed, _ = sign(home)
    _, other = sign(tmp_path / "other")
    assert not signed.holds(other)
    with pytest.raises(UsageError):
        signed.holds("no key")


def test_an_audit_written_anew_is_found_by_the_witness(home, tmp_path):
    signed, _ = sign(home)
    anew = tmp_path / "anew"
    for n in range(3):
        Audit(anew).append("load", f"delivery {n + 1}", {"rows": n})
    assert verify_home(anew).problems == []
    assert verify_home(anew, signed.head).problems
    Audit(home).append("load", "the next", {})
    assert verify_home(home, signed.head).problems == []


def test_a_key_that_others_can_read_signs_nothing(home):
    sign(home)
    (home / "audit" / KEY).chmod(0o644)
    with pytest.raises(NotPermitted):
        sign(home)


def test_by_the_command_line(tmp_path):
    from redshank.store import Store

    home = tmp_path / "of the command line"
    Store.open(home, create=True)
    for n in range(3):
        Audit(home).append("load", f"delivery {n}", {"rows": n})

    def redshank(*arguments):
        program = [sys.executable, "-c", "from redshank.cli import main; main()", "--home", str(home)]
        return subprocess.run([*program, *map(str, arguments)], capture_output=True, text=True, check=False)

    kept, export = tmp_path / "kept", tmp_path / "export"
    public = redshank("audit", "checkpoint", kept).stdout.rsplit(": ", 1)[1].strip()
    redshank("audit", "export", export)
    done = redshank("audit", "verify", export, "--signed", kept, "--key", public)
    assert done.returncode == 0, done.stdout
    assert redshank("audit", "verify", export, "--signed", kept).returncode == 2
    kept.write_text(kept.read_text().replace("redshank-audit 4", "redshank-audit 3"))
    done = redshank("audit", "verify", export, "--signed", kept, "--key", public)
    assert done.returncode == 1
    assert "did not sign" in done.stdout
    assert public not in (home / "audit" / "log").read_text()
