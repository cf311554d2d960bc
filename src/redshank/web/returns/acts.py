"""What people do to a return: every rule in one place. What is frozen never changes; a new version is made beside it."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from redshank.products.returns import content, spec
from redshank.products.returns.checks import Finding, validate
from redshank.web.flags.models import Flag
from redshank.web.returns import settings, whole
from redshank.web.returns.models import KINDS, Letter, Return, Statement, Step, Version

LONGEST = 4_000


class NotAllowed(Exception):
    """A rule is in the way; the text says which, ``field`` where on the form."""

    def __init__(self, text: str, field: str = "kind") -> None:
        self.field = field
        super().__init__(text)


class Meanwhile(Exception):
    """Somebody else acted first."""

    def __init__(self, step: Step) -> None:
        self.step = step
        super().__init__("changed meanwhile")


def _token(user: Any, once: str, kind: str = "") -> str:
    return f"{user.pk}:{kind}:{once}"[:80]


def _step(of: Return, user: Any, kind: str, once: str, why: str = "", version: Version | None = None, place: str = "", **details: Any) -> Step:  # fmt: skip
    made = Step(of=of, version=version, kind=kind, place=place, by=user, role=user.role, why=why, once=_token(user, once, f"{kind}:{of.pk}"), details=json.dumps(details))  # fmt: skip
    made.save(force_insert=True)
    return made


def start(user: Any, code: str, year: str, once: str) -> Return:
    """Opens the return of a year; whoever was first has opened it for all."""
    one = settings.specification(code)
    if one.of(year) is None:
        raise NotAllowed("The specification names no such year")
    try:
        with transaction.atomic():
            of, made = Return.objects.get_or_create(code=code, year=year, defaults={"owner": user, "salt": secrets.token_hex(32)})  # fmt: skip
            if made:
                _step(of, user, "opened", once, owner=user.username)
    except IntegrityError:  # both at once: the other's stands
        of = Return.objects.get(code=code, year=year)
    return of


def before(user: Any, of: int, kind: str, once: str) -> Step | None:
    """What the same form did when it was sent the first time."""
    return Step.objects.filter(once=_token(user, once, f"{kind}:{of}")).select_related("version").first()


def _held(number: int, seen: int, user: Any, kind: str, once: str) -> tuple[Return, Step | None]:
    """The return, held until the act is kept, and what the same form did already; :class:`Meanwhile` where somebody else acted
    since the page was opened."""
    of = Return.objects.select_for_update().get(pk=number)
    done = before(user, number, kind, once)
    if done is None and of.steps.count() != seen:
        raise Meanwhile(of.steps.select_related("by").last())
    return of, done


# ---- versions ----------------------------------------------------------------------------------


def specification_of(version: Version) -> spec.ReturnSpec:
    """As it was when the version was made."""
    return from_kept(version.spec)


def kept(one: spec.ReturnSpec) -> str:
    return json.dumps(asdict(one), default=str, sort_keys=True, ensure_ascii=False)


def from_kept(text: str) -> spec.ReturnSpec:
    d = json.loads(text)
    d["population"] = spec.Population(tuple(d["population"]["basis"]), tuple(d["population"]["nature"]), d["population"]["suspects"], d["population"]["under"])  # fmt: skip
    d["fields"] = tuple(spec.Field(**f) for f in d["fields"])
    d["checks"] = tuple(spec.Check(**c) for c in d["checks"])
    d["requirements"] = tuple(spec.Requirement(**(r | {"due": date.fromisoformat(r["due"]) if r["due"] else None})) for r in d["requirements"])  # fmt: skip
    return spec.ReturnSpec(**d)


def draft(user: Any, of: Return, kind: str, why: str, seen: int, once: str) -> Version:
    """A version from the records as they now stand; nothing that was drafted before changes."""
    if done := before(user, of.pk, "drafted", once):
        return done.version  # type: ignore[return-value]
    one = settings.specification(of.code)
    if kind not in KINDS:
        raise NotAllowed("Choose what it is")
    if kind != "full" and not why:
        raise NotAllowed(f"Write why it is a {KINDS[kind]}", "why")
    found = whole.counted(user, of, one)
    if kind == "nil" and (found.rows or found.unidentified):
        raise NotAllowed("Somebody is counted, so that a nil return is not possible: make a full or a partial one")  # fmt: skip
    text = content.to_text(found)
    with transaction.atomic():
        of, done = _held(of.pk, seen, user, "drafted", once)
        if done:
            return done.version  # type: ignore[return-value]
        if of.frozen_at is not None and not why:
            raise NotAllowed("A version is frozen: write why a new one is made", "why")
        number = of.versions.count() + 1
        version = Version(
            of=of, number=number, kind=kind, why=why, spec=kept(one), content=text, sha256=content.checksum(text), run=found.run,
            as_of=found.as_of, by=user, role=user.role, once=_token(user, once, f"{of.pk}"),
        )  # fmt: skip
        version.save(force_insert=True)
        if of.settled_at is not None:
            of.settled_at = None
            of.save(update_fields=["settled_at"])
            _step(of, user, "reopened", once, why)
        _step(of, user, "drafted", once, why, version, made=kind)
    return version


def findings(version: Version) -> list[Finding]:
    return validate(version.whole, specification_of(version), version.kind)


def signed(version: Version) -> list[Step]:
    return list(version.steps.filter(kind="signed").select_related("by"))


def refused(version: Version) -> Step | None:
    return version.steps.filter(kind="refused").select_related("by").first()


def frozen(version: Version) -> Step | None:
    return version.steps.filter(kind="frozen").select_related("by").first()


def next_of(version: Version) -> settings.Step | None:
    """Which step of the chain comes next; None where every one has signed, somebody refused, or a newer version is there."""
    if refused(version) or frozen(version) or version.of.versions.filter(number__gt=version.number).exists():
        return None
    done = {s.place for s in version.steps.filter(kind="signed")}
    return next((s for s in settings.CHAIN if s.key not in done), None)


def may_sign(user: Any, version: Version) -> str:
    """Why this person may not take the next step, or nothing."""
    step = next_of(version)
    if step is None:
        return "It waits for nobody's signature"
    if user.role not in step.roles:
        return f"It waits for the {step.title[0].lower() + step.title[1:]}"
    if version.steps.filter(kind="signed", by=user).exists():
        return "You have signed it already: each signature is another person's"
    return ""


def may_freeze(user: Any, version: Version) -> str:
    if frozen(version):
        return "It is frozen"
    if refused(version) or version.of.versions.filter(number__gt=version.number).exists():
        return "It was refused, or a newer version is there"
    if next_of(version) is not None:
        return "Not everybody in the chain has signed it"
    if user.role not in settings.CHAIN[-1].roles:
        return f"The {settings.CHAIN[-1].title[0].lower() + settings.CHAIN[-1].title[1:]} freezes it"
    return ""


def sign(user: Any, version: Version, sha256: str, seen: int, once: str) -> Step:
    """The next signature of the chain, over the content that the signer saw."""
    with transaction.atomic():
        of, done = _held(version.of_id, seen, user, "signed", once)
        if done:
            return done
        if why := may_sign(user, version):
            raise NotAllowed(why)
        if sha256 != version.sha256:
            raise NotAllowed("This is not the version that you opened: look again, then sign")
        told = findings(version)
        if stops := [f for f in told if f.blocks]:
            raise NotAllowed(f"A validation blocks it. {stops[0].do}")
        step = next_of(version)
        assert step is not None
        return _step(of, user, "signed", once, version=version, place=step.key, sha256=sha256, advisory=len(told))  # fmt: skip


def refuse(user: Any, version: Version, why: str, seen: int, once: str) -> Step:
    """Whoever would sign next sends it back, with the reason: a new version is drafted, or none is made."""
    if not why:
        raise NotAllowed("Write why you refuse it", "why")
    with transaction.atomic():
        of, done = _held(version.of_id, seen, user, "refused", once)
        if done:
            return done
        if reason := may_sign(user, version):
            raise NotAllowed(reason)
        step = next_of(version)
        assert step is not None
        return _step(of, user, "refused", once, why, version, step.key)


def freeze(user: Any, version: Version, seen: int, once: str) -> Step:
    """From here on nobody changes it. What is kept is proved by its checksum first."""
    with transaction.atomic():
        of, done = _held(version.of_id, seen, user, "frozen", once)
        if done:
            return done
        if why := may_freeze(user, version):
            raise NotAllowed(why)
        if not is_whole(version):
            raise NotAllowed("What is kept does not agree with its checksum: it is not frozen. Tell whoever runs Redshank")  # fmt: skip
        of.frozen_at = timezone.now()
        of.save(update_fields=["frozen_at"])
        return _step(of, user, "frozen", once, version=version, sha256=version.sha256)


def is_whole(version: Version) -> bool:
    """Whether the content is still that over which the checksum went, and which was signed."""
    return content.checksum(version.content) == version.sha256 and all(s.told["sha256"] == version.sha256 for s in signed(version))  # fmt: skip


def last_frozen(of: Return, before_number: int = 0) -> Version | None:
    """The version that was frozen last; with a number, before that one."""
    found = of.versions.filter(steps__kind="frozen")
    return (found.filter(number__lt=before_number) if before_number else found).order_by("number").last()


def corrections(user: Any, version: Version) -> list[Flag]:
    """Flags that a frozen version rests on and that are not confirmed any more: to be considered, never changed in silence."""
    rows = Flag.objects.visible_to(user, user.as_role.purpose).filter(pk__in=version.whole.flags)
    return list(rows.exclude(state="confirmed").order_by("pk"))


# ---- beside it ---------------------------------------------------------------------------------


def submit(user: Any, version: Version, to: str, on: date, reference: str, seen: int, once: str) -> Step:
    """A record that a frozen version was sent: to whom, when, under which reference. Redshank sends nothing itself."""
    if not to:
        raise NotAllowed("Write to whom it was sent", "to")
    if on > timezone.localdate():
        raise NotAllowed("Give a day that has been", "on")
    with transaction.atomic():
        of, done = _held(version.of_id, seen, user, "submitted", once)
        if done:
            return done
        if not frozen(version):
            raise NotAllowed("Only what is frozen is sent")
        return _step(of, user, "submitted", once, version=version, to=to, on=on.isoformat(), reference=reference, sha256=version.sha256)  # fmt: skip


def settle(user: Any, of: Return, why: str, seen: int, once: str) -> Step:
    """No return is made here for that year: it was made by other means, or is not made. The reason stands on its page."""
    if not why:
        raise NotAllowed("Write why no return is made here", "why")
    with transaction.atomic():
        of, done = _held(of.pk, seen, user, "settled", once)
        if done:
            return done
        if not of.is_open:
            raise NotAllowed("It is frozen, or settled already")
        of.settled_at = timezone.now()
        of.save(update_fields=["settled_at"])
        return _step(of, user, "settled", once, why)


def hand(user: Any, of: Return, to: Any, why: str, seen: int, once: str) -> Step:
    if to is None or not to.is_active or not to.as_role.allows("returns.record"):
        raise NotAllowed("Choose somebody who works on returns", "owner")
    with transaction.atomic():
        of, done = _held(of.pk, seen, user, "owner", once)
        if done:
            return done
        of.owner = to
        of.save(update_fields=["owner"])
        return _step(of, user, "owner", once, why, owner=to.username)


def state_position(user: Any, of: Return, text: str, seen: int, once: str) -> Statement:
    """A new version of the position statement; ``seen``: how many the page showed."""
    token = _token(user, once, f"{of.pk}")
    if done := Statement.objects.filter(once=token).first():
        return done
    if not text:
        raise NotAllowed("Write the statement", "text")
    with transaction.atomic():
        of = Return.objects.select_for_update().get(pk=of.pk)
        number = of.statements.count()
        if number != seen:
            raise NotAllowed("Somebody wrote a new version meanwhile: read it, then add yours. Your text is kept below", "text")  # fmt: skip
        made = Statement(of=of, number=number + 1, text=text, by=user, role=user.role, once=token)
        made.save(force_insert=True)
    return made


def write_down(user: Any, of: Return, on: date, who: str, way: str, what: str, reference: str, once: str) -> Letter:  # fmt: skip
    token = _token(user, once, f"{of.pk}")
    if done := Letter.objects.filter(once=token).first():
        return done
    made = Letter(of=of, on=on, who=who, way=way, what=what, reference=reference, by=user, role=user.role, once=token)  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        return Letter.objects.get(once=token)
    return made


def hand_on_all(by: Any, leaver: Any, why: str, once: str) -> int:
    """Open returns of somebody who leaves go to a safeguarding lead; how many it was."""
    from redshank.web.meetings.acts import leads

    heir = next((u for u in leads() if u.pk != leaver.pk and u.as_role.allows("returns.record")), None)
    if heir is None:
        return 0
    count = 0
    with transaction.atomic():
        for of in Return.objects.select_for_update().filter(owner=leaver, frozen_at__isnull=True, settled_at__isnull=True):  # fmt: skip
            of.owner = heir
            of.save(update_fields=["owner"])
            _step(of, by, "owner", f"{once[:60]}:r{of.pk}", why, owner=heir.username)
            count += 1
    return count
