import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from redshank.web.searching import engine


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("heads", "0001_initial"),
        ("trail", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Address",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.CharField(max_length=240)),
                ("valid_from", models.IntegerField()),
                ("valid_to", models.IntegerField(null=True)),
                ("in_full", models.BooleanField()),
                ("in_open", models.BooleanField()),
                ("digest", models.BigIntegerField()),
                ("words", models.TextField(default="")),
                ("indexed", models.BooleanField(db_default=False, default=False)),
                ("said", models.CharField(max_length=300)),
                ("records", models.TextField(default="[]")),
                ("total", models.IntegerField(default=0)),
            ],
            options={
                "indexes": [models.Index(fields=["valid_to"], name="searching_a_valid_t_175a7f_idx")],
            },
        ),
        migrations.CreateModel(
            name="Asked",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("person_id", models.CharField(max_length=80)),
                ("record_key", models.CharField(blank=True, default="", max_length=200)),
                ("code", models.CharField(max_length=20)),
                ("words", models.CharField(max_length=300)),
                ("sampled", models.BooleanField(db_index=True, default=False)),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="asked", to="trail.entry"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Checked",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "verdict",
                    models.CharField(
                        choices=[("fine", "Fine"), ("to_ask", "To be asked about")], max_length=10
                    ),
                ),
                ("why", models.CharField(max_length=500)),
                ("once", models.CharField(max_length=40, unique=True)),
                (
                    "asked",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checks",
                        to="searching.asked",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("at", "id"),
            },
        ),
        migrations.CreateModel(
            name="Key",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.CharField(max_length=240)),
                ("valid_from", models.IntegerField()),
                ("valid_to", models.IntegerField(null=True)),
                ("in_full", models.BooleanField()),
                ("in_open", models.BooleanField()),
                ("digest", models.BigIntegerField()),
                ("kind", models.CharField(max_length=12)),
                ("value", models.CharField(db_index=True, max_length=120)),
                ("tail", models.CharField(blank=True, default="", max_length=6)),
                ("said", models.CharField(max_length=160)),
                ("records", models.TextField(default="[]")),
                ("total", models.IntegerField(default=0)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["valid_to"], name="searching_k_valid_t_52eef0_idx"),
                    models.Index(fields=["kind", "value"], name="searching_k_kind_78572a_idx"),
                    models.Index(fields=["kind", "tail", "value"], name="searching_k_kind_ddd2b1_idx"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Named",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.CharField(max_length=240)),
                ("valid_from", models.IntegerField()),
                ("valid_to", models.IntegerField(null=True)),
                ("in_full", models.BooleanField()),
                ("in_open", models.BooleanField()),
                ("digest", models.BigIntegerField()),
                ("words", models.TextField(default="")),
                ("indexed", models.BooleanField(db_default=False, default=False)),
                ("person_id", models.CharField(max_length=80)),
                ("name", models.CharField(max_length=300)),
                ("how", models.CharField(max_length=20)),
                ("records", models.TextField(default="[]")),
                ("total", models.IntegerField(default=0)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["valid_to"], name="searching_n_valid_t_7af5e8_idx"),
                    models.Index(fields=["person_id", "valid_to"], name="searching_n_person__266205_idx"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Told",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.CharField(max_length=240)),
                ("valid_from", models.IntegerField()),
                ("valid_to", models.IntegerField(null=True)),
                ("in_full", models.BooleanField()),
                ("in_open", models.BooleanField()),
                ("digest", models.BigIntegerField()),
                ("words", models.TextField(default="")),
                ("indexed", models.BooleanField(db_default=False, default=False)),
                ("record_key", models.CharField(max_length=200)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["valid_to"], name="searching_t_valid_t_10d937_idx"),
                    models.Index(fields=["record_key", "valid_to"], name="searching_t_record__8d45db_idx"),
                ],
            },
        ),
        migrations.RunPython(engine.create, engine.drop),
    ]
