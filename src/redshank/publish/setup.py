"""Making the database of the pages ready, and publishing into it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from redshank.publish import notices
from redshank.store import Store

Progress = Callable[[str, int, int], None]


def is_demonstration(home: Path) -> bool:
    """A home of which every delivery is synthetic (`redshank load` found it in the list that `synthetic` wrote)."""
    deliveries = Store.open(home).manifest.deliveries
    return bool(deliveries) and all(d.get("synthetic") is True for d in deliveries)


def prepare_django(home: Path) -> None:
    """Loads the web application for this home, once in a process."""
    import django

    from redshank.web import homes

    homes.make_secret(home)
    os.environ["REDSHANK_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "redshank.web.settings"
    django.setup()


def prepare(home: Path, progress: Progress = lambda step, done, total: None) -> dict[str, Any]:
    """Migrates, marks a demonstration home, makes its accounts, publishes the last completed run."""
    store = Store.open(home)
    prepare_django(home)
    from redshank.web import homes
    from redshank.web.accounts.demonstration import make_accounts
    from redshank.web.fresh import migrate
    from redshank.web.learning import demonstration as learning
    from redshank.web.policies import demonstration as policies
    from redshank.web.products import demonstration as products
    from redshank.web.returns import demonstration as returns
    from redshank.web.tracker import demonstration as positions

    if (home / "lexicons").is_dir():  # the pages tell of a force's own rules as of ours
        from redshank.signals import lexicons

        lexicons.use(home)
    progress("database", 0, 1)
    migrate()
    _private(home)
    demonstration = is_demonstration(home)
    mark = homes.demonstration_mark(home)
    if demonstration and not mark.exists():
        mark.write_text("Every delivery of this home is synthetic. It takes no other.\n", encoding="utf-8")
        mark.chmod(0o600)
    published = publish(store, progress)
    if demonstration:
        make_accounts()
        positions.put()
        learning.seed()
        policies.seed()
        products.seed()
        returns.seed()
    return {"demonstration": demonstration, "published": published}


def _private(home: Path) -> None:
    for path in (home / "web").glob("redshank.sqlite3*"):
        path.chmod(0o600)


def publish(store: Store, progress: Progress = lambda step, done, total: None) -> dict[str, Any]:
    """Publishes the last completed run, if it is not published yet; {} where there is nothing to publish."""
    from redshank.publish import rules
    from redshank.web.heads.models import Publication
    from redshank.web.meetings import leavers

    rules.bring(store.home)
    if store.manifest.run is None:
        return {}
    current = Publication.objects.filter(pk=1).values_list("current_run", flat=True).first() or 0
    if current >= store.manifest.run["number"]:
        if current == store.manifest.run["number"]:
            _index(store)
        return {}
    progress("reading the run", 0, 1)
    from redshank.publish import (  # only where there is something to publish: they bring their libraries
        delta,
        editions,
    )

    told = delta.write(editions.read(store), progress)
    leavers.sweep()  # a day of leaving may have come since the last night
    return told


def _index(store: Store) -> None:
    """Makes the search's index of a run that was published before there was one."""
    from redshank.web.heads.models import Record
    from redshank.web.searching.models import Key, Named

    empty = not (Key.objects.exists() or Named.objects.exists())
    if empty and Record.objects.exists():
        from redshank.publish import delta, editions

        delta.index(editions.read(store))


def is_served(home: Path) -> bool:
    """Whether the pages have been served from this home before."""
    if not (home / "web" / "secret").exists():
        return False
    return bool(os.environ.get("REDSHANK_DATABASE_URL")) or (home / "web" / "redshank.sqlite3").exists()


def publish_if_served(store: Store, progress: Progress = lambda step, done, total: None) -> dict[str, Any]:
    """At the end of a night: publishes where the pages have been served from this home before."""
    if not is_served(store.home):
        return {}
    done: dict[str, Any] = prepare(store.home, progress)["published"]
    notices.send(store.home)
    return done
