"""Loaded versions of rules and calendars, and the trigger that keeps them as they were loaded."""

from django.db import migrations, models
from django.db.models.functions import Now

TABLES = ("rules_version", "rules_calendar")

KEEP = """
CREATE FUNCTION rules_version_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: a loaded version is never changed or removed (% refused)',
        TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
""" + "".join(
    f"""
CREATE TRIGGER {table}_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION rules_version_is_kept();
"""
    for table in TABLES
)
LET_GO = "".join(f"DROP TRIGGER {table}_is_kept ON {table};" for table in TABLES) + (
    "DROP FUNCTION rules_version_is_kept();"
)


def columns():
    return [
        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
        ("hash", models.CharField(max_length=64, unique=True)),
        ("label", models.CharField(max_length=80, unique=True)),
        ("city", models.CharField(max_length=40)),
        ("document", models.JSONField()),
        ("loaded_at", models.DateTimeField(db_default=Now(), editable=False)),
    ]


def newest(table):
    return {
        "db_table": table,
        "indexes": [models.Index(fields=["city", "-id"], name=f"{table}_newest")],
    }


class Migration(migrations.Migration):

    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel("RulesVersion", columns(), options=newest("rules_version")),
        migrations.CreateModel("CalendarVersion", columns(), options=newest("rules_calendar")),
        migrations.RunSQL(KEEP, LET_GO),
    ]
