"""Names that are one name, and names that are not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redshank.identity.names import forenames_agree, name_data, root, sound
from redshank.oracle import identity as oracle

ONE = """
KATE KATHERINE
MUHAMMAD MOHAMMED
YOUSEF YUSUF
WILL WILLIAM
ALEX ALEXANDRA
STEFAN STEPHEN
AYESHA AISHA
FILIP PHILIP
K KAYLEIGH
GURPRIT GURPREET
"""
TWO = """
KATE JANE
LIAM NOAH
MARIA MARTIN
ALI ALICE
AMIR OMAR
"""


@pytest.mark.parametrize("pair", ONE.strip().splitlines())
def test_spellings_of_one_forename_agree(pair: str) -> None:
    assert forenames_agree(*pair.split())


@pytest.mark.parametrize("pair", TWO.strip().splitlines())
def test_other_forenames_do_not_agree(pair: str) -> None:
    assert not forenames_agree(*pair.split())


@pytest.mark.parametrize(
    ("heard", "written"),
    [("WINTERS", "WINTRS"), ("SMITH", "SMYTHE"), ("KOWALSKI", "COWALSKI"), ("HUSSAIN", "HUSEIN"), ("WARSI", "VARSI"),
     ("MOHAMMED", "MUHAMMAD"), ("PHILLIPS", "FILIPS"), ("KHAN", "KAN"), ("SZCZEPAN", "SCHEPAN")],
)  # fmt: skip
def test_names_heard_and_written_down_again_share_a_key(heard: str, written: str) -> None:
    assert sound(heard) == sound(written)


def test_every_listed_form_has_the_root_of_its_first_list() -> None:
    for line in name_data()["forms"]:
        for name in line.split():
            assert root(name) == next(f.split()[0] for f in name_data()["forms"] if name in f.split())


@settings(max_examples=300, deadline=None)
@given(st.text("ACDEGHIKNPQRSTWXYZ ", min_size=1, max_size=12))
def test_the_oracle_hears_the_same(name: str) -> None:
    assert sound(name) == oracle.sound(name)
