"""Bringing the database to where the models are.

An empty database is made from the models at once, with every migration kept as done: walking through all of them, with
every model rebuilt at each step, took forty seconds of each new home. A database that holds anything is migrated, step by step.
A test compares the two ways, table by table.
"""

from __future__ import annotations

from typing import Any


def migrate() -> None:
    """Safe to call at every start."""
    from django.core.management import call_command
    from django.db import connection

    if not connection.introspection.table_names():
        _made(connection)
    elif stands(connection):
        return
    call_command("migrate", interactive=False, verbosity=0)


def stands(connection: Any) -> bool:
    """Whether every migration was made: one query instead of building every model of it, at each start."""
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connection)
    return set(loader.graph.nodes) <= set(loader.applied_migrations)


def _made(connection: Any) -> None:
    """All tables, the search's index, the standing notice and the list of migrations, in one transaction: whole or not at all."""
    from django.apps import apps
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.recorder import MigrationRecorder

    from redshank.web.retention import standing
    from redshank.web.searching import engine

    recorder = MigrationRecorder(connection)
    with connection.schema_editor(atomic=True) as editor:
        for model in apps.get_models():
            if model._meta.managed and not model._meta.proxy and not model._meta.swapped:
                editor.create_model(model)
        engine.create(apps, editor)
        standing.make(apps, editor)
        recorder.ensure_schema()
        for app, name in sorted(MigrationLoader(connection).graph.nodes):
            recorder.record_applied(app, name)
