"""The transparency record and the impact assessment, from what the software declares now.

``document(code, user)`` is what the page and the command line write. It holds nothing of anybody; what people found of the rules is counted as
far as the reader may know of it, so that whoever sees no rules gets the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from redshank.products import impact_assessment, statements, transparency_record
from redshank.products.document import Document
from redshank.products.statements import Declared, Role
from redshank.web.accounts.roles import ROLES
from redshank.web.flags.definition import IN_FORCE
from redshank.web.pages import words
from redshank.web.pages.around import publication
from redshank.web.rights.eyes import of_record
from redshank.web.worklist.models import Rule
from redshank.web.worklist.rulebook import measured

#: Decisions that people take, by the permission that each needs.
DECISIONS = (
    "flag.propose", "flag.decide", "item.verdict", "item.sweep", "judge.identity", "judge.group", "registrar.decide", "concern.answer", "matrix.sign",
    "disruption.record", "disruption.confirm", "line.decide", "vvol.edit", "meeting.run", "product.sign", "rights.release", "rights.closed",
    "preservation.lift", "erasure.confirm",
)  # fmt: skip
SCOPES = {
    "all": "all that the force holds",
    "shared": "what was shared with the agency or role",
    "none": "none",
}


@dataclass(frozen=True)
class Offered:
    title: str
    says: str
    make: Callable[[Declared], Document]

    def document(self, user: Any) -> Document:
        return self.make(declared(user))


STATEMENTS = {
    transparency_record.CODE: Offered("Algorithmic transparency record", "For the public: what the software does, who decides, what was measured", transparency_record.document),
    impact_assessment.CODE: Offered("Data protection impact assessment", "With the appropriate policy document and the records of processing", impact_assessment.document),
}  # fmt: skip


def document(code: str, user: Any) -> Document:
    """One statement: ``transparency-record`` or ``impact-assessment``.

    Raises:
        KeyError: no such statement.
    """
    return STATEMENTS[code].document(user)


def declared(user: Any) -> Declared:
    """What the software declares of itself; of verdicts on rules, what this person may count."""
    from redshank.publish import declared as of_night

    eyes = of_record(user) if user.as_role.allows("rights.record") else user
    as_of = publication().as_of
    rules = list(
        Rule.objects.visible_to(eyes, eyes.as_role.purpose)
        .filter(standing=True)
        .order_by("indicator", "rule")
    )
    found = measured(eyes, [r.rule for r in rules])
    told = statements.measured()
    return Declared(
        as_of=words.moment(as_of) if as_of else "no night yet",
        versions=tuple((a, b) for a, b in of_night.versions()), stages=_rows(of_night.stages()), tables=_rows(of_night.tables()), fields=of_night.fields(),
        findings=_rows(of_night.findings()), thresholds=_rows(of_night.thresholds()),
        rules=tuple((words.word(i, "indicator"), n, said) for i, n, said in of_night.rules()),
        definition=(("Definition that a flag is tested against", IN_FORCE.version), *(("Source of the definition", ", ".join((s["publisher"], s["title"], s["date"]))) for s in IN_FORCE.sources)),
        roles=tuple(_role(r) for r in ROLES.values()), measured=tuple(tuple(r["says"]) for r in told["row"]), measured_note=told["note"],
        precision=tuple((r.doc, found[r.rule].words) for r in rules if found[r.rule].n),
        decides={
            _permission(p)[:1].upper() + _permission(p)[1:]: tuple(r.title for r in ROLES.values() if r.allows(p)) for p in DECISIONS
        },
    )  # fmt: skip


def _rows(rows: list[list[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(r) for r in rows)


def _permission(name: str) -> str:
    return words.word(name, "permission")


def _role(role: Any) -> Role:
    sees = tuple(_permission(f"see.{s}") for s in sorted(role.see))
    return Role(
        role.title, sees, tuple(_permission(m) for m in sorted(role.may)), role.cleared, SCOPES[role.scope]
    )
