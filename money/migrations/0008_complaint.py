"""Complaints about charges, with their moves, and their words erased with the person of the case."""

from typing import Final

import uuid

import core.fields
import django.db.models.deletion
import django_fsm
import money.complaints.workflow
from django.db import migrations, models

# The moves are generated from the transitions; tests/money compares the two.
GUARD: Final = """
CREATE FUNCTION complaint_moves() RETURNS TABLE (from_state text, to_state text)
LANGUAGE sql IMMUTABLE AS $$
    VALUES ('open', 'dismissed'), ('open', 'upheld'), ('open', 'withdrawn')
$$;
CREATE FUNCTION complaint_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a complaint is never deleted' USING ERRCODE = 'TD403';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'open' THEN
            RAISE EXCEPTION 'a complaint cannot begin as %', NEW.state USING ERRCODE = 'TD409';
        END IF;
        RETURN NEW;
    END IF;
    -- Its words may be erased with those of its case, which the owner does.
    IF (OLD.state <> 'open'
        OR OLD.explained_at IS NOT NULL
        AND (NEW.explained_at, NEW.explanation) IS DISTINCT FROM (OLD.explained_at, OLD.explanation))
    AND NOT pg_has_role(
        current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE'
    ) THEN
        RAISE EXCEPTION 'what was said of a complaint, and one that has ended, never changes'
            USING ERRCODE = 'TD403';
    END IF;
    IF NEW.state <> OLD.state AND NOT EXISTS (
        SELECT 1 FROM complaint_moves() AS move
        WHERE move.from_state = OLD.state AND move.to_state = NEW.state
    ) THEN
        RAISE EXCEPTION 'a complaint cannot go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'TD409';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER complaint_guard BEFORE INSERT OR UPDATE OR DELETE ON money_complaint
    FOR EACH ROW EXECUTE FUNCTION complaint_guard();

-- With the person of a case (`erase_case`, as the owner) goes what was said, and the salts of these
-- records.
CREATE FUNCTION case_forgets_its_complaints() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE money_complaint SET text = '', explanation = '', reasons = ''
        WHERE application_id = NEW.id;
    DELETE FROM ledger_salt s USING ledger_entry e, money_complaint c
        WHERE e.salt_ref = s.ref AND e.case_ref = c.ref AND c.application_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER case_forgets_its_complaints AFTER UPDATE OF id_number ON applications_application
    FOR EACH ROW WHEN (OLD.id_number <> '' AND NEW.id_number = '')
    EXECUTE FUNCTION case_forgets_its_complaints();
"""
UNGUARD: Final = """
DROP TRIGGER case_forgets_its_complaints ON applications_application;
DROP FUNCTION case_forgets_its_complaints();
DROP TRIGGER complaint_guard ON money_complaint;
DROP FUNCTION complaint_guard();
DROP FUNCTION complaint_moves();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0045_point_erased'),
        ('money', '0007_investments'),
    ]

    operations = [
        migrations.CreateModel(
            name='Complaint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('district', models.CharField(max_length=12)),
                ('rules_version', models.CharField(max_length=40)),
                ('ground', models.CharField(choices=[('not_in_catalogue', 'It is not in the published catalogue'), ('wrong_amount', 'Its rate or its amount is wrong'), ('not_mine', 'It is not for me to pay'), ('payee', 'Who is to be paid'), ('other', 'Something else')], max_length=16)),
                ('state', django_fsm.FSMField(choices=[('open', 'With the regulator'), ('upheld', 'Complaint upheld'), ('dismissed', 'Complaint dismissed'), ('withdrawn', 'Complaint withdrawn')], default='open', max_length=9, protected=True)),
                ('made_at', models.DateTimeField()),
                ('explained_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('text', core.fields.EncryptedTextField()),
                ('explanation', core.fields.EncryptedTextField(blank=True)),
                ('reasons', core.fields.EncryptedTextField(blank=True)),
                ('clause', models.CharField(blank=True, max_length=300)),
                ('version', models.PositiveIntegerField(default=1)),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='complaints', to='applications.application')),
                ('charge', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='complaints', to='money.charge')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['district', 'id'], name='complaint_open'), models.Index(fields=['state', '-id'], name='complaint_by_state'), models.Index(fields=['district', '-id'], name='complaint_by_district')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('clause', ''), ('ended_at__isnull', True), ('reasons', ''), ('state', 'open')), models.Q(('clause', ''), ('ended_at__isnull', False), ('reasons', ''), ('state', 'withdrawn')), models.Q(('ended_at__isnull', False), ('state__in', ['upheld', 'dismissed']), models.Q(models.Q(('reasons', ''), _negated=True), ('text', ''), _connector='OR')), _connector='OR'), name='complaint_decided_with_reasons'), models.CheckConstraint(condition=models.Q(models.Q(('explained_at__isnull', True), ('explanation', '')), models.Q(('explained_at__isnull', False), models.Q(models.Q(('explanation', ''), _negated=True), ('text', ''), _connector='OR')), _connector='OR'), name='complaint_explained_in_words'), models.CheckConstraint(condition=models.Q(('ground__in', ['not_in_catalogue', 'wrong_amount', 'not_mine', 'payee', 'other'])), name='complaint_ground_known'), models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('charge',), name='complaint_one_open'), models.UniqueConstraint(condition=models.Q(('state__in', ['upheld', 'dismissed'])), fields=('charge', 'ground'), name='complaint_one_decision_of_a_ground')],
            },
            bases=(money.complaints.workflow.ComplaintMachine, django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
