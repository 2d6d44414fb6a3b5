"""The published figures of real timings; how long each step of an ended case took is counted with
the rest of what it came to, so what was counted before is counted anew."""

import django.db.models.deletion
from django.db import migrations, models

COUNTED_ANEW = """
ALTER TABLE applications_casefacts DISABLE TRIGGER case_facts_stay;
UPDATE applications_casefacts SET counted_at = NULL, calendar_version = '', supplier_days = 0,
    applicant_days = 0, government_days = 0, limits = '[]', permits = '[]';
ALTER TABLE applications_casefacts ENABLE TRIGGER case_facts_stay;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0045_point_erased'),
    ]

    operations = [
        migrations.AddField(
            model_name='casefacts',
            name='steps',
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
        migrations.CreateModel(
            name='Release',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('period', models.CharField(max_length=7)),
                ('number', models.PositiveSmallIntegerField()),
                ('at', models.DateTimeField()),
                ('entry', models.BigIntegerField(unique=True)),
                ('rules_version', models.CharField(max_length=40)),
                ('smallest', models.PositiveSmallIntegerField()),
                ('least', models.PositiveSmallIntegerField()),
                ('file', models.TextField()),
                ('digest', models.CharField(max_length=64)),
                ('reason', models.TextField(blank=True)),
                ('differences', models.JSONField(default=list)),
                ('counts', models.JSONField(default=list)),
            ],
            options={
                'indexes': [models.Index(fields=['-period', '-number'], name='release_newest')],
                'constraints': [models.UniqueConstraint(fields=('period', 'number'), name='release_once'), models.CheckConstraint(condition=models.Q(models.Q(('differences', []), ('number', 1), ('reason', '')), models.Q(('number__gt', 1), models.Q(('reason', ''), _negated=True), models.Q(('differences', []), _negated=True)), _connector='OR'), name='release_revised_for_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='Cell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table', models.CharField(choices=[('energised', 'Cases with power'), ('steps', 'Steps'), ('open', 'Open cases'), ('broken_off', 'Cases broken off'), ('permits', 'Permits decided')], max_length=10)),
                ('row', models.CharField(blank=True, max_length=60)),
                ('district', models.CharField(blank=True, max_length=12)),
                ('count', models.PositiveIntegerField(null=True)),
                ('mean', models.DecimalField(decimal_places=2, max_digits=9, null=True)),
                ('median', models.DecimalField(decimal_places=1, max_digits=7, null=True)),
                ('percentile', models.PositiveIntegerField(null=True)),
                ('net', models.DecimalField(decimal_places=2, max_digits=9, null=True)),
                ('limited', models.PositiveIntegerField(null=True)),
                ('within', models.PositiveIntegerField(null=True)),
                ('with_open', models.PositiveIntegerField(null=True)),
                ('limit_least', models.PositiveSmallIntegerField(null=True)),
                ('limit_most', models.PositiveSmallIntegerField(null=True)),
                ('delay', models.JSONField(default=dict)),
                ('release', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cells', to='applications.release')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('release', 'table', 'row', 'district'), name='cell_once'), models.CheckConstraint(condition=models.Q(('count__isnull', False), models.Q(('delay', {}), ('limit_least', None), ('limit_most', None), ('limited', None), ('mean', None), ('median', None), ('net', None), ('percentile', None), ('with_open', None), ('within', None)), _connector='OR'), name='cell_hidden_whole'), models.CheckConstraint(condition=models.Q(models.Q(('limited__lte', models.F('count')), ('within__lte', models.F('limited'))), ('limited', None), _connector='OR'), name='cell_within_of_limited')],
            },
        ),
        migrations.RunSQL(COUNTED_ANEW, migrations.RunSQL.noop),
    ]
