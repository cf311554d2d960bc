"""The heads of a run. A row stands from ``valid_from`` to before ``valid_to``; the current run is one number.

``in_full`` marks the edition for cleared roles, ``in_open`` the one made without any handling C evidence; a row
that is equal in both stands once. No score is copied but a county line's: the order is (practice rule 2).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models

from redshank.web.policy.sight import VisibleManager, current_run, sight_of

#: What tells a row from its other versions and its place among others, and nothing of the thing itself.
NOT_SAID = frozenset(["id", "uid", "valid_from", "valid_to", "in_full", "in_open", "digest", "place"])


def _piped(items: Iterable[str]) -> str:
    found = sorted({i for i in items if i})
    return f"|{'|'.join(found)}|" if found else ""


class Publication(models.Model):
    """One row: which run people see. Flipping ``current_run`` is what publishes."""

    current_run = models.IntegerField(default=0)
    as_of = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    counts = models.TextField(default="{}")


class Published(models.Model):
    """Every run that was published, so that what a decision saw can be shown again."""

    run = models.IntegerField(unique=True)
    as_of = models.DateTimeField()
    published_at = models.DateTimeField()


class Head(models.Model):
    """What all heads share."""

    IS_HEAD: ClassVar[bool] = True
    SEEN_AS: ClassVar[str] = ""
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = ()

    uid = models.CharField(max_length=240)
    valid_from = models.IntegerField()
    valid_to = models.IntegerField(null=True)
    in_full = models.BooleanField()
    in_open = models.BooleanField()
    digest = models.BigIntegerField()

    objects = VisibleManager()

    class Meta:
        abstract = True

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows

    def parsed(self, name: str) -> Any:
        return json.loads(getattr(self, name) or "null")

    @property
    def rests_on_c(self) -> bool:
        """Whether the edition without handling C holds nothing of it, or says something else of it. That it stands elsewhere in
        the order there, because another thing rests on handling C, says nothing of it."""
        if self.in_open:
            return False
        run = current_run()
        rows = type(self).objects.filter(uid=self.uid, in_open=True, valid_from__lte=run)
        other = rows.exclude(valid_to__lte=run).first()
        return other is None or self._says() != other._says()

    def _says(self) -> dict[str, Any]:
        return {
            f.attname: getattr(self, f.attname)
            for f in self._meta.concrete_fields
            if f.attname not in NOT_SAID
        }


class Record(Head):
    """One record as it stands: what a list shows. Its text stays in the store."""

    SEEN_AS = "records"
    SHARED_BY = (("record", "key"),)
    HIDDEN_BY = (("record", "key"),)
    key = models.CharField(max_length=200)
    kind = models.CharField(max_length=30)
    ref = models.CharField(max_length=160)
    headline = models.CharField(max_length=300)
    district = models.CharField(max_length=80, default="")
    at = models.DateTimeField(null=True)
    known_at = models.DateTimeField(null=True)
    own_at = models.DateTimeField(null=True)  # of its first version too: when it was recorded or received
    grade = models.CharField(max_length=4, default="")
    handling = models.CharField(max_length=2, default="")
    origin = models.CharField(max_length=20, default="")
    agency = models.CharField(max_length=120, default="")
    delivery = models.CharField(max_length=200)
    delivery_no = models.IntegerField()
    row = models.IntegerField()
    signals = models.IntegerField(default=0)
    indicators = models.TextField(default="")
    missing_from = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["key", "valid_to"]),
            # Lists are walked in their own order and end after a page: no run's number stands before it.
            models.Index(fields=["-known_at", "key"], name="record_newest"),
            models.Index(fields=["kind", "-known_at", "key"], name="record_kind_newest"),
            models.Index(
                fields=["-known_at", "key"], condition=models.Q(signals__gt=0), name="record_hit_newest"
            ),
            models.Index(
                fields=["kind", "-missing_from", "key"],
                condition=models.Q(returned_at__isnull=True, missing_from__isnull=False),
                name="record_missing_now",
            ),
            models.Index(fields=["valid_to", "valid_from", "in_full", "in_open"], name="record_standing"),
            models.Index(fields=["own_at"], name="record_own_at"),  # the oldest, for the years to answer for
            models.Index(fields=["district"], name="record_district"),  # which there are
        ]


class Person(Head):
    SEEN_AS = "persons"
    SHARED_BY = (("person", "person_id"),)
    HIDDEN_BY = (("person", "person_id"),)
    person_id = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    surname = models.CharField(max_length=120, default="")
    born = models.DateField(null=True)
    sex = models.CharField(max_length=2, default="")
    appearances = models.IntegerField()
    other_names = models.TextField(default="[]")

    class Meta:
        indexes = [
            models.Index(fields=["person_id", "valid_to"]),
            models.Index(fields=["surname", "valid_to"]),
        ]

    def narrow(self, user: Any) -> None:
        """Other names and the count of appearances, from the records that the reader may see."""
        if user.as_role.scope == "shared" or self.person_id in sight_of(user).partly.get("person", ()):
            rows = Appearance.objects.visible_to(user, user.as_role.purpose).filter(person_id=self.person_id)
            named = list(rows.values_list("named", flat=True))
            self.appearances = len(named)
            self.other_names = json.dumps(sorted({n for n in named if n} - {self.name}))


class Appearance(Head):
    """A record names a person, in a row or only in its text."""

    SEEN_AS = "records"
    SHARED_BY = (("record", "record_key"), ("person", "person_id"))
    HIDDEN_BY = (("record", "record_key"), ("person", "person_id"))
    record_key = models.CharField(max_length=200)
    person_id = models.CharField(max_length=80)
    role = models.CharField(max_length=30)
    named = models.CharField(max_length=300, default="")
    born = models.DateField(null=True)
    row = models.IntegerField(null=True)
    sure = models.FloatField(default=1.0)
    why = models.CharField(max_length=300, default="")

    class Meta:
        indexes = [
            models.Index(fields=["record_key", "valid_to"]),
            models.Index(fields=["person_id", "valid_to"]),
        ]

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        """A person who was shared comes with the records that were shared, not with every record."""
        if user.as_role.scope != "shared":
            return rows
        from redshank.web.policy.sight import sight_of

        return rows.filter(record_key__in=sight_of(user).shared.get("record", set()))


class Signal(Head):
    SEEN_AS = "records"
    SHARED_BY = (("record", "record_key"),)
    HIDDEN_BY = (("record", "record_key"), ("signal", "signal_id"))
    signal_id = models.CharField(max_length=40)
    record_key = models.CharField(max_length=200)
    indicator = models.CharField(max_length=60)
    status = models.CharField(max_length=20)
    start = models.IntegerField(null=True)
    end = models.IntegerField(null=True)
    text = models.TextField(default="")
    rule = models.CharField(max_length=120)

    class Meta:
        indexes = [
            models.Index(fields=["record_key", "valid_to"]),
            models.Index(fields=["indicator", "status", "record_key"], name="signal_indicator"),
        ]


class Phrase(Head):
    """A phrase that blames or diminishes a child, with what to write or to ask instead."""

    SEEN_AS = "language"
    SHARED_BY = (("record", "record_key"),)
    HIDDEN_BY = (("record", "record_key"),)
    record_key = models.CharField(max_length=200)
    kind = models.CharField(max_length=30)
    start = models.IntegerField()
    end = models.IntegerField()
    text = models.TextField()
    reason = models.TextField()
    alternative = models.TextField()
    quoted = models.BooleanField()
    severity = models.CharField(max_length=2, default="")
    alternative_kind = models.CharField(max_length=10, default="")

    class Meta:
        indexes = [models.Index(fields=["record_key", "valid_to"])]


class Child(Head):
    """A child in the matrix: reasons in their order, columns in words, and a place in the order; no number."""

    SEEN_AS = "children"
    SHARED_BY = (("child", "person_id"),)
    HIDDEN_BY = (("person", "person_id"), ("child", "person_id"))
    person_id = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    born = models.DateField(null=True)
    place = models.IntegerField()
    sexual = models.CharField(max_length=40)
    criminal = models.CharField(max_length=40)
    rising = models.TextField(default="")
    change = models.CharField(max_length=40, default="")  # over 28 days, as a direction
    reasons = models.TextField(default="[]")

    class Meta:
        indexes = [
            models.Index(fields=["person_id", "valid_to"]),
            models.Index(fields=["place", "valid_to"], name="child_place"),
            models.Index(fields=["place"], condition=~models.Q(rising=""), name="child_rising"),
        ]

    def narrow(self, user: Any) -> None:
        """Why a concern rose is told to those who may see every record behind the child."""
        if user.as_role.scope == "shared" or self.person_id in sight_of(user).partly.get("child", ()):
            self.rising = ""


class Group(Head):
    SEEN_AS = "groups"
    SHARED_BY = (("group", "group_id"),)
    HIDDEN_BY = (("group", "group_id"),)
    group_id = models.CharField(max_length=80)
    label = models.CharField(max_length=200)
    place = models.IntegerField()
    kind = models.CharField(max_length=20)
    basis = models.CharField(max_length=20)
    strength = models.CharField(max_length=20)
    sentence = models.TextField()
    concerns = models.IntegerField()
    children = models.IntegerField()
    detected_on = models.DateField()
    first_seen_run = models.IntegerField()
    grew_in_run = models.IntegerField(default=0)
    added = models.TextField(default="[]")
    story = models.TextField()
    chart = models.TextField()

    class Meta:
        indexes = [
            models.Index(fields=["group_id", "valid_to"]),
            models.Index(fields=["valid_to", "place"]),
        ]


class Member(Head):
    SEEN_AS = "groups"
    SHARED_BY = (("group", "group_id"),)
    HIDDEN_BY = (("group", "group_id"), ("person", "person_id"))
    group_id = models.CharField(max_length=80)
    person_id = models.CharField(max_length=120)
    role = models.CharField(max_length=20)

    class Meta:
        indexes = [
            models.Index(fields=["group_id", "valid_to"]),
            models.Index(fields=["person_id", "valid_to"]),
        ]


class Place(Head):
    SEEN_AS = "places"
    SHARED_BY = (("place", "cell"),)
    HIDDEN_BY = (("place", "cell"),)
    cell = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    district = models.CharField(max_length=80, default="")
    place = models.IntegerField()
    records = models.IntegerField()
    children = models.IntegerField()
    how = models.TextField(default="{}")

    class Meta:
        indexes = [models.Index(fields=["cell", "valid_to"]), models.Index(fields=["valid_to", "place"])]

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        """Outside the analytical roles a cell holds at least three children (practice rule 10)."""
        return rows if user.as_role.small else rows.filter(children__gte=3)


class Line(Head):
    SEEN_AS = "lines"
    SHARED_BY = (("line", "line_ref"),)
    HIDDEN_BY = (("line", "line_ref"),)
    line_ref = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    place = models.IntegerField()
    band = models.CharField(max_length=20)
    rule = models.CharField(max_length=200, default="")  # why it is in no lower band, whatever its score
    use = models.CharField(max_length=20)
    status = models.CharField(max_length=40, default="")  # by the register
    score = models.IntegerField(null=True)  # as in the findings; null: from before it was kept
    score_known = models.IntegerField(null=True)  # as it would be with known use of sexual exploitation
    force_score = models.FloatField(null=True)  # the force's own, on its own scale
    force_band = models.CharField(max_length=40, default="")
    children = models.TextField(default="[]")  # persons linked to it as children
    unsaid = models.TextField(
        default="{}"
    )  # as it would stand without the person's word that the night honoured
    reasons = models.TextField(default="[]")

    class Meta:
        indexes = [models.Index(fields=["line_ref", "valid_to"])]


class Urgent(Head):
    """What cannot wait for the daily meeting (practice rule 16)."""

    SEEN_AS = "urgent"
    SHARED_BY = ()
    HIDDEN_BY = (("person", "person_id"),)
    person_id = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    reason = models.TextField()
    records = models.TextField(default="[]")
    groups = models.TextField(default="[]")
    since_run = models.IntegerField()

    def narrow(self, user: Any) -> None:
        """That it cannot wait is told in any case; why, only to whoever may see what it rests on."""
        hidden = sight_of(user).hidden
        if hidden.get("record", set()) & set(self.parsed("records")) or hidden.get("group", set()) & set(self.parsed("groups")):  # fmt: skip
            self.reason = "cannot wait; the reason is restricted: ask the safeguarding lead"
            self.records = self.groups = "[]"


class Item(Head):
    """One line of the worklist: what is new about one child, group or place, or one record by itself."""

    SEEN_AS = "items"
    SHARED_BY = ()
    HIDDEN_BY = (
        ("group", "group_id"),
        ("person", "person_id"),
        ("item", "person_id"),
        ("record", "record_key"),
        ("place", "ident"),
    )
    about = models.CharField(max_length=10)  # group, child, place or record
    ident = models.CharField(max_length=200)
    group_id = models.CharField(max_length=80, default="")
    person_id = models.CharField(max_length=80, default="")
    record_key = models.CharField(max_length=200, default="")
    title = models.CharField(max_length=300)
    place = models.IntegerField()
    records = models.TextField(default="[]")
    indicators = models.TextField(default="")
    kinds = models.TextField(default="")
    districts = models.TextField(default="")
    latest = models.DateTimeField(null=True)
    since_run = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["valid_to", "place"])]

    def narrow(self, user: Any) -> None:
        """Only the records that the reader may see, and what these say."""
        if self.person_id and self.person_id in sight_of(user).partly.get("item", ()):
            rows = Record.objects.visible_to(user, user.as_role.purpose).filter(
                key__in=self.parsed("records")
            )
            held = {r.key: r for r in rows}
            self.records = json.dumps([k for k in self.parsed("records") if k in held])
            self.indicators = _piped(i for r in held.values() for i in r.indicators.split("|"))
            self.kinds = _piped(r.kind for r in held.values())
            self.districts = _piped(r.district for r in held.values())

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        """A line about a place needs the place in sight (practice rule 10)."""
        cells = Place.objects.visible_to(user, user.as_role.purpose).values("cell")
        return rows.exclude(models.Q(about="place") & ~models.Q(ident__in=cells))


class Quarantined(Head):
    SEEN_AS = "quarantine"
    SHARED_BY = ()
    HIDDEN_BY = ()
    delivery = models.CharField(max_length=200)
    file = models.CharField(max_length=200)
    row = models.IntegerField()
    column = models.CharField(max_length=80, default="")
    problem = models.TextField()
    value = models.TextField(default="")
    kept = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["valid_to", "delivery", "file", "row"])]


class Behind(Head):
    """Which record stands behind which thing: from any number to its records, and what a hidden record hides."""

    SEEN_AS = "records"
    SHARED_BY = (("record", "record_key"),)
    HIDDEN_BY = (("record", "record_key"),)
    kind = models.CharField(max_length=10)
    ident = models.CharField(max_length=80)
    record_key = models.CharField(max_length=200)

    class Meta:
        indexes = [
            models.Index(fields=["kind", "ident", "valid_to"]),
            models.Index(fields=["record_key", "valid_to"]),
        ]


class Moved(Head):
    """An id that went into another: an old address leads to where it went."""

    SEEN_AS = "persons"
    SHARED_BY = (("person", "now"),)
    HIDDEN_BY = (("person", "now"),)
    kind = models.CharField(max_length=10)
    was = models.CharField(max_length=80, db_index=True)
    now = models.CharField(max_length=80)


class Use(Head):
    """A record speaks of a vehicle, a number or an online name: what a thing's page is made of.

    A thing has no row of its own: it is there for whoever may open a record that speaks of it.
    """

    SEEN_AS = "records"
    SHARED_BY = (("record", "record_key"),)
    HIDDEN_BY = (("record", "record_key"), ("person", "person_id"))
    kind = models.CharField(max_length=10)  # vehicle, phone, handle
    ident = models.CharField(max_length=120)
    record_key = models.CharField(max_length=200)
    person_id = models.CharField(max_length=80, default="")  # whose own it is said to be
    how = models.CharField(max_length=200, default="")
    described = models.CharField(max_length=120, default="")

    class Meta:
        indexes = [
            models.Index(fields=["kind", "ident", "valid_to"]),
            models.Index(fields=["record_key", "valid_to"]),
            models.Index(fields=["person_id", "valid_to"]),
        ]


class Crime(Head):
    """What the record system says of a crime, as far as a review of flags and of closed crimes asks for it."""

    SEEN_AS = "records"
    SHARED_BY = (("record", "key"),)
    HIDDEN_BY = (("record", "key"),)
    key = models.CharField(max_length=200)
    status = models.CharField(max_length=80, default="")
    outcome = models.CharField(max_length=80, default="")
    flags = models.CharField(max_length=300, default="")  # the record system's own, between pipes
    occurred = models.DateTimeField(null=True)
    children = models.IntegerField()  # named in it, under 18 at the time, not as suspects
    accused = models.IntegerField()  # named in it as suspects or detained

    class Meta:
        indexes = [models.Index(fields=["key", "valid_to"]), models.Index(fields=["status", "valid_to"])]


class Area(Head):
    """Small places taken together until at least three children stand behind them (practice rule 10).

    Only places with fewer than three children are in it, so that an area less a place shown by itself tells nothing.
    """

    SEEN_AS = "places"
    SHARED_BY = ()
    HIDDEN_BY = (("area", "cell"),)
    cell = models.CharField(max_length=20)
    resolution = models.IntegerField()  # of the cell; 0 where a whole district stands for it
    name = models.CharField(max_length=200)
    district = models.CharField(max_length=80, default="")
    place = models.IntegerField()
    records = models.IntegerField()
    children = models.IntegerField()
    places = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["cell", "valid_to"]), models.Index(fields=["valid_to", "place"])]


class Outline(Head):
    """A district's outline, from coarse cells of all its records: what a map is drawn on where there are no tiles."""

    SEEN_AS = "places"
    SHARED_BY = ()
    HIDDEN_BY = ()
    district = models.CharField(max_length=80)
    shape = models.TextField(default="[]")  # rings of [longitude, latitude]


class Premises(Head):
    """A business of the premises register, as Operation Makesafe takes it in: an address and no person.

    It goes by the role and not by what was shared: where a hotel stands is nobody's record.
    """

    SEEN_AS = "makesafe"
    SHARED_BY = None  # type: ignore[assignment]
    HIDDEN_BY = (("record", "record_key"),)
    record_key = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    category = models.CharField(max_length=20)
    district = models.CharField(max_length=80, default="")  # where most records around it say so
    address = models.CharField(max_length=300, default="")
    postcode = models.CharField(max_length=12, default="")
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)

    class Meta:
        indexes = [models.Index(fields=["record_key", "valid_to"]), models.Index(fields=["name", "valid_to"])]


HEADS: tuple[type[Head], ...] = (
    Record, Person, Appearance, Signal, Phrase, Child, Group, Member, Place, Line, Urgent, Item, Quarantined, Behind, Moved, Use, Crime,
    Area, Outline, Premises,
)  # fmt: skip
