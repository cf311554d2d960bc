import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Decision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("same", "The same person"),
                            ("not_same", "Not the same person"),
                            ("unsure", "Unsure"),
                            ("dismiss_group", "Proposal dismissed"),
                            ("confirm_group", "Proposal confirmed"),
                        ],
                        max_length=16,
                    ),
                ),
                ("person_a", models.CharField(blank=True, db_index=True, default="", max_length=80)),
                ("person_b", models.CharField(blank=True, db_index=True, default="", max_length=80)),
                ("group_id", models.CharField(blank=True, db_index=True, default="", max_length=80)),
                ("label", models.CharField(max_length=420)),
                ("closed", models.BooleanField(default=False)),
                ("role", models.CharField(max_length=40)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("run", models.IntegerField()),
                ("as_of", models.DateTimeField()),
                ("reason", models.TextField()),
                ("shown", models.TextField(default="{}")),
                ("opened", models.TextField(default="{}")),
                ("once", models.CharField(max_length=40, unique=True)),
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
            name="Doubt",
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
                ("a_uid", models.CharField(max_length=40)),
                ("a_record", models.CharField(max_length=200)),
                ("a_person", models.CharField(max_length=80)),
                ("b_uid", models.CharField(max_length=40)),
                ("b_record", models.CharField(max_length=200)),
                ("b_person", models.CharField(max_length=80)),
                ("together", models.BooleanField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["a_person", "valid_to"], name="judgements__a_perso_175003_idx"),
                    models.Index(fields=["b_person", "valid_to"], name="judgements__b_perso_0cebb7_idx"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Withdrawal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("as_of", models.DateTimeField()),
                ("reason", models.TextField()),
                ("once", models.CharField(max_length=40, unique=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="withdrawal",
                        to="judgements.decision",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Pair",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=16)),
                ("a_uid", models.CharField(max_length=40)),
                ("a_record", models.CharField(max_length=200)),
                ("a_row", models.IntegerField()),
                ("b_uid", models.CharField(max_length=40)),
                ("b_record", models.CharField(max_length=200)),
                ("b_row", models.IntegerField()),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pairs",
                        to="judgements.decision",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "indexes": [
                    models.Index(fields=["a_uid"], name="judgements__a_uid_8e5633_idx"),
                    models.Index(fields=["b_uid"], name="judgements__b_uid_b674e9_idx"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("a_uid", models.CharField(max_length=40)),
                ("a_record", models.CharField(max_length=200)),
                ("b_uid", models.CharField(max_length=40)),
                ("b_record", models.CharField(max_length=200)),
                ("source", models.CharField(max_length=10)),
                ("first", models.CharField(max_length=16)),
                ("answer", models.CharField(max_length=16)),
                ("reason", models.TextField(blank=True, default="")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("once", models.CharField(max_length=40, unique=True)),
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
                "constraints": [
                    models.UniqueConstraint(fields=("a_uid", "b_uid", "by"), name="reviewed_once")
                ],
            },
        ),
    ]
