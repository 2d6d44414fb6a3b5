"""Supply plans as rows: each reply as it was, its lines, and what the case keeps of the newest."""

from typing import Any, Final

import core.fields
import django.db.models.deletion
from django.db import migrations, models


# A lapsed plan is replied anew from wherever it stands.
MOVES: Final = [
    ("hv_single", "plan_confirmed", "plan_replied"),
    ("hv_dual", "plan_confirmed", "plan_replied"),
    ("hv_dual", "design_submitted", "plan_replied"),
    ("hv_dual", "design_passed", "plan_replied"),
]

GUARD: Final = """
-- A plan is what a reply of the record says; it is answered once, and prolonged by the record.
CREATE FUNCTION plan_guard() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
DECLARE
    ref uuid;
    high boolean;
BEGIN
    -- Its words are erased with those of its case, by the owner of the table alone.
    IF TG_OP = 'UPDATE' AND pg_has_role(
        current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
        RETURN NEW;
    END IF;
    SELECT a.ref, a.voltage = 'high' INTO ref, high FROM applications_application a
        WHERE a.id = NEW.application_id;
    IF TG_OP = 'INSERT' THEN
        IF NOT high THEN
            RAISE EXCEPTION 'only a high-voltage case has a plan' USING ERRCODE = 'TD403';
        END IF;
        IF NEW.agreed IS NOT NULL OR NEW.prolonged_months <> 0 OR NOT EXISTS (
            SELECT 1 FROM ledger_entry e WHERE e.case_ref = ref
            AND e.type = 'case.plan_replied' AND e.at = NEW.replied_at) THEN
            RAISE EXCEPTION 'a plan begins with its reply' USING ERRCODE = 'TD403';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.agreed IS NOT NULL AND (OLD.agreed, OLD.reason, OLD.answered_at)
        IS DISTINCT FROM (NEW.agreed, NEW.reason, NEW.answered_at) THEN
        RAISE EXCEPTION 'a plan is answered once' USING ERRCODE = 'TD403';
    END IF;
    IF (OLD.lapses_at, OLD.prolonged_months)
        IS DISTINCT FROM (NEW.lapses_at, NEW.prolonged_months) AND (
        NEW.lapses_at IS NULL OR NOT (NEW.lapses_at > OLD.lapses_at
            AND NEW.prolonged_months > OLD.prolonged_months) OR NOT EXISTS (
            SELECT 1 FROM ledger_entry e WHERE e.case_ref = ref
            AND e.type = 'case.prolongation_answered' AND e.at >= OLD.replied_at)) THEN
        RAISE EXCEPTION 'a plan is prolonged with the applicant' USING ERRCODE = 'TD403';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER plan_guard BEFORE INSERT OR UPDATE ON applications_plan
    FOR EACH ROW EXECUTE FUNCTION plan_guard();

-- A plan has the lines that it was replied with, and to each line a word is added once.
CREATE FUNCTION plan_line_guard() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
DECLARE
    plan applications_plan;
BEGIN
    IF TG_OP = 'UPDATE' AND pg_has_role(
        current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
        RETURN NEW;
    END IF;
    SELECT * INTO plan FROM applications_plan p WHERE p.id = NEW.plan_id;
    IF TG_OP = 'INSERT' THEN
        IF NEW.number > plan.line_count OR (NEW.extended AND plan.ground = '')
            OR NEW.contested <> '' OR NEW.answer <> '' OR NEW.finished_at IS NOT NULL THEN
            RAISE EXCEPTION 'a line is of its plan as replied' USING ERRCODE = 'TD403';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.contested <> NEW.contested AND (OLD.contested <> '' OR plan.agreed IS NOT FALSE)
        OR OLD.answer <> NEW.answer AND (OLD.answer <> '' OR OLD.contested = '')
        OR OLD.finished_at IS DISTINCT FROM NEW.finished_at AND (
            OLD.finished_at IS NOT NULL OR plan.agreed IS NOT TRUE) THEN
        RAISE EXCEPTION 'a word is added to a line once' USING ERRCODE = 'TD403';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER plan_line_guard BEFORE INSERT OR UPDATE ON applications_planline
    FOR EACH ROW EXECUTE FUNCTION plan_line_guard();

-- erase_case empties the number of an ended case, which nobody else can: what was written in its
-- plans goes at the same moment.
CREATE FUNCTION plans_erased() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE applications_plan SET summary = '', reason = '',
        ground_words = CASE WHEN ground_words = '' THEN '' ELSE '-' END
        WHERE application_id = NEW.id;
    UPDATE applications_planline l SET item = '-', contested = '', answer = ''
        FROM applications_plan p WHERE p.id = l.plan_id AND p.application_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER plans_erased AFTER UPDATE OF id_number ON applications_application FOR EACH ROW
    WHEN (OLD.id_number <> '' AND NEW.id_number = '' AND OLD.ended_at IS NOT NULL)
    EXECUTE FUNCTION plans_erased();
"""
UNGUARD: Final = """
DROP TRIGGER plans_erased ON applications_application;
DROP FUNCTION plans_erased();
DROP TRIGGER plan_line_guard ON applications_planline;
DROP FUNCTION plan_line_guard();
DROP TRIGGER plan_guard ON applications_plan;
DROP FUNCTION plan_guard();
"""


def fill(apps: Any, schema_editor: Any) -> None:
    """Add the moves of a lapsed plan to the table of legal ones."""
    legal_move = apps.get_model("applications", "LegalMove")
    legal_move.objects.using(schema_editor.connection.alias).bulk_create(
        legal_move(kind=kind, from_state=source, to_state=target) for kind, source, target in MOVES
    )


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0031_counter'),
    ]

    operations = [
        migrations.AddField(
            model_name='application',
            name='open_lines',
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='application',
            name='plan_lapses_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='application',
            name='prolongation_months',
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.CreateModel(
            name='Plan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveSmallIntegerField()),
                ('summary', models.TextField()),
                ('line_count', models.PositiveSmallIntegerField()),
                ('ground', models.CharField(blank=True, choices=[('major_risks', 'A project to prevent and defuse major risks'), ('poverty', 'A project against poverty'), ('pollution', 'A project against pollution'), ('other_ground', 'Another ground')], max_length=16)),
                ('ground_words', models.CharField(blank=True, max_length=500)),
                ('replied_at', models.DateTimeField()),
                ('lapses_at', models.DateTimeField(null=True)),
                ('prolonged_months', models.PositiveSmallIntegerField(default=0)),
                ('agreed', models.BooleanField(null=True)),
                ('reason', core.fields.EncryptedTextField(blank=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plans', to='applications.application')),
            ],
        ),
        migrations.CreateModel(
            name='PlanLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('item', models.CharField(max_length=120)),
                ('part', models.CharField(choices=[('to_boundary', 'Up to the investment boundary'), ('beyond_boundary', 'Beyond the investment boundary')], max_length=16)),
                ('extended', models.BooleanField(default=False)),
                ('quantity', models.DecimalField(decimal_places=2, max_digits=12, null=True)),
                ('unit', models.CharField(blank=True, max_length=20)),
                ('cost_yuan', models.DecimalField(decimal_places=2, max_digits=12, null=True)),
                ('builder', models.CharField(choices=[('supplier', 'Supply company'), ('applicant', 'Applicant')], max_length=12)),
                ('payer', models.GeneratedField(db_persist=True, expression=models.Case(models.When(models.Q(('part', 'to_boundary'), ('extended', True), _connector='OR'), then=models.Value('supplier')), default=models.Value('applicant')), output_field=models.CharField(choices=[('supplier', 'Supply company'), ('applicant', 'Applicant')], max_length=12))),
                ('contested', core.fields.EncryptedTextField(blank=True)),
                ('answer', models.TextField(blank=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='applications.plan')),
            ],
            options={
                'ordering': ('number',),
            },
        ),
        migrations.AddConstraint(
            model_name='plan',
            constraint=models.UniqueConstraint(fields=('application', 'version'), name='plan_version'),
        ),
        migrations.AddConstraint(
            model_name='plan',
            constraint=models.UniqueConstraint(fields=('application', 'replied_at'), name='plan_of_a_reply'),
        ),
        migrations.AddConstraint(
            model_name='plan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('agreed', None), ('answered_at', None)), models.Q(('agreed__isnull', False), ('answered_at__isnull', False)), _connector='OR'), name='plan_answered_at_once'),
        ),
        migrations.AddConstraint(
            model_name='plan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ground', 'other_ground'), _negated=True), models.Q(('ground_words', ''), _negated=True), _connector='OR'), name='other_ground_in_words'),
        ),
        migrations.AddConstraint(
            model_name='planline',
            constraint=models.UniqueConstraint(fields=('plan', 'number'), name='line_of_plan'),
        ),
        migrations.AddConstraint(
            model_name='planline',
            constraint=models.CheckConstraint(condition=models.Q(('number__gt', 0)), name='lines_from_one'),
        ),
        migrations.AddConstraint(
            model_name='planline',
            constraint=models.CheckConstraint(condition=models.Q(('cost_yuan', None), ('cost_yuan__gte', 0), _connector='OR'), name='line_cost_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='planline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('quantity', None), ('unit', '')), models.Q(('quantity__gt', 0), models.Q(('unit', ''), _negated=True)), _connector='OR'), name='line_quantity_with_unit'),
        ),
        migrations.AddConstraint(
            model_name='planline',
            constraint=models.CheckConstraint(condition=models.Q(('extended', False), models.Q(('cost_yuan__isnull', False), ('part', 'beyond_boundary')), _connector='OR'), name='extension_beyond_with_amount'),
        ),
        migrations.AddConstraint(
            model_name='planline',
            constraint=models.CheckConstraint(condition=models.Q(('finished_at', None), ('builder', 'supplier'), _connector='OR'), name='own_works_finished'),
        ),
        migrations.RunSQL(GUARD, UNGUARD),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
