"""The phrase that a person would underline, its exceptions, and the check of a text."""

import pytest

from redshank.signals import check_language

FLAGGED = """
The girl is putting herself at risk again. | putting herself at risk
She has made poor life choices.            | poor life choices
He absconded from the children's home.     | absconded
The victim refused to engage with police.  | refused to engage with police
She is a regular misper.                   | regular misper
The child is streetwise.                   | streetwise
A history of attention-seeking.            | attention-seeking
"""
PASSED = """
She should not be described as promiscuous.
Avoid the phrase child prostitute.
A child cannot consent to abuse.
Charged with sexual activity with a child.
The prisoner absconded from custody.
The suspect refused to answer questions.
The suspect associates with other offenders.
The child has a good relationship with her mother.
He was sent to a Young Offender Institution.
The child consented to a medical examination.
The woman, 40, is in a relationship with her neighbour.
The suspect is a gang member.
"""


@pytest.mark.parametrize("line", FLAGGED.strip().splitlines())
def test_the_phrase_itself(line):
    text, phrase = (c.strip() for c in line.split("|"))
    assert [(f["phrase"], f["quoted"]) for f in check_language(text)] == [(phrase, False)]


@pytest.mark.parametrize("text", PASSED.strip().splitlines())
def test_passed_over(text):
    assert check_language(text) == []


def test_inside_quotation_marks_it_is_quoted():
    (found,) = check_language('The carer said "she is streetwise and grown up".')
    assert found["quoted"]
    (found,) = check_language("The carer said she is streetwise.")
    assert not found["quoted"]


def test_line_and_column():
    (found,) = check_language("😀 First line.\r\nShe is streetwise.")
    assert (found["line"], found["column"]) == (2, 8)
