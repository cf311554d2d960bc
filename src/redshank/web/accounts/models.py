"""Accounts and handovers. There is no default account; a demonstration home makes one for each role."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

from redshank.web.accounts.roles import ROLES, Role

SHIFT = timedelta(hours=8)  # who signs in again within it goes on with one visit; local default


class Accounts(BaseUserManager):
    def make(self, username: str, name: str, role: str, password: str | None = None, **more: Any) -> User:
        """A new account; without a password nobody can sign in to it by one."""
        user = self.model(username=username, name=name, role=role, **more)
        if password is None:
            user.set_unusable_password()
        else:
            user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str) -> User:
        return self.get(username=username)


class User(AbstractBaseUser):
    """Somebody who signs in: one role, for a partner its agency, a deputy who stands in."""

    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=40, choices=[(k, r.title) for k, r in ROLES.items()])
    agency = models.CharField(max_length=80, blank=True)
    district = models.CharField(max_length=80, blank=True)
    deputy = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL)
    is_active = models.BooleanField(default=True)
    demonstration = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    # Runs that were published at this visit and at the visit before: what is "new since the last visit".
    seen_run = models.IntegerField(default=0)
    before_run = models.IntegerField(default=0)
    # When this visit and the one before it began: what people shared or answered after the latter is new.
    visited_at = models.DateTimeField(null=True, blank=True)
    before_at = models.DateTimeField(null=True, blank=True)

    objects = Accounts()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        app_label = "accounts"

    @property
    def as_role(self) -> Role:
        return self.__dict__.get("_reads_as") or ROLES[self.role]

    def without_c(self) -> User:
        """The same person reading without handling C: an account can read with less than its role
        gives, never with more; but for what a case is about (:mod:`redshank.web.rights.eyes`)."""
        opened = copy.copy(self)
        for kept in ("_sight", "_names_hidden"):
            opened.__dict__.pop(kept, None)
        opened.__dict__["_reads_as"] = replace(ROLES[self.role], cleared=False)
        return opened

    @property
    def audience(self) -> str:
        """With whom things are shared: the agency of a partner, else the role. Who was a partner and has another role now
        keeps the agency's name on the account, and sees nothing more of what is shared with it (practice rule 29)."""
        return self.agency if self.agency and self.role == "partner_member" else self.role

    def __str__(self) -> str:
        return self.name

    def visits(self, run: int) -> None:
        """A visit begins. What a run brought stays new until a later one is published, and what people did stays new for
        the shift, however often one signs in."""
        changed, now = [], timezone.now()
        if run > self.seen_run:
            self.before_run, self.seen_run = self.seen_run, run
            changed += ["before_run", "seen_run"]
        if self.visited_at is None or now - self.visited_at >= SHIFT:
            self.before_at, self.visited_at = self.visited_at, now
            changed += ["before_at", "visited_at"]
        if changed:
            self.save(update_fields=changed)


class Handover(models.Model):
    """What one person hands to another at the end of a shift; the taker signs (practice rule 16)."""

    giver = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    taker = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    note = models.TextField()
    once = models.CharField(max_length=40, unique=True, null=True)  # a form sent twice hands over once
    at = models.DateTimeField(default=timezone.now)
    signed_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "accounts"
