"""Pages of people in post, of audiences outside the force, and of publications with their reach."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from redshank.web.learning import acts, coverage, forms
from redshank.web.learning.models import File, Piece, Reach
from redshank.web.learning.reading import NotAFile
from redshank.web.learning.settings import KINDS, POSTS
from redshank.web.pages.errors import unseen
from redshank.web.pages.paging import paged
from redshank.web.pages.typed import day, looked_over, once, words
from redshank.web.policy.gate import page
from redshank.web.trail.write import listed, note, read

RECORD = "learning.record"


@page("see.learning")
def establishment(request: Any) -> HttpResponse:
    """People in post as at a day, by post and district, the files that said so; and a new file."""
    user, today = request.user, timezone.localdate()
    may = user.as_role.allows("learning.import")
    errors: dict[str, str] = {}
    if request.method == "POST":
        if not may:
            return unseen(request, "people in post", "")
        name, data = forms.upload(request, errors)
        as_at = day(request.POST, "as_at", errors, past=True)
        source = words(request.POST, "source", errors, "Write from where the file comes", 200)
        if not errors and as_at is not None:
            try:
                with transaction.atomic():
                    made, is_new = acts.take_establishment(user, name, data, as_at, source, once(request))
                    if is_new:
                        note(request, "collection", "people in post", str(made.pk), {"rows": made.rows, "taken": made.taken})  # fmt: skip
                left = f" {made.left:,} could not be read: see which, and why." if made.left else ""
                messages.success(request, f"{made.taken:,} of {made.rows:,} rows taken.{left}")
                return redirect("learning-file", made.pk) if made.left else redirect("learning-posts")
            except (NotAFile, acts.NotAllowed) as reason:
                errors["file"] = str(reason)
    else:
        listed(request, "people in post", [])
    now = coverage.in_post(today)
    by: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for p in now.people:
        by[p.post, p.district][0] += 1
    for where, n in now.numbers.items():
        by[where][1] += n
    order = list(POSTS)
    files = File.objects.visible_to(user, user.as_role.purpose).filter(kind="establishment").select_related("by")  # fmt: skip
    context = {
        "rows": [(POSTS[p], d, refs, n, refs + n) for (p, d), (refs, n) in sorted(by.items(), key=lambda x: (order.index(x[0][0]), x[0][1]))],
        "total": len(now.people) + sum(now.numbers.values()), "now": now.file, "files": list(files), "may": may, "errors": errors, "typed": request.POST,
        "once": once(request), "today": today, "posts": POSTS,
    }  # fmt: skip
    return render(request, "learning/establishment.html", context, status=400 if errors else 200)


@page("see.learning")
def audiences(request: Any) -> HttpResponse:
    """Audiences outside the force: how many each has, from where that is known, and how many were reached."""
    user, today = request.user, timezone.localdate()
    may = user.as_role.allows(RECORD)
    errors: dict[str, str] = {}
    if request.method == "POST":
        if not may:
            return unseen(request, "audience", "")
        number, source, as_at, errors = forms.counted(request.POST, "Write how many it has")
        name = words(request.POST, "name", errors, "Write who the audience is", 200)
        if not errors and as_at is not None:
            with transaction.atomic():
                made, is_new = acts.size(user, name, number, source, as_at, once(request))
                if is_new:
                    note(request, "collection", "audience", str(made.audience_id))
            messages.success(request, "Kept, with your name and the time.")
            return redirect("learning-audiences")
    else:
        listed(request, "audiences", [])
    context = {"rows": coverage.outside(today), "may": may, "errors": errors, "typed": request.POST, "once": once(request), "today": today}  # fmt: skip
    return render(request, "learning/audiences.html", context, status=400 if errors else 200)


# ---- publications ----------------------------------------------------------------------------------------------


@page("see.learning")
def publications(request: Any) -> HttpResponse:
    """Articles, briefings, media work, the newest first, with the last reach that somebody counted; a new one."""
    user = request.user
    may = user.as_role.allows(RECORD)
    errors: dict[str, str] = {}
    status, advice = 200, None
    if request.method == "POST":
        if not may:
            return unseen(request, "publication", "")
        given, errors = forms.publication(request.POST)
        status = 400 if errors else 200
        advice = None if errors else looked_over(request, "title", "audience")
        if not errors and advice is None:
            with transaction.atomic():
                made, is_new = acts.publish(user, given, once(request))
                if is_new:
                    note(request, "collection", "publication", str(made.pk))
            messages.success(request, "Kept. Add its reach when it is counted.")
            return redirect("publication", made.pk)
    kind = str(request.GET.get("kind", ""))
    rows = Piece.objects.visible_to(user, user.as_role.purpose)
    shown = paged(request, rows.filter(kind=kind) if kind in KINDS else rows)
    if request.method == "GET":
        listed(request, "publications", [str(p.pk) for p in shown.page], kind=kind)
    last = {r.publication_id: r for r in Reach.objects.visible_to(user, user.as_role.purpose).filter(publication__in=[p.pk for p in shown.page])}  # fmt: skip
    context = {
        "shown": shown, "lines": [(p, last.get(p.pk)) for p in shown.page], "kind": kind, "kinds": KINDS, "may": may, "errors": errors,
        "typed": request.POST, "once": once(request), "today": timezone.localdate(), "advice": advice,
    }  # fmt: skip
    return render(request, "learning/publications.html", context, status=status)


@page("see.learning")
def publication(request: Any, number: int) -> HttpResponse:
    """One publication, and each count of its reach."""
    user, purpose = request.user, request.user.as_role.purpose
    found = Piece.objects.visible_to(user, purpose).select_related("by").filter(pk=number).first()
    if found is None:
        return unseen(request, "publication", str(number))
    may = user.as_role.allows(RECORD)
    errors: dict[str, str] = {}
    if request.method == "POST":
        if not may:
            return unseen(request, "publication", str(number))
        count, source, as_at, errors = forms.counted(request.POST, "Write how many were reached")
        if not errors and as_at is not None:
            if as_at < found.on:
                errors["as_at"] = "It was published later than that"
            else:
                with transaction.atomic():
                    if acts.reach(user, found, count, source, as_at, once(request)):
                        note(request, "alteration", "publication", str(number), {"reach": count})
                messages.success(request, "Kept, with your name and the time.")
                return redirect("publication", number)
    else:
        read(request, "publication", str(number))
    context = {
        "publication": found, "reaches": list(Reach.objects.visible_to(user, purpose).filter(publication=found).select_related("by")), "may": may,
        "errors": errors, "typed": request.POST, "once": once(request), "today": timezone.localdate(),
    }  # fmt: skip
    return render(request, "learning/publication.html", context, status=400 if errors else 200)
