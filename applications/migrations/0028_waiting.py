"""What waits for the applicant too long is reminded, and may then be closed by a person; what ended
so is begun anew from a draft that knows it. And questions about a case, with their moves."""

from typing import Any, Final

import uuid
import django.db.models.deletion
import django_fsm
from django.db import migrations, models

import core.fields

# The moves are generated from the transitions; tests/applications compares the two.
CLOSES_FROM: Final = {
    "residential": ("supplement", "accepted"),
    "lv_small": ("supplement", "accepted"),
    "lv_other": ("supplement", "accepted"),
    "hv_single": ("supplement", "plan_replied", "works", "completion_passed"),
    "hv_dual": (
        "supplement", "plan_replied", "plan_confirmed", "works", "inspected", "completion_passed",
    ),
}  # fmt: skip

# Never silently: only what its applicant was reminded of, in this very wait, and after the day that
# the reminder named. What is written of the end goes with the person of the case.
GUARD: Final = """
CREATE FUNCTION case_closed_after_reminder() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.reminded_at >= OLD.held_since
        AND OLD.closable_on <= (city_now() AT TIME ZONE 'Asia/Shanghai')::date
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a case is closed only after its applicant was reminded'
        USING ERRCODE = 'TD403';
END $$;
CREATE TRIGGER case_closed_after_reminder BEFORE UPDATE OF state ON applications_application
    FOR EACH ROW WHEN (NEW.state = 'closed' AND OLD.state <> 'closed')
    EXECUTE FUNCTION case_closed_after_reminder();

CREATE FUNCTION case_forgets_its_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.closing_reason := '';
    RETURN NEW;
END $$;
CREATE TRIGGER case_forgets_its_end BEFORE UPDATE OF id_number ON applications_application
    FOR EACH ROW WHEN (NEW.id_number = '') EXECUTE FUNCTION case_forgets_its_end();

CREATE FUNCTION enquiry_moves() RETURNS TABLE (from_state text, to_state text)
LANGUAGE sql IMMUTABLE AS $$
    VALUES ('open', 'answered')
$$;
CREATE FUNCTION enquiry_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an enquiry is never deleted' USING ERRCODE = 'TD403';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'open' THEN
            RAISE EXCEPTION 'an enquiry cannot begin as %', NEW.state USING ERRCODE = 'TD409';
        END IF;
        RETURN NEW;
    END IF;
    -- Its words may be erased with those of its case, which the owner does.
    IF OLD.state = 'answered' AND NOT pg_has_role(
        current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE'
    ) THEN
        RAISE EXCEPTION 'an answered enquiry never changes' USING ERRCODE = 'TD403';
    END IF;
    IF NEW.state <> OLD.state AND NOT EXISTS (
        SELECT 1 FROM enquiry_moves() AS move
        WHERE move.from_state = OLD.state AND move.to_state = NEW.state
    ) THEN
        RAISE EXCEPTION 'an enquiry cannot go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'TD409';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER enquiry_guard BEFORE INSERT OR UPDATE OR DELETE ON applications_enquiry
    FOR EACH ROW EXECUTE FUNCTION enquiry_guard();

-- With the person of a case (`erase_case`, as the owner) goes what was asked about it and answered,
-- and the salts of these records.
CREATE FUNCTION case_forgets_its_enquiries() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE applications_enquiry SET text = '', answer_text = '' WHERE application_id = NEW.id;
    DELETE FROM ledger_salt s USING ledger_entry e, applications_enquiry q
        WHERE e.salt_ref = s.ref AND e.case_ref = q.ref AND q.application_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER case_forgets_its_enquiries AFTER UPDATE OF id_number ON applications_application
    FOR EACH ROW WHEN (OLD.id_number <> '' AND NEW.id_number = '')
    EXECUTE FUNCTION case_forgets_its_enquiries();
"""
UNGUARD: Final = """
DROP TRIGGER case_forgets_its_enquiries ON applications_application;
DROP FUNCTION case_forgets_its_enquiries();
DROP TRIGGER enquiry_guard ON applications_enquiry;
DROP FUNCTION enquiry_guard();
DROP FUNCTION enquiry_moves();
DROP TRIGGER case_forgets_its_end ON applications_application;
DROP FUNCTION case_forgets_its_end();
DROP TRIGGER case_closed_after_reminder ON applications_application;
DROP FUNCTION case_closed_after_reminder();
"""


def fill(apps: Any, schema_editor: Any) -> None:
    """Write the moves to the end."""
    moves = apps.get_model("applications", "LegalMove").objects.using(
        schema_editor.connection.alias
    )
    moves.bulk_create(
        moves.model(kind=kind, from_state=state, to_state="closed")
        for kind, states in CLOSES_FROM.items()
        for state in states
    )


class Migration(migrations.Migration):
    dependencies = [("applications", "0027_correspondence")]

    operations = [
        migrations.CreateModel(
            name='Enquiry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('district', models.CharField(max_length=12)),
                ('rules_version', models.CharField(max_length=40)),
                ('state', django_fsm.FSMField(choices=[('open', 'Not answered yet'), ('answered', 'Question answered')], default='open', max_length=8, protected=True)),
                ('asked_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(null=True)),
                ('text', core.fields.EncryptedTextField()),
                ('answer_text', core.fields.EncryptedTextField(blank=True)),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.RemoveConstraint(
            model_name='application',
            name='one_open_case_per_pair',
        ),
        migrations.RemoveConstraint(
            model_name='application',
            name='held_until_ended',
        ),
        migrations.AddField(
            model_name='application',
            name='closable_on',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='application',
            name='closing_reason',
            field=core.fields.EncryptedTextField(blank=True),
        ),
        migrations.AddField(
            model_name='application',
            name='reminded_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='draft',
            name='resumes',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='applications.application'),
        ),
        migrations.AlterField(
            model_name='application',
            name='state',
            field=django_fsm.FSMField(choices=[('draft', 'Draft'), ('submitted', 'Application filed'), ('supplement', 'Supplement asked for'), ('accepted', 'Accepted'), ('plan_replied', 'Supply plan replied'), ('plan_confirmed', 'Supply plan confirmed'), ('design_submitted', 'Design handed in'), ('design_passed', 'Design passed'), ('permits', 'Permits under way'), ('replanning', 'Line being changed after a refusal'), ('permits_granted', 'Permits complete'), ('works', 'Works under way'), ('inspection_requested', 'Inspection requested'), ('inspected', 'Inspection passed'), ('completion_reported', 'Completion reported'), ('completion_passed', 'Completion inspection passed'), ('contracted', 'Contract signed'), ('energised', 'Energised'), ('withdrawn', 'Withdrawn'), ('closed', 'Closed: nothing came from the applicant')], default='draft', max_length=24, protected=True),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(condition=models.Q(('holder', 'applicant'), models.Q(('reminded_at__isnull', True), ('reminded_at__lt', models.F('held_since')), _connector='OR')), fields=['state', 'held_since'], name='case_to_remind'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.UniqueConstraint(condition=models.Q(('filed_at__isnull', False), models.Q(('state__in', ['closed', 'energised', 'withdrawn']), _negated=True)), fields=('id_digest', 'address_digest'), name='one_open_case_per_pair'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('holder', ''), ('state__in', ['closed', 'energised', 'withdrawn'])), models.Q(models.Q(('state__in', ['closed', 'energised', 'withdrawn']), _negated=True), ('ended_at__isnull', True), models.Q(('holder', ''), _negated=True)), _connector='OR'), name='held_until_ended'),
        ),
        migrations.AddConstraint(
            model_name='draft',
            constraint=models.UniqueConstraint(condition=models.Q(('discarded_at', None)), fields=('resumes',), name='resumed_by_one_draft'),
        ),
        migrations.AddField(
            model_name='enquiry',
            name='application',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enquiries', to='applications.application'),
        ),
        migrations.AddIndex(
            model_name='enquiry',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['district', 'id'], name='enquiry_open'),
        ),
        migrations.AddIndex(
            model_name='enquiry',
            index=models.Index(condition=models.Q(('state', 'answered')), fields=['district', '-id'], name='enquiry_answered'),
        ),
        migrations.AddIndex(
            model_name='enquiry',
            index=models.Index(fields=['district', '-id'], name='enquiry_by_district'),
        ),
        migrations.AddConstraint(
            model_name='enquiry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer_text', ''), ('answered_at__isnull', True), ('state', 'open')), models.Q(('answered_at__isnull', False), ('state', 'answered'), models.Q(models.Q(models.Q(('text', ''), _negated=True), models.Q(('answer_text', ''), _negated=True)), models.Q(('answer_text', ''), ('text', '')), _connector='OR')), _connector='OR'), name='enquiry_answered_in_words'),
        ),
        migrations.AddField(
            model_name="application",
            name="explained",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
