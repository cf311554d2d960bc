"""A product, what people wrote in it, and what they did to it. Once signed nothing of it changes: corrections are added."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from redshank.products import kept
from redshank.products.frozen import Content, unpack
from redshank.web.policy.sight import VisibleManager, sight_of
from redshank.web.worklist.models.base import Kept

STATES = {"draft": "Draft", "review": "With its reviewer", "sign": "Reviewed, waits to be signed", "signed": "Signed and frozen", "dropped": "Set aside"}  # fmt: skip
STEPS = {
    "drafted": "Drafted", "computed": "Figures computed again", "wrote": "Wrote", "terms": "Terms of reference written", "submitted": "Sent to review",
    "returned": "Sent back, with the reason", "reviewed": "Reviewed", "signed": "Signed and frozen", "corrected": "Correction", "dropped": "Set aside",
}  # fmt: skip


class Product(models.Model):
    """One edition of a product. ``content`` holds its figures with the keys behind every number."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "products"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...] | None] = None
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = ()

    code = models.CharField(max_length=40, db_index=True)
    number = models.IntegerField()  # of this product and area: the first, the second, …
    scope = models.CharField(max_length=200)  # in words
    district = models.CharField(max_length=80, default="", blank=True)
    about = models.CharField(max_length=10, default="", blank=True)
    ident = models.CharField(max_length=200, default="", blank=True)
    start = models.DateField()
    end = models.DateField()
    closed = models.BooleanField(
        default=False
    )  # made with handling C: its own edition for cleared roles only
    state = models.CharField(max_length=8, choices=list(STATES.items()), default="draft")
    content = models.BinaryField()
    terms = models.TextField(default="{}")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    once = models.CharField(max_length=60, unique=True)
    before = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="after")
    commission = models.ForeignKey(
        "meetings.Commission", null=True, on_delete=models.PROTECT, related_name="products"
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    signed_at = models.DateTimeField(null=True)
    checksum = models.CharField(max_length=64, default="", blank=True)
    version = models.IntegerField(
        default=0
    )  # counts every change, so that a second who acts at once learns of the first

    objects = VisibleManager()

    class Meta:
        ordering = ("-at", "-id")
        constraints = [
            models.UniqueConstraint(fields=["code", "scope", "number"], name="product_number_once")
        ]

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        """Somebody outside the force's own roles sees what was signed, and of that their own edition."""
        if user.as_role.scope == "shared":
            rows = rows.filter(state="signed", code__in=FOR_PARTNERS)
        return rows

    @property
    def kept(self) -> Content:
        return _unpacked(bytes(self.content))

    @property
    def state_words(self) -> str:
        return STATES[self.state]


#: Products of which there is an edition for partners.
FOR_PARTNERS = ("problem-profile", "vulnerability-profile", "exploitation-bulletin")


@lru_cache(maxsize=16)
def _unpacked(packed: bytes) -> Content:
    return unpack(packed)


def sees_whole(user: Any, product: Product) -> bool:
    """Whether nothing that the product rests on is hidden from this reader: else its own edition is not shown to them at all,
    so that no count betrays what is hidden (practice rules 12 and 13)."""
    role = user.as_role
    if role.scope != "all" or (product.closed and not role.cleared):
        return False
    if not all(role.allows(f"see.{kind}") for kind in ("records", "groups", "children")):  # it names them
        return False
    hidden = sight_of(user).hidden
    content = product.kept
    plain = hidden.get("record", set())
    if plain & content.keys or hidden.get("person", set()) & content.people or hidden.get("child", set()) & content.people:  # fmt: skip
        return False
    for kind in ("group", "place", "line"):
        if {f"{kind}:{i}" for i in hidden.get(kind, ())} & content.keys:
            return False
    return True


class OfProduct(Kept):
    """Something that a person did to a product."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "products"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...] | None] = None
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = ()
    objects = VisibleManager()

    class Meta:
        abstract = True
        ordering = ("at", "id")

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows.filter(product__in=Product.objects.visible_to(user, user.as_role.purpose))


class Step(OfProduct):
    """An act, added and never changed. ``why`` holds what was written or the reason."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=list(STEPS.items()))
    heading = models.CharField(max_length=60, default="", blank=True)
    everywhere = models.BooleanField(default=False)  # its words may stand in the editions for others

    class Meta(OfProduct.Meta):
        pass


class Receipt(OfProduct):
    """Somebody received and read an edition; ``why`` is their answer, which may be empty."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="receipts")
    edition = models.CharField(max_length=10)
    agency = models.CharField(max_length=80, default="", blank=True)
    answered = models.BooleanField(default=False)  # somebody of the force took the answer up
    task = models.TextField(default="", blank=True)

    class Meta(OfProduct.Meta):
        constraints = [models.UniqueConstraint(fields=["product", "by"], name="receipt_once")]


# ---- documents that are kept -------------------------------------------------------------------


class Paper(models.Model):
    """A document that no specification makes (a response, an audit, a statement), kept as an edition: as it was made, and what
    people wrote in it apart. Who sees which is in :mod:`redshank.web.products.keepable`."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "products"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...] | None] = None
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = ()
    terms: ClassVar[str] = ""  # it has none of its own

    code = models.CharField(max_length=40, db_index=True)
    number = models.IntegerField()
    state = models.CharField(max_length=8, choices=list(STATES.items()), default="draft")
    content = models.BinaryField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    once = models.CharField(max_length=60, unique=True)
    before = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="after")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    signed_at = models.DateTimeField(null=True)
    checksum = models.CharField(max_length=64, default="", blank=True)
    version = models.IntegerField(default=0)

    objects = VisibleManager()

    class Meta:
        ordering = ("-at", "-id")
        constraints = [models.UniqueConstraint(fields=["code", "number"], name="paper_number_once")]

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        """By the document's own permission; one that counts what is hidden from this reader is not there for them."""
        from redshank.web.products import keepable

        rows = rows.filter(code__in=keepable.read_by(user.as_role))
        if not sight_of(user).hidden:
            return rows
        apart = apart_of(user.without_c())  # as its maker, who reads without handling C
        counting = rows.filter(code__in=keepable.COUNTING).only("pk", "content")
        return rows.exclude(pk__in=[p.pk for p in counting if apart - p.kept.apart])

    @property
    def kept(self) -> kept.Kept:
        return _kept(bytes(self.content))

    @property
    def state_words(self) -> str:
        return STATES[self.state]


def apart_of(user: Any) -> frozenset[str]:
    """What is hidden from this reader, as kind:ident."""
    return frozenset(f"{kind}:{i}" for kind, some in sight_of(user).hidden.items() for i in some)


@lru_cache(maxsize=16)
def _kept(packed: bytes) -> kept.Kept:
    return kept.unpack(packed)


class PaperStep(Kept):
    """An act on a document that is kept, added and never changed; ``heading`` is the place where somebody wrote."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "products"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...] | None] = None
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = ()

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=list(STEPS.items()))
    heading = models.CharField(max_length=200, default="", blank=True)
    everywhere = models.BooleanField(default=False)  # a document has one edition: never used

    objects = VisibleManager()

    class Meta:
        ordering = ("at", "id")

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows.filter(paper__in=Paper.objects.visible_to(user, user.as_role.purpose))
