"""Drafting, writing, reviewing, signing, correcting: every rule in one place. Three people make a signed product."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from redshank.products import specs
from redshank.products.build import Terms, Wanted, Written, compute
from redshank.products.frozen import checksum, keep, pack
from redshank.products.rows import Period, Rows, of_district
from redshank.products.specs import Spec, SpecError, read
from redshank.web.heads.models import Person
from redshank.web.pages import words
from redshank.web.policy.names import fold
from redshank.web.products import subjects
from redshank.web.products.gather import gather
from redshank.web.products.models import Paper, PaperStep, Product, Receipt, Step

#: What is drafted, reviewed, signed and kept by the same acts.
Of = type[Product] | type[Paper]


class NotAllowed(Exception):
    """A rule is in the way; the text says which, ``field`` where on the form."""

    def __init__(self, text: str, field: str = "act") -> None:
        self.field = field
        super().__init__(text)


class Meanwhile(Exception):
    """Somebody else acted first."""


@dataclass(frozen=True)
class Asked:
    """What is to be drafted."""

    code: str
    start: date
    end: date
    once: str
    district: str = ""
    about: str = ""
    ident: str = ""
    name: str = ""  # of the subject, in words
    closed: bool = False
    commission: int | None = None
    terms: str = "{}"


def terms_from(commission: Any) -> str:
    """A commission's own terms, as the product's."""
    if commission is None:
        return "{}"
    asked = f"{commission.by.name}, {commission.by.as_role.title}"
    return json.dumps(
        asdict(Terms(asked, commission.purpose, (commission.question,), "", commission.terms)), sort_keys=True
    )


def spec_of(code: str) -> Spec:
    try:
        return read(code, settings.HOME)
    except SpecError as error:
        raise NotAllowed(f"The specification cannot be used. {error}", "code") from None


def rows_for(user: Any, asked: Asked, spec: Spec) -> Rows:
    """The rows, as this writer may see them; without handling C unless it was asked for."""
    reader = user if asked.closed and user.as_role.cleared else user.without_c()
    rows = gather(reader)
    if spec.scope == "district":
        return of_district(rows, asked.district)
    if spec.scope == "subject":
        return subjects.rows_about(reader, rows, asked.about, asked.ident, asked.district)
    return rows


def period(asked: Asked, spec: Spec) -> Period:
    if asked.end < asked.start:
        raise NotAllowed("The last day is before the first", "end")
    found = Period(asked.start, asked.end)
    if found.days < spec.least_days:
        raise NotAllowed(f"A {spec.title.lower()} covers at least {spec.least_days} days, so that no season is taken for the whole; this is {found.days}", "start")  # fmt: skip
    return found


def draft(user: Any, asked: Asked, kept: Callable[[Product], object] = lambda made: None) -> Product:
    """A new edition, with its figures as they are now. ``kept`` is called in the transaction that makes it."""
    spec = spec_of(asked.code)
    if asked.closed and not user.as_role.cleared:
        raise NotAllowed("Only somebody who is cleared drafts with handling C", "closed")
    if spec.scope == "district" and not asked.district:
        raise NotAllowed("Choose the district", "district")
    if spec.scope == "subject" and not asked.ident:
        raise NotAllowed("It is about something: begin on the page of a group, a child, a person, a place or a line, or name a problem", "code")  # fmt: skip
    when = period(asked, spec)
    scope = asked.name or asked.district or "the whole force area"
    rows = rows_for(user, asked, spec)
    content = pack(keep(compute(spec, rows, when), rows, _told(spec)))
    with transaction.atomic():
        if (same := Product.objects.filter(once=asked.once).first()) is not None:
            return same
        before = Product.objects.filter(code=asked.code, scope=scope).order_by("-number").first()
        made = Product(
            code=asked.code, number=before.number + 1 if before else 1, scope=scope, district=asked.district, about=asked.about,
            ident=asked.ident, start=when.start, end=when.end, closed=asked.closed, content=content, by=user, once=asked.once, before=before,
            commission_id=asked.commission, terms=asked.terms,
        )  # fmt: skip
        try:
            with transaction.atomic():
                made.save(force_insert=True)
        except IntegrityError:
            if (same := Product.objects.filter(once=asked.once).first()) is not None:
                return same
            raise NotAllowed(
                "Somebody began the same edition at this moment. Open it in the list, or begin again"
            ) from None
        step(made, user, "drafted", asked.once)
        kept(made)
    return made


def _told(spec: Spec) -> dict[str, Any]:
    own = {"code": spec.code, "version": spec.version, "title": spec.title, "source": spec.source}
    return own | {"whole": specs.told(spec)}


def spec_by(product: Product) -> Spec:
    """The specification by which the product's figures were computed: another edition of it changes no product that is
    there (those kept before it was kept with them have its headings as they are now)."""
    was = product.kept.spec
    if "whole" in was:
        return specs.of(was["whole"])
    return replace(spec_of(product.code), version=was["version"], source=was["source"], title=was["title"])


def step(
    row: Any,
    user: Any,
    kind: str,
    once: str,
    why: str = "",
    heading: str = "",
    everywhere: bool = False,
) -> Any:
    """A row's step, of the kind that its steps are."""
    of: Any = row.steps
    made = of.model(
        kind=kind,
        by=user,
        role=user.role,
        why=why,
        heading=heading,
        everywhere=everywhere,
        once=f"{once}:{kind}"[:80],
        **{of.field.name: row},
    )
    made.save(force_insert=True)
    return made


def act(
    user: Any,
    number: int,
    version: int,
    once: str,
    kind: str,
    do: Callable[[Any], None],
    why: str = "",
    heading: str = "",
    everywhere: bool = False,
    of: Of = Product,
) -> Any:
    """One act on a product, or on a document that is kept as one (``of``), in one transaction: twice the same form acts once,
    and who comes second learns of the first.

    Raises:
        Meanwhile: it changed since the form was opened.
        NotAllowed: by a rule of ``do``.
    """
    with transaction.atomic():
        product: Any = of._default_manager.select_for_update().get(pk=number)
        if product.steps.model.objects.filter(once=f"{once}:{kind}"[:80]).exists():
            return product
        if product.version != version:
            raise Meanwhile
        do(product)
        product.version += 1
        product.save()
        step(product, user, kind, once, why, heading, everywhere)
    return product


def unsigned(product: Any) -> None:
    if product.state != "draft":
        raise NotAllowed(f"Nothing is changed in it now: {product.state_words.lower()}")


def write(
    user: Any, number: int, version: int, once: str, heading: str, text: str, everywhere: bool = False
) -> Product:
    """``everywhere``: the author says that these words name nobody and tell no small number, and may stand in every edition."""

    def do(product: Product) -> None:
        unsigned(product)
        if heading not in {h.key for h in spec_by(product).headings}:
            raise NotAllowed("The specification has no such heading", "heading")
        if everywhere:
            names_nobody(user, product, text)

    return act(user, number, version, once, "wrote", do, text, heading, everywhere)


def names_nobody(user: Any, product: Product, text: str) -> None:
    """Words for every edition hold no name of anybody whom the product counts, nor of a group or line that it names."""
    plain, content = fold(text), product.kept
    called = {name for f in content.figures if f.grid for name in f.grid.called}
    people = sorted(content.people)
    for some in (people[i : i + 500] for i in range(0, len(people), 500)):
        seen = Person.objects.visible_to(user, user.as_role.purpose).filter(person_id__in=some)
        called |= set(seen.values_list("name", flat=True))
    for name in sorted(called):
        if fold(name).strip() and fold(name) in plain:
            raise NotAllowed(
                f"It names {name}: take the name out, or let these words stand in the force's own edition alone",
                "text",
            )


def set_terms(user: Any, number: int, version: int, once: str, terms: Terms) -> Product:
    def do(product: Product) -> None:
        unsigned(product)
        product.terms = json.dumps(asdict(terms), sort_keys=True)

    return act(user, number, version, once, "terms", do)


def compute_again(user: Any, number: int, version: int, once: str) -> Product:
    """The figures as they are now; what people wrote stays."""

    def do(product: Product) -> None:
        unsigned(product)
        spec = spec_of(product.code)
        asked = Asked(
            product.code,
            product.start,
            product.end,
            once,
            product.district,
            product.about,
            product.ident,
            product.scope,
            product.closed,
        )
        rows = rows_for(user, asked, spec)
        product.content = pack(
            keep(compute(spec, rows, Period(product.start, product.end)), rows, _told(spec))
        )

    return act(user, number, version, once, "computed", do)


def submit(user: Any, number: int, version: int, once: str) -> Product:
    def do(product: Product) -> None:
        unsigned(product)
        if missing := unwritten(product):
            raise NotAllowed(
                f"Nobody has written under: {', '.join(missing)}. Write it, or write that nothing is known and why"
            )
        product.state = "review"

    return act(user, number, version, once, "submitted", do)


def unwritten(product: Product) -> list[str]:
    """Headings that hold nothing but the author's words, and have none."""
    told = {w.heading for w in written(product)}
    return [
        h.title
        for h in spec_by(product).headings
        if h.asks and not h.figures and not h.fixed and h.key not in told
    ]


def review(user: Any, number: int, version: int, once: str, yes: bool, why: str, of: Of = Product) -> Any:
    def do(product: Any) -> None:
        if product.state != "review":
            raise NotAllowed(f"It does not wait for a review: {product.state_words.lower()}")
        if user.pk in writers(product):
            raise NotAllowed("Somebody else than who drafted it or wrote in it reviews it")
        product.reviewer, product.state = (user, "sign") if yes else (None, "draft")

    return act(user, number, version, once, "reviewed" if yes else "returned", do, why, of=of)


def sign(user: Any, number: int, version: int, once: str, of: Of = Product) -> Any:
    """The third person. From here on nothing changes."""

    def do(product: Any) -> None:
        if product.state != "sign":
            raise NotAllowed(f"It does not wait for a signature: {product.state_words.lower()}")
        if user.pk in writers(product) or user.pk == product.reviewer_id:
            raise NotAllowed("Somebody else than who wrote and who reviewed it signs it")
        product.state, product.signed_by, product.signed_at = "signed", user, timezone.now()
        product.checksum = sum_of(product)

    return act(user, number, version, once, "signed", do, of=of)


def send_back(user: Any, number: int, version: int, once: str, why: str, of: Of = Product) -> Any:
    """Whoever signs may send it back as well."""

    def do(product: Any) -> None:
        if product.state != "sign":
            raise NotAllowed(f"It does not wait for a signature: {product.state_words.lower()}")
        product.state, product.reviewer = "draft", None

    return act(user, number, version, once, "returned", do, why, of=of)


def correct(
    user: Any, number: int, version: int, once: str, why: str, everywhere: bool = False, of: Of = Product
) -> Any:
    """What was found wrong after the signature stands before everything else; the figures stay as they were."""

    def do(product: Any) -> None:
        if product.state != "signed":
            raise NotAllowed("Until it is signed it is changed, not corrected")
        if everywhere:
            names_nobody(user, product, why)

    return act(user, number, version, once, "corrected", do, why, everywhere=everywhere, of=of)


def drop(user: Any, number: int, version: int, once: str, why: str, of: Of = Product) -> Any:
    def do(product: Any) -> None:
        if product.state in ("signed", "dropped"):
            raise NotAllowed(
                "What was signed is corrected, not set aside"
                if product.state == "signed"
                else "It is set aside already"
            )
        product.state = "dropped"

    return act(user, number, version, once, "dropped", do, why, of=of)


def receive(user: Any, product: Product, edition: str, answer: str, once: str) -> Receipt:
    with transaction.atomic():
        found = Receipt.objects.filter(product=product, by=user).first()
        if found is not None:
            return found
        made = Receipt(
            product=product,
            edition=edition,
            by=user,
            role=user.role,
            agency=user.agency,
            why=answer,
            once=once,
        )
        try:
            with transaction.atomic():
                made.save(force_insert=True)
        except IntegrityError:
            return Receipt.objects.get(product=product, by=user)
    return made


# ---- reading -----------------------------------------------------------------------------------


def writers(product: Any) -> set[int]:
    return {
        product.by_id,
        *product.steps.filter(kind__in=("wrote", "computed", "terms")).values_list("by_id", flat=True),
    }


def written(product: Any) -> list[Written]:
    """The last text under each heading, with whose it is; an empty one takes the earlier away."""
    last: dict[str, Step | PaperStep] = {}
    for s in product.steps.filter(kind="wrote").select_related("by").order_by("at", "id"):
        last[s.heading] = s
    return [
        Written(k, s.why, f"{s.by.name}, {s.by.as_role.title}", s.everywhere)
        for k, s in last.items()
        if s.why.strip()
    ]


def corrections(product: Any) -> list[Written]:
    told = product.steps.filter(kind="corrected").select_related("by").order_by("at", "id")
    return [Written("", f"{words.day(s.at)}: {s.why}", f"{words.day(s.at)}", s.everywhere) for s in told]


def terms_of(product: Product) -> Terms:
    data = json.loads(product.terms)
    return Terms(**(data | {"questions": tuple(data.get("questions", ()))}))


def sum_of(product: Any) -> str:
    """Over the figures and what people wrote and agreed."""
    return checksum(
        bytes(product.content),
        product.terms,
        *(f"{w.heading}\0{w.by}\0{w.everywhere}\0{w.text}" for w in written(product)),
    )


def is_whole(product: Any) -> bool:
    return not product.checksum or product.checksum == sum_of(product)


def wanted(product: Product, edition: str, allowed: frozenset[str] = frozenset()) -> Wanted:
    """By the specification as it was when the figures were computed."""
    state = product.state_words
    if product.signed_by and product.signed_at:
        who = (
            f" by {product.signed_by.name}, {product.signed_by.as_role.title},"
            if edition == "internal"
            else ""
        )
        state = f"Signed{who} on {words.day(product.signed_at)}; checksum {product.checksum[:12]}"
    return Wanted(
        spec_by(product), Period(product.start, product.end), edition, product.number, state,
        terms_of(product), tuple(written(product)), product.scope, tuple(corrections(product)), allowed,
    )  # fmt: skip


def undone(product: Product) -> int:
    """How many flags that a signed product counts as confirmed are so no longer: a correction is due, never a silent change."""
    from redshank.web.flags.models import Flag

    if product.state != "signed":
        return 0
    found = next((f for f in product.kept.figures if f.name == "groups.flags"), None)
    numbers = [int(k.removeprefix("flag:")) for k in found.cells["yes"].keys] if found else []
    return Flag.objects.filter(pk__in=numbers).exclude(state="confirmed").count()
