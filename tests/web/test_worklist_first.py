"""What of the worklist stands on each role's first page, and in which block; and that every code has its word."""

from __future__ import annotations

import re

import pytest

from . import worklist_tools as tools
from .worklist_fixtures import application, town  # noqa: F401

#: Sources of the worklist on first pages, by role: what is not here stands nowhere.
FIRST = {
    "analyst": {
        "cannot_wait": ["urgent"],
        "decide": ["questions_to_me", "sweeps_to_decide", "registrar_asks"],
        "overdue": [],
        "new": ["answers_to_me"],
        "rest": [],
    },
    "missing_adviser": {
        "cannot_wait": ["urgent"],
        "decide": ["questions_to_me", "registrar_asks"],
        "overdue": [],
        "new": ["answers_to_me"],
        "rest": [],
    },
    "duty_inspector": {
        "cannot_wait": ["urgent"],
        "decide": ["questions_to_me"],
        "overdue": ["urgent_untaken"],
        "new": [],
        "rest": [],
    },
    "partnership_officer": {
        "cannot_wait": [],
        "decide": ["questions_to_me", "registrar_asks"],
        "overdue": [],
        "new": ["answers_to_me"],
        "rest": [],
    },
    "tasking_chair": {"cannot_wait": [], "decide": ["questions_to_me"], "overdue": [], "new": [], "rest": []},
    "safeguarding_lead": {
        "cannot_wait": ["urgent"],
        "decide": ["questions_to_me", "registrar_asks"],
        "overdue": ["urgent_untaken", "registrar_overdue"],
        "new": ["answers_to_me"],
        "rest": [],
    },
    "crime_registrar": {
        "cannot_wait": [],
        "decide": ["registrar_queue", "questions_to_me"],
        "overdue": ["registrar_overdue"],
        "new": [],
        "rest": [],
    },
    "response_officer": {},
    "neighbourhood_officer": {},
    "partner_member": {},
    "learning": {},
    "auditor": {},
    "administrator": {},
}  # fmt: skip
FIRST["researcher"] = FIRST["exploitation_officer"] = FIRST["analyst"]
FIRST["panel_chair"] = FIRST["mace_coordinator"] = FIRST["tasking_chair"]


def test_each_role_has_the_sources_that_it_has(application):  # noqa: F811
    from redshank.web.accounts.roles import ROLES
    from redshank.web.worklist.firsts import SOURCES

    assert set(FIRST) == set(ROLES)
    for key, role in ROLES.items():
        mine = {b: [s for s in sources if s in SOURCES] for b, sources in role.first.items()}
        assert mine == {b: FIRST[key].get(b, []) for b in mine}, key


def test_every_source_of_a_first_page_is_known_and_its_role_sees_what_it_tells(application):  # noqa: F811
    from redshank.web.accounts.roles import ROLES
    from redshank.web.pages import today

    needs = {
        "urgent": "see.urgent", "urgent_untaken": "see.urgent", "questions_to_me": "question.answer",
        "answers_to_me": "item.ask", "registrar_queue": "registrar.decide", "registrar_overdue": "see.referrals",
        "registrar_asks": "item.refer", "raised_unanswered": "item.raise", "held_due": "raised.settle",
        "raised_overdue": "see.raised", "raised_next": "see.raised", "sweeps_to_decide": "item.sweep",
        "my_actions": "action.report", "actions_to_take": "action.report", "actions_overdue": "see.actions",
        "asked_of_me": "commission.answer", "answers_to_read": "commission.make", "sittings_next": "meeting.run", "sittings_unheld": "see.raised",
    }  # fmt: skip
    for role in ROLES.values():
        for source in (s for sources in role.first.values() for s in sources):
            assert source in today.SOURCES
            assert source not in needs or role.allows(needs[source]), (role.key, source)


def test_every_role_that_may_be_asked_or_own_something_sees_where_it_lands(application):  # noqa: F811
    from redshank.web.accounts.roles import ROLES

    for role in ROLES.values():
        assert not role.allows("question.answer") or role.allows("see.questions"), role.key
        assert not role.allows("raised.settle") or role.allows("see.raised"), role.key
        assert not role.allows("item.ask") or role.allows("see.questions"), role.key
        assert not role.allows("item.refer") or role.allows("see.referrals"), role.key
        for act in ("item.verdict", "item.raise", "item.refer", "item.ask", "item.bulk", "item.sweep"):
            assert not role.allows(act) or role.allows("see.items"), (role.key, act)


@pytest.mark.parametrize("role", sorted(FIRST))
def test_the_first_page_opens(town, role):  # noqa: F811
    assert tools.client(role).get("/").status_code == 200


def test_every_code_that_can_reach_a_page_has_its_word(application):  # noqa: F811
    from redshank.web.pages.words import WORDS
    from redshank.web.worklist import board, registrar
    from redshank.web.worklist.models.acts import KINDS
    from redshank.web.worklist.models.base import ABOUT
    from redshank.web.worklist.models.sweeps import STATES as SWEPT
    from redshank.web.worklist.views.board import IN_BULK

    for table, codes in {
        "act": KINDS, "about": ABOUT, "standing": board.STATES,
        "ruling": (*registrar.RULINGS, "waiting", "more"), "sweep": (*SWEPT, "right", "wrong"), "bulk": IN_BULK,
    }.items():  # fmt: skip
        assert set(codes) <= set(WORDS[table]), table


def test_no_machine_name_and_no_style_or_script_stands_in_a_page(town):  # noqa: F811
    """Practice rule 19, and the content security policy."""
    from .test_worklist_acts import FORMS, send

    analyst = tools.client("analyst")
    for n, kind in enumerate(FORMS):
        send(analyst, kind, once=f"k{n}")
    for path in ("/worklist?status=all", "/worklist/items/child/p-ada", "/rules", "/rules/older.company", "/raised", "/registrar", "/questions", "/urgent", "/worklist/dismissals", "/"):  # fmt: skip
        answer = analyst.get(path)
        page = answer.content.decode()
        said = tools.text_of(answer)
        assert not re.search(r"\b[a-z]+_[a-z_]+\b", said), (path, re.search(r"\b[a-z]+_[a-z_]+\b", said))
        assert not re.search(r"\bstyle=|\bon[a-z]+=\"|<style|<script(?![^>]*src=)", page), path
        assert "None" not in re.sub(r"None( [a-z]+)*\.", "", said), path


def test_ids_of_a_page_stand_once_and_labels_point_to_what_is_there(town):  # noqa: F811
    analyst = tools.client("analyst")
    for path in ("/worklist", "/worklist/items/child/p-ada?find=wick", "/raised", "/registrar"):
        page = analyst.get(path).content.decode()
        ids = re.findall(r'\bid="([^"]+)"', page)
        assert len(ids) == len(set(ids)), (path, {i for i in ids if ids.count(i) > 1})
        for target in re.findall(r'<label[^>]*\bfor="([^"]+)"', page):
            assert target in ids, (path, target)
