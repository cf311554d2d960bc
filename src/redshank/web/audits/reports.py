"""The reports: rows as far as their reader sees them, made into documents by :mod:`redshank.products`."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from redshank.agreement import share_words
from redshank.products import flag_audit, flag_review, language_audit, missing_audit, shadow_month
from redshank.products.document import LED, Document, Table
from redshank.products.papers import TYPES
from redshank.web.audits import acts, eyes, measures, rates, sampling
from redshank.web.audits.behind import Behind, seen
from redshank.web.audits.models import Item, Led, Reading, Sample, rule_words
from redshank.web.audits.programmes import FEATURES, PROGRAMMES, VERDICTS, VERSION, Programme
from redshank.web.pages import current, words
from redshank.web.pages.around import RHYTHM, publication
from redshank.web.pages.errors import nothing_here
from redshank.web.pages.paging import paged
from redshank.web.pages.paper import write
from redshank.web.policy.gate import page
from redshank.web.register.models import Drawn
from redshank.web.register.models import Sample as FlagSample
from redshank.web.register.views import FILES as FORMS
from redshank.web.trail.write import listed, note

STRATA = {
    "kind": "kind of record",
    "district": "district",
    "unit": "agency or district",
    "origin": "whose text it is",
    "scan": "which scan named it, as many of each",
}
TREND = 6  # samples of a trend; local default


def as_at() -> str:
    """The first line of a document (practice rule 15)."""
    at = publication().as_of
    if at is None:
        return "No night has been published yet."
    old = (
        " This is older than a night: what happened since is not here."
        if timezone.now() - at > RHYTHM
        else ""
    )
    return f"As recorded at {words.clock(at)} on {words.day(at)}.{old} {current.said()}".strip()


def _samples(user: Any, p: Programme, number: int | None) -> list[Sample]:
    rows = Sample.objects.visible_to(user, user.as_role.purpose).filter(programme=p.key).select_related("by")
    rows = rows.filter(pk=number) if number else rows
    return list(rows.order_by("-at", "-pk")[:TREND])[::-1]


class Gathered:
    """Everything that a programme's report rests on, for one reader."""

    def __init__(self, user: Any, p: Programme, number: int | None) -> None:
        self.may_open = user.as_role.allows("see.records")
        self.user, self.p = eyes.of_report(user, p), p
        self.behind = Behind()
        self.all = _samples(user, p, number)
        self.last = self.all[-1:]
        self.done = {
            i: rs
            for i, rs in measures.complete(user, p.key).items()
            if any(i.sample_id == s.pk for s in self.all)
        }
        # Final readings by sample; each sees only what is complete for them.
        self.final: dict[int, dict[Item, Reading]] = {s.pk: {} for s in self.all}
        for item, done in self.done.items():
            if (reading := acts.final(done, item.twice)) is not None:
                self.final[item.sample_id][item] = reading

    @property
    def period(self) -> str:
        since, until = (self.last[0].since, self.last[0].until) if self.last else sampling.period(self.p)
        return f"{words.day(since)} to {words.day(until)}"

    @property
    def of(self) -> str:
        return f"{self.p.aim} By the review programmes' configuration {VERSION} ({self.p.provenance})."

    def samples(self) -> list[dict[str, Any]]:
        out = []
        items = Item.objects.visible_to(self.user, self.user.as_role.purpose)
        for s in self.last:
            shown = self.user.as_role.cleared or not s.cleared
            out.append({
                "drawn": items.filter(sample=s).count(), "complete": len(self.final[s.pk]), "frame": sum(s.parsed("frame").values()) if shown else 0,
                "seed": s.seed, "by": s.by.name, "at": words.day(s.at), "strata": STRATA[self.p.strata],
            })  # fmt: skip
        return out

    def agreement(self) -> list[dict[str, str]]:
        asked = {q.key: q.asks for q in self.p.questions} | {
            "phrases": "What each phrase is",
            "": "Everything together",
        }
        out = []
        for k, a in measures.agreed(self.done).items():
            if a.n:
                out.append({"asks": asked[k], "words": a.words})
                self.behind.add("agreement", {"Agreement": measures.read_twice(self.done, k)})
        return out

    def readings(self, sample: Sample | None = None) -> list[Reading]:
        some = [sample] if sample else self.last
        return [r for s in some for r in self.final[s.pk].values()]


def _missing(g: Gathered) -> Document:
    def told(readings: list[Reading], is_last: bool) -> list[dict[str, Any]]:
        rows = []
        for section in g.p.sections:
            for q in section.questions:
                if q.kind == "answer":
                    keys: dict[str, list[str]] = {}
                    for r in readings:
                        keys.setdefault(r.parsed("answers").get(q.key), []).append(r.item.record_key)
                    n = Counter({k: len(v) for k, v in keys.items()})
                    rows.append({"section": section.title, "asks": q.asks, "yes": n["yes"], "partly": n["partly"], "no": n["no"], "na": n["na"]})  # fmt: skip
                    applies = [k for a in ("yes", "partly", "no") for k in keys.get(a, ())]
                    if is_last:
                        said = {
                            head: keys.get(a, ())
                            for a, head in (
                                ("yes", "Yes"),
                                ("partly", "In part"),
                                ("no", "No"),
                                ("na", "Does not apply"),
                            )
                        }
                        g.behind.add(f"answers {section.title.lower()}", said | {"Yes, of those to which it applies": applies})  # fmt: skip
                    else:
                        g.behind.add("trend", {"Yes": applies})
        return rows

    verdicts = Counter(v.verdict for r in g.readings() for v in r.verdicts.all())
    for k in sorted(verdicts):
        g.behind.add("verdicts", {"Phrases": [r.item.record_key for r in g.readings() if any(v.verdict == k for v in r.verdicts.all())]})  # fmt: skip
    trend = [
        {"name": f"{words.day(s.since)} to {words.day(s.until)}", "asks": r["asks"], "words": share_words(r["yes"], r["yes"] + r["partly"] + r["no"])}
        for s in g.all for r in told(g.readings(s), False)
    ]  # fmt: skip
    return missing_audit.build(
        answers=told(g.readings(), True), verdicts=[{"words": VERDICTS[k], "n": n} for k, n in sorted(verdicts.items())], agreement=g.agreement(),
        samples=g.samples(), trend=trend, period=g.period, as_at=as_at(), of=g.of,
    )  # fmt: skip


def _rate(name: str, r: rates.Rate, **more: str) -> dict[str, Any]:
    return {"name": name, "records": r.records, "words": r.words, "phrases": r.phrases, "quoted": r.quoted, "template": r.template, **more}  # fmt: skip


def _language(g: Gathered) -> Document:
    since, until = (g.last[0].since, g.last[0].until) if g.last else sampling.period(g.p)
    trend = rates.months(until)
    read = rates.Read(g.user, g.p, min(since, trend[0][0]), until)
    now = read.rates(since, until)
    for by, some in (("source", now.by_kind), ("unit", now.by_unit), ("origin", now.by_origin)):
        for _, r in sorted(some.items()):
            g.behind.rate(f"rates by {by}", r)
    rows = [_rate("All", now.total, by="total")]
    rows += [_rate(words.WORDS["records"].get(k, k), r, by="source") for k, r in sorted(now.by_kind.items())]
    rows += [_rate(k, r, by="unit") for k, r in sorted(now.by_unit.items())]
    rows += [_rate(words.word(k, "origin"), r, by="origin") for k, r in sorted(now.by_origin.items())]
    months = []
    for a, b in trend:
        of_month = read.rates(a, b).total
        months.append(_rate(f"{a:%B %Y}", of_month))
        g.behind.rate("trend", of_month)
    # Words that readers typed out of a record are for who may open it.
    passed: dict[str, list[str]] = {}
    for reading in g.readings() if g.may_open else ():
        for line in reading.parsed("answers").get("phrases_passed_over", "").splitlines():
            if line.strip():
                passed.setdefault(line.strip().casefold(), []).append(reading.item.record_key)
    by_times = sorted(passed.items(), key=lambda x: (-len(x[1]), x[0]))
    from redshank.publish import language_rules

    told = language_rules()
    defects = sorted(measures.templates_in(g.user).items(), key=lambda x: (-len(x[1]), x[0]))
    for text, _ in now.most:
        g.behind.add("phrases", {"Times": now.told_in[text]})
    for _, keys in defects:
        g.behind.add("templates", {"Named by readers": keys})
    for _, keys in by_times:
        g.behind.add("passed over", {"Times": keys})
    judged = measures.precision(g.user)
    verdicts = measures.judged(g.user)
    for m in judged:
        mine = [v for v in verdicts if v.rule == m.rule]
        heads = {"Blames": "true", "Quoted": "quoted", "Form": "template", "Does not blame": "false_positive"}
        g.behind.add("precision", {h: [v.record_key for v in mine if v.verdict == k] for h, k in heads.items()} | {"Rightly found": [v.record_key for v in mine]})  # fmt: skip
    return language_audit.build(
        rates=rows, months=months, phrases=[{"text": t, "n": n} for t, n in now.most],
        templates=[{"kind": words.WORDS["records"].get(k, k), "text": t, "n": len(keys)} for (k, t), keys in defects],
        precision=[{"rule": told.get(m.rule, m.rule), "true": m.true, "false_positive": m.false_positive, "quoted": m.quoted, "template": m.template} for m in judged],
        passed_over=[{"text": t, "n": len(keys)} for t, keys in by_times],
        agreement=g.agreement(), samples=g.samples(), period=f"{words.day(since)} to {words.day(until)}", as_at=as_at(), of=g.of,
    )  # fmt: skip


def _missed(g: Gathered) -> Document:
    recall = [r for r in measures.measured_recall(g.user) if r.programme == g.p.key]
    items = {i.pk for i in g.done}
    missed: dict[tuple[str, str], list[str]] = {}
    for m in measures.misses(g.user):
        if m.item_id in items:
            missed.setdefault((m.rule, m.feature), []).append(m.item.record_key)
    for _, keys in sorted(missed.items()):
        g.behind.add("misses", {"Times": keys})
    led = (
        Led.objects.visible_to(g.user, g.user.as_role.purpose)
        .filter(item__in=items)
        .select_related("flag", "item")
    )
    states: dict[str, list[str]] = {}
    for x in led:
        states.setdefault(x.flag.state_words, []).append(x.item.record_key)
    for _, keys in sorted(states.items()):
        g.behind.add("flags", {"Flags": keys})
    return flag_review.build(
        title=g.p.title, recall=[{"by": measures.KNOWN_BY[r.by], "found": r.found, "missed": r.missed, "read": r.read} for r in recall],
        misses=[{"rule": rule_words(rule), "feature": FEATURES[f].words if f in FEATURES else f, "n": len(keys)} for (rule, f), keys in sorted(missed.items())],
        flags=[{"state": s, "n": len(keys)} for s, keys in sorted(states.items())], agreement=g.agreement(), samples=g.samples(),
        period=g.period, as_at=as_at(), of=g.of,
    )  # fmt: skip


def _shadow(g: Gathered) -> Document:
    def told(sample: Sample, is_last: bool) -> dict[str, Any]:
        out = {}
        # How many handling C has is for those who may know of it: the others are told of what was read alone.
        counts = sample.parsed("frame") if g.user.as_role.cleared or not sample.cleared else None
        final = g.final[sample.pk]
        for cell in shadow_month.CELLS:
            read = [i for i in final if i.stratum == cell]
            found = [i for i in read if acts.found_something(final[i])]
            out[cell] = {
                "records": None if counts is None else counts.get(cell, 0),
                "read": len(read),
                "found": len(found),
            }
            if is_last:
                keys = {"Read": [i.record_key for i in read], "With features of a group": [i.record_key for i in found]}  # fmt: skip
                g.behind.add("cells", keys)
        return out

    months = []
    for s in g.all:
        cells = told(s, False)
        months.append({"name": f"{words.day(s.since)} to {words.day(s.until)}", "cells": cells})
        heads = {
            head: [i.record_key for i in g.final[s.pk] if i.stratum == cell]
            for cell, head in shadow_month.CELLS.items()
        }
        g.behind.add("months", heads)
    return shadow_month.build(
        cells=told(g.last[0], True) if g.last else {}, months=months, agreement=g.agreement(), samples=g.samples(), period=g.period, as_at=as_at(),
        of=g.of,
    )  # fmt: skip


BUILT = {"quality": _missing, "language": _language, "missed": _missed, "shadow": _shadow}


def document(user: Any, key: str, sample: int | None = None) -> Document:
    """The report of a programme as this person may see it: of its latest sample, or of the one that is named."""
    return gathered(user, key, sample)[0]


def gathered(user: Any, key: str, sample: int | None = None) -> tuple[Document, Behind]:
    """The report, and the records behind the cells of its tables."""
    p = PROGRAMMES[key]
    found = Gathered(user, p, sample)
    return BUILT[p.about](found), found.behind


def flag_audit_document(user: Any) -> Document:
    """The audit of the register of flags: its samples of decided flags, the second looks, and what reviews found unflagged."""
    purpose = user.as_role.purpose
    drawn = Drawn.objects.visible_to(user, purpose)
    samples = []
    for s in FlagSample.objects.visible_to(user, purpose).select_related("by").order_by("at", "pk"):
        mine = drawn.filter(sample=s).count()
        if mine:
            samples.append({"name": f"Sample {s.pk}", "drawn": mine, "population": len(s.parsed_of) if user.as_role.cleared else mine, "seed": s.seed, "by": s.by.name, "at": words.day(s.at)})  # fmt: skip
    recall = [r.words for r in measures.measured_recall(user) if r.read]
    return flag_audit.build(
        looks=measures.second_looks(user), samples=samples, recall=recall, as_at=as_at(),
        of="How far the register of flags can be relied on: decided flags looked at a second time, and what reviews found that no flag says.",
    )  # fmt: skip


@page("register.audit")
def flag_audit_page(request: Any) -> HttpResponse:
    """The audit of flags as a page; each number of flags opens to them."""
    made, numbers, parts = flag_audit_document(request.user), itertools.count(), []
    for s in made.sections:
        told = []
        for x in s.parts:
            rows = x.rows if isinstance(x, Table) else ()
            told.append({"part": x, "is_table": isinstance(x, Table), "rows": [(row[:-1], row[-1], next(numbers)) for row in rows], "lead": LED.get(getattr(x, "kind", ""), "")})  # fmt: skip
        parts.append((s, told))
    note(request, "consultation", "audit of flags", "")
    return render(request, "register/audit.html", {"document": made, "sections": parts, "forms": FORMS})


@page("register.audit")
def flag_audit_cell(request: Any, row: int) -> HttpResponse:
    """The flags of one row of the audit's table, as far as this person may see them."""
    looks = [r for r in measures.second_looks(request.user) if r["blind"]]
    pairs = sorted({(r["first"], r["second"]) for r in looks})
    if row >= len(pairs):
        return nothing_here(request)
    first, second = pairs[row]
    drawn = [r["drawn"] for r in looks if (r["first"], r["second"]) == pairs[row]]
    listed(request, "flags behind a cell", [str(d.flag_id) for d in drawn], report="flag-audit")
    return render(request, "register/audit_cell.html", {"first": first, "second": second, "drawn": drawn})


@page("register.audit")
def flag_audit_file(request: Any, form: str) -> HttpResponse:
    """The audit of flags as a file."""
    if form not in FORMS:
        return nothing_here(request)
    made = flag_audit_document(request.user)
    note(request, "disclosure", "audit of flags", "", {"form": form})
    response = HttpResponse(write(made, form), content_type=TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="flag-audit-{timezone.localdate()}.{form}"'
    return response


def _asked(request: Any) -> int | None:
    said = request.GET.get("sample", "")
    return int(said) if said.isdecimal() and len(said) < 10 else None


def _may(request: Any, key: str) -> bool:
    return key in PROGRAMMES and request.user.role in PROGRAMMES[key].results


@page("see.audits")
def report(request: Any, key: str) -> HttpResponse:
    """The report as a page; from each number to the samples and records that it rests on."""
    if not _may(request, key):
        return nothing_here(request)
    made, behind = gathered(request.user, key, _asked(request))
    note(request, "consultation", "report of a review", key)
    may_open = request.user.as_role.allows("see.records")
    numbers, parts = itertools.count(), []
    for s in made.sections:
        told = []
        for x in s.parts:
            n = next(numbers)
            cells = [] if not isinstance(x, Table) else [
                [(text, (n, i, j) if may_open and behind.of(x, i, j) else None) for j, text in enumerate(row)] for i, row in enumerate(x.rows)
            ]  # fmt: skip
            told.append({"part": x, "is_table": isinstance(x, Table), "cells": cells, "lead": LED.get(getattr(x, "kind", ""), "")})  # fmt: skip
        parts.append((s, told))
    context = {
        "document": made, "sections": parts, "programme": PROGRAMMES[key], "forms": FORMS, "sample": _asked(request),
        "samples": _samples(request.user, PROGRAMMES[key], None), "may_open": may_open, "has_misses": measures.misses(request.user) if PROGRAMMES[key].about == "missed" else [],
    }  # fmt: skip
    return render(request, "audits/report.html", context)


@page("see.audits")
def cell(request: Any, key: str, part: int, row: int, column: int) -> HttpResponse:
    """The records behind one cell of a report's table, as the report stands now and as far as this person may open them."""
    if not _may(request, key):
        return nothing_here(request)
    made, behind = gathered(request.user, key, _asked(request))
    of = next((p for n, (_, p) in enumerate(made.parts()) if n == part), None)
    keys = behind.of(of, row, column) if isinstance(of, Table) else frozenset()
    if not isinstance(of, Table) or not keys:
        return nothing_here(request)
    shown = paged(request, seen(request.user, keys))
    listed(request, "records behind a cell", [r.key for r in shown.page], report=key, figure=of.figure)
    context = {
        "programme": PROGRAMMES[key], "document": made, "table": of, "row": of.rows[row], "column": of.head[column], "value": of.rows[row][column],
        "shown": shown, "sample": _asked(request), "is_all": len(shown.page.paginator.object_list) == len(keys),
    }  # fmt: skip
    return render(request, "audits/behind.html", context)


@page("see.audits")
def file(request: Any, key: str, form: str) -> HttpResponse:
    """The report as a file."""
    if not _may(request, key) or form not in FORMS:
        return nothing_here(request)
    made = document(request.user, key, _asked(request))
    note(request, "disclosure", "report of a review", key, {"form": form})
    response = HttpResponse(write(made, form), content_type=TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="{key}-review-{timezone.localdate()}.{form}"'
    return response
