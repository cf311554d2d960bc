"""Who may not see a child gets, by every way in, the answer that a child gets who does not exist; the auditor sees who tried."""

from __future__ import annotations

import re

import pytest

from .serving import django

NOBODY = "p-000000000000"
CONFLICT = """
import sys
from redshank.web.accounts.models import User
from redshank.web.policy.models import Conflict
Conflict.objects.create(user=User.objects.get(username="demo-exploitation_officer-2"), by=User.objects.get(username="demo-safeguarding_lead"),
    person_id="{person}", reason="colleague of the family")
"""


@pytest.fixture(scope="module")
def child(served) -> tuple[str, str]:
    """Id and name of a child of the strongest group."""
    (found,) = served.rows(
        "SELECT c.person_id, c.name FROM heads_child c JOIN heads_member m ON m.person_id = c.person_id AND m.valid_to IS NULL"
        " JOIN heads_group g ON g.group_id = m.group_id AND g.valid_to IS NULL"
        " WHERE c.valid_to IS NULL AND c.in_full AND g.in_full ORDER BY g.place, c.place LIMIT 1"
    )
    return found


@pytest.fixture(scope="module")
def colleague(served, child) -> str:
    """An officer whose own matter the child is; the other of the same role sees the child."""
    django(served.home, CONFLICT.format(person=child[0]))
    return "Toni Redfern"


def ways(served, person_id: str) -> list[str]:
    """Every address that holds an id of a person, and the search where it is built."""
    search = ["/search"] if served.rows("SELECT 1 FROM django_migrations WHERE app = 'searching'") else []
    return [
        f"/children/{person_id}", f"/persons/{person_id}", f"/behind/child/{person_id}", f"/flags/propose/person/{person_id}",
        *(f"{s}?q={person_id}" for s in search),
    ]  # fmt: skip


def answers(hand, served, person_id: str) -> list[tuple[int, str]]:
    """Status and page of each way in, with the id itself and what changes with every answer taken out."""
    out = []
    for path in ways(served, person_id):
        answer = hand.page.goto(served.base + path)
        body = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", hand.page.content())
        out.append((answer.status, body.replace(person_id, "ID")))
    return out


@pytest.mark.parametrize("who", ["Partner member", "Response officer", "Toni Redfern"])
def test_the_same_answer_as_for_a_child_that_does_not_exist(people, served, child, colleague, who):
    person_id, name = child
    hand = people(who)
    given = answers(hand, served, person_id)
    assert given == answers(hand, served, NOBODY)
    assert {status for status, _ in given} <= {404, 200}
    assert given[0][0] == 404
    assert all(name not in body for _, body in given)

    # By search and lists: the name brings nothing, in words or in numbers, and no file holds it.
    for path in ("/children?q=", "/records?q=", "/worklist?q=", "/flags?q=", "/groups?q="):
        hand.go(path + name.split()[-1])
        assert name not in hand.text(), path
    exported = hand.page.request.get(served.base + "/flags/register.csv")
    assert name not in exported.text()
    for path in ("/", "/worklist", "/groups", "/children", "/missing"):
        hand.go(path)
        assert name not in hand.text(), path

    # The auditor sees who tried, whom, and that it was refused.
    auditor = people("Data protection and audit")
    auditor.go("/trail?action=refusal")
    shown = auditor.text()
    tried = {"Partner member": "Casey Holm", "Response officer": "Ellis Harrow"}.get(who, who)
    number = person_id.removeprefix("p-")  # a page shows the number, not the machine's name of it
    rows = [line for line in shown.splitlines() if tried in line and number in line]
    assert rows, "the attempt on the child's page"
    assert all("was refused" in line for line in rows)


def test_another_officer_of_the_same_role_sees_the_child(people, served, child, colleague):
    person_id, name = child
    hand = people("Robin Ashgrove")
    hand.go("/groups")
    hand.page.get_by_role("article").get_by_role(
        "link"
    ).first.click()  # a child's page opens from a group without a question
    hand.link(name)
    assert hand.page.url.endswith(person_id)
    assert hand.heading() == name


def test_what_one_person_does_not_see_is_not_counted_for_them(people, served, child, colleague):
    """The colleague's numbers are smaller, and say nothing of why."""
    first, second = people("Robin Ashgrove"), people("Toni Redfern")
    for path in ("/children", "/groups"):
        first.go(path)
        second.go(path)
        more, less = (int(re.match(r"(\d+)", h.heading().replace(",", ""))[1]) for h in (first, second))
        assert less < more, path
        assert not re.search(r"hidden|restricted|not for you|withheld", second.text(), re.IGNORECASE)
