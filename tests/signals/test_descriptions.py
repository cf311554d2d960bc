"""Descriptions of people whom nobody could name: one person told in several ways is one description."""

import pytest

from redshank.signals.descriptions import canonical
from redshank.signals.mentions import _described

GREY_BEARD = [
    "approached by one tall with a grey beard and a green parka",
    "a tall man with a grey beard in a green parka, working together",
    "always with a tall man, grey beard, green parka, and that they buy food",
]


@pytest.mark.parametrize("text", GREY_BEARD)
def test_one_person_told_in_three_ways_is_one_description(text):
    assert [m.value for m in _described(text)] == ["BEARD GREY PARKA GREEN"]


def test_two_people_in_one_sentence_are_two():
    text = "approached by a short man with a limp and a tall man with a grey beard"
    assert [m.value for m in _described(text)] == ["LIMP", "BEARD GREY"]


@pytest.mark.parametrize("text", ["The man left.", "A man asked the way.", "one of the boys"])
def test_a_man_of_whom_nothing_is_said_is_no_description(text):
    assert list(_described(text)) == []


def test_clothes_alone_keep_age_and_build():
    assert canonical("unknown male, 30s, grey jacket") == "30S JACKET GREY"
    assert canonical("unknown male, 20s, grey jacket") != canonical("unknown male, 30s, grey jacket")
