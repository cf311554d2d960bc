"""What stands of a line now. The night's score and tier and a person's decision stand side by side: neither takes the other away."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.utils import timezone

from redshank.web.heads.models import Line
from redshank.web.lines.models import DECISIONS, WORDS, Case, Decision
from redshank.web.lines.settings import TIERS, TOP
from redshank.web.pages import words

WORD_RULE = "a person says that it uses sexual exploitation: top tier, whatever else is known"
SUSPECTED = "sexual_exploitation_suspected"


@dataclass
class Standing:
    """One line as a reader sees it: ``line`` as the last night found it, or None where it holds it no longer."""

    ref: str
    name: str
    line: Line | None
    decisions: list[Decision] = field(default_factory=list)  # oldest first
    cleared: bool = False  # of the reader: what stood before a decision may have rested on handling C

    @cached_property
    def decided(self) -> Decision | None:
        """The last decision: kept, raised, lowered or closed."""
        return next((d for d in reversed(self.decisions) if d.kind in DECISIONS), None)

    @cached_property
    def word(self) -> Decision | None:
        """The last word that a person gave on its use of sexual exploitation."""
        return next((d for d in reversed(self.decisions) if d.kind in WORDS), None)

    @property
    def owner(self) -> Any:
        """Who looks at it again: by the last decision, or whoever took it over since."""
        kept = (d for d in reversed(self.decisions) if d.kind not in WORDS)
        last = next(kept, None)
        return last.owner if last is not None else None

    def then(self, d: Decision) -> dict[str, Any]:
        """The night as it stood before a decision; nothing of it where it rested on handling C that is not for this reader."""
        told: dict[str, Any] = d.parsed("shown")
        return (
            told if self.cleared or told["open"] else {"suspected_by": told["suspected_by"], "hidden": True}
        )

    @property
    def is_closed(self) -> bool:
        """A person closed it. No score does, and none opens it again."""
        return self.decided is not None and self.decided.kind == "close"

    @cached_property
    def given(self) -> Decision | None:
        """The raising or lowering that stands, since the line was last closed."""
        for d in reversed(self.decisions):
            if d.kind in ("raise", "lower", "close"):
                return d if d.kind != "close" else None
        return None

    @cached_property
    def night(self) -> dict[str, Any]:
        """Score, band, rule and use by the last night, without any person's word: the pages add the word as it stands now."""
        if self.line is None:
            return {}
        plain = {k: getattr(self.line, k) for k in ("score", "band", "rule", "use")}
        return plain | self.line.parsed("unsaid")

    @property
    def by_register(self) -> bool:
        return self.night.get("use") == "known"

    @property
    def by_word(self) -> bool:
        return self.word is not None and self.word.kind == "known"

    @property
    def is_known(self) -> bool:
        """Only the register's flag or a person's word makes it known (practice rule 14)."""
        return self.by_register or self.by_word

    @property
    def rule(self) -> str:
        """Why it is in the top tier whatever its score; nothing where no such rule holds."""
        if self.night.get("rule") and self.night["band"] == TOP:
            return str(self.night["rule"])
        return WORD_RULE if self.by_word else ""

    @property
    def holds_open(self) -> bool:
        """A rule of the top tier forbids closing as it forbids lowering, until the register itself says that the line is closed."""
        return bool(self.rule) and self.line is not None and self.line.status.casefold() != "closed"

    @property
    def register_words(self) -> str:
        return (self.line.status if self.line is not None else "") or "of no stated status"

    @property
    def night_tier(self) -> str:
        """As the last night that held the line found it, without a person's word."""
        if self.line is not None:
            return str(self.night["band"])
        return self.then(self.decisions[-1]).get("tier", "") if self.decisions else ""

    @property
    def tier(self) -> str:
        """The tier that counts: by the rule, else by a person, else by the night."""
        return TOP if self.rule else self.given.tier if self.given else self.night_tier

    @property
    def why(self) -> str:
        """Where the tier comes from, in words."""
        if self.rule:
            return self.rule
        if self.given is not None:
            d = self.given
            same = "the same as the night's" if d.tier == self.night_tier else f"the night puts it in tier {self.night_tier}"  # fmt: skip
            return f"{d.kind_words.lower()} by {d.by.name} on {words.day(d.at)}; {same}"
        return self.night.get("rule") or "as the night finds it"

    @property
    def score(self) -> int | None:
        """The night's, without any person's word."""
        return self.night["score"] if self.line is not None else self.then(self.decisions[-1]).get("score")

    @property
    def score_by_word(self) -> int | None:
        """The score as a person's word makes it; None where no word changes it."""
        if self.line is None or self.by_register or not self.by_word:
            return None
        return self.line.score_known

    @property
    def is_heard(self) -> bool:
        """The last night honoured the word that stands."""
        return self.by_word and self.line is not None and self.line.use == "known"

    @property
    def counts(self) -> int:
        """The score that orders the table: the one that the findings hold too, once a night has heard of the word."""
        by_word = self.score_by_word
        return by_word if by_word is not None else self.score or 0

    @property
    def suspected_by(self) -> list[str]:
        """Records for which the night suspects it."""
        told = self.line.parsed("reasons") if self.line is not None else []
        return [k for r in told if r.get("code") == SUSPECTED for k in r["records"]]

    @property
    def asks(self) -> bool:
        """Suspected, and nobody said whether it is so; a record that came after a refutation asks anew."""
        if self.line is None or self.night["use"] != "suspected" or self.by_word or self.is_closed:
            return False
        return self.word is None or bool(set(self.suspected_by) - set(self.then(self.word)["suspected_by"]))

    @property
    def use_words(self) -> str:
        if self.by_register:
            return "known: the register says so"
        if self.word is not None:
            said = "known" if self.by_word else "refuted"
            out = f"{said}: {self.word.by.name} says so, {words.day(self.word.at)}"
            return f"{out}; a later record suspects it" if self.asks else out
        return (
            "suspected, to be confirmed or refuted" if self.night.get("use") == "suspected" else "not known"
        )

    @property
    def changed(self) -> str:
        """How the night differs from what stood before the last decision, in words."""
        if self.decided is None:
            return ""
        if self.line is None:
            return "the last night holds it no longer; the decision stands"
        then = self.then(self.decided)
        if then.get("hidden"):
            return ""
        if not then.get("in_night"):
            return "the night holds it again"
        said = [
            f"{what} was {_or_none(then[name])}, now {_or_none(now)}"
            for what, name, now in (
                ("its score", "score", self.score),
                ("its tier", "tier", self.night_tier),
            )
            if then[name] != now
        ]
        return "since the decision the night changed: " + ", ".join(said) if said else ""

    @property
    def force(self) -> str:
        """The force's own assessment, on its own scale."""
        if self.line is None:
            return "not in the last extract"
        score, band = self.line.force_score, self.line.force_band
        said = [f"{score:g}" if score is not None else "", f"band {band}" if band else ""]
        return ", ".join(s for s in said if s) or "none in the extract"

    @property
    def review_on(self) -> date | None:
        return self.decided.review_on if self.decided is not None and not self.is_closed else None

    @property
    def is_late(self) -> bool:
        return self.review_on is not None and self.review_on < timezone.localdate()


def _or_none(value: Any) -> str:
    return "none" if value in (None, "") else str(value)


def differs(s: Standing, others: list[Standing]) -> str:
    """Our assessment and the force's, compared in words: tiers where it uses ours, and the order of both scores.

    The scales differ, so that no number is taken from another.
    """
    if s.line is None or (s.line.force_score is None and not s.line.force_band):
        return ""
    said = []
    band = s.line.force_band.strip().casefold()
    if band in TIERS:
        ours, theirs = TIERS.index(s.tier), TIERS.index(band)
        said.append("the same tier" if ours == theirs else "a higher tier here" if ours < theirs else "a lower tier here")  # fmt: skip
    elif band:
        said.append("its band is in the force's own words and is not compared")
    both = [o for o in others if o.line is not None and o.line.force_score is not None]
    if s.line.force_score is not None and len(both) > 1:
        here = 1 + sum(o.counts > s.counts for o in both)
        there = 1 + sum(o.line.force_score > s.line.force_score for o in both if o.line)
        said.append(
            f"of the {len(both)} lines that both score it is no. {here} here and no. {there} by the force"
        )
    return "; ".join(said)


def lines_of(user: Any) -> list[Standing]:
    """Every line in sight, also those that only decisions hold; closed ones last, then by tier and score."""
    found = {x.line_ref: Standing(x.line_ref, x.name, x, cleared=user.as_role.cleared) for x in Line.objects.visible_to(user, user.as_role.purpose).order_by("place")}  # fmt: skip
    for case in Case.objects.visible_to(user, user.as_role.purpose).order_by("pk"):
        found.setdefault(
            case.line_ref, Standing(case.line_ref, case.name, None, cleared=user.as_role.cleared)
        )
    for d in _decisions(user):
        if (s := found.get(d.case.line_ref)) is not None:
            s.decisions.append(d)
    kept = [s for s in found.values() if s.line is not None or s.decisions]
    rank = {t: n for n, t in enumerate(TIERS)}
    return sorted(kept, key=lambda s: (s.is_closed, rank.get(s.tier, len(rank)), -s.counts, s.ref))


def _decisions(user: Any) -> Any:
    rows = Decision.objects.visible_to(user, user.as_role.purpose)
    return rows.select_related("by", "owner", "case").order_by("at", "id")


def line_of(user: Any, ref: str) -> Standing | None:
    """One line with its decisions, or None where this reader may not see it."""
    line = Line.objects.visible_to(user, user.as_role.purpose).filter(line_ref=ref).first()
    case = Case.objects.visible_to(user, user.as_role.purpose).filter(line_ref=ref).first()
    decisions = list(_decisions(user).filter(case=case)) if case is not None else []
    if line is None and not decisions:
        return None
    name = line.name if line is not None else case.name if case else ref
    return Standing(ref, name, line, decisions, user.as_role.cleared)
