"""Pages of the reviews: the programmes, a sample, one record read, the flag that it leads to, feedback to a line manager."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from redshank.web.access.standing import line_managers
from redshank.web.accounts import directory
from redshank.web.audits import acts, forms, lists, measures, sampling
from redshank.web.audits.models import Feedback, Item, Led, Reading, Sample
from redshank.web.audits.programmes import ANSWERS, FEATURES, LINE_MANAGERS, PROGRAMMES, VERDICTS, Programme
from redshank.web.flags import acts as flag_acts
from redshank.web.flags import views as flags
from redshank.web.heads.models import Record
from redshank.web.pages import words
from redshank.web.pages.errors import nothing_here, unseen
from redshank.web.pages.paging import paged
from redshank.web.policy.gate import page
from redshank.web.trail.write import listed, note, read


def _seen(request: Any, model: Any) -> Any:
    return model.objects.visible_to(request.user, request.user.as_role.purpose)


@page("see.audits")
def audits(request: Any) -> HttpResponse:
    """The programmes in which one's role has a part, each with how it stands in its cadence."""
    user = request.user
    rows = [lists.standing(user, p) for p in lists.mine(user)]
    waits: dict[str, int] = {}
    for item, _ in lists.waiting(user):
        waits[item.sample.programme] = waits.get(item.sample.programme, 0) + 1
    listed(request, "reviews", [s.programme.key for s in rows])
    context = {
        "rows": rows,
        "waits": waits,
        "owed": lists.flags_owed(user),
        "recall": list(dict.fromkeys(r.words for r in measures.measured_recall(user))),
    }
    return render(request, "audits/audits.html", context)


@page("see.audits")
def programme(request: Any, key: str) -> HttpResponse:
    """One programme: its form, its samples, and drawing the next."""
    user = request.user
    p = PROGRAMMES.get(key)
    if p is None or p not in lists.mine(user):
        return nothing_here(request)
    errors: dict[str, str] = {}
    since, until = sampling.period(p)
    may = user.role in p.draws and p.about != "shadow" and user.as_role.allows("audit.draw")
    if request.method == "POST" and may:
        seed, size, since, until = forms.draw(request.POST, p, since, until, errors)
        if not errors and (answer := _drawn(request, p, seed, size, since, until, errors)) is not None:
            return answer
    shown = paged(
        request, _seen(request, Sample).filter(programme=key).select_related("by").order_by("-at", "-pk")
    )
    listed(request, "samples of a review", [str(s.pk) for s in shown.page], programme=key)
    context = {
        "programme": p, "standing": lists.standing(user, p), "shown": shown, "may": may, "since": since, "until": until, "errors": errors,
        "typed": request.POST, "once": forms.once(request), "owner": words.audience_words(p.owner), "results": user.role in p.results,
        "days": p.every.days, "share": round(100 * p.second), "of_kinds": [words.WORDS["records"][k] for k in p.frame.kinds],
        "strata": {"kind": "kind of record", "unit": "agency or district", "scan": "which scan named it"}.get(p.strata, p.strata),
    }  # fmt: skip
    return render(request, "audits/programme.html", context, status=400 if errors else 200)


def _drawn(request: Any, p: Programme, seed: str, size: int, since: Any, until: Any, errors: dict[str, str]) -> HttpResponse | None:  # fmt: skip
    try:
        with transaction.atomic():
            made = acts.make(request.user, p, seed, size, since, until, forms.once(request))
            note(
                request,
                "collection",
                "sample of a review",
                str(made.pk),
                {"programme": p.key, "seed": seed, "size": size},
            )
    except acts.NotAllowed as reason:
        errors[reason.field] = str(reason)
        return None
    messages.success(request, "Drawn. Whoever reads in this review finds it on their first page.")
    return redirect("audit-sample", made.pk)


@page("see.audits")
def sample(request: Any, number: int) -> HttpResponse:
    """What was drawn, what waits for this reader, and, for those who see results, how far two readers agree."""
    user = request.user
    found = _seen(request, Sample).select_related("by").filter(pk=number).first()
    if found is None:
        return unseen(request, "sample of a review", str(number))
    items = list(_seen(request, Item).filter(sample=found).select_related("sample"))
    turns = {i.pk: t for i, t in lists.waiting(user, found)}
    done = lists.readings_by_item(user, items)
    held = {r.key: r for r in _seen(request, Record).filter(key__in=[i.record_key for i in items])}
    told = [{"item": i, "record": held[i.record_key], "turn": turns.get(i.pk), "state": _state(i, done[i.pk]), "mine": any(r.by_id == user.pk for r in done[i.pk])} for i in items if i.record_key in held]  # fmt: skip
    results = user.role in found.of.results
    asked = {q.key: q.asks for q in found.of.questions} | {"phrases": "What each phrase is"}
    mine = (
        {i: rs for i, rs in measures.complete(user, found.programme).items() if i.sample_id == found.pk}
        if results
        else {}
    )
    listed(request, "a sample of a review", [i.record_key for i in items], sample=number)
    context = {
        "sample": found, "programme": found.of, "rows": told, "results": results, "agreement": [(asked.get(k, "Everything together"), a) for k, a in measures.agreed(mine).items()],
        "again": sampling.again(user, found) if request.GET.get("again") else "", "frame": found.parsed("frame").items() if user.as_role.cleared or not found.cleared else [],
        "strata_words": words.WORDS["records"], "complete": sum(acts.final(done[i.pk], i.twice) is not None for i in items), "waiting": len(turns),
    }  # fmt: skip
    return render(request, "audits/sample.html", context)


def _state(item: Item, done: list[Reading]) -> str:
    """How far an item is, without a word of what was read."""
    turns = {r.turn for r in done}
    if acts.final(done, item.twice) is not None:
        return "Complete"
    if 1 not in turns:
        return "Not read yet"
    return "Two readings differ: a third person settles it" if 2 in turns else "Waits for the second reading"


def _item(request: Any, number: int) -> Item | None:
    return _seen(request, Item).select_related("sample").filter(pk=number).first()


def _mine(request: Any, item: Item) -> list[Reading]:
    """The readings of it that this person may know of; who settles sees both that differ."""
    rows = (
        _seen(request, Reading)
        .filter(item=item)
        .select_related("by", "item__sample")
        .prefetch_related("verdicts")
    )
    return list(rows.order_by("turn"))


def _told(reading: Reading) -> dict[str, Any]:
    """A reading as its page tells it."""
    answers, rows = reading.parsed("answers"), []
    for q in reading.item.sample.of.questions:
        said = answers.get(q.key)
        if q.kind == "features":
            said = "; ".join(FEATURES[f].words for f in said or [] if f in FEATURES)
        elif q.kind == "answer":
            said = ANSWERS.get(str(said), str(said))
        if said:
            rows.append((q.asks, said))
    return {"reading": reading, "rows": rows, "verdicts": list(reading.verdicts.all())}


@page("see.audits")
def item(request: Any, number: int, errors: dict[str, str] | None = None, status: int = 200) -> HttpResponse:
    """One record of a sample: to be opened, read and answered; what was read, for whoever may know of it."""
    found = _item(request, number)
    record = _seen(request, Record).filter(key=found.record_key).first() if found else None
    if found is None or record is None:
        return unseen(request, "record of a sample", str(number))
    user, p = request.user, found.sample.of
    if request.method == "GET":
        read(request, "record of a sample", str(number))
    done = lists.readings_by_item(user, [found])[found.pk]
    try:
        turn, why_not = acts.turn_of(user, found, done), ""
    except acts.NotAllowed as reason:
        turn, why_not = 0, str(reason)
    if not user.as_role.allows("audit.read"):
        turn = 0
    known = done if turn == 3 else _mine(request, found)  # who settles has both before them
    mine = [r for r in done if r.by_id == user.pk]
    # A second reader is not told that the first led to a flag.
    led = None if turn in (1, 2) else _seen(request, Led).filter(item=found).select_related("flag").first()
    told = _seen(request, Feedback).filter(item=found).select_related("by", "to").order_by("at")
    phrases = acts.phrases_of(user, found.record_key) if turn and p.has_phrases else []
    for n, phrase in enumerate(phrases, 1):
        phrase.field = f"phrase-{n}"
    context = {
        "item": found, "sample": found.sample, "programme": p, "record": record, "turn": turn, "why_not": why_not, "readings": [_told(r) for r in known],
        "steps": len(done), "opened": found.record_key in flag_acts.opened(user, [found.record_key], found.sample.at), "answers": ANSWERS, "verdicts": VERDICTS,
        "features": FEATURES.values(), "phrases": phrases, "typed": request.POST,
        "chosen": request.POST.getlist("features"), "errors": errors or {}, "once": forms.once(request),
        "began": request.POST.get("began") or int(timezone.now().timestamp()), "owes": user.as_role.allows("flag.propose") and acts.owes_flag(found, _mine(request, found)),
        "led": led, "managers": line_managers(LINE_MANAGERS) if mine else [], "feedback": told, "has_read": bool(mine),
    }  # fmt: skip
    return render(request, "audits/item.html", context, status=status)


@page("audit.read", acts=True)
def keep(request: Any, number: int) -> HttpResponse:
    """Keeps a reading."""
    found = _item(request, number)
    if found is None:
        return unseen(request, "record of a sample", str(number))
    errors: dict[str, str] = {}
    phrases = acts.phrases_of(request.user, found.record_key) if found.sample.of.has_phrases else []
    given = forms.reading(request, found.sample.of, phrases, errors)
    if errors:
        return item(request, number, errors, 400)
    steps = request.POST.get("steps", "0")
    seen = int(steps) if steps.isdecimal() and len(steps) < 3 else 0
    try:
        with transaction.atomic():
            made = acts.read(request.user, number, given, seen)
            note(
                request,
                "alteration",
                "record of a sample",
                str(number),
                {"turn": made.turn, "review": found.sample.programme},
            )
    except acts.Meanwhile as first:
        said = f"{first.reading.by.name} read it first, on {words.moment(first.reading.at)}. Your answers are kept below"
        return item(request, number, {"reading": said}, 409)
    except acts.NotAllowed as reason:
        return item(request, number, {reason.field: str(reason)}, 400)
    messages.success(request, "Kept, with your name and the time.")
    return (
        redirect("audit-item", number)
        if acts.owes_flag(found, [made])
        else redirect("audit-sample", found.sample_id)
    )


@page("flag.propose")
def propose(request: Any, number: int) -> HttpResponse:
    """The flag's own guided test about this record; the flag that it makes is kept beside the review."""
    found = _item(request, number)
    if found is None or not any(acts.found_something(r) for r in _mine(request, found)):
        return unseen(request, "record of a sample", str(number))
    with transaction.atomic():
        answer = flags.propose(request, "record", found.record_key)
        if request.method == "POST" and answer.status_code == 302:
            made = flag_acts.done_before(request.POST.get("once", "")[:40])
            if made is not None and made.record_key == found.record_key:
                acts.led_to(request.user, found, made)
    return answer


@page("audit.read", acts=True)
def tell(request: Any, number: int) -> HttpResponse:
    """Tells a line manager, and nobody else."""
    found = _item(request, number)
    if found is None:
        return unseen(request, "record of a sample", str(number))
    to = directory.account(request.POST.get("to", ""))
    if to is None or to.pk == request.user.pk:
        return item(request, number, {"to": "Choose the line manager whom it is for"}, 400)
    try:
        with transaction.atomic():
            acts.tell(request.user, found, to, request.POST.get("text", "").strip(), forms.once(request))
            note(request, "disclosure", "record of a sample", str(number), {"to": to.username})
    except acts.NotAllowed as reason:
        return item(request, number, {reason.field: str(reason)}, 400)
    messages.success(request, f"Told: {to.name}, and nobody else.")
    return redirect("audit-item", number)


@page("")
def feedback(request: Any) -> HttpResponse:
    """What reviews told this person as a line manager."""
    shown = paged(request, Feedback.mine(request.user).select_related("by", "to", "item__sample", "heard").order_by("heard", "-at"))  # fmt: skip
    listed(request, "feedback of reviews", [str(f.pk) for f in shown.page])
    return render(request, "audits/feedback.html", {"shown": shown})


@page("", acts=True)
def hear(request: Any, number: int) -> HttpResponse:
    """The line manager spoke with whoever wrote it."""
    found = Feedback.mine(request.user).filter(pk=number).first()
    if found is None:
        return unseen(request, "feedback", str(number))
    with transaction.atomic():
        acts.heard(request.user, found)
        note(request, "alteration", "feedback", str(number), {"act": "heard"})
    return redirect("audit-feedback")
