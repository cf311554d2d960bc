"""Patrols at a place: the place's page and the map's table say how often somebody reported, to those who see the task."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

pytestmark = pytest.mark.databases


def patrol(sign_in, cell: str, **more):
    from redshank.web.meetings import actions, raising

    lead, owner = sign_in("safeguarding_lead").user, sign_in("exploitation_officer").user
    of = raising.subject(lead, "place", cell)
    task = actions.Task(
        task="Walk by the lodge in the evening", strand="protect", rationale="Children gather", measure="Fewer calls",
        due=date.today() + timedelta(days=7), owner=owner, supervisor=lead, cell=cell, **more,
    )  # fmt: skip
    return actions.give(lead, of, task, "patrol")[0], owner


def table(client, cell: str) -> str:
    page = client.get("/map").content.decode()
    row = page.split(f'href="/places/{cell}"', 1)[1].split("</tr>", 1)[0]
    return row.rsplit("<td", 1)[1]


def test_each_report_counts_on_the_places_page_and_in_the_maps_table_and_opens_to_the_task(sign_in, place):
    from redshank.web.meetings import actions
    from redshank.web.meetings.models import ActionStep

    cell = place.cell["lodge"]
    client = sign_in("exploitation_officer")
    assert b"Patrols and tasks here" not in client.get(f"/places/{cell}").content
    task, owner = patrol(sign_in, cell)
    assert b"nothing reported in 28 days" in client.get(f"/places/{cell}").content
    for n in (1, 2, 3):
        actions.step(owner, task.pk, "reported", "Walked at six; nobody was there", f"r{n}", 10**9)
    old = task.steps.filter(kind="reported").first()
    ActionStep.objects.filter(pk=old.pk).update(at=old.at - timedelta(days=29))
    page = client.get(f"/places/{cell}").content.decode()
    assert "Patrols and tasks here: 2 reports in 28 days" in page
    assert f'href="/actions/{task.pk}"' in page
    assert f'href="/places/{cell}#tasks">2<' in table(client, cell)
    cells = client.get("/map/cells.json").json()["cells"]
    assert [(c["properties"]["tasks"], c["properties"]["reports"]) for c in cells if c["id"] == cell] == [
        (1, 2)
    ]


def test_who_does_not_see_the_task_is_told_of_no_patrol_and_no_file_takes_it_out(sign_in, place):
    cell = place.cell["lodge"]
    patrol(sign_in, cell)
    analyst = sign_in("analyst")
    assert f'href="/places/{cell}"' in analyst.get("/map").content.decode()
    assert "#tasks" not in analyst.get("/map").content.decode()
    assert b"Patrols and tasks here" not in analyst.get(f"/places/{cell}").content
    lead = sign_in("safeguarding_lead")
    assert "#tasks" in lead.get("/map").content.decode()
    told = lead.get("/map/files/profile.geojson").json()["features"]
    assert told
    assert not any("tasks" in f["properties"] for f in told)
