"""Orderly use: plans of the city and of its districts, and what was carried out, with their
moves."""

from typing import Final

import django.contrib.postgres.fields
import django.db.models.deletion
import django_fsm
import oversight.orderly.workflow
import uuid
from django.db import migrations, models

# The moves are generated from the transitions; tests/oversight compares the two.
GUARD: Final = """
CREATE FUNCTION orderly_moves() RETURNS TABLE (machine text, from_state text, to_state text)
LANGUAGE sql IMMUTABLE AS $$
    VALUES ('plan', 'draft', 'issued'),
        ('district', 'awaited', 'handed_in'), ('district', 'handed_in', 'accepted'),
        ('district', 'handed_in', 'awaited'),
        ('execution', 'running', 'ended')
$$;
-- Of a machine, with the state in which it begins.
CREATE FUNCTION orderly_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'orderly use is never deleted' USING ERRCODE = 'TD403';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> TG_ARGV[1] THEN
            RAISE EXCEPTION 'it cannot begin as %', NEW.state USING ERRCODE = 'TD409';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state IN ('issued', 'accepted') THEN
        RAISE EXCEPTION 'what is issued or accepted never changes' USING ERRCODE = 'TD403';
    END IF;
    IF NEW.state <> OLD.state AND NOT EXISTS (
        SELECT 1 FROM orderly_moves() AS move WHERE move.machine = TG_ARGV[0]
            AND move.from_state = OLD.state AND move.to_state = NEW.state
    ) THEN
        RAISE EXCEPTION 'it cannot go from % to %', OLD.state, NEW.state USING ERRCODE = 'TD409';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER orderly_guard BEFORE INSERT OR UPDATE OR DELETE ON oversight_cityplan
    FOR EACH ROW EXECUTE FUNCTION orderly_guard('plan', 'draft');
CREATE TRIGGER orderly_guard BEFORE INSERT OR UPDATE OR DELETE ON oversight_districtplan
    FOR EACH ROW EXECUTE FUNCTION orderly_guard('district', 'awaited');
CREATE TRIGGER orderly_guard BEFORE INSERT OR UPDATE OR DELETE ON oversight_execution
    FOR EACH ROW EXECUTE FUNCTION orderly_guard('execution', 'running');
CREATE TRIGGER orderly_ended_stays BEFORE UPDATE ON oversight_execution FOR EACH ROW
    WHEN (OLD.ended_at IS NOT NULL AND OLD.ended_at IS DISTINCT FROM NEW.ended_at)
    EXECUTE FUNCTION kept_as_written();
CREATE TRIGGER orderly_given_back_once BEFORE UPDATE ON oversight_handin FOR EACH ROW
    WHEN (OLD.given_back_at IS NOT NULL)
    EXECUTE FUNCTION kept_as_written();
"""
UNGUARD: Final = """
DROP TRIGGER orderly_given_back_once ON oversight_handin;
DROP TRIGGER orderly_ended_stays ON oversight_execution;
DROP TRIGGER orderly_guard ON oversight_execution;
DROP TRIGGER orderly_guard ON oversight_districtplan;
DROP TRIGGER orderly_guard ON oversight_cityplan;
DROP FUNCTION orderly_guard();
DROP FUNCTION orderly_moves();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('oversight', '0009_interruptions'),
    ]

    operations = [
        migrations.CreateModel(
            name='CityPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level_1', models.DecimalField(decimal_places=2, max_digits=8, null=True)),
                ('level_2', models.DecimalField(decimal_places=2, max_digits=8, null=True)),
                ('level_3', models.DecimalField(decimal_places=2, max_digits=8, null=True)),
                ('level_4', models.DecimalField(decimal_places=2, max_digits=8, null=True)),
                ('ref', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('name', models.CharField(max_length=60)),
                ('begins_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('livelihood', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), size=None)),
                ('important', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), size=None)),
                ('state', django_fsm.FSMField(choices=[('draft', 'Draft'), ('issued', 'Issued')], default='draft', max_length=6, protected=True)),
                ('drafted_at', models.DateTimeField()),
                ('issued_at', models.DateTimeField(null=True)),
                ('due_on', models.DateField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'indexes': [models.Index(fields=['state', '-id'], name='orderly_plan_by_state')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('begins_on'))), name='orderly_plan_ends_after_it_began'), models.CheckConstraint(condition=models.Q(models.Q(('due_on__isnull', True), ('issued_at__isnull', True), ('state', 'draft')), models.Q(('due_on__isnull', False), ('issued_at__isnull', False), ('state', 'issued')), _connector='OR'), name='orderly_plan_issued_with_day'), models.CheckConstraint(condition=models.Q(('level_1__isnull', False), ('level_2__isnull', False), ('level_3__isnull', False), ('level_4__isnull', False)), name='orderly_plan_has_levels')],
            },
            bases=(oversight.orderly.workflow.PlanMachine, django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name='DistrictPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level_1', models.DecimalField(decimal_places=2, max_digits=8, null=True)),
                ('level_2', models.DecimalField(decimal_places=2, max_digits=8, null=True)),
                ('level_3', models.DecimalField(decimal_places=2, max_digits=8, null=True)),
                ('level_4', models.DecimalField(decimal_places=2, max_digits=8, null=True)),
                ('ref', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('district', models.CharField(max_length=12)),
                ('state', django_fsm.FSMField(choices=[('awaited', 'To be handed in'), ('handed_in', 'With the lead agency'), ('accepted', 'Accepted')], default='awaited', max_length=9, protected=True)),
                ('round', models.PositiveSmallIntegerField(default=1)),
                ('due_on', models.DateField()),
                ('late_from', models.DateTimeField()),
                ('words', models.TextField(blank=True)),
                ('handed_in_at', models.DateTimeField(null=True)),
                ('accepted_at', models.DateTimeField(null=True)),
                ('chased_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='districts', to='oversight.cityplan')),
            ],
            bases=(oversight.orderly.workflow.DistrictPlanMachine, django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name='DistrictChase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.PositiveSmallIntegerField()),
                ('at', models.DateTimeField()),
                ('words', models.CharField(blank=True, max_length=500)),
                ('of', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='chases', to='oversight.districtplan')),
            ],
        ),
        migrations.CreateModel(
            name='Execution',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('level', models.PositiveSmallIntegerField()),
                ('districts', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12), size=None)),
                ('ordered_mw', models.DecimalField(decimal_places=2, max_digits=8)),
                ('shed_mw', models.DecimalField(decimal_places=2, max_digits=8, null=True)),
                ('reason', models.CharField(choices=[('shortage', 'Not enough power'), ('overload', 'Grid at its limit'), ('fault', 'Fault of plant or line'), ('weather', 'Extreme weather'), ('dispatch', 'Instruction of the dispatch above'), ('other', 'Something else')], max_length=10)),
                ('state', django_fsm.FSMField(choices=[('running', 'Being carried out'), ('ended', 'Ended')], default='running', max_length=7, protected=True)),
                ('began_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='executions', to='oversight.cityplan')),
            ],
            bases=(oversight.orderly.workflow.ExecutionMachine, django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name='ExecutionCorrection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('ordered_mw', models.DecimalField(decimal_places=2, max_digits=8)),
                ('shed_mw', models.DecimalField(decimal_places=2, max_digits=8, null=True)),
                ('reason', models.CharField(choices=[('shortage', 'Not enough power'), ('overload', 'Grid at its limit'), ('fault', 'Fault of plant or line'), ('weather', 'Extreme weather'), ('dispatch', 'Instruction of the dispatch above'), ('other', 'Something else')], max_length=10)),
                ('why', models.CharField(max_length=300)),
                ('of', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='oversight.execution')),
            ],
        ),
        migrations.CreateModel(
            name='HandIn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level_1', models.DecimalField(decimal_places=2, max_digits=8, null=True)),
                ('level_2', models.DecimalField(decimal_places=2, max_digits=8, null=True)),
                ('level_3', models.DecimalField(decimal_places=2, max_digits=8, null=True)),
                ('level_4', models.DecimalField(decimal_places=2, max_digits=8, null=True)),
                ('round', models.PositiveSmallIntegerField()),
                ('due_on', models.DateField()),
                ('on_time', models.BooleanField()),
                ('at', models.DateTimeField()),
                ('words', models.TextField()),
                ('reasons', models.TextField(blank=True)),
                ('given_back_at', models.DateTimeField(null=True)),
                ('of', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rounds', to='oversight.districtplan')),
            ],
        ),
        migrations.AddIndex(
            model_name='districtplan',
            index=models.Index(condition=models.Q(('state', 'awaited')), fields=['district', 'late_from', 'id'], name='orderly_district_awaited'),
        ),
        migrations.AddIndex(
            model_name='districtplan',
            index=models.Index(condition=models.Q(('state', 'handed_in')), fields=['id'], name='orderly_district_to_judge'),
        ),
        migrations.AddIndex(
            model_name='districtplan',
            index=models.Index(fields=['district', '-id'], name='orderly_district_newest'),
        ),
        migrations.AddConstraint(
            model_name='districtplan',
            constraint=models.UniqueConstraint(fields=('plan', 'district'), name='orderly_district_once'),
        ),
        migrations.AddConstraint(
            model_name='districtplan',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'awaited'), models.Q(('handed_in_at__isnull', False), ('level_1__isnull', False), ('level_2__isnull', False), ('level_3__isnull', False), ('level_4__isnull', False)), _connector='OR'), name='orderly_district_handed_in_with_levels'),
        ),
        migrations.AddConstraint(
            model_name='districtplan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('accepted_at__isnull', False), ('state', 'accepted')), models.Q(models.Q(('state', 'accepted'), _negated=True), ('accepted_at__isnull', True)), _connector='OR'), name='orderly_district_accepted_with_instant'),
        ),
        migrations.AddIndex(
            model_name='execution',
            index=models.Index(fields=['plan', '-id'], name='orderly_execution_by_plan'),
        ),
        migrations.AddIndex(
            model_name='execution',
            index=models.Index(condition=models.Q(('state', 'running')), fields=['id'], name='orderly_execution_running'),
        ),
        migrations.AddConstraint(
            model_name='execution',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('shed_mw__isnull', True), ('state', 'running')), models.Q(('ended_at__isnull', False), ('state', 'ended')), _connector='OR'), name='orderly_execution_ended_with_instant'),
        ),
        migrations.AddConstraint(
            model_name='execution',
            constraint=models.CheckConstraint(condition=models.Q(('level__gte', 1), ('level__lte', 4)), name='orderly_execution_at_a_level'),
        ),
        migrations.AddConstraint(
            model_name='execution',
            constraint=models.CheckConstraint(condition=models.Q(('districts', []), _negated=True), name='orderly_execution_somewhere'),
        ),
        migrations.AddConstraint(
            model_name='handin',
            constraint=models.UniqueConstraint(fields=('of', 'round'), name='orderly_round_once'),
        ),
        migrations.AddConstraint(
            model_name='handin',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('given_back_at__isnull', True), ('reasons', '')), models.Q(('given_back_at__isnull', False), models.Q(('reasons', ''), _negated=True)), _connector='OR'), name='orderly_given_back_with_reasons'),
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
