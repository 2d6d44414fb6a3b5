"""What ended cases came to: a row is laid with the end, and counted once."""

import django.db.models.deletion
from django.db import migrations, models


LAY = """
CREATE FUNCTION lay_case_facts() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO applications_casefacts (application_id, calendar_version, supplier_days,
        applicant_days, government_days, limits, permits)
    VALUES (NEW.id, '', 0, 0, 0, '[]', '[]');
    RETURN NULL;
END $$;
CREATE TRIGGER case_facts_are_laid AFTER UPDATE ON applications_application FOR EACH ROW
    WHEN (OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL AND NEW.filed_at IS NOT NULL)
    EXECUTE FUNCTION lay_case_facts();
CREATE TRIGGER case_facts_stay BEFORE UPDATE ON applications_casefacts FOR EACH ROW
    WHEN (OLD.counted_at IS NOT NULL)
    EXECUTE FUNCTION kept_as_written();
INSERT INTO applications_casefacts (application_id, calendar_version, supplier_days,
    applicant_days, government_days, limits, permits)
SELECT id, '', 0, 0, 0, '[]', '[]' FROM applications_application
WHERE ended_at IS NOT NULL AND filed_at IS NOT NULL;
SET CONSTRAINTS ALL IMMEDIATE;
"""
TAKE_AWAY = """
DROP TRIGGER case_facts_are_laid ON applications_application;
DROP FUNCTION lay_case_facts();
DROP TRIGGER case_facts_stay ON applications_casefacts;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0011_supplements_asked'),
    ]

    operations = [
        migrations.CreateModel(
            name='CaseFacts',
            fields=[
                ('application', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='facts', serialize=False, to='applications.application')),
                ('counted_at', models.DateTimeField(null=True)),
                ('calendar_version', models.CharField(blank=True, max_length=80)),
                ('supplier_days', models.PositiveIntegerField(default=0)),
                ('applicant_days', models.PositiveIntegerField(default=0)),
                ('government_days', models.PositiveIntegerField(default=0)),
                ('limits', models.JSONField(default=list)),
                ('permits', models.JSONField(default=list)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('counted_at__isnull', True)), fields=['application'], name='facts_waiting')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('calendar_version', ''), ('counted_at__isnull', True)), models.Q(('counted_at__isnull', False), models.Q(('calendar_version', ''), _negated=True)), _connector='OR'), name='facts_counted_by_a_calendar')],
            },
        ),
        migrations.RunSQL(LAY, TAKE_AWAY),
    ]
