"""What the forms of a return have in common: what was typed, what is wrong with it, and words to look at."""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import date
from typing import Any

from redshank.web.pages import words
from redshank.web.returns import acts
from redshank.web.returns.models import KINDS


class Form:
    """One form that was sent, or none yet. What was typed stays, whatever is wrong with it."""

    def __init__(self, request: Any) -> None:
        self.post = request.POST
        self.once = self.post.get("once", "")[:60] or secrets.token_hex(16)
        self.errors: dict[str, str] = {}
        self.hints: list[dict[str, str]] = []
        self.status = 400

    def text(self, name: str, most: int = acts.LONGEST, needed: str = "", *, looked_over: bool = False) -> str:  # fmt: skip
        """A text; ``looked_over``: phrases that blame or diminish a child are shown once, with what to write or ask instead."""
        said = self.post.get(name, "").strip()
        if needed and not said:
            self.errors[name] = needed
        if len(said) > most:
            self.errors[name] = f"Write no more than {most:,} characters"
        elif looked_over and said:
            self._look_over(said)
        return said

    def _look_over(self, said: str) -> None:
        from redshank.publish import language_hints

        self.hints += [h for h in language_hints(said) if not h["quoted"]]

    @property
    def advised(self) -> str:
        """Names exactly this advice, so that a form whose author has read it is not held a second time."""
        told = [(h["phrase"], h["rule"]) for h in self.hints]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16] if told else ""

    @property
    def stops(self) -> bool:
        return bool(self.errors) or bool(self.hints and self.post.get("advised") != self.advised)

    def day(self, name: str) -> date | None:
        try:
            return date.fromisoformat(self.post.get(name, "").strip())
        except ValueError:
            self.errors[name] = "Give the day as year, month and day, for example 2026-03-31"
            return None

    def number(self, name: str) -> int:
        said = self.post.get(name, "")
        return int(said) if said.isdecimal() and len(said) < 7 else -1

    @property
    def base(self) -> str:
        """What each form of the page makes its own token from."""
        return self.once.partition("-")[0]

    @property
    def sent(self) -> dict[str, bool]:
        """Which of the page's forms was sent: only that one keeps what was typed."""
        kind = self.post.get("kind", "")
        return {"draft": kind in KINDS, kind: True} if kind else {}

    @property
    def seen(self) -> int:
        """How many acts the page showed."""
        return self.number("seen")

    def wrong(self, field: str, says: str) -> Form:
        self.errors[field] = says
        return self

    def of(self, reason: Exception) -> Form:
        """A rule that is in the way, or somebody who was first."""
        if isinstance(reason, acts.Meanwhile):
            step, self.status = reason.step, 409
            return self.wrong("kind", f"{step.by.name} was first, on {words.moment(step.at)}: {step.kind_words.lower()}. Look again; what you typed is kept below")  # fmt: skip
        return self.wrong(getattr(reason, "field", "kind"), str(reason))
