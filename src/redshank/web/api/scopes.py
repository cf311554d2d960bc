"""What a token may be for. A scope narrows what its owner may do; it never adds to it."""

from __future__ import annotations

from typing import Any

#: Scope → what it is for, and the permission of the role without which it opens nothing.
SCOPES: dict[str, tuple[str, str]] = {
    "concerns.read": ("Read my own concerns and the answers to them", "see.concerns"),
    "concerns.write": ("Raise a concern", "concern.raise"),
    "flags.read": ("Read the register of flags", "see.register"),
    "flags.write": ("Propose a flag; another person decides", "flag.propose"),
    "findings.read": ("Read groups, children, persons, places and county lines", ""),
    "actions.read": ("Read my tasks", "see.actions"),
    "actions.write": ("Report on my tasks", "action.report"),
    "language.check": ("Check a text for words that blame a child", ""),
}
FINDINGS = ("see.groups", "see.children", "see.persons", "see.places", "see.lines")


def open_to(user: Any) -> dict[str, str]:
    """The scopes that would open something for this person's role, in words."""
    role = user.as_role
    found = {k: words for k, (words, needs) in SCOPES.items() if role.allows(needs)}
    if not any(role.allows(p) for p in FINDINGS):
        found.pop("findings.read")
    return found
