"""Repair crews, and which of them went to an outage."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django_fsm
import reliability.crews.workflow
import uuid
from django.db import migrations, models


# What has ended stays so.
GUARD = """
CREATE FUNCTION repaircrew_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a repair crew is never deleted' USING ERRCODE = 'TD403';
    END IF;
    IF OLD.state = 'ended' THEN
        RAISE EXCEPTION 'a repair crew that has ended never changes' USING ERRCODE = 'TD409';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER repaircrew_guard BEFORE UPDATE OR DELETE ON reliability_repaircrew
    FOR EACH ROW EXECUTE FUNCTION repaircrew_guard();
"""
UNGUARD = """
DROP TRIGGER repaircrew_guard ON reliability_repaircrew;
DROP FUNCTION repaircrew_guard();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('reliability', '0010_following'),
    ]

    operations = [
        migrations.CreateModel(
            name='RepairCrew',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('code', models.CharField(max_length=20, unique=True)),
                ('district', models.CharField(max_length=12)),
                ('name', models.CharField(max_length=60)),
                ('towns', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12), default=list, size=None)),
                ('place', models.CharField(blank=True, max_length=60)),
                ('phone', models.CharField(max_length=30)),
                ('state', django_fsm.FSMField(choices=[('new', 'To be registered'), ('active', 'Active'), ('ended', 'Ended')], default='new', max_length=8, protected=True)),
                ('registered_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=0)),
            ],
            options={
                'indexes': [models.Index(fields=['district', 'code'], name='crews_of_district')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('code', ''), _negated=True), models.Q(('name', ''), _negated=True), models.Q(('phone', ''), _negated=True)), name='crew_says_who'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('state', 'active')), models.Q(('ended_at__isnull', False), ('state', 'ended')), _connector='OR'), name='crew_active_or_ended')],
            },
            bases=(reliability.crews.workflow.CrewMachine, django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.AddField(
            model_name='outage',
            name='crew',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='outages', to='reliability.repaircrew'),
        ),
        migrations.AddIndex(
            model_name='outage',
            index=models.Index(condition=models.Q(('kind', 'fault')), fields=['announced_at'], name='outages_faults'),
        ),
        migrations.AddConstraint(
            model_name='outage',
            constraint=models.CheckConstraint(condition=models.Q(('crew', None), ('crew_at__isnull', False), _connector='OR'), name='outages_crew_was_sent'),
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
