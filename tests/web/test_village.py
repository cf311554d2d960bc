"""The village is what the other tests of this folder take it for."""

from __future__ import annotations

import pytest
from django.urls import reverse

pytestmark = pytest.mark.databases


def test_what_the_tests_rely_on_stands_in_the_run(place):
    from redshank.web.heads.models import Child, Group, Line, Phrase, Place, Quarantined, Urgent

    assert set(place.group) == {"open", "other", "closed"}
    assert Group.objects.filter(in_open=True).count() == 2
    assert Place.objects.get(cell=place.cell["lodge"]).children == 3
    assert Place.objects.get(cell=place.cell["kiosk"]).children == 1
    assert Line.objects.get().line_ref == place.line
    assert Urgent.objects.get().person_id == place.person["Dina"]
    assert Quarantined.objects.count() == 1
    assert Phrase.objects.count() >= 1
    assert Child.objects.filter(in_full=True).count() == 6
    assert Child.objects.filter(in_open=True).count() == 5


def test_a_page_answers_and_what_is_written_is_taken_back(sign_in, database):
    from django.db import connection

    from redshank.web.trail.models import Entry

    assert connection.vendor == ("sqlite" if database == "sqlite" else "postgresql")
    assert Entry.objects.count() == 0
    answer = sign_in("analyst").get(reverse("today"))
    assert answer.status_code == 200
    assert Entry.objects.count() >= 1


def test_a_copy_of_the_database_has_transactions_of_its_own(own_database, sign_in, database):
    from threading import Thread

    from django.db import connections

    from redshank.web.heads.models import Record
    from redshank.web.trail.models import Entry

    found = []

    def look() -> None:
        found.append((Record.objects.count(), Entry.objects.count()))
        connections.close_all()

    sign_in("analyst").get(reverse("today"))
    thread = Thread(target=look)
    thread.start()
    thread.join()
    ((records, entries),) = found
    assert records > 10
    assert entries == 1
