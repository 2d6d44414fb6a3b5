"""Licences that were fetched, each with the consent to it: dated by the database, never deleted."""

import core.clock
import django.db.models.deletion
from django.db import migrations, models

NOW = """
CREATE FUNCTION licence_fetch_now() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.consented_at := city_now();
    RETURN NEW;
END $$;
CREATE TRIGGER licence_fetch_now BEFORE INSERT ON applications_licencefetch
    FOR EACH ROW EXECUTE FUNCTION licence_fetch_now();
CREATE TRIGGER licence_fetch_stays BEFORE UPDATE ON applications_licencefetch FOR EACH ROW
    WHEN (OLD.settled_at IS NOT NULL)
    EXECUTE FUNCTION kept_as_written();
"""
NOW_BACK = """
DROP TRIGGER licence_fetch_stays ON applications_licencefetch;
DROP TRIGGER licence_fetch_now ON applications_licencefetch;
DROP FUNCTION licence_fetch_now();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0013_confirmed_identity'),
        ('applications', '0020_erasure'),
        ('core', '0003_kept_as_written'),
        ('documents', '0007_source'),
    ]

    operations = [
        migrations.CreateModel(
            name='LicenceFetch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('case_ref', models.UUIDField()),
                ('number', models.CharField(max_length=20, verbose_name='number')),
                ('requirement', models.CharField(max_length=60, verbose_name='requirement')),
                ('licence', models.CharField(max_length=40, verbose_name='licence')),
                ('consent', models.CharField(max_length=64)),
                ('consented_at', models.DateTimeField(db_default=core.clock.CityNow(), editable=False)),
                ('asked_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(choices=[('pending', 'Being fetched'), ('fetched', 'Fetched'), ('not_found', 'The library has none'), ('name', 'It is in another name'), ('revoked', 'It does not hold any more'), ('expired', 'It has expired'), ('not_allowed', "It is not this person's to use"), ('busy', 'The library could not answer'), ('no_answer', 'No clear answer'), ('file', 'Its file could not be taken'), ('not_kept', 'It could not be kept'), ('overtaken', 'The application had changed')], default='pending', max_length=12, verbose_name='outcome')),
                ('settled_at', models.DateTimeField(null=True)),
                ('document', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='documents.document')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='licence_fetches', to='accounts.party')),
            ],
            options={
                'verbose_name': 'fetched licence',
                'indexes': [models.Index(fields=['party', '-id'], name='licence_fetch_of_party'), models.Index(condition=models.Q(('outcome', 'pending')), fields=['consented_at'], name='licence_fetch_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('document', None), ('outcome', 'pending'), ('settled_at', None)), models.Q(('document__isnull', False), ('outcome', 'fetched'), ('settled_at__isnull', False)), models.Q(models.Q(('outcome__in', ['pending', 'fetched']), _negated=True), ('document', None), ('settled_at__isnull', False)), _connector='OR'), name='licence_fetched_with_its_file')],
            },
        ),
        migrations.RunSQL(NOW, NOW_BACK),
    ]
