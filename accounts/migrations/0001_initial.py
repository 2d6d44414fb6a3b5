import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import core.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [("core", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                ("username", models.CharField(max_length=60, unique=True, verbose_name="username")),
                ("name", core.fields.EncryptedTextField(blank=True, verbose_name="name")),
                ("phone", core.fields.EncryptedTextField(blank=True, verbose_name="mobile phone")),
                ("phone_index", models.BinaryField(db_index=True, max_length=32, null=True)),
                (
                    "language",
                    models.CharField(
                        choices=[("zh-hans", "Chinese"), ("en", "English")],
                        default="zh-hans",
                        max_length=10,
                        verbose_name="language",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("session_epoch", models.PositiveIntegerField(default=0)),
                (
                    "synthetic",
                    models.BooleanField(
                        default=False, help_text="A person made up for a demonstration."
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
            ],
            options={
                "verbose_name": "account",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("username__regex", "^[a-z0-9][a-z0-9._-]*$")),
                        name="username_is_plain",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Organisation",
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
                            ("supplier", "Supply company"),
                            ("bureau", "Bureau"),
                            ("digital", "Government service and digital bureau"),
                            ("regulator", "Regulator"),
                            ("lead_agency", "Lead agency"),
                            ("district", "District government"),
                            ("system", "Connected system"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("code", models.CharField(max_length=40, verbose_name="code")),
                ("name_zh", models.CharField(max_length=120, verbose_name="Chinese name")),
                ("name_en", models.CharField(max_length=120, verbose_name="English name")),
            ],
            options={
                "verbose_name": "organisation",
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "code"), name="organisation_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("label", models.CharField(blank=True, max_length=60, verbose_name="label")),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                ("last_used_on", models.DateField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tokens",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "token",
                "indexes": [models.Index(fields=["user", "-created_at"], name="token_of_user")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("created_at__lt", models.F("expires_at"))),
                        name="token_expires_after_creation",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RecoveryCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recovery_codes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "recovery code",
                "constraints": [
                    models.UniqueConstraint(fields=("user", "digest"), name="recovery_code_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="RoleGrant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("applicant", "Applicant"),
                            ("clerk", "Counter clerk"),
                            ("manager", "Customer manager"),
                            ("project", "Project manager"),
                            ("supply_lead", "Supply company lead"),
                            ("officer", "Bureau officer"),
                            ("bureau_lead", "Bureau lead"),
                            ("hall_clerk", "Service hall clerk"),
                            ("digital", "Government service and digital bureau"),
                            ("regulator", "Regulator"),
                            ("lead_agency", "Lead agency"),
                            ("district_lead", "District lead"),
                            ("machine", "Machine client"),
                            ("administrator", "Administrator"),
                            ("system", "System"),
                        ],
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
                (
                    "district",
                    models.CharField(
                        blank=True,
                        help_text="Empty means all.",
                        max_length=12,
                        null=True,
                        verbose_name="district",
                    ),
                ),
                (
                    "from_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="from"),
                ),
                ("to_at", models.DateTimeField(blank=True, null=True, verbose_name="to")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grants",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grants",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "role",
                "indexes": [
                    models.Index(fields=["user", "from_at", "to_at"], name="grant_held"),
                    models.Index(fields=["role", "district"], name="grant_who_holds"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("to_at", None), ("from_at__lt", models.F("to_at")), _connector="OR"
                        ),
                        name="grant_from_before_to",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("district", None),
                            models.Q(("district", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="grant_district_named_or_all",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("to_at", None)),
                        fields=("user", "role", "organisation", "district"),
                        name="grant_open_once",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
    ]
