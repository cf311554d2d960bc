"""A home of a few children, and the pages over it, for the tests of concerns, missing children and editions.

``web`` gives a fresh copy of the published home and its database for each test: ``web.client("analyst")`` is somebody
signed in, ``web.night()`` brings the next delivery and publishes it. All names and places are invented.
"""

from __future__ import annotations

import csv
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

#: The extract's time: the Monday after the night in which the clocks went forward.
AS_OF = "2026-03-30T05:10:00+01:00"
EPISODES = [
    # ref, reported, from, returned, risk, found at, offered, held, text
    ("M1", "2026-01-10T22:00", "2026-01-10T20:00", "2026-01-11T09:00", "medium", "Larkmoor bus station", "2026-01-12T10:00", "2026-01-13T10:00", "Isla Brook was found at the bus station."),
    ("M2", "2026-03-05T22:00", "2026-03-05T21:00", "2026-03-07T08:00", "high", "The Heron Hotel", "2026-03-07T12:00", "", "Isla Brook was found at the hotel with an older man who is not known to her family."),
    ("M3", "2026-03-29T23:30", "2026-03-28T22:00", "", "high", "", "", "", "Isla Brook has not come back from school friends."),
    ("M4", "2026-03-30T04:00", "2026-03-30T03:00", "", "", "", "", "", "Noah Field is not in his room."),
    ("M5", "2026-03-30T04:30", "2026-03-29T20:00", "", "low", "", "", "", "Karl Stone, an adult, has not come home."),
    ("M6", "2026-03-26T20:00", "2026-03-26T19:00", "2026-03-27T04:00", "medium", "home address", "", "", "Mira Lane came back by herself."),
    ("M7", "2026-03-20T20:00", "2026-03-20T19:00", "2026-03-21T04:00", "medium", "home address", "2026-03-21T10:00", "2026-03-22T10:00", "Owen Dale came back."),
]  # fmt: skip
PEOPLE = [
    # type, ref, role, forenames, surname, born, phone
    *[("missing_episodes", r, "missing", "Isla", "Brook", "2011-06-01", "") for r in ("M1", "M2", "M3")],
    ("missing_episodes", "M2", "associate", "Rory", "Vance", "1990-02-02", ""),
    ("missing_episodes", "M2", "parent", "Jane", "Brook", "1980-02-02", ""),
    ("missing_episodes", "M4", "missing", "Noah", "Field", "2014-05-05", ""),
    ("missing_episodes", "M5", "missing", "Karl", "Stone", "1985-05-05", ""),
    ("missing_episodes", "M6", "missing", "Mira", "Lane", "2010-04-04", ""),
    ("missing_episodes", "M7", "missing", "Owen", "Dale", "2012-04-04", ""),
    ("partner_referrals", "R1", "subject", "Mira", "Lane", "2010-04-04", ""),
    ("partner_referrals", "R2", "subject", "Tess", "Moore", "2011-08-08", ""),
    ("intelligence", "I1", "subject", "Tess", "Moore", "2011-08-08", ""),
    ("intelligence", "I2", "subject", "Cora", "Wren", "2010-09-09", ""),
]
REFERRALS = [
    ("R1", "2026-03-20T10:00", "school", "exploitation", "Mira Lane has new clothes and two phones that nobody can explain. She was seen in the car of an older man at the hotel."),
    ("R2", "2026-03-22T10:00", "health", "exploitation", "Tess Moore told the nurse that a man gives her money and tells her where to be."),
]  # fmt: skip
INTELLIGENCE = [
    (
        "I1",
        "2026-03-25T10:00",
        "2",
        "B",
        "C",
        "Tess Moore is driven to the hotel by an older man who threatens her.",
    ),
    (
        "I2",
        "2026-03-25T11:00",
        "2",
        "B",
        "C",
        "Cora Wren was taken to the hotel by two older men who give her alcohol.",
    ),
]
#: What the next delivery brings: Isla came back, somebody new is spoken of, Tess is spoken of again.
NEXT_EPISODES = [
    ("M3", "2026-03-29T23:30", "2026-03-28T22:00", "2026-03-30T20:00", "high", "The Heron Hotel", "", "", "Isla Brook was found at the hotel with an older man."),
]  # fmt: skip
NEXT_PEOPLE = [
    ("missing_episodes", "M3", "missing", "Isla", "Brook", "2011-06-01", ""),
    ("partner_referrals", "R3", "subject", "Tess", "Moore", "2011-08-08", ""),
    ("partner_referrals", "R4", "subject", "Lior", "Marsh", "2011-10-10", ""),
]
NEXT_REFERRALS = [
    ("R3", "2026-03-31T04:00", "school", "exploitation", "Tess Moore has bruises that she cannot explain. An older man gave her a new phone."),
    ("R4", "2026-03-31T04:10", "school", "exploitation", "Lior Marsh was collected from school by an older man in a car and has two phones."),
]  # fmt: skip

HEADERS = {
    "missing_episodes": "episode_ref reported_at missing_from_at returned_at risk found_at_location return_interview_offered_at return_interview_at narrative district",
    "people": "record_type record_ref role forenames surname date_of_birth phone",
    "partner_referrals": "referral_ref received_at agency category narrative district",
    "intelligence": "report_ref submitted_at source_evaluation intelligence_assessment handling narrative district",
}  # fmt: skip


def _write(folder: Path, tables: dict[str, list[tuple]]) -> Path:
    folder.mkdir(parents=True)
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(HEADERS[name].split())
            extra = [] if name == "people" else ["Larkmoor"]
            writer.writerows([[*row, *extra] for row in rows])
    return folder


def _night(home: Path, delivery: Path, as_of: str) -> None:
    from datetime import datetime

    from redshank import night, records
    from redshank.store import Store

    store = Store.open(home, create=True)
    records.load(store, delivery)
    with store.writing():
        night.run(store, as_of=datetime.fromisoformat(as_of))


@pytest.fixture(scope="session")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home after its first night, published, with two accounts for each role."""
    base = tmp_path_factory.mktemp("few")
    home = base / "home"
    first = {"missing_episodes": EPISODES, "people": PEOPLE, "partner_referrals": REFERRALS, "intelligence": INTELLIGENCE}  # fmt: skip
    _night(home, _write(base / "first", first), AS_OF)
    _write(base / "next", {"missing_episodes": NEXT_EPISODES, "people": NEXT_PEOPLE, "partner_referrals": NEXT_REFERRALS})  # fmt: skip
    from redshank.web import homes

    homes.make_secret(home)
    from django.conf import settings

    if not settings.configured:
        from redshank.publish.setup import prepare_django

        prepare_django(home)
        for name in ("REDSHANK_HOME", "DJANGO_SETTINGS_MODULE"):
            os.environ.pop(name, None)
    with Turned(home):
        from redshank.publish import prepare
        from redshank.web.accounts.models import User
        from redshank.web.accounts.roles import ROLES

        prepare(home)
        for role, told in ROLES.items():
            for n in ("one", "two"):
                agency = (
                    {"one": "Children's services", "two": "Youth justice"}[n]
                    if role == "partner_member"
                    else ""
                )
                User.objects.make(
                    f"{role}-{n}", f"{told.title} {n.title()}", role, agency=agency, demonstration=True
                )
    return home


class Turned:
    """The application turned to the home at hand: its database, and what it reads from the store."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def __enter__(self) -> None:
        from django.conf import settings
        from django.db import connections
        from django.test import override_settings

        os.environ.pop("REDSHANK_DATABASE_URL", None)
        self.before = connections.settings["default"], connections["default"]
        told = settings._wrapped.DATABASES["default"] | {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(self.home / "web" / "redshank.sqlite3"),
        }
        connections.settings["default"] = connections.configure_settings({"default": told})["default"]
        connections["default"] = connections.create_connection("default")
        self.settings = override_settings(HOME=self.home, ALLOWED_HOSTS=["testserver", "127.0.0.1"])
        self.settings.enable()

    def __exit__(self, *_: object) -> None:
        from django.db import connections

        self.settings.disable()
        connections["default"].close()
        connections.settings["default"], connections["default"] = self.before


class Web:
    def __init__(self, home: Path, source: Path) -> None:
        self.home = home
        self.source = source

    def user(self, username: str) -> Any:
        """By role, or by role and number: ``analyst``, ``analyst-two``."""
        from redshank.web.accounts.models import User

        return User.objects.get(username=username if "-" in username else f"{username}-one")

    def client(self, username: str) -> Any:
        from django.test import Client

        client = Client(HTTP_REFERER="http://testserver/")  # from the first page, which is a task
        client.force_login(self.user(username), backend="django.contrib.auth.backends.ModelBackend")
        return client

    def night(self) -> None:
        """The next delivery comes in and its night is published."""
        from redshank.publish import publish
        from redshank.store import Store

        _night(self.home, self.source / "next", "2026-03-31T05:10:00+01:00")
        publish(Store.open(self.home))

    def person(self, name: str) -> str:
        from redshank.web.heads.models import Person

        return Person.objects.filter(name=name, valid_to=None).latest("valid_from").person_id

    def conflict(self, username: str, name: str) -> None:
        from redshank.web.policy.models import Conflict

        lead = self.user("safeguarding_lead")
        Conflict.objects.create(
            user=self.user(username), person_id=self.person(name), by=lead, reason="family"
        )

    def restrict(self, kind: str, ident: str) -> None:
        from redshank.web.policy.models import Restriction

        Restriction.objects.create(
            kind=kind, ident=ident, by=self.user("safeguarding_lead"), reason="need to know"
        )

    def entries(self, **wanted: Any) -> list[Any]:
        from redshank.web.trail.models import Entry

        return list(Entry.objects.filter(**wanted).order_by("id"))


@pytest.fixture
def web(few: Path, tmp_path: Path) -> Iterator[Web]:
    home = tmp_path / "home"
    shutil.copytree(few, home)
    with Turned(home):
        yield Web(home, few.parent)


def said(response: Any) -> str:
    """What a reader sees of a page, without tags and with single blanks."""
    text = re.sub(r"<head>.*?</head>", " ", response.content.decode(), flags=re.DOTALL)
    text = re.sub(r"<[^>]+>", " ", text)
    for code, sign in (("&#x27;", "'"), ("&amp;", "&"), ("&quot;", '"'), ("&lt;", "<"), ("&gt;", ">")):
        text = text.replace(code, sign)
    text = re.sub(r"\s+", " ", text)
    return re.sub(r"\ball (?=\d)", "", text)  # a count of the first page opens its list: "all 3"


def value_of(response: Any, name: str) -> str:
    """The value of a field of the page's form."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', response.content.decode())
    assert found, f"the page has no field {name}"
    return found[1]
