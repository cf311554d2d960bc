"""The audit on the pages of things themselves, for whoever may read it."""

from __future__ import annotations

import html
import re

import pytest
from django.test import override_settings

from .conftest import propose
from .worklist_tools import text_of


@pytest.fixture
def settings_home(home_copy):
    """The pages over a copy of the home, so that its chain may be written to."""
    with override_settings(HOME=home_copy):
        yield


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


def test_what_the_command_line_did_is_found_by_the_auditors_search(sign_in, home_copy, settings_home):
    from datetime import timedelta

    from django.utils import timezone

    from redshank.audit import Audit

    Audit(home_copy, actor="curlew").append("findings export", "children", {"rows": 3}, purpose="return of the year", personal={"id": "p-1"})  # fmt: skip
    auditor = sign_in("auditor")
    everything = auditor.get("/trail/commands").context["shown"].total
    found = auditor.get("/trail/commands?q=Findings+EXPORT")
    assert everything > found.context["shown"].total == 1
    assert "curlew" in text_of(found)
    assert "p-1" not in found.content.decode()
    assert auditor.get("/trail/commands?q=curlew").context["shown"].total == 1
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert auditor.get(f"/trail/commands?since={tomorrow}").context["shown"].total == 0
    assert auditor.get("/trail/commands?since=soon").status_code == 400
    assert not any(r.action.startswith("web ") for r in auditor.get("/trail/commands").context["shown"].page)
    assert 'href="/trail/commands"' in auditor.get("/trail").content.decode()
    for role in ("analyst", "administrator"):
        assert sign_in(role).get("/trail/commands").status_code == 404
    log = home_copy / "audit" / "log"
    log.write_bytes(log.read_bytes().replace(b"curlew", b"dunlin", 1))
    damaged = auditor.get("/trail/commands")
    assert damaged.status_code == 400
    assert "There is a problem" in text_of(damaged) or "govuk-error-message" in damaged.content.decode()
