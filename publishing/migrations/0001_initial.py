"""Publications and drafts come from grid with their tables: only the state changes."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

KINDS = [
    ("fees", "Fee catalogue"),
    ("capacity", "Open capacity"),
    ("outages", "Outages"),
    ("customers", "Customers served"),
]


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("grid", "0002_keep"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Publication",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("kind", models.CharField(choices=KINDS, max_length=12)),
                        ("number", models.PositiveIntegerField()),
                        ("published_at", models.DateTimeField()),
                        ("entry", models.BigIntegerField(unique=True)),
                        ("role", models.CharField(max_length=20)),
                        ("source", models.CharField(max_length=300)),
                        ("note", models.CharField(blank=True, max_length=500)),
                        ("added", models.PositiveIntegerField()),
                        ("changed", models.PositiveIntegerField()),
                        ("withdrawn", models.PositiveIntegerField()),
                        ("digest", models.CharField(max_length=64)),
                    ],
                    options={
                        "db_table": "grid_publication",
                        "ordering": ("-number",),
                        "constraints": [
                            models.UniqueConstraint(fields=("kind", "number"), name="one_publication_per_number"),
                            models.CheckConstraint(condition=models.Q(("kind__in", ["fees", "capacity", "outages", "customers"])), name="publication_kind_known"),
                            models.CheckConstraint(condition=models.Q(("source", ""), _negated=True), name="publication_has_source"),
                            models.CheckConstraint(condition=models.Q(models.Q(("changed", 0), ("withdrawn", 0)), models.Q(("note", ""), _negated=True), _connector="OR"), name="correction_has_reason"),
                            models.CheckConstraint(condition=models.Q(("added__gt", 0), ("changed__gt", 0), ("withdrawn__gt", 0), _connector="OR"), name="publication_says_something"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Draft",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("kind", models.CharField(choices=KINDS, max_length=12)),
                        ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("file_name", models.CharField(blank=True, max_length=200)),
                        ("text", models.TextField(blank=True)),
                        ("source", models.CharField(blank=True, max_length=300)),
                        ("note", models.CharField(blank=True, max_length=500)),
                        ("whole", models.BooleanField(default=False)),
                        ("withdraws", models.BigIntegerField(blank=True, null=True)),
                        ("by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                        ("publication", models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="draft", to="publishing.publication")),
                    ],
                    options={
                        "db_table": "grid_draft",
                        "ordering": ("-id",),
                        "indexes": [models.Index(condition=models.Q(("publication__isnull", True)), fields=["by", "kind"], name="draft_open")],
                    },
                ),
            ]
        )
    ]
