"""Outages as machines with records of their own, what each takes the power from, and from whom."""

import django.db.models.deletion
import django.db.models.functions.comparison
import django_fsm
import reliability.outages.workflow
import uuid
from django.db import migrations, models


# The moves are generated from the transitions; tests/reliability compares the two.
GUARD = """
CREATE SEQUENCE reliability_outage_number;
CREATE FUNCTION outage_moves() RETURNS TABLE (from_state text, to_state text)
LANGUAGE sql IMMUTABLE AS $$
    VALUES ('announced', 'cancelled'), ('announced', 'off'), ('off', 'located'), ('off', 'crew'),
        ('located', 'crew'), ('off', 'repairing'), ('located', 'repairing'), ('crew', 'repairing'),
        ('off', 'restored'), ('located', 'restored'), ('crew', 'restored'),
        ('repairing', 'restored')
$$;
CREATE FUNCTION outage_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an outage is never deleted' USING ERRCODE = 'TD403';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> (CASE WHEN NEW.started_at IS NULL THEN 'announced' ELSE 'off' END) THEN
            RAISE EXCEPTION 'an outage cannot begin as %', NEW.state USING ERRCODE = 'TD409';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.state <> OLD.state AND NOT EXISTS (
        SELECT 1 FROM outage_moves() AS move
        WHERE move.from_state = OLD.state AND move.to_state = NEW.state
    ) THEN
        RAISE EXCEPTION 'an outage cannot go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'TD409';
    END IF;
    -- Each time is told once, by its entry; a plan is moved only while it is one.
    IF OLD.started_at IS NOT NULL AND NEW.started_at IS DISTINCT FROM OLD.started_at
        OR OLD.restored_at IS NOT NULL AND NEW.restored_at IS DISTINCT FROM OLD.restored_at
        OR OLD.corrected_at IS NOT NULL AND
            (NEW.corrected_at, NEW.corrected_started_at, NEW.corrected_restored_at)
            IS DISTINCT FROM (OLD.corrected_at, OLD.corrected_started_at, OLD.corrected_restored_at)
        OR OLD.state <> 'announced' AND
            (NEW.planned_from, NEW.planned_until, NEW.area)
            IS DISTINCT FROM (OLD.planned_from, OLD.planned_until, OLD.area)
    THEN
        RAISE EXCEPTION 'what was told of an outage never changes' USING ERRCODE = 'TD403';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER outage_guard BEFORE INSERT OR UPDATE OR DELETE ON reliability_outage
    FOR EACH ROW EXECUTE FUNCTION outage_guard();

-- From whom the power is taken is counted anew while an outage is announced, and never after.
CREATE FUNCTION outage_customers_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.off_at IS NOT NULL AND (
        TG_OP = 'DELETE'
        OR (NEW.outage_id, NEW.district, NEW.area_class, NEW.level, NEW.element, NEW.line,
            NEW.customers, NEW.excluded, NEW.recorded_off_at)
        IS DISTINCT FROM
            (OLD.outage_id, OLD.district, OLD.area_class, OLD.level, OLD.element, OLD.line,
            OLD.customers, OLD.excluded, OLD.recorded_off_at)
        OR OLD.recorded_on_at IS NOT NULL
            AND NEW.recorded_on_at IS DISTINCT FROM OLD.recorded_on_at
    ) THEN
        RAISE EXCEPTION 'from whom the power was taken never changes' USING ERRCODE = 'TD403';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER outage_customers_guard BEFORE UPDATE OR DELETE ON reliability_interruption
    FOR EACH ROW EXECUTE FUNCTION outage_customers_guard();
"""
UNGUARD = """
DROP TRIGGER outage_customers_guard ON reliability_interruption;
DROP FUNCTION outage_customers_guard();
DROP TRIGGER outage_guard ON reliability_outage;
DROP FUNCTION outage_guard();
DROP FUNCTION outage_moves();
DROP SEQUENCE reliability_outage_number;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('grid', '0012_follow'),
        ('publishing', '0009_outages'),
        ('reliability', '0005_rows'),
    ]

    operations = [
        migrations.CreateModel(
            name='Interruption',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('district', models.CharField(max_length=12)),
                ('area_class', models.CharField(choices=[('urban', 'Urban'), ('town', 'Town'), ('rural', 'Rural')], max_length=8)),
                ('level', models.CharField(choices=[('medium', 'Medium voltage'), ('low', 'Low voltage')], max_length=8)),
                ('element', models.CharField(blank=True, max_length=60)),
                ('line', models.CharField(blank=True, max_length=60)),
                ('customers', models.PositiveIntegerField()),
                ('excluded', models.BooleanField(default=False)),
                ('off_at', models.DateTimeField(null=True)),
                ('on_at', models.DateTimeField(null=True)),
                ('recorded_off_at', models.DateTimeField(null=True)),
                ('recorded_on_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Outage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('number', models.CharField(max_length=20, unique=True)),
                ('district', models.CharField(max_length=12)),
                ('kind', models.CharField(choices=[('planned', 'Planned outage'), ('temporary', 'Temporary repair'), ('fault', 'Fault'), ('safety', 'Active outage for safety'), ('restriction', 'Restriction of supply')], max_length=12)),
                ('nature', models.CharField(choices=[('internal_fault', 'Internal fault'), ('external_fault', 'External fault'), ('maintenance', 'Maintenance'), ('grid_works', 'Works on the grid'), ('connection_works', 'Works of a connection'), ('municipal_works', 'Works of the city'), ('customer_request', "At a customer's request"), ('switching', 'Switching of the grid'), ('safety', 'For safety'), ('shortage', 'Shortage of generation'), ('grid_limit', 'Limit of the grid')], max_length=20)),
                ('area', models.CharField(max_length=300)),
                ('cause', models.CharField(max_length=300)),
                ('regulation', models.CharField(blank=True, max_length=300)),
                ('excluded_by_policy', models.BooleanField(default=False)),
                ('important', models.BooleanField(default=False)),
                ('state', django_fsm.FSMField(choices=[('new', 'To be announced'), ('announced', 'Announced'), ('off', 'Power off'), ('located', 'Fault located'), ('crew', 'Crew on the way'), ('repairing', 'Being repaired'), ('restored', 'Restored'), ('cancelled', 'Cancelled')], default='new', max_length=10, protected=True)),
                ('planned_from', models.DateTimeField(null=True)),
                ('planned_until', models.DateTimeField(null=True)),
                ('short_notice', models.BooleanField(default=False)),
                ('short_notice_reason', models.CharField(blank=True, max_length=300)),
                ('again_reason', models.CharField(blank=True, max_length=300)),
                ('not_live_reason', models.CharField(blank=True, max_length=300)),
                ('number_of_case', models.CharField(blank=True, max_length=20)),
                ('case_ref', models.UUIDField(null=True)),
                ('rules_version', models.CharField(max_length=40)),
                ('announced_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField(null=True)),
                ('started_at', models.DateTimeField(null=True)),
                ('section', models.CharField(blank=True, max_length=300)),
                ('located_at', models.DateTimeField(null=True)),
                ('crew_at', models.DateTimeField(null=True)),
                ('repairing_at', models.DateTimeField(null=True)),
                ('expected_at', models.DateTimeField(null=True)),
                ('estimated_at', models.DateTimeField(null=True)),
                ('restored_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ending', models.CharField(blank=True, max_length=300)),
                ('corrected_started_at', models.DateTimeField(null=True)),
                ('corrected_restored_at', models.DateTimeField(null=True)),
                ('corrected_at', models.DateTimeField(null=True)),
                ('correction', models.CharField(blank=True, max_length=300)),
                ('medium', models.PositiveIntegerField(default=0)),
                ('low', models.PositiveIntegerField(default=0)),
                ('version', models.PositiveIntegerField(default=0)),
                ('begins_at', models.GeneratedField(db_persist=True, expression=django.db.models.functions.comparison.Coalesce('corrected_started_at', 'started_at', 'planned_from'), output_field=models.DateTimeField())),
            ],
            bases=(reliability.outages.workflow.OutageMachine, django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name='OutageElement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='outagerow',
            name='outage_words_known',
        ),
        migrations.AlterField(
            model_name='outagerow',
            name='kind',
            field=models.CharField(choices=[('planned', 'Planned outage'), ('temporary', 'Temporary repair'), ('fault', 'Fault'), ('safety', 'Active outage for safety'), ('restriction', 'Restriction of supply')], max_length=12),
        ),
        migrations.AddConstraint(
            model_name='outagerow',
            constraint=models.CheckConstraint(condition=models.Q(('area_class__in', ['urban', 'town', 'rural']), ('kind__in', ['planned', 'temporary', 'fault', 'safety', 'restriction']), ('level__in', ['medium', 'low'])), name='outage_words_known'),
        ),
        migrations.AddIndex(
            model_name='outage',
            index=models.Index(fields=['-begins_at', '-id'], name='outages_order'),
        ),
        migrations.AddIndex(
            model_name='outage',
            index=models.Index(fields=['district', '-begins_at', '-id'], name='outages_of_district'),
        ),
        migrations.AddIndex(
            model_name='outage',
            index=models.Index(condition=models.Q(('state', 'announced')), fields=['begins_at', 'id'], name='outages_ahead'),
        ),
        migrations.AddIndex(
            model_name='outage',
            index=models.Index(condition=models.Q(('state__in', ['off', 'located', 'crew', 'repairing'])), fields=['begins_at', 'id'], name='outages_now'),
        ),
        migrations.AddIndex(
            model_name='outage',
            index=models.Index(condition=models.Q(('state__in', ['restored', 'cancelled'])), fields=['-begins_at', '-id'], name='outages_past'),
        ),
        migrations.AddIndex(
            model_name='outage',
            index=models.Index(condition=models.Q(('case_ref__isnull', False)), fields=['case_ref'], name='outages_of_case'),
        ),
        migrations.AddConstraint(
            model_name='outage',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['planned', 'temporary', 'fault', 'safety', 'restriction']), ('nature__in', ['internal_fault', 'external_fault', 'maintenance', 'grid_works', 'connection_works', 'municipal_works', 'customer_request', 'switching', 'safety', 'shortage', 'grid_limit'])), name='outages_words_known'),
        ),
        migrations.AddConstraint(
            model_name='outage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('cause', ''), _negated=True), models.Q(('area', ''), _negated=True), models.Q(('number', ''), _negated=True)), name='outages_say_what'),
        ),
        migrations.AddConstraint(
            model_name='outage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'safety'), _negated=True), models.Q(('regulation', ''), _negated=True), _connector='OR'), name='outages_safety_cites'),
        ),
        migrations.AddConstraint(
            model_name='outage',
            constraint=models.CheckConstraint(condition=models.Q(('excluded_by_policy', False), ('kind', 'safety'), _connector='OR'), name='outages_excluded_for_safety'),
        ),
        migrations.AddConstraint(
            model_name='outage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('planned_from', None), ('planned_until', None), ('started_at__isnull', False)), ('planned_until__gt', models.F('planned_from')), _connector='OR'), name='outages_planned_or_begun'),
        ),
        migrations.AddConstraint(
            model_name='outage',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['planned', 'temporary', 'safety', 'restriction']), ('planned_from', None), _connector='OR'), name='outages_fault_is_not_planned'),
        ),
        migrations.AddConstraint(
            model_name='outage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('started_at', None), ('state__in', ['announced', 'cancelled'])), models.Q(models.Q(('state__in', ['announced', 'cancelled']), _negated=True), ('started_at__isnull', False)), _connector='OR'), name='outages_off_since'),
        ),
        migrations.AddConstraint(
            model_name='outage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('restored_at__gte', models.F('started_at')), ('state', 'restored')), models.Q(models.Q(('state', 'restored'), _negated=True), ('restored_at', None)), _connector='OR'), name='outages_restored_after_start'),
        ),
        migrations.AddConstraint(
            model_name='outage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'cancelled'), models.Q(('ending', ''), _negated=True)), models.Q(models.Q(('state', 'cancelled'), _negated=True), ('ending', '')), _connector='OR'), name='outages_cancelled_says_why'),
        ),
        migrations.AddConstraint(
            model_name='outage',
            constraint=models.CheckConstraint(condition=models.Q(('short_notice', False), models.Q(('short_notice_reason', ''), _negated=True), _connector='OR'), name='outages_short_notice_says_why'),
        ),
        migrations.AddConstraint(
            model_name='outage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('estimated_at', None), ('expected_at', None)), models.Q(('estimated_at__isnull', False), ('expected_at__isnull', False)), _connector='OR'), name='outages_estimated_when'),
        ),
        migrations.AddConstraint(
            model_name='outage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('corrected_at', None), ('corrected_restored_at', None), ('corrected_started_at', None), ('correction', '')), models.Q(('corrected_at__isnull', False), ('corrected_restored_at__gte', models.F('corrected_started_at')), ('corrected_started_at__isnull', False), ('restored_at__isnull', False), models.Q(('correction', ''), _negated=True)), _connector='OR'), name='outages_corrected_as_a_whole'),
        ),
        migrations.AddField(
            model_name='interruption',
            name='outage',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='interruptions', to='reliability.outage'),
        ),
        migrations.AddField(
            model_name='outageelement',
            name='element',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='outages', to='grid.element'),
        ),
        migrations.AddField(
            model_name='outageelement',
            name='outage',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='elements', to='reliability.outage'),
        ),
        migrations.AddIndex(
            model_name='interruption',
            index=models.Index(condition=models.Q(('off_at__isnull', False)), fields=['off_at'], name='interruption_off'),
        ),
        migrations.AddIndex(
            model_name='interruption',
            index=models.Index(fields=['element', 'off_at'], name='interruption_of_element'),
        ),
        migrations.AddConstraint(
            model_name='interruption',
            constraint=models.UniqueConstraint(fields=('outage', 'element', 'district', 'area_class', 'level'), name='interruption_once'),
        ),
        migrations.AddConstraint(
            model_name='interruption',
            constraint=models.CheckConstraint(condition=models.Q(('area_class__in', ['urban', 'town', 'rural']), ('level__in', ['medium', 'low'])), name='interruption_words_known'),
        ),
        migrations.AddConstraint(
            model_name='interruption',
            constraint=models.CheckConstraint(condition=models.Q(('customers__gt', 0)), name='interruption_of_somebody'),
        ),
        migrations.AddConstraint(
            model_name='interruption',
            constraint=models.CheckConstraint(condition=models.Q(('on_at', None), ('on_at__gte', models.F('off_at')), _connector='OR'), name='interruption_on_after_off'),
        ),
        migrations.AddConstraint(
            model_name='outageelement',
            constraint=models.UniqueConstraint(fields=('outage', 'element'), name='outage_element_once'),
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
