"""What the menu holds for each role, in which order, and where one stands in it."""

from __future__ import annotations

import re

import pytest
from django.urls import get_resolver, reverse

from redshank.web.accounts.roles import ROLES
from redshank.web.pages.menu import SECTIONS, menu

SCAN = ("Daily scan", "Worklist", "Concerns", "Questions", "Registrar")
CHILDREN = ("Children", "Children", "Missing", "MASH")
SEEN = ("Children", "Children", "Missing")
PLACES = ("Groups and places", "Groups", "Places", "Map", "County lines")
GROUPS = (*PLACES, "Makesafe")
DECISIONS = ("Decisions", "Flags", "Judgements")
DISRUPTION = (*DECISIONS, "Disruption", "VVOL lists")
TOLD = ("Products", "Products", "Recommendations")
MEETINGS = ("Meetings", "Meetings", "Raised", "Actions", "Agencies", "Matrix")
SEARCH = ("Search", "Search", "Records")
LEARNING = ("Learning", "Programme", "Publications", "Policies")
#: Role → its sections; each with its ways, or by its one way's own word.
MENUS = {
    "analyst": ["Today", "Cannot wait", SCAN, CHILDREN, GROUPS, DISRUPTION, MEETINGS, ("Products", "Products", "Returns", "Recommendations", "Reviews", "Fairness"), LEARNING, SEARCH, ("More", "Rules", "Language", "Quarantine", "Sources")],
    "missing_adviser": ["Today", "Cannot wait", SCAN, CHILDREN, "Groups", ("Decisions", "Flags", "Judgements", "VVOL lists"), MEETINGS, ("Products", "Products", "Recommendations", "Reviews"), LEARNING, SEARCH, ("More", "Rules", "Language")],
    "response_officer": ["Today", "Concerns", "Judgements", "Actions", "Products", LEARNING, SEARCH],
    "duty_inspector": ["Today", "Cannot wait", ("Daily scan", "Concerns", "Questions"), SEEN, (*PLACES, "Makesafe calls"), DISRUPTION, ("Meetings", "Meetings", "Raised", "Actions"), "Products", LEARNING, SEARCH],
    "exploitation_officer": ["Today", "Cannot wait", SCAN, CHILDREN, GROUPS, DISRUPTION, MEETINGS, ("Products", "Products", "Recommendations", "Reviews"), LEARNING, SEARCH, ("More", "Rules", "Language")],
    "neighbourhood_officer": ["Today", "Concerns", ("Groups and places", "Places", "Map", "Makesafe"), "Judgements", "Actions", "Products", LEARNING, SEARCH],
    "partnership_officer": ["Today", SCAN, CHILDREN, GROUPS, DISRUPTION, MEETINGS, TOLD, LEARNING, SEARCH, "Rules"],
    "tasking_chair": ["Today", ("Daily scan", "Concerns", "Questions"), "Children", PLACES, DISRUPTION, ("Meetings", "Meetings", "Raised", "Actions"), TOLD, LEARNING, SEARCH],
    "panel_chair": ["Today", ("Daily scan", "Concerns", "Questions"), CHILDREN, ("Groups and places", "Groups", "County lines"), DISRUPTION, MEETINGS, TOLD, LEARNING, SEARCH],
    "mace_coordinator": ["Today", ("Daily scan", "Concerns", "Questions"), CHILDREN, ("Groups and places", "Groups", "Places", "Map"), DISRUPTION, MEETINGS, TOLD, LEARNING, SEARCH],
    "partner_member": ["Today", "Concerns", "Children", "Judgements", ("Meetings", "Meetings", "Raised", "Actions", "Agencies"), "Products", "Policies", SEARCH],
    "safeguarding_lead": ["Today", "Cannot wait", SCAN, CHILDREN, GROUPS, DISRUPTION, MEETINGS, ("Products", "Products", "Returns", "Recommendations", "Reviews", "Fairness", "Statements"), LEARNING, SEARCH, ("More", "Rules", "Language", "Quarantine", "Sampled reads", "Audit", "Access and disclosure", "Preservation", "Erasure", "Sight")],
    "crime_registrar": ["Today", ("Daily scan", "Concerns", "Questions", "Registrar"), DECISIONS, ("Products", "Products", "Returns", "Recommendations"), LEARNING, SEARCH],
    "learning": ["Today", "Concerns", ("Meetings", "Meetings", "Raised"), ("Products", "Products", "Recommendations", "Reviews"), LEARNING, "Language"],
    "auditor": ["Today", "Concerns", ("Decisions", "Flags", "Disruption"), "Agencies", ("Products", "Products", "Returns", "Recommendations", "Fairness", "Statements"), LEARNING, ("More", "Quarantine", "Sources", "Audit", "Access and disclosure", "Preservation", "Erasure")],
    "administrator": ["Today", "Policies", ("More", "Accounts", "Systems", "Webhooks")],
}  # fmt: skip
MENUS["researcher"] = MENUS["analyst"]
#: Pages that stand in no section: before one signed in, for machines, of the header, or told of anything at all.
NOWHERE = {
    "healthz", "health", "ready", "metrics", "sign-in", "provider", "provider-back", "demonstration", "second-factor", "handover", "notices", "asks", "team",
    "why", "behind", "group-chart", "group-file", "map-cells", "map-file", "register-csv", "register-differences-csv", "edition-csv", "meeting-calendar",
    "sitting-pack", "disruption-csv", "lines-csv", "makesafe-points", "makesafe-csv", "tracker-file", "flag-audit-file", "audit-report-file", "audit-feedback", "language-check",
    "language-api", "rights-package", "erasure-file", "learning-csv", "learning-paper", "learning-file-csv", "policy-paper", "return-rows", "return-document", "product-chart", "product-paper", "paper-file",
    "sharing-csv",
    "tokens", "api-description", *(f"api-{n}" for n in ("concerns", "concern", "flags", "flag", "groups", "group", "children", "child", "person", "places", "place", "lines", "line", "actions", "action", "action-step", "language")),
}  # fmt: skip


def held(role: str) -> list:
    """A role's menu as the table above has it."""
    out: list = []
    for entry in menu(ROLES[role], "").sections:
        inside = menu(ROLES[role], entry.name)
        ways = [w.words for w in inside.ways]
        out.append((entry.words, *ways) if ways else entry.words)
    return out


@pytest.mark.parametrize("role", list(ROLES))
def test_each_role_has_its_sections_and_ways_in_one_order(role):
    assert held(role) == MENUS[role]


def test_the_order_of_the_sections_is_the_same_for_every_role():
    order = [w.name for s in SECTIONS for w in s.ways]
    for role in ROLES.values():
        names = [e.name for e in menu(role, "").sections]
        assert names == sorted(names, key=order.index), role.key


@pytest.mark.parametrize("role", list(ROLES))
def test_everything_in_a_menu_opens_and_says_where_one_is(sign_in, role):
    client = sign_in(role)
    for section in menu(ROLES[role], "").sections:
        for way in menu(ROLES[role], section.name).ways or [section]:
            answer = client.get(reverse(way.name))
            assert answer.status_code == 200, way.name
            page, below = answer.content.decode(), menu(ROLES[role], section.name).ways
            top = re.search(r'<ul[^>]*id="navigation".*?</ul>', page, re.DOTALL)
            sub = re.search(r'<ul class="moj-sub-navigation__list".*?</ul>', page, re.DOTALL)
            assert top
            assert here(top) == [(reverse(section.name), "true" if below else "page")]
            assert (here(sub) if sub else []) == ([(reverse(way.name), "page")] if below else []), way.name


def here(found: re.Match[str]) -> list[tuple[str, str]]:
    return re.findall(r'href="([^"]*)" aria-current="(\w+)"', found[0])


def test_every_page_belongs_to_one_way_or_is_known_to_stand_nowhere():
    """A new page is put into the menu's table, or is named here with the rest."""
    for role in ROLES.values():
        of_role = [n for s in SECTIONS for w in s.ways if w.is_for(role) for n in (w.name, *w.pages)]
        assert len(of_role) == len(set(of_role)), role.key
    places = [n for s in SECTIONS for w in s.ways for n in (w.name, *w.pages)]
    # Two ways lead to one page only where one of them is for whoever has not the other.
    twice = {n for n in places if places.count(n) > 1}
    assert twice == {n for s in SECTIONS for w in s.ways if w.unless for n in (w.name, *w.pages)}
    pages = {p.name for p in get_resolver().url_patterns if not p.callback.policy.acts}
    assert set(places) | NOWHERE == pages
    assert not set(places) & NOWHERE


def test_a_page_within_a_way_marks_the_way_and_its_section(sign_in, place):
    page = sign_in("analyst").get(reverse("group", args=[place.group["open"]])).content.decode()
    for words in ("Groups and places", "Groups"):
        assert re.search(rf'aria-current="true">(<strong[^>]*>)?{words}<', page), words


def test_who_may_open_nothing_today_is_shown_no_way(sign_in):
    client = sign_in("analyst")
    from redshank.web.access import standing

    standing.record(client.user, left_on=standing.today())
    answer = client.get("/")
    assert answer.status_code == 403
    assert "navigation" not in answer.content.decode().split("<main")[0].replace(
        'id="navigation"', "navigation"
    )
