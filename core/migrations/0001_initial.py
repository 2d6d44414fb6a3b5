"""The city's clock and the answers kept for repeated requests."""

import django.db.models.functions.datetime
from django.db import migrations, models

CITY_NOW = """
CREATE FUNCTION city_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
    SELECT clock_timestamp() + (SELECT "offset" FROM public.core_cityclock WHERE id = 1)
$$;
CREATE FUNCTION case_key(ref uuid) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT ('x' || substr(replace(ref::text, '-', ''), 1, 16))::bit(64)::bigint
$$;
INSERT INTO core_cityclock (id, "offset") VALUES (1, interval '0');
"""


class Migration(migrations.Migration):
    initial = True

    dependencies: list[tuple[str, str]] = []

    operations = [
        migrations.CreateModel(
            name="CityClock",
            fields=[
                ("id", models.SmallAutoField(primary_key=True, serialize=False)),
                ("offset", models.DurationField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="one_city_clock")
                ]
            },
        ),
        migrations.CreateModel(
            name="IdempotentAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("actor", models.BigIntegerField()),
                ("route", models.CharField(max_length=200)),
                ("key", models.CharField(max_length=200)),
                ("body_digest", models.BinaryField()),
                ("status", models.PositiveSmallIntegerField()),
                ("body", models.JSONField()),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["created_at"], name="idempotent_answer_age")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("actor", "route", "key"), name="one_answer_per_key"
                    )
                ],
            },
        ),
        migrations.RunSQL(CITY_NOW, migrations.RunSQL.noop),
    ]
