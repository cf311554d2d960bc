"""kill -9 at any write of a backup or a restore: the file or the home stands whole, or not at all, and the next try makes it."""

import os
import signal

from redshank.audit import verify_home
from redshank.backup import make, restore
from redshank.backup.sealed import Opening
from redshank.store import Store
from tests.backup.test_backup import KEY, content, home
from tests.store.killing import in_child, stop_at

__all__ = ["home"]
POINTS = int(os.environ.get("REDSHANK_KILL_POINTS", "10"))


def points(act, ready):
    """Kills ``act`` at a sample of its writes, each time after ``ready``; yields after each."""

    def counted():
        calls = stop_at(-1)
        act()
        return {"total": calls[0]}

    ready()
    _, said = in_child(counted)
    total = said["total"]
    for number in range(1, total + 1, max(1, total // POINTS)):
        ready()

        def killed(number=number):
            stop_at(number)
            act()
            return {}

        stopped, _ = in_child(killed)
        assert stopped == signal.SIGKILL, number
        yield number


def is_whole(file):
    with file.open("rb") as data:
        Opening(data, KEY, file.name).drain()
    return True


def test_a_backup_killed_at_any_write_is_whole_or_none_and_the_home_is_as_it_was(home, tmp_path):
    place = tmp_path / "kept"
    place.mkdir()
    file, was = place / "b", content(home)
    seen = set()

    def rows(folder):
        (folder / "rows.jsonl").write_text("[1]\n" * 1000)

    for number in points(lambda: make(home, file, KEY, rows), lambda: file.unlink(missing_ok=True)):
        seen.add(file.exists())
        assert not file.exists() or is_whole(file)
        make(home, file, KEY, rows)
        assert is_whole(file)
        assert [p.name for p in place.iterdir()] == ["b"], f"killed at write {number}, something stays"
        assert not list(home.rglob(".tmp-*")), f"killed at write {number}, rows in clear stay in the home"
        assert content(home) == was
    assert False in seen


def test_a_restore_killed_at_any_write_is_whole_or_none_and_leaves_nothing_in_clear(home, tmp_path):
    make(home, tmp_path / "b", KEY)
    place = tmp_path / "restored"
    place.mkdir()
    again = place / "home"

    def ready():
        for path in place.iterdir():
            os.rename(path, tmp_path / f"away-{len(list(tmp_path.iterdir()))}")

    seen = set()
    for number in points(lambda: restore(tmp_path / "b", again, KEY), ready):
        seen.add(again.exists())
        if not again.exists():
            restore(tmp_path / "b", again, KEY)
        assert content(again) == content(home)
        assert Store.open(again).verify() + verify_home(again).problems == []
        assert [p.name for p in place.iterdir()] == ["home"], f"killed at write {number}, something stays"
    assert False in seen
