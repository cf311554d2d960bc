"""The routes of the application as its URL configuration has them, with arguments to open each with.

Arguments go by the name of the parameter, so that a new route over the same things needs nothing here; a parameter that
no line knows fails :mod:`test_access_routes`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse


@dataclass(frozen=True)
class Route:
    name: str
    view: Any
    parameters: tuple[str, ...]

    @property
    def policy(self) -> Any:
        return getattr(self.view, "policy", None)

    def url(self, arguments: dict[str, Any]) -> str:
        return reverse(self.name, kwargs=arguments)


def routes() -> list[Route]:
    """Every route, also of files that are included."""
    return list(_walk(get_resolver().url_patterns, ""))


def _walk(patterns: list[Any], space: str) -> Iterator[Route]:
    for p in patterns:
        if isinstance(p, URLResolver):
            yield from _walk(p.url_patterns, f"{p.namespace}:" if p.namespace else space)
        elif isinstance(p, URLPattern):
            yield Route(f"{space}{p.name or ''}", p.callback, tuple(p.pattern.converters))


#: What a parameter that names a thing names, by its own name.
ONE = {"person_id": "person", "other_id": "person", "group_id": "group", "cell": "place", "line_ref": "line"}
#: Routes of which a parameter ``kind`` or ``about`` says of what, and what each kind of thing is called there.
ITEM = {"person": "child", "group": "group", "record": "record"}
SUBJECT = {k: k for k in ("person", "place", "line")}
OF_KIND: dict[str, dict[str, str]] = {
    "behind": {"person": "child", "group": "group", "place": "place", "line": "line"},
    "flag-propose": {"person": "person", "group": "group", "record": "record"},
    **dict.fromkeys(("disruption-subject", "disruption-record", "disruption-line", "part-propose"), SUBJECT),
    "vvol-add": {"person": "person", "place": "place"},
    "sight-thing": {k: k for k in ("record", "person", "group", "place", "line")},
    "ask-about": {"person": "child", "group": "group", "record": "record", "place": "place", "line": "line"},
    "raise": {"person": "child", "group": "group", "record": "record", "place": "place", "line": "line"},
    **dict.fromkeys(("item", "item-verdict", "item-raise", "item-refer", "item-ask", "item-unread"), ITEM),
}  # fmt: skip
#: Parameters that name no thing, with a value that is offered.
PLAIN = {"child-file-add": {"kind": "judgement"}, "group-file": {"name": "chart.graphml"}}
#: Routes about rows that people made here: the file whose tests swap them for rows that are out of sight.
MADE: dict[str, str] = {
    "flag": "test_access_writes.py", "flag-more": "test_access_writes.py", "flag-decide": "test_access_writes.py", "flag-withdraw": "test_access_writes.py",
    "handover-sign": "test_access_writes.py", "flag-texts": "test_access_made.py", "register-sample": "test_access_made.py",
    "register-look": "test_access_made.py", "flag-audit-cell": "test_register_review.py", "thing": "test_things.py", "map-file": "test_map.py", "rule": "test_worklist_rules.py",
    **dict.fromkeys(("view-remove", "act-undo", "question", "question-answer"), "test_worklist_policy.py"),
    **dict.fromkeys(("raised-one", "raised-settle", "raised-split", "raised-merge", "raised-withdrawn", "raised-views", "action-make", "commission-make"), "test_worklist_swaps.py"),
    **dict.fromkeys(("ask", "ask-step", "mash-referral", "mash-step"), "test_sharing.py"),
    **dict.fromkeys(("action", "action-step", "commission", "commission-act"), "test_worklist_swaps.py"),
    **dict.fromkeys(("meeting", "meeting-calendar", "sitting", "sitting-act", "sitting-attend", "sitting-pack"), "test_meetings_pages.py"),
    **dict.fromkeys(("terms", "terms-keep"), "test_meetings_terms.py"),
    **dict.fromkeys(("referral", "referral-decide", "referral-add", "sweep", "sweep-decide"), "test_worklist_policy.py"),
    **dict.fromkeys((f"makesafe-{n}" for n in ("business", "change", "move", "training", "visit", "ask", "visited", "welfare", "strike", "take", "order", "order-act", "acknowledge")), "test_makesafe.py"),
    **dict.fromkeys(("measure", "measure-add", "part", "part-decide"), "test_disruption.py"),
    **dict.fromkeys(("concern", "concern-answer", "concern-add"), "test_concerns.py"),
    **dict.fromkeys(("edition", "edition-csv", "edition-add", "edition-comment", "edition-sign", "edition-freeze"), "test_matrix.py"),
    **dict.fromkeys(("edition-compare", "edition-row", "edition-act", "edition-raise"), "test_matrix.py"),
    **dict.fromkeys((f"product{n}" for n in ("", "-write", "-terms", "-act", "-receive", "-behind", "-differences", "-chart", "-paper")), "test_products.py"),
    **dict.fromkeys(("paper", *(f"paper-{n}" for n in ("draft", "write", "act", "differences", "file"))), "test_kept_documents.py"),
    **dict.fromkeys(("audit-programme", "audit-sample", "audit-item", "audit-read", "audit-propose", "audit-tell", "audit-hear"), "test_audits.py"),
    **dict.fromkeys(("audit-report", "audit-report-cell", "audit-report-file", "flag-audit-file"), "test_audit_reports.py"), "language-system-end": "test_language_linter.py",
    **dict.fromkeys((f"learning-{n}" for n in ("course", "course-act", "behind", "event", "event-act", "attendance", "file", "file-csv", "paper")), "test_learning.py"),
    "publication": "test_learning.py",
    **dict.fromkeys(("policy", *(f"policy-{n}" for n in ("hand", "plan", "version", "version-act", "acknowledge", "review", "review-act", "survey", "paper"))), "test_policies.py"),
    **dict.fromkeys(("vvol-entry", "vvol-review"), "test_vvol.py"),
    **dict.fromkeys(("tracker-one", "tracker-do", "tracker-do-item", "tracker-report", "tracker-file"), "test_tracker_pages.py"),
    **dict.fromkeys(("rights-case", "rights-act", "rights-package"), "test_rights.py"), "rights-statement": "test_rights_statements.py",
    **dict.fromkeys(("preservation-notice", "preservation-act"), "test_retention.py"), **dict.fromkeys(("erasure", "erasure-act", "erasure-file"), "test_erasure.py"),
    **dict.fromkeys(("return", *(f"return-{n}" for n in ("open", "draft", "record", "version", "sign", "submit", "behind", "rows", "document"))), "test_returns.py"),
    **dict.fromkeys(("judgement", "judgement-withdraw"), "test_judgements.py"), "reads-check": "test_search_reasons.py",
    "token-end": "test_api_tokens.py", "hook-act": "test_hooks.py",
    **dict.fromkeys((f"api-{n}" for n in ("concern", "flag", "group", "child", "person", "place", "line", "action", "action-step")), "test_api_sight.py"),
    **dict.fromkeys(("sight-grant", "sight-end", "ask-answer", "account", "team-certify", "why"), "test_access_sight.py"),
}  # fmt: skip


def arguments(route: Route, kind: str, ident: str) -> dict[str, Any] | None:
    """The arguments that open this route on a thing; None where the route is not about such a thing."""
    beside = PLAIN.get(route.name, {})
    names = [n for n in route.parameters if n not in beside]
    if route.name in OF_KIND:
        said = OF_KIND[route.name].get(kind)
        how = next(n for n in names if n in ("kind", "about"))
        return {how: said, "ident": ident} if said else None
    if set(names) == {"kind", "ref"}:
        return dict(zip(("kind", "ref"), ident.split(":", 1), strict=True)) if kind == "record" else None
    if names and all(ONE.get(n) == kind for n in names):
        return dict.fromkeys(names, ident) | beside
    return None


def is_known(route: Route) -> bool:
    """Whether these tests know what to open the route with."""
    names = [n for n in route.parameters if n not in PLAIN.get(route.name, {})]
    by_name = all(n in ONE for n in names) or set(names) == {"kind", "ref"}
    return by_name or route.name in MADE or route.name in OF_KIND
