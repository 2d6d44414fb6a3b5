"""Field work: the reading of a meter, what came from a site, and what somebody takes along."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

ERASE = """
-- Beside erase_case, which empties the case itself, by the record.
CREATE FUNCTION forget_reading() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.meter_reading := NULL;
    RETURN NEW;
END $$;
CREATE TRIGGER reading_erased BEFORE UPDATE OF id_number ON applications_application
    FOR EACH ROW WHEN (OLD.id_number <> '' AND NEW.id_number = '')
    EXECUTE FUNCTION forget_reading();
"""
KEEP = """
DROP TRIGGER reading_erased ON applications_application;
DROP FUNCTION forget_reading();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0036_closable'),
        ('documents', '0008_scan_and_uploads'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='application',
            name='meter_reading',
            field=models.DecimalField(decimal_places=2, max_digits=10, null=True),
        ),
        migrations.CreateModel(
            name='FieldReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.PositiveIntegerField()),
                ('at', models.DateTimeField()),
                ('role', models.CharField(max_length=20)),
                ('phone_at', models.DateTimeField()),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='field_reports', to='applications.application')),
                ('appointment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='field_reports', to='applications.appointment')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='ReportPhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='documents.document')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='applications.fieldreport')),
            ],
        ),
        migrations.AddField(
            model_name='fieldreport',
            name='photos',
            field=models.ManyToManyField(related_name='+', through='applications.ReportPhoto', to='documents.document'),
        ),
        migrations.CreateModel(
            name='TakenAlong',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='applications.application')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='taken_along', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddConstraint(
            model_name='reportphoto',
            constraint=models.UniqueConstraint(fields=('report', 'document'), name='report_photo_once'),
        ),
        migrations.AddIndex(
            model_name='fieldreport',
            index=models.Index(fields=['application', '-id'], name='field_report_of_case'),
        ),
        migrations.AddConstraint(
            model_name='fieldreport',
            constraint=models.UniqueConstraint(fields=('application', 'seq'), name='field_report_of_entry'),
        ),
        migrations.AddConstraint(
            model_name='takenalong',
            constraint=models.UniqueConstraint(fields=('user', 'day', 'application'), name='taken_along_once_a_day'),
        ),
        migrations.RunSQL(ERASE, KEEP),
    ]
