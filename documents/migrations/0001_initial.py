import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.clock
import core.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("core", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Document",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("subject_kind", models.CharField(max_length=40)),
                ("subject_id", models.BigIntegerField()),
                ("case_ref", models.UUIDField()),
                ("requirement", models.CharField(max_length=60, verbose_name="requirement")),
                ("stored_name", models.CharField(max_length=80, unique=True)),
                ("size", models.PositiveIntegerField(verbose_name="size")),
                (
                    "content_type",
                    models.CharField(
                        choices=[
                            ("application/pdf", "PDF"),
                            ("image/jpeg", "JPEG"),
                            ("image/png", "PNG"),
                        ],
                        max_length=40,
                        verbose_name="file type",
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                (
                    "original_name",
                    core.fields.EncryptedTextField(blank=True, verbose_name="file name"),
                ),
                (
                    "uploaded_at",
                    models.DateTimeField(
                        db_default=core.clock.CityNow(), editable=False, verbose_name="uploaded"
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "document",
                "indexes": [
                    models.Index(fields=["subject_kind", "subject_id"], name="document_subject"),
                    models.Index(fields=["case_ref"], name="document_case"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("size__gt", 0)), name="document_not_empty"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("content_type__in", ["application/pdf", "image/jpeg", "image/png"])
                        ),
                        name="document_of_known_type",
                    ),
                ],
            },
        ),
    ]
