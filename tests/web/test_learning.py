"""Learning: the programme, attendance by file with every row accounted for, coverage of people in post, publications."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from .conftest import client_of
from .test_meetings_race import at_once
from .worklist_tools import text_of

pytestmark = pytest.mark.databases


def today(days: int = 0) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def csv_of(*lines: str, name="people.csv"):
    return SimpleUploadedFile(name, "\r\n".join(lines).encode(), content_type="text/csv")


def course(client, title="Appropriate language", **more) -> int:
    sent = {
        "title": title,
        "subject": "language",
        "origin": "local",
        "posts": ["response"],
        "repeat_months": "0",
        "once": title[:20],
    }
    answer = client.post("/learning", sent | more)
    assert answer.status_code == 302, answer.context["errors"]
    return int(answer.url.rsplit("/", 1)[1])


def course_act(client, number, act, **more):
    steps = len(client.get(f"/learning/courses/{number}").context["steps"])
    return client.post(
        f"/learning/courses/{number}/act",
        {"act": act, "steps": steps, "once": f"{act}{number}{steps}"} | more,
    )


def event(client, number, on="", **more) -> int:
    """An event that was held."""
    on = on or today(-1)
    sent = {
        "act": "event",
        "on": on,
        "where": "Training room",
        "who": "A trainer",
        "audience": "Response",
        "once": f"e{number}{on}",
    }
    answer = client.post(f"/learning/courses/{number}/act", sent | more)
    assert answer.status_code == 302, answer.context["errors"]
    made = int(answer.url.rsplit("/", 1)[1])
    assert (
        event_act(client, made, "step", kind="held", on=on, text="As planned.", steps="0").status_code == 302
    )
    return made


def event_act(client, of, act, **more):
    return client.post(f"/learning/events/{of}/act", {"act": act, "steps": "0", "once": f"{act}{of}"} | more)


def attended(client, number, *lines, **more):
    return event_act(client, number, "file", file=csv_of(*lines, name="attendance.csv"), **more)


def in_post(client, *lines, on="", **more):
    sent = {
        "file": csv_of(*lines),
        "as_at": on or today(),
        "source": "Workforce planning",
        "once": f"posts{on}{len(lines)}",
    }
    return client.post("/learning/posts", sent | more)


def told(client, number):
    return client.get(f"/learning/courses/{number}").context["coverage"]


# ---- coverage --------------------------------------------------------------------------------------------------


def test_312_of_340_response_officers_by_role_and_district_as_at_a_day(sign_in):
    trainer = sign_in("learning")
    north = [f"response officer,Northmere,R{n:03}" for n in range(200)]
    south = [f"Response Officers,Southmere,S{n:03}" for n in range(140)]
    assert in_post(trainer, "role,district,staff reference", *north, *south).status_code == 302
    number = course(trainer)
    held = event(trainer, number)
    refs = [f"R{n:03}" for n in range(190)] + [f"S{n:03}" for n in range(122)]
    assert attended(trainer, held, "staff reference", *refs).status_code == 302
    page = text_of(trainer.get(f"/learning/courses/{number}"))
    assert "312 of 340" in page
    assert "as at" in page
    cells = {c.district: (c.reached, c.of) for c in told(trainer, number).cells}
    assert cells == {"Northmere": (190, 200), "Southmere": (122, 140)}
    assert "312 of 340" in text_of(sign_in("analyst").get("/learning"))


def test_every_number_opens_to_the_list_behind_it_with_names_for_learning_and_the_line_manager_alone(sign_in):
    from redshank.web.access import standing

    trainer = sign_in("learning")
    one, two, manager = sign_in("response_officer"), sign_in("response_officer-2"), sign_in("duty_inspector")
    standing.record(one.user, manager=manager.user)
    number = course(trainer)
    attended(trainer, event(trainer, number), "username", one.user.username)
    assert str(told(trainer, number)) == "1 of 2"  # no establishment: the accounts here
    where = f"/learning/courses/{number}/people"
    for role, names in (
        ("learning", {one.user.name, two.user.name}), ("duty_inspector", {one.user.name}), ("safeguarding_lead", set()),
        ("partnership_officer", set()), ("analyst", set()),
    ):  # fmt: skip
        answer = sign_in(role).get(where)
        page = text_of(answer)
        assert {p.said for p in answer.context["shown"].page} == names, role
        assert {n for n in (one.user.name, two.user.name) if n in page} == names, role
        assert len(names) + answer.context["more"] == 2, role
    reached = trainer.get(f"{where}?show=reached")
    assert [p.said for p in reached.context["shown"].page] == [one.user.name]
    missing = trainer.get(f"{where}?show=missing&post=response")
    assert [p.said for p in missing.context["shown"].page] == [two.user.name]
    assert two.user.name not in text_of(one.get(where))


def test_the_list_behind_is_narrowed_by_post_and_by_district_also_by_one_without_a_name(sign_in):
    trainer = sign_in("learning")
    in_post(
        trainer, "role,district,reference", "response,Northmere,A1", "response,,A2", "detective,Northmere,B1"
    )
    number = course(trainer, posts=["response", "investigator"])
    where = f"/learning/courses/{number}/people"

    def refs(query):
        return [p.ref for p in trainer.get(f"{where}?{query}").context["shown"].page]

    assert refs("post=response&district=Northmere") == ["A1"]
    assert refs("post=response&district=") == ["A2"]
    assert refs("post=investigator") == ["B1"]
    assert refs("") == ["A2", "A1", "B1"]


def test_where_only_numbers_are_known_coverage_is_of_heads_and_says_so_and_never_exceeds_those_in_post(
    sign_in,
):
    trainer = sign_in("learning")
    in_post(trainer, "role,district,number", "response,Northmere,100")
    number = course(trainer)
    held = event(trainer, number)
    for n, once in (("70", "a"), ("50", "b")):
        assert (
            event_act(
                trainer, held, "heads", whom="response", district="Northmere", number=n, once=once
            ).status_code
            == 302
        )
    found = told(trainer, number)
    assert str(found) == "100 of 100"
    (cell,) = found.cells
    assert (cell.by_heads, cell.over) == (True, 20)
    page = text_of(trainer.get(f"/learning/courses/{number}"))
    assert "somebody who came twice counts twice" in page
    assert "(120 heads)" in page


def test_somebody_who_came_twice_and_somebody_who_is_not_in_post_are_not_counted_among_those_in_post(sign_in):
    trainer = sign_in("learning")
    in_post(
        trainer,
        "role,district,reference",
        "response,Northmere,A1",
        "response,Northmere,A2",
        "detective,Northmere,B1",
    )
    number = course(trainer)
    for day in (-5, -2):
        attended(trainer, event(trainer, number, today(day)), "reference", "a1", "X9", "B1")
    found = told(trainer, number)
    assert str(found) == "1 of 2"
    assert found.elsewhere == 2  # X9 once, B1 of a post that it is not for
    assert found.cells[0].people[0].on == timezone.localdate() - timedelta(days=2)


def test_what_is_to_be_repeated_counts_no_more_after_its_months_and_what_was_not_held_never(sign_in):
    trainer = sign_in("learning")
    in_post(trainer, "role,reference", "response,A1", "response,A2", on=today(-900))
    number = course(trainer, repeat_months="12")
    attended(trainer, event(trainer, number, today(-400)), "reference", "A1")
    assert str(told(trainer, number)) == "0 of 2"
    course_act(
        trainer,
        number,
        "change",
        title="Appropriate language",
        subject="language",
        origin="local",
        posts=["response"],
        repeat_months="0",
        why="Once.",
    )
    assert str(told(trainer, number)) == "1 of 2"
    planned = trainer.post(
        f"/learning/courses/{number}/act",
        {"act": "event", "on": today(3), "where": "x", "who": "x", "audience": "x", "once": "soon"},
    )
    refused = attended(trainer, int(planned.url.rsplit("/", 1)[1]), "reference", "A2", once="early")
    assert refused.status_code == 400
    assert "was held" in refused.context["errors"]["file"]


def test_the_last_establishment_counts_and_an_account_of_a_post_that_it_counts_is_not_counted_again(sign_in):
    trainer = sign_in("learning")
    in_post(trainer, "role,number", "response,9", on=today(-30))
    in_post(trainer, "role,number", "response,7", on=today(-3))
    number = course(trainer, posts=["response", "neighbourhood"])
    posts = {p: m for p, _, m in told(trainer, number).posts()}
    assert posts == {"response": 7, "neighbourhood": 2}  # the two accounts of neighbourhood officers
    sign_in("neighbourhood_officer").user.__class__.objects.filter(username="neighbourhood-officer").update(
        is_active=False
    )
    assert {p: m for p, _, m in told(trainer, number).posts()}["neighbourhood"] == 1


# ---- files: no row is lost -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        ("astronaut,Northmere,,3", "role", "no post is known as “astronaut”"), ("response,Northmere,A 1,", "staff reference", "a reference is letters"),
        ("response,Northmere,A1,2", "number", "stands for one person"), ("response,Northmere,,", "number", "neither a staff reference nor a number"),
        ("response,Northmere,,0", "number", "no number of people"), ("response,Northmere,,many", "number", "no number of people"),
        (",Northmere,A1,", "role", "the role is empty"), ("response,Northmere", "number", "the row ends after 2 cells"),
        (f"response,{'N' * 81},A1,", "district", "longer than 80"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_read_is_listed_with_row_column_and_reason_and_the_row_itself(
    sign_in, line, column, reason
):
    from redshank.web.learning.models import File, Unread

    trainer = sign_in("learning")
    answer = in_post(trainer, "Role,District,Staff reference,Number", "response,Northmere,Z1,", line)
    assert answer.status_code == 302
    file = File.objects.get()
    assert (file.rows, file.taken, file.left) == (2, 1, 1)
    left = Unread.objects.get()
    assert (left.row, left.column) == (3, column)
    assert reason in left.reason
    assert left.cells == line.split(",")
    assert reason in text_of(trainer.get(f"/learning/files/{file.pk}"))
    sheet = b"".join(trainer.get(f"/learning/files/{file.pk}/left.csv")).decode()
    assert reason in sheet
    others = text_of(sign_in("analyst").get(f"/learning/files/{file.pk}"))
    assert "Rows that could not be read: 1" in others
    assert reason not in others  # the row may hold a name
    assert sign_in("analyst").get(f"/learning/files/{file.pk}/left.csv").status_code == 404


def test_a_reference_that_stands_twice_is_taken_once_and_listed(sign_in):
    from redshank.web.learning.models import Unread

    trainer = sign_in("learning")
    in_post(trainer, "role,reference", "response,A1", "response,a1", "response,A2")
    assert [(u.row, u.reason) for u in Unread.objects.all()] == [(3, "“a1” stands twice in the file")]
    number = course(trainer)
    held = event(trainer, number)
    attended(trainer, held, "reference", "A1")
    attended(trainer, held, "reference", "A1", "A2", once="two")
    assert Unread.objects.latest("pk").reason == "“A1” stands with this event already"
    assert str(told(trainer, number)) == "2 of 2"


@pytest.mark.parametrize(
    ("lines", "says"),
    [(("name,age", "x,1"), "names no column"), (("role,district", "response,N"), "“staff reference” or “number”"), (("role,number",), "no row"),
     (("number,district", "3,N"), "“role”")],
)  # fmt: skip
def test_a_file_of_which_nothing_can_be_read_is_refused_with_the_reason_and_nothing_is_kept(
    sign_in, lines, says
):
    from redshank.web.learning.models import File

    answer = in_post(sign_in("learning"), *lines)
    assert answer.status_code == 400
    assert says in answer.context["errors"]["file"]
    assert not File.objects.exists()


def test_a_binary_file_is_no_csv_and_one_with_marks_of_old_spreadsheets_is_read(sign_in):
    trainer = sign_in("learning")
    sent = {"as_at": today(), "source": "x", "once": "bin"}
    answer = trainer.post(
        "/learning/posts", sent | {"file": SimpleUploadedFile("x.xls", b"role,number\x00\x00\r\n1,2")}
    )
    assert "no CSV file" in answer.context["errors"]["file"]
    old = "role;district;number\r\nresponse;M\xf6lnmere;4".encode("cp1252")
    assert (
        trainer.post(
            "/learning/posts", sent | {"file": SimpleUploadedFile("x.csv", old), "once": "old"}
        ).status_code
        == 302
    )
    assert "Mölnmere" in text_of(trainer.get("/learning/posts"))


def test_a_file_sent_twice_is_taken_once_and_the_same_file_is_not_taken_again(sign_in):
    from redshank.web.learning.models import Attendance

    trainer = sign_in("learning")
    held = event(trainer, course(trainer))
    for _ in range(2):
        assert attended(trainer, held, "role,number", "response,4").status_code == 302
    assert Attendance.objects.get().number == 4
    again = attended(trainer, held, "role,number", "response,4", once="another")
    assert again.status_code == 400
    assert "taken for this event before" in again.context["errors"]["file"]


def test_two_who_take_the_same_file_at_once_take_it_once(own_database):
    from redshank.web.learning.models import Attendance

    one, two = client_of("learning"), client_of("partnership_officer")
    held = event(one, course(one))
    ended = at_once(
        [
            lambda c=c, n=n: attended(c, held, "reference", "A1", "A2", once=f"at{n}")
            for n, c in enumerate((one, two))
        ]
    )
    assert sorted(a.status_code for a in ended) == [302, 400]
    assert Attendance.objects.count() == 2


def test_what_was_recorded_wrongly_is_struck_out_stays_to_be_seen_and_counts_nowhere(sign_in):
    from redshank.web.learning.models import Attendance, File

    trainer = sign_in("learning")
    in_post(trainer, "role,reference", "response,A1", "response,A2")
    number = course(trainer)
    held = event(trainer, number)
    attended(trainer, held, "reference", "A1", "A2")
    row = Attendance.objects.get(staff_ref="A1")
    where = f"/learning/events/{held}/attendance"
    assert trainer.post(where, {"what": f"row-{row.pk}", "text": "Another A1."}).status_code == 302
    assert str(told(trainer, number)) == "1 of 2"
    assert "Another A1." in text_of(trainer.get(where))
    file = File.objects.get(kind="attendance")
    assert trainer.post(where, {"what": f"file-{file.pk}", "text": "Of another event."}).status_code == 302
    assert str(told(trainer, number)) == "0 of 2"
    assert attended(trainer, held, "reference", "A1", once="right").status_code == 302
    assert str(told(trainer, number)) == "1 of 2"
    with pytest.raises(ValidationError):
        row.delete()
    assert sign_in("partnership_officer").get(where).status_code == 404  # names


# ---- the programme ---------------------------------------------------------------------------------------------


def test_the_hydrant_offer_goes_its_way_with_dates_and_papers(sign_in):
    from redshank.web.learning.models import Course

    trainer = sign_in("learning")
    number = course(
        trainer, "The Operation Hydrant offer", origin="hydrant", recommendation="Recommendation 8"
    )
    for n, kind in enumerate(("asked", "received", "adapted", "planned", "delivered")):
        paper = {"paper": f"Paper {kind}", "kept": "Learning folder"} if n else {}
        assert (
            course_act(
                trainer, number, "step", kind=kind, on=today(n - 9), text=f"We {kind}.", **paper
            ).status_code
            == 302
        )
    page = text_of(trainer.get(f"/learning/courses/{number}"))
    assert "Paper received (kept at Learning folder)" in page
    assert Course.objects.get().state == "delivered"
    assert "Operation Hydrant; delivered" in page
    lacking = course_act(trainer, number, "step", kind="paper", on=today(), text="x")
    assert list(lacking.context["errors"]) == ["paper"]
    late = course_act(trainer, number, "step", kind="planned", on=today(4), text="x")
    assert list(late.context["errors"]) == ["on"]


def test_every_local_subject_of_the_response_can_be_chosen(sign_in):
    page = text_of(sign_in("learning").get("/learning"))
    for subject in (
        "Child abuse",
        "Domestic abuse",
        "Extortion",
        "Modern slavery",
        "Rape and sexual offences",
        "Vulnerability",
        "Stalking and harassment",
        "Appropriate language",
    ):
        assert subject in page, subject


def test_the_subgroup_and_its_workstreams_are_linked_and_not_built_again(sign_in):
    page = sign_in("learning").get("/learning").content.decode()
    assert 'href="/meetings/subgroup"' in page
    assert 'href="/raised?meeting=subgroup"' in page
    assert sign_in("learning").get("/raised?meeting=subgroup").status_code == 200


def test_two_who_record_a_step_at_once_one_does_and_the_other_reads_it(own_database):
    from redshank.web.learning.models import CourseStep

    clients = [client_of("learning"), client_of("partnership_officer")]
    number = course(clients[0])
    sent = {"act": "step", "kind": "asked", "on": today(), "text": "Asked.", "steps": "0"}
    ended = at_once(
        [
            lambda c=c, n=n: c.post(f"/learning/courses/{number}/act", sent | {"once": f"s{n}"})
            for n, c in enumerate(clients)
        ]
    )
    assert sorted(a.status_code for a in ended) == [302, 409]
    assert "was first" in next(a for a in ended if a.status_code == 409).context["errors"]["act"]
    assert CourseStep.objects.count() == 1


def test_what_a_course_was_before_it_was_changed_stands_in_its_way(sign_in):
    trainer = sign_in("learning")
    number = course(trainer)
    course_act(
        trainer,
        number,
        "change",
        title="Language",
        subject="language",
        origin="local",
        posts=["response", "supervisor"],
        repeat_months="24",
        due_by=today(90),
        why="The subgroup asked.",
    )
    page = text_of(trainer.get(f"/learning/courses/{number}"))
    assert "The subgroup asked. Before: title was “Appropriate language”; for was Response officers" in page


@pytest.mark.parametrize("role", ["analyst", "safeguarding_lead", "response_officer"])
def test_who_only_sees_the_programme_records_nothing(sign_in, role):
    trainer = sign_in("learning")
    number = course(trainer)
    held = event(trainer, number)
    client = sign_in(role)
    assert client.get("/learning").status_code == 200
    for where in (
        "/learning",
        "/learning/posts",
        "/learning/audiences",
        "/publications",
        f"/learning/courses/{number}/act",
        f"/learning/events/{held}/act",
    ):
        assert client.post(where, {"act": "heads", "number": "3", "whom": "response"}).status_code == 404, (
            where
        )


@pytest.mark.parametrize("role", ["partner_member", "administrator"])
def test_who_sees_no_programme_sees_nothing_of_it(sign_in, role):
    number = course(sign_in("learning"))
    client = sign_in(role)
    for where in (
        "/learning",
        f"/learning/courses/{number}",
        f"/learning/courses/{number}/people",
        "/learning/coverage.csv",
        "/learning/report.csv",
        "/publications",
    ):
        assert client.get(where).status_code == 404, where


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"title": ""}, "title"), ({"subject": "moon"}, "subject"), ({"origin": ""}, "origin"), ({"posts": []}, "posts"), ({"due_by": "soon"}, "due_by"),
     ({"repeat_months": "-1"}, "repeat_months"), ({"repeat_months": "999"}, "repeat_months")],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_kept(sign_in, wrong, field):
    from redshank.web.learning.models import Course

    sent = {
        "title": "A",
        "subject": "language",
        "origin": "local",
        "posts": ["response"],
        "repeat_months": "0",
        "once": "w",
    }
    answer = sign_in("learning").post("/learning", sent | wrong)
    assert answer.status_code == 400
    assert list(answer.context["errors"]) == [field]
    assert not Course.objects.exists()


# ---- audiences outside, evaluation, publications, what is due --------------------------------------------------


def test_an_audience_outside_the_force_is_told_as_heads_of_what_it_has_with_the_source(sign_in):
    trainer = sign_in("partnership_officer")
    number = course(trainer, outside="Taxi drivers")
    assert (
        attended(
            trainer, event(trainer, number), "audience,number", "Licensed drivers,30", "Licensed drivers,12"
        ).status_code
        == 302
    )
    page = text_of(trainer.get("/learning/audiences"))
    assert "Licensed drivers: 42, of a number that nobody has recorded" in page
    sent = {
        "name": "licensed drivers",
        "number": "120",
        "source": "The licensing register",
        "as_at": today(),
        "once": "size",
    }
    for _ in range(2):
        assert trainer.post("/learning/audiences", sent).status_code == 302
    page = text_of(trainer.get("/learning/audiences"))
    assert "Licensed drivers: 42 of 120 The licensing register, as at" in page
    assert "42 of 120" in text_of(trainer.get(f"/learning/courses/{number}"))


def test_an_evaluation_counts_forms_and_no_more_answers_than_there_were_forms(sign_in):
    trainer = sign_in("learning")
    number = course(trainer)
    held = event(trainer, number)
    wrong = event_act(trainer, held, "evaluation", forms="20", **{"of-useful": "21"})
    assert list(wrong.context["errors"]) == ["of-useful"]
    assert (
        event_act(trainer, held, "evaluation", forms="20", **{"of-useful": "18"}, text="Shorter.").status_code
        == 302
    )
    assert "18 of 20 found it useful for their work" in text_of(trainer.get(f"/learning/courses/{number}"))


def test_a_publication_keeps_every_count_of_its_reach_with_its_source(sign_in):
    officer = sign_in("partnership_officer")
    sent = {
        "title": "What we look for",
        "kind": "intranet",
        "on": today(-40),
        "audience": "All staff",
        "recommendation": "Recommendation 9",
        "once": "p",
    }
    answer = officer.post("/publications", sent)
    assert answer.status_code == 302
    assert officer.post("/publications", sent).url == answer.url
    assert "no reach is recorded" in text_of(sign_in("learning").get("/"))
    for n, number in enumerate(("400", "650")):
        assert (
            officer.post(
                answer.url, {"number": number, "source": "page views", "as_at": today(n - 5), "once": f"r{n}"}
            ).status_code
            == 302
        )
    page = text_of(officer.get(answer.url))
    assert "400, by page views" in page
    assert "650, by page views" in page
    assert "reached 650 (page views" in text_of(officer.get("/publications?kind=intranet"))
    assert "What we look for" not in text_of(officer.get("/publications?kind=media"))
    assert (
        officer.post(
            answer.url, {"number": "1", "source": "x", "as_at": today(-50), "once": "early"}
        ).status_code
        == 400
    )


def test_what_is_due_stands_with_its_day_and_is_gone_when_it_is_done(sign_in):
    trainer = sign_in("learning")
    in_post(trainer, "role,reference", "response,A1", "response,A2")
    number = course(trainer, due_by=today(-1))
    page = text_of(trainer.get("/"))
    assert "Learning: what is due all 1 Appropriate language 2 of 2 people in post not reached yet" in page
    attended(trainer, event(trainer, number, today(-1)), "reference", "A1", "A2")
    assert "people in post not reached yet" not in text_of(trainer.get("/"))


def test_an_offer_that_was_received_and_went_no_further_is_asked_about(sign_in):
    trainer = sign_in("learning")
    number = course(trainer, outside="x", posts=[])
    course_act(trainer, number, "step", kind="received", on=today(-60), text="It came.")
    assert "and no further step" in text_of(trainer.get("/learning"))
    course_act(trainer, number, "step", kind="planned", on=today(-1), text="For summer.")
    assert "and no further step" not in text_of(trainer.get("/learning"))


def test_what_a_leaver_answers_for_goes_to_somebody_who_may(sign_in):
    from redshank.web.access import standing
    from redshank.web.learning.models import Course
    from redshank.web.meetings import leavers

    leaver = sign_in("partnership_officer")
    number = course(leaver)
    standing.record(leaver.user, left_on=standing.today())
    assert leavers.passes_on(leaver.user, sign_in("administrator").user) == 1
    assert Course.objects.get(pk=number).owner.role == "learning"


# ---- files and papers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["html", "docx", "pdf", "csv"])
def test_the_report_is_written_in_every_form_names_nobody_and_the_audit_has_it(sign_in, form):
    from redshank.web.trail.models import Entry

    trainer = sign_in("learning")
    number = course(trainer)
    one = sign_in("response_officer").user
    attended(trainer, event(trainer, number), "username", one.username)
    answer = sign_in("analyst").get(f"/learning/report.{form}")
    assert answer.status_code == 200
    data = b"".join(answer)
    if form in ("html", "csv"):
        assert "1 of 2" in data.decode()
        assert one.name not in data.decode()
        assert one.username not in data.decode()
    assert Entry.objects.filter(action="disclosure", kind="learning report").exists()
    assert trainer.get("/learning/report.exe").status_code == 404


def test_the_sheet_of_coverage_holds_numbers_and_no_formula(sign_in):
    trainer = sign_in("learning")
    in_post(trainer, "role,district,reference", "response,=1+1,A1")
    course(trainer, "=cmd|x")
    text = b"".join(sign_in("analyst").get("/learning/coverage.csv")).decode()
    assert "'=cmd|x" in text
    assert "'=1+1" in text
    assert "A1" not in text


def test_pages_of_what_there_is_not_are_nothing(sign_in):
    trainer = sign_in("learning")
    for url in (
        "/learning/courses/7",
        "/learning/courses/7/people",
        "/learning/events/7",
        "/learning/events/7/attendance",
        "/learning/files/7",
        "/learning/files/7/left.csv",
        "/publications/7",
    ):
        assert trainer.get(url).status_code == 404, url
    for url in ("/learning/courses/7/act", "/learning/events/7/act", "/publications/7"):
        assert trainer.post(url, {"act": "step", "kind": "asked"}).status_code == 404, url


def test_a_demonstration_has_a_programme_and_policies_once_and_every_page_of_them_opens(sign_in):
    from redshank.web.accounts.demonstration import make_accounts
    from redshank.web.learning import demonstration as learning
    from redshank.web.learning.models import Course, Event, File, Piece
    from redshank.web.policies import demonstration as policies
    from redshank.web.policies.models import Policy, Review, Version

    make_accounts()
    for _ in range(2):
        learning.seed()
        policies.seed()
    assert (Course.objects.count(), Policy.objects.count()) == (10, 2)
    trainer, officer = sign_in("learning"), sign_in("partnership_officer")
    assert "312 of 340" in text_of(officer.get("/learning"))
    urls = [
        "/learning",
        "/learning/posts",
        "/learning/audiences",
        "/publications",
        "/policies",
        "/learning/report.html",
    ]
    urls += [f"/learning/courses/{c.pk}" for c in Course.objects.all()] + [
        f"/learning/courses/{c.pk}/people" for c in Course.objects.all()
    ]
    urls += [f"/learning/events/{e.pk}" for e in Event.objects.all()] + [
        f"/learning/events/{e.pk}/attendance" for e in Event.objects.all()
    ]
    urls += [f"/learning/files/{f.pk}" for f in File.objects.all()] + [
        f"/publications/{p.pk}" for p in Piece.objects.all()
    ]
    urls += [f"/policies/{v.policy_id}/{v.number}" for v in Version.objects.all()] + [
        f"/policies/{p.pk}" for p in Policy.objects.all()
    ]
    urls += [
        f"/policies/reviews/{r.pk}{more}"
        for r in Review.objects.all()
        for more in ("", "/survey", "/paper.html")
    ]
    for url in urls:
        assert trainer.get(url).status_code == 200, url
        assert officer.get(url).status_code in (200, 404), url


def test_without_its_accounts_nothing_is_made_for_a_demonstration(sign_in):
    from redshank.web.learning import demonstration
    from redshank.web.learning.models import Course

    demonstration.seed()
    assert not Course.objects.exists()
