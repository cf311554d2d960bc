"""The accounts of a demonstration home: one for each role, signed in to by a button and by nothing else."""

from __future__ import annotations

from redshank.web import homes
from redshank.web.accounts.models import User
from redshank.web.accounts.roles import ROLES
from redshank.web.policy.sight import current_run

#: Invented names of nobody, one for each role in the order of ``roles.toml``; a second person of a role decides what the
#: first proposed, and stands in for the first.
NAMES = (
    "Avery Quill", "Rowan Thistle", "Marlow Fenn", "Ellis Harrow", "Sage Whitlock", "Robin Ashgrove", "Linden Marsh", "Wren Calloway",
    "Jules Everly", "Morgan Dale", "Skye Barrow", "Casey Holm", "Harper Lowe", "Quinn Aldous", "Reese Tarn", "Drew Sedge", "Alex Moor",
)  # fmt: skip
SECOND = {
    "analyst": "Blair Kestrel", "duty_inspector": "Frankie Osier", "exploitation_officer": "Toni Redfern",
    "partner_member": "Jamie Rook", "safeguarding_lead": "Rory Linnet", "crime_registrar": "Kit Sandling",
}  # fmt: skip
#: Who stands in where a role has one account: somebody of the role whose work is nearest (practice rule 16).
DEPUTY = {
    "researcher": "analyst", "missing_adviser": "exploitation_officer", "response_officer": "neighbourhood_officer",
    "neighbourhood_officer": "response_officer", "partnership_officer": "mace_coordinator", "tasking_chair": "panel_chair",
    "panel_chair": "tasking_chair", "mace_coordinator": "partnership_officer", "learning": "partnership_officer",
    "auditor": "safeguarding_lead", "administrator": "auditor",
}  # fmt: skip
PARTNERS = "partner_member"
AGENCY = {PARTNERS: "Children's services"}
#: Further agencies of which somebody has an account: the team takes tasks of patrols and interventions that are given to it.
AGENCIES = {"team": ("Marley Finch", "Partnership Exploitation Team")}


def is_offered() -> bool:
    """Whether this home is a demonstration: its mark stands, and every delivery is still synthetic."""
    from django.conf import settings

    from redshank.publish import is_demonstration

    return homes.demonstration_mark(settings.HOME).exists() and is_demonstration(settings.HOME)


def make_accounts() -> None:
    """Makes what is missing of the demonstration's accounts."""
    wanted = [(f"demo-{role}", name, role) for (role, name) in zip(ROLES, NAMES, strict=True)]
    wanted += [(f"demo-{role}-2", name, role) for role, name in SECOND.items()]
    wanted += [(f"demo-{PARTNERS}-{n}", name, PARTNERS) for n, (name, _) in AGENCIES.items()]
    # They have seen the run that stands, so that what the next night brings is new to them.
    run = current_run()
    known = set(User.objects.filter(demonstration=True).values_list("username", flat=True))
    for username, name, role in wanted:
        if username not in known:
            agency = AGENCIES.get(username.removeprefix(f"demo-{PARTNERS}-"), ("", AGENCY.get(role, "")))[1]
            User.objects.make(username, name, role, agency=agency, demonstration=True, seen_run=run)
    _name_deputies()


def _name_deputies() -> None:
    """A deputy for each account that has none: the other one of the role, else whoever is nearest."""
    accounts = {u.username: u for u in User.objects.filter(demonstration=True)}
    for user in accounts.values():
        if user.deputy_id is None:
            first = f"demo-{user.role}"
            other = f"{first}-2" if user.username == first else first
            user.deputy = accounts[other if user.role in SECOND else f"demo-{DEPUTY[user.role]}"]
            user.save(update_fields=["deputy"])
