"""A shadow run: the existing scan's list beside what the night proposed, read blind, counted by part with intervals."""

from __future__ import annotations

from datetime import date

import pytest

from redshank.errors import DeliveryRefused, NotPermitted, UsageError
from redshank.products.shadow_month import CELLS, build

from .audit_tools import draw, found, read
from .worklist_tools import text_of

pytestmark = pytest.mark.databases
DAYS = (date(2026, 1, 1), date(2026, 12, 31))


def parts_of(client):
    """Of all records that this reader sees, which the night names."""
    from redshank.web.audits import sampling
    from redshank.web.audits.programmes import SHADOW

    of = sampling.by_scan(client.user, SHADOW, set(), *DAYS)
    return [k for k, c in of.items() if c == "redshank"], [k for k, c in of.items() if c == "neither"]


def taken(client, keys, size=12, **more):
    from redshank.publish import shadow
    from redshank.web.audits.models import Sample

    told = shadow.draw(keys, client.user.username, *DAYS, size, **more)
    return told, Sample.objects.get(pk=told["sample"])


def test_a_list_makes_four_parts_and_as_many_of_each_are_drawn(sign_in, place):
    lead = sign_in("analyst")
    ours, others = parts_of(lead)
    assert len(ours) > 3
    assert len(others) > 3
    listed = [*ours[:3], *others[:3], "crimes:NOWHERE"]
    told, sample = taken(lead, listed)
    assert (told["new"], told["listed"], told["among_records"]) == (True, 7, 6)
    cells = {c: set(sample.items.filter(stratum=c).values_list("record_key", flat=True)) for c in CELLS}
    assert {c: len(v) for c, v in cells.items()} == dict.fromkeys(CELLS, 3)
    assert cells["both"] == set(ours[:3])
    assert cells["old"] == set(others[:3])
    assert cells["redshank"] <= set(ours[3:])
    assert told["records"] == {"both": 3, "neither": len(others) - 3, "old": 3, "redshank": len(ours) - 3}
    assert {i.was_found >= {"old"} for i in sample.items.filter(stratum="old")} == {True}
    again, same = taken(lead, listed[::-1])
    assert (again["new"], same.pk) == (False, sample.pk)


def test_who_reads_is_not_told_which_scan_named_it(sign_in, place):
    lead = sign_in("analyst")
    ours, others = parts_of(lead)
    _, sample = taken(lead, [*ours[:2], *others[:2]])
    reader = sign_in("researcher")
    for item in sample.items.all():
        page = reader.get(f"/reviews/records/{item.pk}").content.decode().lower()
        assert not any(w in page for w in ("existing scan alone", "redshank alone", "only_old", "stratum"))
    page = text_of(reader.get(f"/reviews/samples/{sample.pk}"))
    assert not any(f"{k}: {CELLS[c]}" in page for k in ours for c in CELLS)
    assert "Draw it again" not in page


def test_the_month_counts_each_part_and_each_number_opens(sign_in, place):
    lead, second = sign_in("analyst"), sign_in("researcher")
    ours, others = parts_of(lead)
    _, sample = taken(lead, [*ours[:2], *others[:2]], size=8)
    for item in sample.items.order_by("record_key"):
        for who in (lead, second) if item.twice else (lead,):
            (found if item.stratum in ("both", "redshank") else read)(who, item)
    answer = lead.get("/reviews/shadow/report")
    page = text_of(answer)
    assert "Beside the existing scan" in page
    rows = {r[0][0]: [c[0] for c in r] for r in answer.context["sections"][0][1][0]["cells"]}
    assert rows["Both"][1:4] == ["2", "2", "2"]
    assert rows["The existing scan alone"][1:4] == ["2", "2", "0"]
    assert rows["Neither"][1] == f"{len(others) - 2:,}"
    cells = answer.context["sections"][0][1][0]["cells"]
    n, i, j = cells[0][3][1]
    opened = text_of(lead.get(f"/reviews/shadow/report/{n}/{i}/{j}"))
    assert all(k.partition(":")[2] in opened for k in ours[:2])
    assert "Named by Redshank" in page
    assert lead.get("/reviews/shadow/report.docx").status_code == 200
    # What the night had not named and people found is a miss like any other; here nothing is.
    from redshank.web.audits.models import Miss

    assert not Miss.objects.filter(item__sample=sample).exists()


def test_it_is_drawn_from_a_list_alone_and_nobody_owes_one(sign_in, place):
    lead = sign_in("safeguarding_lead")
    page = text_of(lead.get("/reviews/shadow"))
    assert "redshank shadow" in page
    assert "overdue" not in page
    assert draw(lead, "shadow").status_code == 200
    from redshank.web.audits.models import Sample

    assert not Sample.objects.filter(programme="shadow").exists()


def test_who_may_not_draw_is_refused(sign_in, place, tmp_path):
    from redshank.publish import shadow

    with pytest.raises(NotPermitted, match="draws no sample"):
        taken(sign_in("learning"), ["crimes:C-open"])
    with pytest.raises(UsageError, match="no such account"):
        shadow.draw(["crimes:C-open"], "nobody", *DAYS, 8)
    with pytest.raises(UsageError, match="first day lies after"):
        shadow.draw(["crimes:C-open"], sign_in("analyst").user.username, DAYS[1], DAYS[0], 8)
    file = tmp_path / "scan.csv"
    file.write_text("record_type,score,record_ref\ncrimes,7,C1\ncrimes,8,C1\nincidents,1,Q2\n")
    assert shadow.read(file) == ["crimes:C1", "incidents:Q2"]
    file.write_text("record_type,record_ref\ncrimes,C1\n,C2\n")
    with pytest.raises(DeliveryRefused, match="line 3"):
        shadow.read(file)
    file.write_text("ref\nC1\n")
    with pytest.raises(DeliveryRefused, match="no column record_type"):
        shadow.read(file)


def test_the_estimate_adds_what_was_read_to_what_was_not():
    def cell(records, read, found):
        return {"records": records, "read": read, "found": found}

    told = {"both": cell(20, 20, 15), "old": cell(12, 12, 3), "redshank": cell(100, 20, 10), "neither": cell(900, 4, 0)}  # fmt: skip
    made = build(cells=told, months=[], agreement=[], samples=[{"drawn": 1, "complete": 1, "seed": "x", "by": "y", "at": "z", "strata": "s"}], period="May", as_at="x", of="y")  # fmt: skip
    said = [p.text for _, p in made.parts() if getattr(p, "figure", "") == "whole"]
    assert said[0] == "Named by the existing scan: 32 records, of which 18 show features of a group."
    # 15 + 10 read, and of the 80 that were not read between 29.93 and 70.07 in 100 (Wilson, 10 of 20).
    assert said[1] == "Named by Redshank: 120 records, of which between 49 and 81 show features of a group."
    assert "Too few are read" in said[2]
    assert "(neither)" in said[3]
