"""Products on the pages: three people make a signed one, every number opens, and nobody learns more than they may see."""

from __future__ import annotations

import hashlib
import re

import pytest

from .conftest import client_of
from .test_meetings_race import at_once
from .worklist_tools import text_of

pytestmark = pytest.mark.databases
YEAR = {"start": "2025-04-01", "end": "2026-03-31"}


def products():
    from redshank.web.products.models import Product

    return Product.objects


def _once(code: str, more: dict) -> str:
    return hashlib.sha256(f"{code}{sorted(more.items())}".encode()).hexdigest()[:30]


def drafted(client, code="problem-profile", **more) -> int:
    answer = client.post("/products/draft", {"code": code, "once": _once(code, more), **YEAR, **more})
    assert answer.status_code == 302, answer.context["errors"]
    return int(answer.url.rsplit("/", 1)[1])


def act(client, number, kind, once=None, **more):
    version = products().get(pk=number).version
    return client.post(
        f"/products/{number}/act/{kind}", {"once": once or f"{kind}{version}", "version": version, **more}
    )


def wrote(client, number, heading, text, **more):
    shown = client.get(f"/products/{number}/write/{heading}")
    return client.post(
        f"/products/{number}/write/{heading}",
        {"text": text, "version": shown.context["version"], "once": f"w{heading}{len(text)}", **more},
    )


ASKED = ("context", "forward", "recommendations")


def signed(sign_in, code="problem-profile", **more) -> int:
    analyst = sign_in("analyst")
    number = drafted(analyst, code, **more)
    from redshank.web.products.acts import spec_of

    for h in spec_of(code).headings:
        if h.asks and not h.figures and not h.fixed:
            assert wrote(analyst, number, h.key, f"Written under {h.key}.").status_code == 302
    assert act(analyst, number, "submit").status_code == 302
    assert act(sign_in("researcher"), number, "review").status_code == 302
    assert act(sign_in("safeguarding_lead"), number, "sign").status_code == 302
    return number


# ---- from draft to signature -------------------------------------------------------------------


def test_three_people_make_a_signed_product_and_then_nothing_changes(sign_in):
    analyst, other, lead = sign_in("analyst"), sign_in("analyst-2"), sign_in("safeguarding_lead")
    number = drafted(analyst)
    refused = act(analyst, number, "submit")
    assert refused.status_code == 403
    assert (
        "Nobody has written under: 5 National and regional context, 17 Forward look, 18 Recommendations"
        in text_of(refused)
    )
    for heading in ASKED:
        assert wrote(analyst, number, heading, "Our words.").status_code == 302
    assert act(analyst, number, "submit").status_code == 302
    assert act(analyst, number, "review").status_code == 403  # who wrote it does not review it
    assert act(other, number, "review").status_code == 302
    assert act(other, number, "sign").status_code == 404  # the role does not sign
    assert act(lead, number, "sign").status_code == 302
    product = products().get(pk=number)
    assert product.state == "signed"
    assert len(product.checksum) == 64
    assert wrote(analyst, number, "summary", "Later.").status_code == 400
    for kind in ("compute", "submit", "drop"):
        assert act(analyst, number, kind, why="x").status_code == 403, kind
    words = text_of(analyst.get(f"/products/{number}"))
    assert "Our words. (Analyst One, Analyst)" in words
    assert product.checksum in words
    assert "This product is not what was signed" not in words


def test_who_reviewed_does_not_sign_and_who_wrote_a_word_does_neither(sign_in):
    analyst, lead, second = sign_in("analyst"), sign_in("safeguarding_lead"), sign_in("safeguarding_lead-2")
    number = drafted(analyst)
    for heading in ASKED:
        wrote(analyst, number, heading, "Our words.")
    wrote(lead, number, "summary", "A word of mine.")
    act(analyst, number, "submit")
    assert act(lead, number, "review").status_code == 403
    assert act(second, number, "review").status_code == 302
    assert act(second, number, "sign").status_code == 403
    assert act(lead, number, "sign").status_code == 403


def test_it_goes_back_with_a_reason_and_the_reason_stays(sign_in):
    analyst, other = sign_in("analyst"), sign_in("analyst-2")
    number = drafted(analyst)
    for heading in ASKED:
        wrote(analyst, number, heading, "Our words.")
    act(analyst, number, "submit")
    assert act(other, number, "return").status_code == 400
    assert (
        act(other, number, "return", once="again", why="The summary states no confidence.").status_code == 302
    )
    assert products().get(pk=number).state == "draft"
    assert "The summary states no confidence." in text_of(analyst.get(f"/products/{number}"))
    assert "is yours to finish" in text_of(analyst.get("/"))


def test_a_changed_product_is_not_what_was_signed_and_says_so(sign_in):
    number = signed(sign_in)
    products().filter(pk=number).update(terms='{"limits": "other"}')
    assert "This product is not what was signed" in text_of(sign_in("analyst").get(f"/products/{number}"))


def test_a_correction_stands_first_and_the_figures_stay(sign_in):
    number, analyst = signed(sign_in), sign_in("analyst")
    before = bytes(products().get(pk=number).content)
    named = act(analyst, number, "correct", why=f"{_children()[0].name} was counted twice.", everywhere="1")
    assert named.status_code == 403
    assert "let these words stand in the force's own edition alone" in text_of(named)
    assert (
        act(
            analyst, number, "correct", why="Two crimes of March were counted twice.", everywhere="1"
        ).status_code
        == 302
    )
    told = analyst.get(f"/products/{number}")
    assert told.context["sections"][0][0].title == "Corrections after it was signed"
    assert "Two crimes of March were counted twice." in text_of(told)
    assert bytes(products().get(pk=number).content) == before
    assert b"Two crimes of March" in analyst.get(f"/products/{number}/public.html").content


def test_a_flag_that_is_withdrawn_after_the_signature_asks_for_a_correction_and_changes_nothing(
    sign_in, place
):
    from django.utils import timezone

    from redshank.web.accounts.models import User
    from redshank.web.flags.models import Flag

    flag = Flag(about="group", ident=place.group["open"], group_id=place.group["open"], label="x", state="confirmed", proposed_by=User.objects.get(username="analyst"), decide_by=timezone.now(), decided_at=timezone.now())  # fmt: skip
    flag.save()
    today = timezone.localdate().isoformat()
    number = signed(sign_in, end=today)
    analyst = sign_in("analyst")
    assert "counted here as confirmed" not in text_of(analyst.get(f"/products/{number}"))
    before = [p for _, parts in analyst.get(f"/products/{number}").context["sections"] for p in parts]
    Flag.objects.filter(pk=flag.pk).update(state="withdrawn")
    told = analyst.get(f"/products/{number}")
    assert "1 flag counted here as confirmed is so no longer" in text_of(told)
    assert [p for _, parts in told.context["sections"] for p in parts] == before


# ---- what it holds -----------------------------------------------------------------------------


def test_every_number_of_the_own_edition_opens_and_shows_as_many_things_as_it_says(sign_in):
    analyst = sign_in("analyst")
    number = drafted(analyst)
    html = analyst.get(f"/products/{number}").content.decode()
    ways = sorted(set(re.findall(rf'href="(/products/{number}/behind/[^"]+)"', html)))
    assert len(ways) > 20
    for way in ways:
        shown = analyst.get(way)
        assert shown.status_code == 200, way
        cell = next(f for f in products().get(pk=number).kept.figures if f.name == way.split("/")[-2]).cells[
            way.split("/")[-1]
        ]
        assert shown.context["shown"].total == len(cell.keys)
        assert "stands there no longer" not in shown.content.decode(), way


def test_an_edition_with_no_handling_c_holds_nothing_of_it_and_the_other_opens_to_cleared_roles_alone(
    sign_in, place
):
    analyst, adviser = sign_in("analyst"), sign_in("missing_adviser")
    closed_group, closed_record = place.group["closed"], place.record["closed"]
    plain, whole = drafted(analyst), drafted(analyst, closed="1")
    told = lambda n: products().get(pk=n).kept  # noqa: E731
    assert closed_record in told(whole).keys
    assert closed_record not in told(plain).keys
    assert f"group:{closed_group}" not in told(plain).keys
    assert analyst.get(f"/products/{whole}").status_code == 200
    assert adviser.get(f"/products/{plain}").status_code == 200
    assert adviser.get(f"/products/{whole}").status_code == 404
    assert adviser.get(f"/products/{whole}/internal.csv").status_code == 404
    assert (
        adviser.post(
            "/products/draft", {"code": "problem-profile", "once": "z", "closed": "1", **YEAR}
        ).status_code
        == 400
    )


def test_the_own_edition_is_not_shown_to_whom_something_in_it_is_hidden(sign_in, place):
    from redshank.web.policy.models import Restriction

    analyst, other = sign_in("analyst"), sign_in("analyst-2")
    number = drafted(analyst)
    assert other.get(f"/products/{number}/internal.pdf").status_code == 200
    lead = sign_in("safeguarding_lead").user
    Restriction(kind="record", ident=place.record["open"], reason="x", by=lead).save()
    assert client_of("analyst-2").get(f"/products/{number}/internal.pdf").status_code == 404
    assert client_of("analyst-2").get(f"/products/{number}").status_code == 404


def test_a_partner_reads_what_was_signed_in_their_edition_with_the_children_shared_with_them(sign_in, place):
    from redshank.web.policy.models import Share

    number = signed(sign_in, "vulnerability-profile")
    draft = drafted(sign_in("analyst"), "vulnerability-profile", end="2026-03-30")
    partner = sign_in("partner_member")
    name = (
        next(p for p in products().get(pk=number).kept.figures if p.name == "children.named")
        .grid.rows[0][0]
        .split(",")[0]
    )
    child = (
        next(p for p in products().get(pk=number).kept.figures if p.name == "children.named")
        .grid.about[0]
        .removeprefix("child:")
    )
    assert partner.get(f"/products/{draft}").status_code == 404
    assert name not in text_of(partner.get(f"/products/{number}"))
    assert partner.get(f"/products/{number}/internal.csv").status_code == 404
    Share(
        kind="person",
        ident=child,
        audience=partner.user.audience,
        reason="x",
        by=sign_in("safeguarding_lead").user,
    ).save()
    mine = client_of("partner_member")
    assert name in text_of(mine.get(f"/products/{number}"))
    assert name not in text_of(sign_in("partner_member-2").get(f"/products/{number}"))
    assert "/behind/" not in mine.get(f"/products/{number}").content.decode()


def test_a_product_is_acknowledged_once_with_an_answer_that_its_author_reads(sign_in):
    number = signed(sign_in, "vulnerability-profile")
    partner, analyst = sign_in("partner_member"), sign_in("analyst")
    assert "Products to read and acknowledge" in text_of(partner.get("/"))
    for _ in range(2):
        assert (
            partner.post(
                f"/products/{number}/received", {"answer": "We will walk there on Friday.", "once": "r1"}
            ).status_code
            == 302
        )
    assert products().get(pk=number).receipts.count() == 1
    assert "We will walk there on Friday." in text_of(analyst.get(f"/products/{number}"))
    assert "answered: Child vulnerability profile" in text_of(analyst.get("/"))
    assert "We will walk there" not in text_of(sign_in("partner_member-2").get(f"/products/{number}"))


def test_a_bulletin_names_nobody_in_any_edition(sign_in, place):
    number = drafted(sign_in("analyst"), "exploitation-bulletin", start="2026-02-01")
    text = sign_in("analyst").get(f"/products/{number}/internal.html").content.decode()
    names = [c.name for c in _children()]
    assert names
    assert not [n for n in names if n in text]


def _children():
    from redshank.web.heads.models import Child

    return list(Child.objects.all())


# ---- periods, terms, forms ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "field"),
    [({"start": "2026-01-01"}, "start"), ({"start": "x"}, "start"), ({"end": "2024-01-01"}, "end")],
)
def test_a_profile_of_less_than_twelve_months_or_of_no_period_is_refused_at_the_field(sign_in, more, field):
    answer = sign_in("analyst").post(
        "/products/draft", {"code": "problem-profile", "once": "a", **YEAR, **more}
    )
    assert answer.status_code == 400
    assert field in answer.context["errors"]


def test_a_profile_is_past_its_term_on_day_366_by_itself(sign_in):
    from datetime import timedelta

    from django.utils import timezone

    analyst = sign_in("analyst")

    def late() -> bool:
        told = [t.text for t in analyst.get("/products").context["late"]]
        return "Child sexual exploitation problem profile, the whole force area" in told

    assert late()  # none was ever signed
    number = signed(sign_in)
    products().filter(pk=number).update(signed_at=timezone.now() - timedelta(days=365))
    assert not late()
    products().filter(pk=number).update(signed_at=timezone.now() - timedelta(days=366))
    assert late()
    assert "Products past their term" in text_of(sign_in("safeguarding_lead").get("/"))


def test_words_to_look_at_are_shown_once_and_block_nothing(sign_in):
    analyst = sign_in("analyst")
    number = drafted(analyst)
    text = "The child put herself at risk."
    first = wrote(analyst, number, "summary", text)
    assert first.status_code == 200
    assert "Words to look at" in text_of(first)
    assert text in text_of(first)
    assert wrote(analyst, number, "summary", text, advised=first.context["advised"]).status_code == 302


def test_the_same_form_twice_acts_once_and_the_second_of_two_people_learns_of_the_first(sign_in):
    analyst = sign_in("analyst")
    assert drafted(analyst) == drafted(analyst)
    number = drafted(analyst)
    for heading in ASKED:
        wrote(analyst, number, heading, "Our words.")
    version = products().get(pk=number).version
    sent = {"once": "s1", "version": version}
    assert [analyst.post(f"/products/{number}/act/submit", sent).status_code for _ in range(2)] == [302, 302]
    assert products().get(pk=number).steps.filter(kind="submitted").count() == 1
    late = sign_in("analyst-2").post(f"/products/{number}/act/review", {"once": "s2", "version": version})
    assert late.status_code == 409
    assert "Somebody changed this product meanwhile" in text_of(late)


def test_two_who_draft_at_once_make_two_editions_with_two_numbers_or_one_learns_of_the_other(own_database):
    def draft(name):
        def do():
            client = client_of(name)
            return client.post(
                "/products/draft",
                {
                    "code": "exploitation-bulletin",
                    "once": f"at-once-{name}",
                    "start": "2026-02-01",
                    "end": "2026-03-01",
                },
            ).status_code

        return do

    told = at_once([draft("analyst"), draft("analyst-2")])
    assert set(told) <= {302, 400}
    numbers = list(products().filter(code="exploitation-bulletin").values_list("number", flat=True))
    assert len(numbers) == told.count(302) == len(set(numbers))


def test_terms_of_reference_stand_in_the_document(sign_in):
    analyst = sign_in("analyst")
    number = drafted(analyst)
    sent = {
        "requester": "The tasking chair",
        "decision": "Where patrols go",
        "questions": "Who?\nWhere?",
        "sources": "Health refused",
        "limits": "",
        "once": "t",
        "version": 0,
    }
    assert analyst.post(f"/products/{number}/terms", sent).status_code == 302
    words = text_of(analyst.get(f"/products/{number}"))
    for said in (
        "Asked for by: The tasking chair",
        "Question: Who?",
        "Question: Where?",
        "Sources asked: Health refused",
        "Not written yet: limits.",
    ):
        assert said in words


def test_what_differs_from_the_edition_before_is_told(sign_in):
    analyst = sign_in("analyst")
    drafted(analyst, "exploitation-bulletin", start="2026-01-01", end="2026-01-31")
    second = drafted(analyst, "exploitation-bulletin", start="2026-03-01", end="2026-03-31")
    assert products().get(pk=second).number == 2
    page = analyst.get(f"/products/{second}/differences")
    assert page.context["shown"].total > 0
    assert "numbers differ from number 1" in text_of(page) or "number differs from number 1" in text_of(page)


def test_an_analysts_product_on_a_group_holds_that_group_and_no_other(sign_in, place):
    analyst = sign_in("analyst")
    number = drafted(analyst, "analyst-product", about="group", ident=place.group["open"])
    keys = products().get(pk=number).kept.keys
    assert f"group:{place.group['open']}" in keys
    assert f"group:{place.group['other']}" not in keys
    assert place.record["other"] not in keys
    assert place.group["open"] not in text_of(analyst.get(f"/products/{number}"))


@pytest.mark.parametrize("about", ["group", "child", "person", "place", "line"])
def test_an_analysts_product_can_be_about_each_kind_of_thing_and_is_begun_on_its_page(sign_in, about):
    """The pages of a person and a line had no way to it, and a person was answered as if nobody were there."""
    analyst = sign_in("analyst")
    model, column = _heads()[about]
    ident = getattr(model.objects.visible_to(analyst.user, "analysis").order_by("pk").first(), column)
    way = f"code=analyst-product&amp;about={about}&amp;ident="
    assert way in analyst.get(f"/{about}s/{ident}".replace("childs", "children")).content.decode()
    number = drafted(analyst, "analyst-product", about=about, ident=ident)
    made = products().get(pk=number)
    assert (made.about, made.ident, bool(made.scope)) == (about, ident, True)
    assert analyst.get(f"/products/{number}").status_code == 200
    assert act(analyst, number, "compute").status_code == 302


def _heads():
    from redshank.web.heads.models import Child, Group, Line, Person, Place

    return {
        "group": (Group, "group_id"), "child": (Child, "person_id"), "person": (Person, "person_id"),
        "place": (Place, "cell"), "line": (Line, "line_ref"),
    }  # fmt: skip


def test_an_analysts_product_on_a_problem_holds_the_records_that_speak_of_it_and_no_other(sign_in):
    from redshank.web.heads.models import Record
    from redshank.web.pages.words import piped

    analyst = sign_in("analyst")
    seen = Record.objects.visible_to(analyst.user, "analysis").filter(signals__gt=0)
    said = {r.key: set(piped(r.indicators)) for r in seen}
    chosen = sorted({i for some in said.values() for i in some})[0]
    number = drafted(
        analyst,
        "analyst-product",
        problem="What is spoken of",
        indicator=chosen,
        start="2015-01-01",
        end="2026-12-31",
    )
    kept = products().get(pk=number)
    assert kept.scope == "What is spoken of"
    figure = next(f for f in kept.kept.figures if f.name == "models")
    told = set(figure.cells["all"].keys)
    inside = {k for k, some in said.items() if chosen in some}
    assert told
    assert told <= inside
    district = next(r.district for r in seen if r.key in told and r.district)
    narrow = drafted(
        analyst,
        "analyst-product",
        problem="There",
        indicator=chosen,
        district=district,
        start="2015-01-01",
        end="2026-12-31",
    )
    within = next(f for f in products().get(pk=narrow).kept.figures if f.name == "models").cells["all"].keys
    assert set(within) == {r.key for r in seen if r.key in told and r.district == district}


@pytest.mark.parametrize(
    ("told", "where"),
    [
        ({"about": "record", "ident": "incidents:I1"}, 404),
        ({"about": "problem", "ident": "driven"}, 404),
        ({"problem": "", "indicator": "driven"}, 400),
        ({"problem": "Words alone"}, 400),
        ({"problem": "Unknown", "indicator": "no-such-indicator"}, 400),
    ],
)
def test_what_can_be_no_subject_is_refused_in_words(sign_in, told, where):
    """A form that said ``about=record`` ended in a defect."""
    analyst = sign_in("analyst")
    before = products().count()
    answer = analyst.post("/products/draft", {"code": "analyst-product", "once": "x", **YEAR, **told})
    assert (answer.status_code, products().count()) == (where, before)


def test_a_record_that_is_there_is_no_subject_of_a_product(sign_in, place):
    analyst = sign_in("analyst")
    told = {"code": "analyst-product", "once": "r", "about": "record", "ident": place.record["open"], **YEAR}
    assert analyst.post("/products/draft", told).status_code == 404


def test_a_broken_specification_of_the_force_is_said_on_the_form_and_stops_no_other(
    sign_in, home, monkeypatch
):
    from redshank.products import specs

    real = specs.read

    def read(code, where=None):
        if code == "problem-profile" and where is not None:
            raise specs.SpecError("problem-profile.toml, heading 1: no figure is called x")
        return real(code, where)

    monkeypatch.setattr("redshank.web.products.views.specs.read", read)
    analyst = sign_in("analyst")
    assert "no figure is called x" in text_of(analyst.get("/products/draft?code=problem-profile"))
    assert analyst.get("/products/draft?code=exploitation-bulletin").status_code == 200
    assert analyst.get("/products").status_code == 200


def test_another_edition_of_the_specification_changes_no_product_that_is_there(sign_in, monkeypatch):
    """A signed product showed the headings of the specification in force, whatever it was signed with."""
    import dataclasses

    from redshank.products import specs
    from redshank.web.products import acts, showing

    analyst = sign_in("analyst")
    number = drafted(analyst, "problem-profile")
    before = showing.document(analyst.user, products().get(pk=number), "internal")
    real = acts.read

    def newer(code, where=None):
        spec = real(code, where)
        headings = tuple(dataclasses.replace(h, title=f"Anew: {h.title}") for h in spec.headings[1:])
        return dataclasses.replace(spec, version="99", title="Anew", headings=headings)

    monkeypatch.setattr(acts, "read", newer)
    found = products().get(pk=number)
    assert showing.document(analyst.user, found, "internal") == before
    assert "Anew" not in text_of(analyst.get(f"/products/{number}"))
    assert specs.of(specs.told(real("problem-profile"))) == real("problem-profile")
    again = products().get(pk=drafted(analyst, "problem-profile", once="anew"))
    assert showing.document(analyst.user, again, "internal").sections[0].title.startswith("Anew")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/write/summary",
        "/terms",
        "/differences",
        "/internal.pdf",
        "/internal/chart-0.svg",
        "/behind/groups.proposed/all",
    ],
)
def test_a_product_out_of_sight_answers_as_one_that_does_not_exist(sign_in, path):
    number = drafted(
        sign_in("analyst"),
        "tactical-assessment",
        district=_district(),
        start="2026-03-01",
    )
    partner = sign_in("partner_member")
    there, nowhere = partner.get(f"/products/{number}{path}"), partner.get(f"/products/999999{path}")
    assert there.status_code == nowhere.status_code == 404
    assert plain(there, number) == plain(nowhere, 999999)


def plain(answer, number: int) -> bytes:
    """The page without its own address and without what is new on every page."""
    text = re.sub(rb'(csrfmiddlewaretoken" value|nonce)="[^"]+"', b"", answer.content)
    return text.replace(f"products/{number}".encode(), b"products/N")


def _district() -> str:
    from redshank.web.heads.models import Record

    return Record.objects.exclude(district="").values_list("district", flat=True).first()


def test_a_file_is_a_disclosure_in_the_audit_with_its_checksum(sign_in):
    from redshank.web.trail.models import Entry

    analyst = sign_in("analyst")
    number = drafted(analyst)
    analyst.get(f"/products/{number}/partner.docx")
    entry = Entry.objects.filter(action="disclosure", kind="product").latest("pk")
    assert '"edition": "partner"' in entry.details
    assert '"sha256"' in entry.details


def test_a_commission_is_answered_by_a_product_that_takes_its_terms(sign_in, place):
    from datetime import timedelta

    from django.utils import timezone

    from redshank.web.meetings import asking, raising
    from redshank.web.meetings.bodies import BODIES

    analyst = sign_in("analyst")
    of = raising.subject(analyst.user, "group", place.group["open"])
    found, _ = raising.raise_to(analyst.user, of, BODIES["four_weekly"], "Why.", "c")
    made = asking.ask(analyst.user, found, "Who drives the car?", "Where patrols go", "Two months", analyst.user, timezone.localdate() + timedelta(days=9), "c1")  # fmt: skip
    page = analyst.get(f"/commissions/{made.pk}").content.decode()
    assert (
        "Draft the analyst&#x27;s product that answers it" in page
        or "Draft the analyst's product that answers it" in page
    )
    number = drafted(
        analyst, "analyst-product", about="group", ident=place.group["open"], commission=str(made.pk)
    )
    words = text_of(analyst.get(f"/products/{number}"))
    assert "Question: Who drives the car?" in words
    assert "Decision that it is to inform: Where patrols go" in words
    assert f"/products/{number}" in analyst.get(f"/commissions/{made.pk}").content.decode()
    assert f"/products/{number}" in analyst.get(f"/groups/{place.group['open']}").content.decode()


def test_a_role_that_sees_no_records_reads_what_was_signed_in_the_edition_for_others(sign_in):
    auditor, draft = sign_in("auditor"), drafted(sign_in("analyst"), end="2026-04-01")
    assert auditor.get(f"/products/{draft}").status_code == 404
    number = signed(sign_in)
    page = auditor.get(f"/products/{number}")
    assert page.context["edition"] == "partner"
    assert "/behind/" not in page.content.decode()
    assert auditor.get(f"/products/{number}/internal.csv").status_code == 404
