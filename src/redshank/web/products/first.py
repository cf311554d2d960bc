"""What products put on the first page: those that wait for me, those past their term, those to acknowledge."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from redshank.products.specs import SpecError, names, read
from redshank.web.pages import waits, words
from redshank.web.pages.today import SHOWN, Block, Told
from redshank.web.products.models import FOR_PARTNERS, Paper, PaperStep, Product, Receipt, Step


def _block(title: str, lines: list[Told], url: str = "") -> Block:
    return Block(title, lines[:SHOWN], len(lines), url or reverse("products"))


def title_of(product: Product) -> str:
    return f"{product.kept.spec['title']}, {product.scope}, number {product.number}"


def waiting(user: Any, purpose: str) -> Block:
    """To be reviewed, signed, or sent back to me."""
    from redshank.web.products.acts import writers

    lines = []
    steps = Step.objects.visible_to(user, purpose).filter(kind__in=("submitted", "reviewed", "returned"))
    since = dict(steps.order_by("at", "id").values_list("product", "at"))
    for p in Product.objects.visible_to(user, purpose).filter(state__in=("review", "sign", "draft")).select_related("by", "reviewer"):  # fmt: skip
        mine = user.pk in writers(p)
        asks = (
            "waits for a review" if p.state == "review" and not mine and user.as_role.allows("product.write")
            else "waits to be signed" if p.state == "sign" and not mine and p.reviewer_id != user.pk and user.as_role.allows("product.sign")
            else "is yours to finish" if p.state == "draft" and p.by_id == user.pk
            else ""
        )  # fmt: skip
        if asks:
            lines.append(Told(title_of(p), reverse("product", args=[p.pk]), f"{asks}; drafted by {p.by.name} on {words.day(p.at)}, {waits.by('products_waiting', since.get(p.pk, p.at))}"))  # fmt: skip
    return _block("Products that wait for you", lines + _documents(user, purpose))


def _documents(user: Any, purpose: str) -> list[Told]:
    """Documents that are kept and wait in the same way."""
    from redshank.web.products import keepable, paper_acts
    from redshank.web.products.acts import writers

    write, sign = (some(user.as_role) for some in (keepable.written_by, keepable.signed_by))
    lines = []
    steps = PaperStep.objects.visible_to(user, purpose).filter(kind__in=("submitted", "reviewed", "returned"))
    since = dict(steps.order_by("at", "id").values_list("paper", "at"))
    rows = Paper.objects.visible_to(user, purpose).filter(state__in=("review", "sign", "draft"))
    for p in rows.defer("content").select_related("by"):
        mine = user.pk in writers(p)
        asks = (
            "waits for a review" if p.state == "review" and not mine and p.code in write
            else "waits to be signed" if p.state == "sign" and not mine and p.reviewer_id != user.pk and p.code in sign
            else "is yours to finish" if p.state == "draft" and p.by_id == user.pk
            else ""
        )  # fmt: skip
        if asks:
            lines.append(Told(paper_acts.title_of(p), reverse("paper", args=[p.pk]), f"{asks}; drafted by {p.by.name} on {words.day(p.at)}, {waits.by('products_waiting', since.get(p.pk, p.at))}"))  # fmt: skip
    return lines


def past_term(user: Any, purpose: str) -> Block:
    """A product whose last signed edition is older than its term, or of which there is none (yearly ones only)."""
    lines = []
    today = timezone.localdate()
    for code in names():
        try:
            spec = read(code, settings.HOME)
        except SpecError as error:
            lines.append(Told(f"The specification of {code.replace('-', ' ')} cannot be used", reverse("products"), str(error)))  # fmt: skip
            continue
        if not spec.term_days or spec.scope == "subject":
            continue
        signed = Product.objects.visible_to(user, purpose).filter(code=code, state="signed")
        scopes = signed.values_list("scope", flat=True).distinct() if spec.scope == "district" else ["the whole force area"]  # fmt: skip
        for scope in sorted(set(scopes)):
            last = signed.filter(scope=scope).order_by("-signed_at").first()
            due = timezone.localdate(last.signed_at) + timedelta(days=spec.term_days) if last else None
            if due is None and spec.term_days < 365:
                continue
            if due is None or due < today:
                hint = f"the last was signed on {words.day(last.signed_at)}, its term ended on {words.day(due)}" if last else "none has been signed yet"  # fmt: skip
                lines.append(Told(f"{spec.title}, {scope}", f"{reverse('products')}?code={code}", hint))
    return _block("Products past their term", lines)


def to_acknowledge(user: Any, purpose: str) -> Block:
    """Signed in the last eight weeks, for me to read."""
    since = timezone.now() - timedelta(days=56)
    done = Receipt.objects.visible_to(user, purpose).filter(by=user).values("product")
    rows = Product.objects.visible_to(user, purpose).filter(state="signed", signed_at__gte=since, code__in=FOR_PARTNERS).exclude(pk__in=done)  # fmt: skip
    lines = [Told(title_of(p), reverse("product", args=[p.pk]), f"signed on {words.day(p.signed_at)}") for p in rows]  # fmt: skip
    return _block("Products to read and acknowledge", lines)


def answers(user: Any, purpose: str) -> Block:
    """What readers answered, to be taken up by whoever drafted it."""
    rows = Receipt.objects.visible_to(user, purpose).filter(product__by=user).exclude(why="").select_related("by", "product").order_by("-at")  # fmt: skip
    lines = [Told(f"{r.by.name} answered: {title_of(r.product)}", reverse("product", args=[r.product_id]), words.day(r.at)) for r in rows]  # fmt: skip
    return _block("Answers to products of yours", lines)


SOURCES: dict[str, Callable[[Any, str], Block]] = {
    "products_waiting": waiting, "products_late": past_term, "products_to_read": to_acknowledge, "product_answers": answers,
}  # fmt: skip
