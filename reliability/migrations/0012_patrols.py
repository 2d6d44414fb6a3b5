"""Patrols of the grid, and the defects that are found on it."""

import django.db.models.deletion
import django_fsm
import reliability.patrols.workflow
import uuid
from django.db import migrations, models


# What has ended stays so, and each defect is mended once.
GUARD = """
CREATE SEQUENCE reliability_defect_number;
CREATE FUNCTION ended_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'this is never deleted' USING ERRCODE = 'TD403';
    END IF;
    IF OLD.state IN ('ended', 'mended') OR OLD.state = 'works' AND NEW.state = 'found' THEN
        RAISE EXCEPTION 'it cannot go from % to %', OLD.state, NEW.state USING ERRCODE = 'TD409';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER patrol_guard BEFORE UPDATE OR DELETE ON reliability_patrol
    FOR EACH ROW EXECUTE FUNCTION ended_guard();
CREATE TRIGGER defect_guard BEFORE UPDATE OR DELETE ON reliability_defect
    FOR EACH ROW EXECUTE FUNCTION ended_guard();
"""
UNGUARD = """
DROP TRIGGER defect_guard ON reliability_defect;
DROP TRIGGER patrol_guard ON reliability_patrol;
DROP FUNCTION ended_guard();
DROP SEQUENCE reliability_defect_number;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('grid', '0012_follow'),
        ('reliability', '0011_crews'),
    ]

    operations = [
        migrations.CreateModel(
            name='Defect',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('number', models.CharField(max_length=20, unique=True)),
                ('district', models.CharField(max_length=12)),
                ('severity', models.CharField(choices=[('critical', 'Critical'), ('serious', 'Serious'), ('ordinary', 'Ordinary')], max_length=8)),
                ('words', models.CharField(max_length=300)),
                ('due_on', models.DateField()),
                ('late_from', models.DateTimeField()),
                ('state', django_fsm.FSMField(choices=[('new', 'To be reported'), ('found', 'Found'), ('works', 'Works ordered'), ('mended', 'Mended')], default='new', max_length=8, protected=True)),
                ('found_at', models.DateTimeField()),
                ('works', models.CharField(blank=True, max_length=300)),
                ('ordered_at', models.DateTimeField(null=True)),
                ('mended', models.CharField(blank=True, max_length=300)),
                ('mended_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=0)),
                ('element', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='defects', to='grid.element')),
            ],
            bases=(reliability.patrols.workflow.DefectMachine, django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.AddField(
            model_name='outage',
            name='defect',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='outages', to='reliability.defect'),
        ),
        migrations.CreateModel(
            name='Patrol',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('district', models.CharField(max_length=12)),
                ('every_days', models.PositiveIntegerField()),
                ('due_on', models.DateField()),
                ('late_from', models.DateTimeField()),
                ('last_done_at', models.DateTimeField(null=True)),
                ('state', django_fsm.FSMField(choices=[('new', 'To be registered'), ('active', 'Going on'), ('ended', 'Ended')], default='new', max_length=8, protected=True)),
                ('registered_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=0)),
                ('element', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='patrols', to='grid.element')),
            ],
            bases=(reliability.patrols.workflow.PatrolMachine, django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.AddField(
            model_name='defect',
            name='patrol',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='defects', to='reliability.patrol'),
        ),
        migrations.AddIndex(
            model_name='patrol',
            index=models.Index(fields=['late_from', 'id'], name='patrols_by_day'),
        ),
        migrations.AddIndex(
            model_name='patrol',
            index=models.Index(condition=models.Q(('state', 'active')), fields=['district', 'late_from', 'id'], name='patrols_of_district'),
        ),
        migrations.AddConstraint(
            model_name='patrol',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'active')), fields=('element',), name='patrol_once'),
        ),
        migrations.AddConstraint(
            model_name='patrol',
            constraint=models.CheckConstraint(condition=models.Q(('every_days__gt', 0)), name='patrol_again'),
        ),
        migrations.AddConstraint(
            model_name='patrol',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('state', 'active')), models.Q(('ended_at__isnull', False), ('state', 'ended')), _connector='OR'), name='patrol_active_or_ended'),
        ),
        migrations.AddIndex(
            model_name='defect',
            index=models.Index(condition=models.Q(('state__in', ['found', 'works'])), fields=['late_from', 'id'], name='defects_open'),
        ),
        migrations.AddIndex(
            model_name='defect',
            index=models.Index(condition=models.Q(('state__in', ['found', 'works'])), fields=['district', 'late_from', 'id'], name='defects_of_district'),
        ),
        migrations.AddIndex(
            model_name='defect',
            index=models.Index(condition=models.Q(('state', 'mended')), fields=['-id'], name='defects_mended'),
        ),
        migrations.AddIndex(
            model_name='defect',
            index=models.Index(fields=['late_from', 'id'], name='defects_by_day'),
        ),
        migrations.AddConstraint(
            model_name='defect',
            constraint=models.CheckConstraint(condition=models.Q(('severity__in', ['critical', 'serious', 'ordinary']), models.Q(('words', ''), _negated=True)), name='defect_says_what'),
        ),
        migrations.AddConstraint(
            model_name='defect',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('mended', ''), ('mended_at', None), ('state__in', ['found', 'works'])), models.Q(('mended_at__isnull', False), ('state', 'mended'), models.Q(('mended', ''), _negated=True)), _connector='OR'), name='defect_mended_says_how'),
        ),
        migrations.AddConstraint(
            model_name='defect',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ordered_at', None), ('works', '')), models.Q(models.Q(('works', ''), _negated=True), ('ordered_at__isnull', False)), _connector='OR'), name='defect_works_were_ordered'),
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
