"""A small town for the worklist's tests: heads written by hand, so that each test says what stands in them.

===============  =====================================================================================
child ``ada``    13, signals of harm; item with two records
child ``ben``    15, signals of risk; item with one record
group ``g-one``  proposed, holds Ada and two adults; item with one record
group ``g-c``    rests on a report of handling C alone: only cleared roles have it
place ``89town`` three children; place ``89one`` one child (analytical roles only)
record           ``incidents:I-9``, by itself
===============  =====================================================================================
"""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

RUN = 1
NOW = datetime.now(UTC)
BACKEND = "django.contrib.auth.backends.ModelBackend"
TEXTS: dict[str, str] = {}
_number = itertools.count(1)


def ready(home: Path) -> None:
    """Loads the application for a home of its own, where nobody has loaded it yet."""
    from django.apps import apps

    if not apps.ready:
        from redshank.publish.setup import prepare_django

        home.mkdir(parents=True, exist_ok=True)
        os.environ.pop("REDSHANK_DATABASE_URL", None)
        prepare_django(home)
        from django.test.utils import setup_test_environment

        from redshank.web.fresh import migrate

        migrate()
        setup_test_environment()


@contextmanager
def taken_back() -> Iterator[None]:
    """What is written inside is gone after it."""
    from django.db import transaction

    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _row(**more: Any) -> dict[str, Any]:
    n = next(_number)
    return {
        "uid": f"u{n}",
        "valid_from": RUN,
        "valid_to": None,
        "in_full": True,
        "in_open": True,
        "digest": n,
    } | more


def record(key: str, text: str, *, days: float = 1, **more: Any) -> Any:
    from redshank.web.heads.models import Record

    kind, _, ref = key.partition(":")
    TEXTS[key] = text
    at = NOW - timedelta(days=days)
    sets = {
        "key": key,
        "kind": kind,
        "ref": ref,
        "headline": f"headline of {ref}",
        "district": "Northmoor",
        "at": at,
        "known_at": at,
        "delivery": "d",
        "delivery_no": 1,
        "row": 1,
        "indicators": "",
    }
    return Record.objects.create(**_row(**sets | more))


def signal(key: str, rule: str, words: str, *, indicator: str = "older_associate", **more: Any) -> Any:
    """A hit in a record, at the words where they stand in its text."""
    from redshank.web.heads.models import Record, Signal

    start = TEXTS[key].find(words) if words else None
    sets = {
        "signal_id": f"s{next(_number):06d}",
        "record_key": key,
        "indicator": indicator,
        "status": "affirmed",
        "start": start,
        "end": None if start is None else start + len(words),
        "text": words,
        "rule": rule,
    }
    found = Record.objects.get(key=key, valid_to=None)
    have = {*found.indicators.strip("|").split("|"), indicator} - {""}
    Record.objects.filter(pk=found.pk).update(indicators=f"|{'|'.join(sorted(have))}|", signals=len(have))
    return Signal.objects.create(**_row(**sets | more))


def item(about: str, ident: str, title: str, records: list[str], place: int, **more: Any) -> Any:
    from redshank.web.heads.models import Item

    sets = {
        "about": about,
        "ident": ident,
        "title": title,
        "records": json.dumps(records),
        "place": place,
        "since_run": RUN,
        "group_id": ident if about == "group" else "",
        "person_id": ident if about == "child" else "",
        "record_key": ident if about == "record" else "",
        "latest": NOW,
    }
    return Item.objects.create(**_row(**sets | more))


def child(
    person_id: str, name: str, place: int, sexual: str = "signals of risk", years: int = 14, **more: Any
) -> None:
    from redshank.web.heads.models import Child, Person

    born = date(NOW.year - years, 1, 1)
    Person.objects.create(**_row(person_id=person_id, name=name, born=born, appearances=1, **more))
    Child.objects.create(
        **_row(
            person_id=person_id,
            name=name,
            born=born,
            place=place,
            sexual=sexual,
            criminal="none found in what was read",
            **more,
        )
    )


def names(key: str, person_id: str, role: str = "victim") -> None:
    from redshank.web.heads.models import Appearance

    Appearance.objects.create(**_row(record_key=key, person_id=person_id, role=role, named=person_id))


def behind(kind: str, ident: str, key: str, **more: Any) -> None:
    from redshank.web.heads.models import Behind

    Behind.objects.create(**_row(kind=kind, ident=ident, record_key=key, **more))


def group(group_id: str, label: str, records: list[str], members: list[str], place: int, **more: Any) -> None:
    from redshank.web.heads.models import Group, Member

    story = {
        "records": records,
        "districts": ["Northmoor"],
        "members": [],
        "ties": [],
        "gaps": [],
        "matter_most": [],
        "hangs_on": "",
        "pairs": 1,
    }
    Group.objects.create(
        **_row(
            group_id=group_id,
            label=label,
            place=place,
            kind="candidate",
            basis="proposed",
            strength="strong",
            sentence=f"{label} is proposed.",
            concerns=2,
            children=1,
            detected_on=NOW.date(),
            first_seen_run=RUN,
            story=json.dumps(story),
            chart="",
            **more,
        )
    )
    for m in members:
        Member.objects.create(**_row(group_id=group_id, person_id=m, role="child", **more))
    for key in records:
        behind("group", group_id, key, **more)


def rule(name: str, indicator: str = "older_associate", version: int = 1) -> None:
    from redshank.web.worklist.models import Rule

    Rule.objects.create(
        rule=name,
        indicator=indicator,
        version=version,
        doc=f"What {name.replace('.', ' ').replace('_', ' ')} looks for.",
        source="a source",
        must='["found"]',
        must_not='["not found"]',
    )


def account(role: str, name: str = "", **more: Any) -> Any:
    """An account of the town; ``name`` tells two of one role apart."""
    from redshank.web.accounts.models import User

    username = f"town-{role}{'-' + name if name else ''}"
    found = User.objects.filter(username=username).first()
    return found or User.objects.make(
        username, f"{(name or 'first').title()} {role.replace('_', ' ')}", role, demonstration=True, **more
    )


def client(role: str, name: str = "") -> Any:
    from django.test import Client

    made = Client(raise_request_exception=True)
    made.user = account(role, name)
    made.force_login(made.user, backend=BACKEND)
    return made


def fresh(user: Any) -> Any:
    """The same account as a new request would have it."""
    from redshank.web.accounts.models import User

    return User.objects.get(pk=user.pk)


def empty() -> None:
    """No head, no run: the rows of others are taken away for the time of a test."""
    from redshank.web.heads.models import HEADS, Publication, Published

    for model in (*HEADS, Published):
        model.objects.all().delete()
    Publication.objects.update_or_create(
        pk=1, defaults={"current_run": RUN, "as_of": NOW, "published_at": NOW}
    )
    Published.objects.create(run=RUN, as_of=NOW, published_at=NOW)


def next_run() -> int:
    """Another night is published; rows given ``valid_from`` of it are new."""
    from redshank.web.heads.models import Publication

    state = Publication.objects.get(pk=1)
    state.current_run += 1
    state.save()
    return int(state.current_run)


def build() -> None:
    from redshank.web.accounts.models import User
    from redshank.web.heads.models import Place
    from redshank.web.worklist.models import Rule

    empty()
    User.objects.exclude(username__startswith="town-").update(is_active=False)
    for role in ("analyst", "researcher", "missing_adviser", "exploitation_officer", "duty_inspector", "safeguarding_lead", "crime_registrar"):  # fmt: skip
        account(role)
    TEXTS.clear()
    Rule.objects.all().delete()
    for name in ("older.company", "broad.vehicle", "disclosure.told", "pattern:older_associate"):
        rule(name)
    child("p-ada", "Ada THORN", 1, "signals of harm", 13)
    child("p-ben", "Ben WICK", 2, "signals of risk", 15)
    record(
        "missing_episodes:M-1", "Ada came back in a car with an older man and told staff what he did.", days=1
    )
    record("partner_referrals:R-1", "School says Ada is met by an older man.", days=2, origin="partner")
    record("incidents:I-2", "Ben seen with an older man at the arcade.", days=5, district="Southfen")
    record("crimes:37/000127/25", "Two men at the lodge with an older man and a girl.", days=1)
    record("incidents:I-9", "Staff saw a girl with an older man at the bay.", days=1)
    record("incidents:I-10", "A van waits at the quay.", days=1)
    record("intelligence:IR-C", "Secretword: the two meet at the quay.", days=1, grade="1A", handling="C", in_open=False)  # fmt: skip
    for key in (
        "missing_episodes:M-1",
        "partner_referrals:R-1",
        "incidents:I-2",
        "crimes:37/000127/25",
        "incidents:I-9",
    ):
        signal(key, "older.company", "older man")
    signal("missing_episodes:M-1", "broad.vehicle", "in a car", indicator="taxi_or_vehicle")
    signal("missing_episodes:M-1", "disclosure.told", "told staff", indicator="disclosure")
    signal("missing_episodes:M-1", "pattern:older_associate", "")
    signal("incidents:I-10", "broad.vehicle", "A van", indicator="taxi_or_vehicle")
    signal("intelligence:IR-C", "broad.vehicle", "the two", indicator="taxi_or_vehicle", in_open=False)
    for key in ("missing_episodes:M-1", "partner_referrals:R-1"):
        names(key, "p-ada")
        behind("child", "p-ada", key)
    names("incidents:I-2", "p-ben")
    behind("child", "p-ben", "incidents:I-2")
    group("g-one", "Group around the Lodge, Northmoor", ["crimes:37/000127/25"], ["p-ada"], 1)
    group("g-c", "Group around the Quay, Northmoor", ["intelligence:IR-C"], [], 2, in_open=False)
    for n, (cell, children) in enumerate((("89town", 3), ("89one", 1)), 1):
        Place.objects.create(
            **_row(
                cell=cell,
                name=f"around {cell}",
                district="Northmoor",
                place=n,
                records=1,
                children=children,
                how="{}",
            )
        )
    item("group", "g-one", "Group around the Lodge, Northmoor", ["crimes:37/000127/25"], 1)
    item("group", "g-c", "Group around the Quay, Northmoor", ["intelligence:IR-C"], 2, in_open=False)
    item("child", "p-ada", "Ada THORN, 13", ["missing_episodes:M-1", "partner_referrals:R-1"], 3)
    item("child", "p-ben", "Ben WICK, 15", ["incidents:I-2"], 4)
    item("place", "89one", "around 89one", ["incidents:I-10"], 5)
    item("record", "incidents:I-9", "headline of I-9", ["incidents:I-9"], 6)


def texts_of(home: Any, wanted: dict[str, int]) -> dict[str, str]:
    """Stands in for the store: the texts of the town."""
    return {key: TEXTS[key] for key in wanted}


def text_of(response: Any) -> str:
    """A page as it is read: without marks, on one line."""
    import html
    import re

    body = re.sub(r"(?s)<(script|style).*?</\1>", " ", response.content.decode())
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)))


def first(client: Any) -> str:
    """The first page as it is read; a block's number stands beside its title."""
    import re

    return re.sub(r" all (?=\d)", " ", text_of(client.get("/")))


def plain(response: Any) -> bytes:
    """A page without what differs by itself: the token of its form."""
    import re

    return re.sub(rb'(name="csrfmiddlewaretoken" value=")[^"]+', rb"\1", response.content)


def acts_of(about: str, ident: str) -> list[Any]:
    from redshank.web.worklist.models import Act

    return list(Act.objects.filter(about=about, ident=ident).order_by("pk"))
