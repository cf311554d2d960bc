"""What products, the tracker, reviews of records and flags, learning, sight, requests for access and preservation notices ask of somebody → notices, as they are kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models.signals import post_save

from redshank.web.access.models import Ask
from redshank.web.accounts.roles import ROLES
from redshank.web.audits.models import Feedback, Sample
from redshank.web.erasure.models import Step as ErasureStep
from redshank.web.learning.models import Event
from redshank.web.notices.write import Told, of_roles, tell
from redshank.web.products import acts as products
from redshank.web.products import keepable
from redshank.web.products.models import PaperStep
from redshank.web.products.models import Step as ProductStep
from redshank.web.register.models import Drawn
from redshank.web.retention.models import Step as PreservationStep
from redshank.web.rights.models import Step as CaseStep
from redshank.web.searching.models import Asked
from redshank.web.tracker.models import Act


def _who_may(permission: str) -> list[int]:
    return of_roles([key for key, role in ROLES.items() if role.allows(permission)])


def product(instance: ProductStep, created: bool, **_: Any) -> None:
    """Sent to review: whoever may review it and wrote nothing in it. Reviewed: whoever may sign, and did neither. Sent back: its author."""
    if not created or instance.kind not in ("submitted", "reviewed", "returned"):
        return
    _asked(instance, instance.product, "product", f"p{instance.pk}", _who_may)


def document(instance: PaperStep, created: bool, **_: Any) -> None:
    """Of a document that is kept, the same: whoever writes it may review it."""
    if not created or instance.kind not in ("submitted", "reviewed", "returned"):
        return
    of = instance.paper

    def who_may(permission: str) -> list[int]:
        some = keepable.signed_by if permission == "product.sign" else keepable.written_by
        return of_roles([key for key, role in ROLES.items() if of.code in some(role)])

    _asked(instance, of, "document", f"d{instance.pk}", who_may)


def _asked(instance: Any, of: Any, thing: str, key: str, who_may: Callable[[str], list[int]]) -> None:
    if instance.kind == "returned":
        tell([Told(of.by_id, "sent_back", thing, of.pk, key)] if of.by_id != instance.by_id else [])
        return
    kind, may = (
        ("to_review", "product.write") if instance.kind == "submitted" else ("to_sign", "product.sign")
    )
    done = products.writers(of) | {instance.by_id}
    tell([Told(u, kind, thing, of.pk, key) for u in who_may(may) if u not in done])


def sampled(instance: Sample, created: bool, **_: Any) -> None:
    """A sample was drawn: whoever reads in its programme; not whoever drew it."""
    if created:
        readers = of_roles(sorted(instance.of.reads))
        tell([Told(u, "sample", "sample", instance.pk, "d") for u in readers if u != instance.by_id])


def fed_back(instance: Feedback, created: bool, **_: Any) -> None:
    if created and instance.to_id != instance.by_id:
        tell([Told(instance.to_id, "feedback", "feedback", instance.pk, "f")])


def planned(instance: Event, created: bool, **_: Any) -> None:
    """An event of somebody's course that another planned."""
    if created and instance.course.owner_id != instance.by_id:
        tell([Told(instance.course.owner_id, "event_planned", "event", instance.pk, "e")])


def owned(instance: Act, created: bool, **_: Any) -> None:
    """A recommendation has another owner; it waits for a second person; it came back to whoever called it complete."""
    row = instance.recommendation
    if not created or row is None:
        return
    key = f"a{instance.pk}"
    if instance.kind == "owned" and row.owner_id not in (None, instance.by_id):
        tell([Told(row.owner_id, "tracker_owned", "tracker", row.pk, key)])
    if instance.kind == "complete":
        tell([Told(u, "tracker_verify", "tracker", row.pk, key) for u in _who_may("tracker.close") if u != instance.by_id])  # fmt: skip


def submitted(instance: CaseStep, created: bool, **_: Any) -> None:
    """A case waits for a second person; or it came back to whoever prepares it."""
    if not created or instance.kind not in ("submitted", "returned"):
        return
    of, key = instance.case, f"c{instance.pk}"
    if instance.kind == "returned":
        tell([Told(of.by_id, "rights_returned", "rights", of.pk, key)] if of.by_id != instance.by_id else [])
        return
    tell([Told(u, "rights_decide", "rights", of.pk, key) for u in _who_may("rights.release") if u not in (instance.by_id, of.by_id)])  # fmt: skip


def to_lift(instance: PreservationStep, created: bool, **_: Any) -> None:
    """Lifting a preservation notice was proposed: whoever may be the second person."""
    if created and instance.kind == "lift_proposed":
        others = [u for u in _who_may("preservation.lift") if u != instance.by_id]
        tell([Told(u, "preservation_decide", "preserved", instance.notice_id, f"l{instance.pk}") for u in others])  # fmt: skip


def to_erase(instance: ErasureStep, created: bool, **_: Any) -> None:
    """An erasure was proposed: whoever may be the second person."""
    if created and instance.kind == "proposed":
        others = [u for u in _who_may("erasure.confirm") if u != instance.by_id]
        tell([Told(u, "erasure_decide", "erasing", instance.erasure_id, f"e{instance.pk}") for u in others])


def asked_sight(instance: Ask, created: bool, **_: Any) -> None:
    """An ask for sight: whoever answers those; its answer: whoever asked."""
    if created:
        others = [u for u in _who_may("sight.manage") if u != instance.user_id]
        tell([Told(u, "asked_sight", "sight", instance.pk, "s") for u in others])
    elif instance.answered_at is not None:
        tell([Told(instance.user_id, "asked_answered", "sight", instance.pk, "a")])


def read_sampled(instance: Asked, created: bool, **_: Any) -> None:
    """One read in fifty: whoever supervises them; nobody looks at their own."""
    if created and instance.sampled:
        others = [u for u in _who_may("reads.supervise") if u != instance.entry.user_id]
        tell([Told(u, "read_sampled", "read", instance.pk, "r") for u in others])


def drawn(instance: Drawn, created: bool, **_: Any) -> None:
    """A flag of a sample: once a sample to whoever looks a second time and had no part in it; not whoever drew it."""
    if created:
        part = {instance.sample.by_id, *instance.flag.acts.values_list("by", flat=True)}
        others = [u for u in _who_may("register.audit") if u not in part]
        tell([Told(u, "flags_drawn", "flagsample", instance.sample_id, "d") for u in others])


def listen() -> None:
    for model, act in ((Ask, asked_sight), (Asked, read_sampled), (Drawn, drawn), (ProductStep, product), (PaperStep, document), (Sample, sampled), (Feedback, fed_back), (Event, planned), (Act, owned), (CaseStep, submitted), (PreservationStep, to_lift), (ErasureStep, to_erase)):  # fmt: skip
        post_save.connect(act, sender=model, dispatch_uid=f"notices.{model._meta.label}")
