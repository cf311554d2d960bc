"""The audit on the pages of things themselves, for whoever may read it."""

from __future__ import annotations

import html
import re

from .conftest import propose
from .worklist_tools import text_of


def test_who_opened_a_thing_stands_on_its_page_for_who_reads_the_audit_and_leads_to_all_of_it(sign_in, place):
    analyst, lead = sign_in("analyst"), sign_in("safeguarding_lead")
    number = propose(analyst, "group", place.group["open"])
    pages = {
        "record": f"/records/{place.record['open'].replace(':', '/', 1)}", "child": f"/children/{place.person['Cara']}",
        "person": f"/persons/{place.person['Cara']}", "group": f"/groups/{place.group['open']}",
        "place": f"/places/{place.cell['lodge']}", "line": f"/lines/{place.line}", "flag": f"/flags/{number}",
    }  # fmt: skip
    for kind, url in pages.items():
        assert "Who opened it" not in text_of(analyst.get(url)), kind
        answer = lead.get(url)
        assert "Who opened it Analyst One" in text_of(answer) or "Analyst One" in text_of(answer).split("Who opened it")[1], kind  # fmt: skip
        found = re.search(r'href="(/trail\?kind=[^"]+)"', answer.content.decode())
        shown = lead.get(html.unescape(found[1])).context["shown"]
        assert shown.total >= 2, kind  # the analyst's and the lead's own
        assert {e.kind for e in shown.page} == {kind}
        assert len({e.ident for e in shown.page}) == 1


def test_the_pages_of_things_tell_nobody_else_who_opened_them(sign_in, place):
    sign_in("analyst").get(f"/groups/{place.group['open']}")
    for role in ("exploitation_officer", "panel_chair", "duty_inspector"):
        assert "Who opened it" not in text_of(sign_in(role).get(f"/groups/{place.group['open']}")), role
