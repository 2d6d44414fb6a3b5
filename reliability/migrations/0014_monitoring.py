"""What monitoring systems tell of the grid, and the faults that follow from it."""

import core.clock
import django.contrib.postgres.fields
import django.db.models.deletion
import django_fsm
import reliability.monitoring.workflow
import uuid
from django.db import migrations, models


# A decision stays, as what was told does. An event comes to belong to a suggestion, or with it to
# the one that it is part of, and to an outage.
GUARD = """
CREATE SEQUENCE reliability_suggestion_number;
CREATE FUNCTION suggestion_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a suggestion is never deleted' USING ERRCODE = 'TD403';
    END IF;
    IF TG_OP = 'INSERT' AND NEW.state <> 'waiting' OR TG_OP = 'UPDATE' AND OLD.state <> 'waiting'
    THEN
        RAISE EXCEPTION 'a suggestion waits, and is decided once' USING ERRCODE = 'TD409';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER suggestion_guard BEFORE INSERT OR UPDATE OR DELETE ON reliability_suggestion
    FOR EACH ROW EXECUTE FUNCTION suggestion_guard();
CREATE FUNCTION told_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
        OR to_jsonb(NEW) - 'suggestion_id' - 'outage_id'
            IS DISTINCT FROM to_jsonb(OLD) - 'suggestion_id' - 'outage_id'
        OR OLD.outage_id IS NOT NULL AND NEW.outage_id IS DISTINCT FROM OLD.outage_id
        OR OLD.suggestion_id IS NOT NULL AND NEW.suggestion_id IS DISTINCT FROM OLD.suggestion_id
            AND NOT EXISTS (
                SELECT FROM reliability_suggestion s
                WHERE s.id = OLD.suggestion_id AND s.into_id = NEW.suggestion_id
            )
    THEN
        RAISE EXCEPTION 'what was told never changes' USING ERRCODE = 'TD403';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER told_guard BEFORE UPDATE OR DELETE ON reliability_monitoringevent
    FOR EACH ROW EXECUTE FUNCTION told_guard();
"""
UNGUARD = """
DROP TRIGGER told_guard ON reliability_monitoringevent;
DROP FUNCTION told_guard();
DROP TRIGGER suggestion_guard ON reliability_suggestion;
DROP FUNCTION suggestion_guard();
DROP SEQUENCE reliability_suggestion_number;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('grid', '0012_follow'),
        ('reliability', '0013_parts'),
    ]

    operations = [
        migrations.CreateModel(
            name='MonitoringSystem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True)),
                ('heard_at', models.DateTimeField()),
                ('reported_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Suggestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('number', models.CharField(max_length=20, unique=True)),
                ('district', models.CharField(max_length=12)),
                ('elements', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), size=None)),
                ('section', models.CharField(blank=True, max_length=300)),
                ('first_lost_at', models.DateTimeField()),
                ('back_at', models.DateTimeField(null=True)),
                ('medium', models.PositiveIntegerField(default=0)),
                ('low', models.PositiveIntegerField(default=0)),
                ('state', django_fsm.FSMField(choices=[('new', 'To be suggested'), ('waiting', 'Waits for a decision'), ('reported', 'Reported as an outage'), ('joined', 'Part of an outage'), ('aside', 'Set aside'), ('merged', 'Part of another suggestion')], default='new', max_length=8, protected=True)),
                ('suggested_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, choices=[('false_alarm', 'False alarm'), ('metering_fault', 'Fault of metering'), ('tested', 'Test')], max_length=20)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('version', models.PositiveIntegerField(default=0)),
                ('into', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='reliability.suggestion')),
                ('located', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='grid.element')),
                ('outage', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='suggestions', to='reliability.outage')),
                ('root', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='grid.element')),
            ],
            bases=(reliability.monitoring.workflow.SuggestionMachine, django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name='MonitoringEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('system', models.CharField(max_length=20)),
                ('event_id', models.CharField(blank=True, max_length=100)),
                ('digest', models.BinaryField(max_length=32)),
                ('type', models.CharField(blank=True, choices=[('voltage.lost', 'Voltage lost'), ('voltage.back', 'Voltage back'), ('switch.tripped', 'Switch tripped'), ('switch.reclosed', 'Switch reclosed')], max_length=20)),
                ('section', models.CharField(blank=True, max_length=300)),
                ('reported_at', models.DateTimeField(null=True)),
                ('received_at', models.DateTimeField(db_default=core.clock.CityNow(), editable=False)),
                ('raw', models.TextField()),
                ('problem', models.CharField(blank=True, choices=[('unreadable', 'Cannot be read'), ('word', 'Unknown word'), ('element', 'Unknown element'), ('ahead', 'Time ahead of ours'), ('other_content', 'Known id, other content')], max_length=20)),
                ('element', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='told', to='grid.element')),
                ('outage', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='told', to='reliability.outage')),
                ('suggestion', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='reliability.suggestion')),
            ],
        ),
        migrations.AddIndex(
            model_name='suggestion',
            index=models.Index(fields=['-suggested_at', '-id'], name='suggestions_order'),
        ),
        migrations.AddIndex(
            model_name='suggestion',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['suggested_at', 'id'], name='suggestions_waiting'),
        ),
        migrations.AddIndex(
            model_name='suggestion',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['district', 'suggested_at', 'id'], name='suggestions_of_district'),
        ),
        migrations.AddIndex(
            model_name='suggestion',
            index=models.Index(condition=models.Q(('state', 'waiting'), _negated=True), fields=['-suggested_at', '-id'], name='suggestions_decided'),
        ),
        migrations.AddConstraint(
            model_name='suggestion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('state', 'waiting')), models.Q(models.Q(('state', 'waiting'), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='suggestion_decided_when'),
        ),
        migrations.AddConstraint(
            model_name='suggestion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outage__isnull', False), ('state__in', ['reported', 'joined'])), models.Q(models.Q(('state__in', ['reported', 'joined']), _negated=True), ('outage', None)), _connector='OR'), name='suggestion_of_an_outage'),
        ),
        migrations.AddConstraint(
            model_name='suggestion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reason__in', ['false_alarm', 'metering_fault', 'tested']), ('state', 'aside')), models.Q(models.Q(('state', 'aside'), _negated=True), ('note', ''), ('reason', '')), _connector='OR'), name='suggestion_aside_says_why'),
        ),
        migrations.AddConstraint(
            model_name='suggestion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('into__isnull', False), ('state', 'merged'), models.Q(('into', models.F('id')), _negated=True)), models.Q(models.Q(('state', 'merged'), _negated=True), ('into', None)), _connector='OR'), name='suggestion_merged_into_one'),
        ),
        migrations.AddConstraint(
            model_name='suggestion',
            constraint=models.CheckConstraint(condition=models.Q(('back_at', None), ('back_at__gte', models.F('first_lost_at')), _connector='OR'), name='suggestion_back_after_lost'),
        ),
        migrations.AddConstraint(
            model_name='suggestion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('elements', []), _negated=True), models.Q(('number', ''), _negated=True)), name='suggestion_says_what'),
        ),
        migrations.AddIndex(
            model_name='monitoringevent',
            index=models.Index(condition=models.Q(('problem', ''), _negated=True), fields=['-id'], name='told_to_clarify'),
        ),
        migrations.AddIndex(
            model_name='monitoringevent',
            index=models.Index(condition=models.Q(('problem', ''), _negated=True), fields=['system', '-id'], name='told_to_clarify_by'),
        ),
        migrations.AddConstraint(
            model_name='monitoringevent',
            constraint=models.UniqueConstraint(fields=('system', 'event_id', 'digest'), name='told_once'),
        ),
        migrations.AddConstraint(
            model_name='monitoringevent',
            constraint=models.UniqueConstraint(condition=models.Q(('problem', '')), fields=('system', 'event_id'), name='told_one_content'),
        ),
        migrations.AddConstraint(
            model_name='monitoringevent',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('problem', ''), _negated=True), models.Q(('element__isnull', False), ('reported_at__isnull', False), ('type__in', ['voltage.lost', 'voltage.back', 'switch.tripped', 'switch.reclosed']), models.Q(('event_id', ''), _negated=True)), _connector='OR'), name='told_is_whole'),
        ),
        migrations.AddConstraint(
            model_name='monitoringevent',
            constraint=models.CheckConstraint(condition=models.Q(('problem', ''), models.Q(('outage', None), ('problem__in', ['unreadable', 'word', 'element', 'ahead', 'other_content']), ('suggestion', None)), _connector='OR'), name='told_with_a_problem_counts_for_nothing'),
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
