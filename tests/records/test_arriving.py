"""A folder that deliveries arrive in: order, what is whole, what is refused, and that nothing in it is touched."""

from __future__ import annotations

import json
import os
import time

import pytest

from redshank.errors import DeliveryRefused, StoreBusy, UsageError
from redshank.records.arriving import STATE, look
from redshank.sources import load_mapping
from redshank.sources.mapping import parse_mapping

STANDARD = load_mapping("standard")


@pytest.fixture
def arriving(tmp_path):
    """``arriving(name, age, file=text)`` puts a delivery there; ``arriving.look()`` takes what is whole."""
    folder, home = tmp_path / "in", tmp_path / "home"
    folder.mkdir()
    home.mkdir()

    class Arriving:
        taken: list[str]

        def __init__(self):
            self.taken, self.folder, self.home, self.refuse, self.shift = [], folder, home, set(), 0.0

        def __call__(self, name, **files):
            place = folder / name
            place.mkdir(exist_ok=True)
            for file, text in files.items():
                (place / file.replace("__", ".")).write_text(text)
            return place

        def take(self, place):
            if place.name in self.refuse:
                raise DeliveryRefused(f"{place.name} is no delivery.", "Mend it.")
            self.taken.append(place.name)
            return ""

        def look(self, mapping=STANDARD, settle=0.0, now=None):
            now = time.time() + 1000 if now is None else now
            return [
                (a.name, a.state)
                for a in look(folder, home, mapping, self.take, settle=settle, now=lambda: now)
            ]

    return Arriving()


def test_whole_deliveries_are_taken_once_in_the_order_of_their_names(arriving):
    for name in ("2026-03-02", "2026-03-01", "2026-03-03"):
        arriving(name, crimes__csv="crime_ref\nC1\n")
    assert arriving.look() == [("2026-03-01", "taken"), ("2026-03-02", "taken"), ("2026-03-03", "taken")]
    assert arriving.look() == []
    assert arriving.taken == ["2026-03-01", "2026-03-02", "2026-03-03"]


@pytest.mark.parametrize(
    "writing", ["crimes__csv__part", "people__csv__tmp", "~people__csv", "__people__csv__x"]
)
def test_one_that_is_still_being_written_holds_up_those_after_it(arriving, writing):
    arriving("1", crimes__csv="crime_ref\nC1\n")
    place = arriving("2", crimes__csv="crime_ref\nC2\n", **{writing: "x"})
    arriving("3", crimes__csv="crime_ref\nC3\n")
    assert arriving.look() == [("1", "taken"), ("2", "waiting"), ("3", "waiting")]
    (place / writing.replace("__", ".")).unlink()
    assert arriving.look() == [("2", "taken"), ("3", "taken")]


def test_one_that_changed_a_moment_ago_waits_and_an_empty_folder_too(arriving):
    arriving("1", crimes__csv="crime_ref\nC1\n")
    assert arriving.look(settle=60, now=time.time() + 59) == [("1", "waiting")]
    assert arriving.look(settle=60, now=time.time() + 61) == [("1", "taken")]
    arriving("2")
    assert arriving.look() == [("2", "waiting")]


def test_a_refused_one_holds_up_none_is_told_again_and_is_tried_again_when_it_or_its_mapping_changes(
    arriving,
):
    arriving("1", crimes__csv="crime_ref\nC1\n")
    arriving("2", crimes__csv="crime_ref\nC2\n")
    arriving.refuse = {"1"}
    assert arriving.look() == [("1", "refused"), ("2", "taken")]
    arriving.refuse = set()
    assert arriving.look() == [("1", "refused")]  # it is what it was: not read again
    arriving("1", crimes__csv="crime_ref\nC11\n")
    assert arriving.look() == [("1", "taken")]
    arriving.refuse = {"3"}
    arriving("3", crimes__csv="number\nC3\n")
    assert arriving.look() == [("3", "refused")]
    arriving.refuse = set()
    mended = parse_mapping("[tables.crimes]", "mended.toml")
    assert arriving.look(mended) == [("3", "taken")]  # what was taken before stays taken


def test_a_store_that_is_busy_ends_the_look_and_keeps_what_was_taken(arriving):
    arriving("1", crimes__csv="crime_ref\nC1\n")
    arriving("2", crimes__csv="crime_ref\nC2\n")
    plain = arriving.take

    def busy(place):
        if place.name == "2":
            raise StoreBusy("Another run holds the store.", "")
        plain(place)

    arriving.take = busy
    with pytest.raises(StoreBusy):
        arriving.look()
    arriving.take = plain
    assert arriving.look() == [("2", "taken")]


def test_nothing_in_the_folder_is_changed_and_links_are_not_followed(arriving, tmp_path):
    arriving("1", crimes__csv="crime_ref\nC1\n")
    (tmp_path / "elsewhere").mkdir()
    (arriving.folder / "0").symlink_to(tmp_path / "elsewhere")
    (arriving.folder / ".hidden").mkdir()
    (arriving.folder / "readme.txt").write_text("x")
    before = sorted((str(p), p.lstat().st_mtime_ns) for p in arriving.folder.rglob("*"))
    assert arriving.look() == [("1", "taken")]
    assert sorted((str(p), p.lstat().st_mtime_ns) for p in arriving.folder.rglob("*")) == before


def test_what_became_of_each_is_private_and_damage_is_told(arriving):
    arriving("1", crimes__csv="crime_ref\nC1\n")
    arriving.look()
    path = arriving.home / STATE
    assert os.stat(path).st_mode & 0o077 == 0
    assert len(json.loads(path.read_text())) == 1
    path.write_text("{")
    with pytest.raises(UsageError, match="damaged"):
        arriving.look()


def test_no_folder(tmp_path):
    with pytest.raises(UsageError, match="no folder"):
        list(look(tmp_path / "none", tmp_path, STANDARD, print, settle=0, now=time.time))
