"""Of how many cases it is on record which rules were explained is kept by day, by the database
alone: nothing of a filing that counts here ever changes."""

from typing import Final

from django.db import migrations, models

KEEP: Final = """
CREATE FUNCTION filing_hear() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO oversight_filingday AS d (day, district, channel, filed, explained)
    VALUES ((NEW.filed_at AT TIME ZONE 'Asia/Shanghai')::date, NEW.district, NEW.channel,
        1, (NEW.explained <> '')::integer)
    ON CONFLICT (day, district, channel) DO UPDATE
        SET filed = d.filed + 1, explained = d.explained + EXCLUDED.explained;
    RETURN NULL;
END $$;
CREATE TRIGGER filing_counted AFTER INSERT ON applications_application FOR EACH ROW
    WHEN (NEW.filed_at IS NOT NULL)
    EXECUTE FUNCTION filing_hear();
"""
RELEASE: Final = """
DROP TRIGGER filing_counted ON applications_application;
DROP FUNCTION filing_hear();
"""
#: Of what was filed before, the channel is that of today.
NOW: Final = """
INSERT INTO oversight_filingday (day, district, channel, filed, explained)
SELECT (filed_at AT TIME ZONE 'Asia/Shanghai')::date, district, channel, count(*),
    count(*) FILTER (WHERE explained <> '')
FROM applications_application WHERE filed_at IS NOT NULL GROUP BY 1, 2, 3
"""


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0004_late_follow_ups"),
        ("applications", "0028_waiting"),
    ]

    operations = [
        migrations.CreateModel(
            "FilingDay",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("district", models.CharField(max_length=12)),
                ("channel", models.CharField(max_length=8)),
                ("filed", models.IntegerField()),
                ("explained", models.IntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["day", "district", "channel"],
                        include=["filed", "explained"],
                        name="filing_day_once",
                    )
                ]
            },
        ),
        migrations.RunSQL(KEEP, RELEASE),
        migrations.RunSQL(NOW, migrations.RunSQL.noop),
    ]
