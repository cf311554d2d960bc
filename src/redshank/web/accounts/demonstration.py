"""The accounts of a demonstration home: one for each role, signed in to by a button and by nothing else."""

from __future__ import annotations

from redshank.web import homes
from redshank.web.accounts.models import User
from redshank.web.accounts.roles import ROLES
from redshank.web.policy.sight import current_run

#: Invented names of nobody, one for each role in the order of ``roles.toml``; a second analyst and officer decide
#: what the first proposed.
NAMES = (
    "Avery Quill", "Rowan Thistle", "Marlow Fenn", "Ellis Harrow", "Sage Whitlock", "Robin Ashgrove", "Linden Marsh", "Wren Calloway",
    "Jules Everly", "Morgan Dale", "Skye Barrow", "Casey Holm", "Harper Lowe", "Quinn Aldous", "Reese Tarn", "Drew Sedge", "Alex Moor",
)  # fmt: skip
SECOND = {"analyst": "Blair Kestrel", "exploitation_officer": "Toni Redfern"}
AGENCY = {"partner_member": "Children's services"}


def is_offered() -> bool:
    """Whether this home is a demonstration: its mark stands, and every delivery is still synthetic."""
    from django.conf import settings

    from redshank.publish import is_demonstration

    return homes.demonstration_mark(settings.HOME).exists() and is_demonstration(settings.HOME)


def make_accounts() -> None:
    """Makes what is missing of the demonstration's accounts."""
    wanted = [(f"demo-{role}", name, role) for (role, name) in zip(ROLES, NAMES, strict=True)]
    wanted += [(f"demo-{role}-2", name, role) for role, name in SECOND.items()]
    # They have seen the run that stands, so that what the next night brings is new to them.
    run = current_run()
    known = set(User.objects.filter(demonstration=True).values_list("username", flat=True))
    for username, name, role in wanted:
        if username not in known:
            User.objects.make(
                username, name, role, agency=AGENCY.get(role, ""), demonstration=True, seen_run=run
            )
