"""The menu: a few sections in one order for every role, and the ways of the section that one is in.

A role sees the ways that it may open and the sections that hold one; a section with a single way is called by that way's
own word. A page belongs to the way whose list it opens from, so that the menu says where one is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from redshank.web.accounts.roles import Role


@dataclass(frozen=True)
class Way:
    """A page that the menu leads to: what it needs, its route, its word, and the routes of pages that belong to it.

    ``unless``: who has this permission gets there by another way.
    """

    permission: str
    name: str
    words: str
    pages: tuple[str, ...] = ()
    unless: str = ""

    def is_for(self, role: Role) -> bool:
        return role.allows(self.permission) and not (self.unless and role.allows(self.unless))


@dataclass(frozen=True)
class Section:
    words: str
    ways: tuple[Way, ...]


#: In the order of a day's work; what cannot wait is one step away from every page.
SECTIONS = (
    Section("Today", (Way("", "today", "Today", ("night", "night-line")),)),
    Section("Cannot wait", (Way("see.urgent", "urgent", "Cannot wait"),)),
    Section(
        "Daily scan",
        (
            Way("see.items", "worklist", "Worklist", ("item", "sweeps", "sweep", "sweep-propose")),
            Way("see.concerns", "concerns", "Concerns", ("concern", "concern-raise")),
            Way("see.questions", "questions", "Questions", ("question",)),
            Way("see.referrals", "registrar", "Registrar", ("referral",)),
        ),
    ),
    Section(
        "Children",
        (
            Way("see.children", "children", "Children", ("child", "child-file", "child-file-add")),
            Way("see.mace", "missing", "Missing", ("missing-child", "missing-refer")),
            Way("see.mash", "mash", "MASH", ("mash-referral", "mash-refer")),
        ),
    ),
    Section(
        "Groups and places",
        (
            Way("see.groups", "groups", "Groups", ("group", "group-aside", "judge-group")),
            Way("see.places", "places", "Places", ("place",)),
            Way("see.places", "map", "Map"),
            Way("see.lines", "lines", "County lines", ("line", "line-scores")),
            Way(
                "see.makesafe", "makesafe", "Makesafe",
                ("makesafe-add", "makesafe-list", "makesafe-register", "makesafe-take", "makesafe-business", "makesafe-change", "makesafe-training",
                 "makesafe-visit", "makesafe-visited", "makesafe-calls", "makesafe-call", "makesafe-orders", "makesafe-order",
                 "makesafe-message", "makesafe-figures", "makesafe-coverage"),
            ),
            Way("see.calls", "makesafe-calls", "Makesafe calls", ("makesafe-call",), "see.makesafe"),
        ),
    ),
    Section(
        "Decisions",
        (
            Way(
                "see.register", "register", "Flags",
                ("flag", "flag-propose", "flag-more", "flag-texts", "register-differences", "register-again", "register-closed",
                 "register-samples", "flag-audit", "flag-audit-cell", "register-sample", "register-look"),
            ),
            Way(
                "see.persons", "judgements", "Judgements",
                ("judgement", "judge-person", "judge-split", "judge-compare", "review", "agreement"),
            ),
            Way(
                "see.disruption", "disruption", "Disruption",
                ("disruption-options", "disruption-areas", "disruption-fairness", "disruption-subject", "disruption-record", "measure", "parts", "part",
                 "part-propose"),
            ),
            Way("see.vvol", "vvol", "VVOL lists", ("vvol-entry", "vvol-add")),
        ),
    ),
    Section(
        "Meetings",
        (
            Way("see.raised", "meetings", "Meetings", ("meeting", "sitting", "terms")),
            Way("see.raised", "raised", "Raised", ("raised-one", "raised-views", "raise", "raise-named", "action-make", "commission-make", "commission")),
            Way("see.actions", "actions", "Actions", ("action",)),
            Way("see.sharing", "sharing", "Agencies", ("ask", "ask-about", "ask-theme")),
            Way("see.matrix", "editions", "Matrix", ("edition", "edition-row", "edition-add", "edition-compare")),
        ),
    ),
    Section(
        "Products",
        (
            Way(
                "see.products", "products", "Products",
                ("product", "product-draft", "product-write", "product-terms", "product-behind", "product-differences", "papers", "paper", "paper-write", "paper-differences"),
            ),
            Way("see.returns", "returns", "Returns", ("return", "return-version", "return-behind")),
            Way("see.tracker", "tracker", "Recommendations", ("tracker-one", "tracker-do", "tracker-do-item", "tracker-report", "tracker-import", "tracker-response")),
            Way("see.audits", "audits", "Reviews", ("audit-programme", "audit-sample", "audit-item", "audit-propose", "audit-report", "audit-report-cell")),
            Way("rights.fairness", "rights-fairness", "Fairness"),
            Way("rights.record", "rights-statements", "Statements", ("rights-statement",)),
        ),
    ),
    Section(
        "Learning",
        (
            Way(
                "see.learning", "learning", "Programme",
                ("learning-course", "learning-behind", "learning-event", "learning-attendance", "learning-file", "learning-posts",
                 "learning-audiences"),
            ),
            Way("see.learning", "publications", "Publications", ("publication",)),
            Way("see.policies", "policies", "Policies", ("policy", "policy-version", "policy-plan", "policy-review", "policy-survey")),
        ),
    ),
    Section(
        "Search",
        (
            Way("search", "search", "Search", ("person", "thing")),
            Way("see.records", "records", "Records", ("record",)),
        ),
    ),
    Section(
        "More",
        (
            Way("see.rules", "rules", "Rules", ("rule",)),
            Way("see.language", "language", "Language"),
            Way("see.quarantine", "quarantine", "Quarantine"),
            Way("sources.watch", "sources", "Sources"),
            Way("reads.supervise", "reads", "Sampled reads"),
            Way("see.trail", "trail", "Audit", ("trail-unusual", "trail-commands")),
            Way("see.rights", "rights", "Access and disclosure", ("rights-new", "rights-case")),
            Way("see.rights", "preservation", "Preservation", ("preservation-new", "preservation-look", "preservation-notice")),
            Way("see.rights", "erasures", "Erasure", ("erasure-new", "erasure", "erasure-due")),
            Way("sight.manage", "sight", "Sight", ("sight-thing",)),
            Way("people.manage", "people", "Accounts", ("account",)),
            Way("people.manage", "language-systems", "Systems"),
            Way("people.manage", "hooks", "Webhooks"),
        ),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One link of the menu: ``exact`` on the very page that it leads to, ``here`` on that and on those that belong to it."""

    name: str
    words: str
    here: bool
    exact: bool


@dataclass(frozen=True)
class Menu:
    """The sections that a role may open, and beneath them the ways of the section that the page is in."""

    sections: list[Entry]
    within: str
    ways: list[Entry]


def menu(role: Role, here: str) -> Menu:
    """What a role's menu holds on the page of a route; ``ways`` is empty where there is no choice to make."""
    sections: list[Entry] = []
    within, below = "", []
    for section in SECTIONS:
        ways = [w for w in section.ways if w.is_for(role)]
        if not ways:
            continue
        entries = [Entry(w.name, w.words, here == w.name or here in w.pages, here == w.name) for w in ways]
        inside = any(e.here for e in entries)
        words = section.words if len(ways) > 1 else ways[0].words
        sections.append(Entry(ways[0].name, words, inside, len(ways) == 1 and entries[0].exact))
        if inside and len(ways) > 1:
            within, below = section.words, entries
    return Menu(sections, within, below)


def here(request: Any) -> str:
    """The name of the route that a request came to; empty where it came to none."""
    match = getattr(request, "resolver_match", None)
    return (match.url_name if match else "") or ""
