"""A group's chart to explore, what hangs on a record, and the files that leave: what each shows, and to whom."""

from __future__ import annotations

import csv
import io
import json
import re
from xml.etree import ElementTree

import pytest
from django.urls import reverse

from . import village
from .charts_tools import bare

NS = "{http://graphml.graphdrawing.org/xmlns}"
FILES = ("chart.graphml", "chart.gexf", "members.csv", "ties.csv", "places.geojson")


def addresses(group_id: str) -> list[str]:
    return [
        reverse("group-chart", args=[group_id]),
        reverse("group-aside", args=[group_id]),
        *(reverse("group-file", args=[group_id, name]) for name in FILES),
    ]


def chart(client, group_id: str, show: str = "members") -> dict:
    answer = client.get(reverse("group-chart", args=[group_id]), {"show": show})
    assert answer.status_code == 200
    return answer.json()


def kinds(told: dict) -> dict[str, set[str]]:
    out: dict[str, set[str]] = {}
    for node in told["nodes"]:
        out.setdefault(node["kind"], set()).add(node["label"])
    return out


# ---- the chart ---------------------------------------------------------------------------------


def test_members_are_drawn_with_their_ties_and_the_records_that_show_them(sign_in, place):
    told = chart(sign_in("analyst"), place.group["open"])
    found = kinds(told)
    assert {n.split(",")[0] for n in found["concern"]} == {village.ARLO.name, village.BRAM.name}
    assert {n.split(",")[0] for n in found["child"]} >= {village.CARA.name, village.DINA.name}
    ends = {frozenset((line["source"], line["target"])) for line in told["lines"]}
    assert frozenset((place.person["Arlo"], place.person["Bram"])) in ends
    assert all(line["records"] for line in told["lines"])


def test_what_ties_them_can_be_drawn_and_opens_its_page(sign_in, place):
    client = sign_in("analyst")
    told = chart(client, place.group["open"], "things")
    urls = [n["url"] for n in told["nodes"] if n["kind"] in ("phone", "vehicle")]
    assert len(urls) == 2
    assert {client.get(url).status_code for url in urls} == {200}


def test_records_and_whom_they_name_can_be_drawn(sign_in, place):
    told = chart(sign_in("analyst"), place.group["open"], "around")
    assert "crime C-open" in kinds(told)["record"]
    held = {n["id"] for n in told["nodes"]}
    assert {e for line in told["lines"] for e in (line["source"], line["target"])} <= held


def test_it_says_what_it_does_not_show(sign_in, place):
    notes = " ".join(chart(sign_in("analyst"), place.group["open"])["notes"])
    assert "not drawn" in notes
    assert "not how sure" in notes


def test_no_number_orders_people_in_it(sign_in, place):
    text = json.dumps(chart(sign_in("analyst"), place.group["open"], "around"))
    assert "score" not in text
    assert "strength" not in text


def test_of_more_than_three_thousand_the_members_stay_and_the_rest_is_said(home):
    from redshank.web.charts.drawing import MOST, Drawing

    drawing = Drawing()
    for n in range(MOST):
        drawing.node(f"thing-{n}", "record", f"record {n}", "")
    for n in range(40):
        drawing.node(f"person-{n}", "concern" if n % 2 else "child", f"person {n}", "")
        drawing.line(f"person-{n}", "thing-7", "named in it", ("crimes:1",))
    drawing.cut()
    assert len(drawing.nodes) == MOST
    assert {f"person-{n}" for n in range(40)} | {"thing-7"} <= set(drawing.nodes)
    assert f"{MOST:,} of {MOST + 40:,} are drawn" in drawing.notes[0]
    held = set(drawing.nodes)
    assert all(line["source"] in held and line["target"] in held for line in drawing.lines.values())


def test_the_page_holds_picture_table_and_the_way_to_explore(sign_in, place):
    text = sign_in("analyst").get(reverse("group", args=[place.group["open"]])).content.decode()
    assert "<svg" in text
    assert 'data-chart="' in text
    assert "With whom" in text
    assert "style=" not in text


# ---- what is left ------------------------------------------------------------------------------


def left(home, group_id: str, records: set[str], ties=(), open_only: bool = False):
    from redshank.publish.aside import left

    return left(home, group_id, records, set(ties), open_only=open_only)


def test_what_is_proposed_again_from_its_own_ties_is_the_group_itself(home, place):
    from redshank.web.heads.models import Group

    for group in Group.objects.filter(in_full=True):
        before = left(home, group.group_id, set()).before
        assert before.members == {m["person_id"] for m in group.parsed("story")["members"]}
        assert before.strength == group.strength
        assert before.hangs_on == group.parsed("story")["hangs_on"]


def test_it_falls_with_the_records_that_it_says_it_hangs_on(home, place):
    from redshank.web.heads.models import Group
    from redshank.web.pages.words import record_words

    story = Group.objects.get(group_id=place.group["other"], in_full=True).parsed("story")
    falls = {k for k in story["records"] if left(home, place.group["other"], {k}).after is None}
    said = story["hangs_on"]
    if "no single record" in said:
        assert falls == set()
    else:
        assert falls
        assert any(record_words(k) in said for k in falls)
    assert left(home, place.group["other"], set(story["records"])).after is None


def test_a_tie_set_aside_weakens_or_ends_it_and_nothing_is_written(home, place):
    from redshank.web.heads.models import Group

    story = Group.objects.get(group_id=place.group["open"], in_full=True).parsed("story")
    ties = {
        (t["from"], t["to"], t["by"]) for t in story["ties"] if t["by"].startswith(("phone:", "vehicle:"))
    }
    assert ties
    result = left(home, place.group["open"], set(), ties)
    assert result.after is None or result.ties >= len(ties)


def test_the_page_says_what_would_be_left(sign_in, place):
    client = sign_in("analyst")
    url = reverse("group-aside", args=[place.group["open"]])
    one = client.get(url, {"record": "crimes:C-open", "asked": "1"})
    assert "crime C-open" in one.content.decode()
    from redshank.web.heads.models import Group

    keys = Group.objects.get(group_id=place.group["open"], in_full=True).parsed("story")["records"]
    everything = client.get(url, {"record": keys, "asked": "1"}).content.decode()
    assert "would not be proposed any more" in everything
    nothing = client.get(url, {"record": "", "tie": "", "asked": "1"})
    assert nothing.status_code == 400
    assert "Choose a record or a tie" in nothing.content.decode()


def test_a_record_of_another_group_is_not_set_aside(sign_in, place):
    url = reverse("group-aside", args=[place.group["open"]])
    answer = sign_in("analyst").get(url, {"record": "crimes:C-other", "asked": "1"})
    assert answer.status_code == 400


# ---- files -------------------------------------------------------------------------------------


def file(client, group_id: str, name: str) -> str:
    answer = client.get(reverse("group-file", args=[group_id, name]))
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    return answer.content.decode()


def test_graphml_is_read_by_a_parser_and_its_lines_end_at_its_nodes(sign_in, place):
    root = ElementTree.fromstring(file(sign_in("analyst"), place.group["open"], "chart.graphml"))
    nodes = {n.get("id") for n in root.iter(f"{NS}node")}
    edges = list(root.iter(f"{NS}edge"))
    assert nodes
    assert edges
    assert all({e.get("source"), e.get("target")} <= nodes for e in edges)
    assert "proposed person of concern" in {
        d.text for d in root.iter(f"{NS}data") if d.get("key") == "stands_as"
    }


def test_csv_holds_the_ties_with_records_grades_and_time(sign_in, place):
    rows = list(csv.DictReader(io.StringIO(file(sign_in("analyst"), place.group["open"], "ties.csv"))))
    assert any("crime C-open" in r["Records"] for r in rows)
    assert any("graded 2B" in r["Grades"] for r in rows)
    assert all(r["As recorded at"] for r in rows)


def test_files_call_everybody_and_everything_as_the_page_does_and_keys_come_last(sign_in, place):
    """No id without a name: a file that is read by a person holds words first, and no number that the page does not tell."""
    client, group = sign_in("analyst"), place.group["open"]
    page = client.get(reverse("group", args=[group])).content.decode()
    files = {n: list(csv.reader(io.StringIO(file(client, group, n)))) for n in ("members.csv", "ties.csv")}
    for name, ends in (("members.csv", 1), ("ties.csv", 2)):
        head, *rows = files[name]
        assert [h.startswith("Key") for h in head] == [False] * (len(head) - ends) + [True] * ends
        for row in rows:
            assert all(row[: len(head) - ends][:ends]), row
            assert not re.search(r"\bp-\w|[0-9a-f]{12}", " ".join(row[:-ends])), row
    members = {row[0]: row[-1] for row in files["members.csv"][1:]}
    for row in files["ties.csv"][1:]:
        assert (members[row[0]], members[row[1]]) == (row[-2], row[-1])
    labels = [row[0] for row in files["members.csv"][1:] if row[1] in ("child", "proposed person of concern")]
    assert labels
    assert all(label.partition(",")[0] in page for label in labels)
    for row in files["members.csv"][1:]:
        assert re.fullmatch(r"p-\w+|unidentified-\S+|(phone|vehicle|handle|place|line)-\d+", row[-1]), row


def test_places_of_a_file_are_cells_and_no_number_orders_them(sign_in, place):
    told = json.loads(file(sign_in("analyst"), place.group["open"], "places.geojson"))
    assert told["type"] == "FeatureCollection"
    assert "score" not in json.dumps(told)


@pytest.mark.parametrize("text", ["=cmd", "+1", "-1", "@x", "\tx", "\rx", "\nx"])
def test_no_cell_reads_as_a_formula(home, text):
    from redshank.web.charts.files import cell, sheet

    assert cell(text) == "'" + text
    (row,) = list(csv.reader(io.StringIO(sheet(("A",), [[text]]).partition("\r\n")[2])))
    assert row[0].startswith("'")


def test_a_file_that_leaves_is_in_the_audit(sign_in, place):
    from redshank.web.trail.models import Entry

    client = sign_in("analyst")
    for name in FILES:
        file(client, place.group["open"], name)
    kept = Entry.objects.filter(
        action="disclosure", kind="group", ident=place.group["open"], user=client.user
    )
    assert {json.loads(e.details)["file"] for e in kept} == set(FILES)


# ---- who may -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "role", ["response_officer", "partner_member", "learning", "administrator", "auditor"]
)
def test_a_role_without_groups_meets_the_answer_for_nothing(sign_in, place, role):
    client = sign_in(role)
    nothing = bare(client.get(reverse("group-chart", args=["g-nothing"])))
    for url in addresses(place.group["open"]):
        answer = client.get(url)
        assert answer.status_code == 404
        assert bare(answer) == nothing


def test_files_need_a_permission_of_their_own(sign_in, place):
    client = sign_in("tasking_chair")
    assert client.get(reverse("group-chart", args=[place.group["open"]])).status_code == 200
    for name in FILES:
        assert client.get(reverse("group-file", args=[place.group["open"], name])).status_code == 404
    assert "members.csv" not in client.get(reverse("group", args=[place.group["open"]])).content.decode()


@pytest.mark.parametrize("role", ["missing_adviser", "panel_chair", "tasking_chair"])
def test_handling_c_is_nowhere_for_an_uncleared_role(sign_in, place, role):
    client = sign_in(role)
    for url in addresses(place.group["closed"]):
        assert client.get(url).status_code == 404
    for show in ("members", "things", "around"):
        text = json.dumps(chart(client, place.group["open"], show))
        assert not [w for w in village.CLOSED_WORDS if w in text]
    text = client.get(reverse("group-aside", args=[place.group["open"]]), {"record": "crimes:C-open"})
    assert not [w for w in village.CLOSED_WORDS if w in text.content.decode()]


def test_a_conflict_of_interest_hides_the_chart_and_its_files(sign_in, place):
    from redshank.web.policy.models import Conflict

    client = sign_in("analyst")
    Conflict.objects.create(user=client.user, person_id=place.person["Arlo"], by=client.user, reason="family")
    for url in addresses(place.group["open"]):
        assert client.get(url).status_code == 404


def test_a_restricted_record_takes_its_group_along(sign_in, place):
    from redshank.web.policy.models import Restriction

    client = sign_in("analyst")
    Restriction.objects.create(kind="record", ident="crimes:C-open", by=client.user, reason="need to know")
    for url in addresses(place.group["open"]):
        assert client.get(url).status_code == 404
    assert "C-open" not in json.dumps(chart(client, place.group["other"], "around"))
