"""The task ledger, with its moves."""

from typing import Final

import django.db.models.deletion
import django_fsm
import oversight.task_ledger.workflow
import uuid
from django.db import migrations, models

# The moves are generated from the transitions; tests/oversight compares the two.
GUARD: Final = """
CREATE FUNCTION task_moves() RETURNS TABLE (from_state text, to_state text)
LANGUAGE sql IMMUTABLE AS $$
    VALUES ('open', 'claimed'), ('claimed', 'confirmed'), ('claimed', 'open'),
        ('open', 'cancelled'), ('claimed', 'cancelled')
$$;
CREATE FUNCTION task_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a task is never deleted' USING ERRCODE = 'TD403';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'open' THEN
            RAISE EXCEPTION 'it cannot begin as %', NEW.state USING ERRCODE = 'TD409';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.ended_at IS NOT NULL THEN
        RAISE EXCEPTION 'a task that has ended never changes' USING ERRCODE = 'TD403';
    END IF;
    IF NEW.due_on <> OLD.due_on AND (OLD.state <> 'open' OR NEW.state <> 'open') THEN
        RAISE EXCEPTION 'only the day of an open task moves' USING ERRCODE = 'TD409';
    END IF;
    IF NEW.state <> OLD.state AND NOT EXISTS (
        SELECT 1 FROM task_moves() AS move
            WHERE move.from_state = OLD.state AND move.to_state = NEW.state
    ) THEN
        RAISE EXCEPTION 'it cannot go from % to %', OLD.state, NEW.state USING ERRCODE = 'TD409';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER task_guard BEFORE INSERT OR UPDATE OR DELETE ON oversight_task
    FOR EACH ROW EXECUTE FUNCTION task_guard();
"""
UNGUARD: Final = """
DROP TRIGGER task_guard ON oversight_task;
DROP FUNCTION task_guard();
DROP FUNCTION task_moves();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('oversight', '0012_governance'),
    ]

    operations = [
        migrations.CreateModel(
            name='Task',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('ledger', models.CharField(choices=[('city', 'City'), ('district', 'District'), ('company', 'Supply company')], max_length=8)),
                ('title', models.CharField(max_length=120)),
                ('what', models.TextField()),
                ('clause', models.CharField(max_length=120)),
                ('party', models.CharField(max_length=24)),
                ('post', models.CharField(max_length=60)),
                ('district', models.CharField(blank=True, max_length=12)),
                ('due_on', models.DateField()),
                ('late_from', models.DateTimeField()),
                ('state', django_fsm.FSMField(choices=[('open', 'Open'), ('claimed', 'Done, to be confirmed'), ('confirmed', 'Confirmed'), ('cancelled', 'Cancelled')], default='open', max_length=9, protected=True)),
                ('entered_at', models.DateTimeField()),
                ('claimed_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['party', 'late_from', 'id'], name='task_open_of_owner'), models.Index(condition=models.Q(('state', 'open')), fields=['late_from', 'id'], name='task_open_by_day'), models.Index(condition=models.Q(('state', 'claimed')), fields=['id'], name='task_to_confirm'), models.Index(fields=['party', '-id'], name='task_of_owner'), models.Index(fields=['district', '-id'], name='task_of_district')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('state__in', ['confirmed', 'cancelled'])), models.Q(('ended_at__isnull', True), ('state__in', ['open', 'claimed'])), _connector='OR'), name='task_ended_with_instant'), models.CheckConstraint(condition=models.Q(('state__in', ['open', 'cancelled']), ('claimed_at__isnull', False), _connector='OR'), name='task_claimed_with_instant'), models.CheckConstraint(condition=models.Q(models.Q(('ledger', 'district'), _negated=True), models.Q(('district', ''), _negated=True), _connector='OR'), name='task_of_a_district')],
            },
            bases=(oversight.task_ledger.workflow.TaskMachine, django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name='TaskNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('note', 'Progress'), ('claim', 'Said to be done'), ('give_back', 'Returned'), ('move_due', 'Day moved'), ('cancel', 'Cancelled')], max_length=9)),
                ('at', models.DateTimeField()),
                ('role', models.CharField(max_length=20)),
                ('words', models.TextField()),
                ('on_time', models.BooleanField(null=True)),
                ('due_before', models.DateField(null=True)),
                ('due_after', models.DateField(null=True)),
                ('of', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='oversight.task')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('due_after__isnull', False), ('due_before__isnull', False), ('kind', 'move_due')), models.Q(models.Q(('kind', 'move_due'), _negated=True), ('due_after__isnull', True), ('due_before__isnull', True)), _connector='OR'), name='task_note_has_days_if_moved'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'claim'), ('on_time__isnull', False)), models.Q(models.Q(('kind', 'claim'), _negated=True), ('on_time__isnull', True)), _connector='OR'), name='task_note_on_time_if_claimed'), models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='task_note_says_something')],
            },
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
