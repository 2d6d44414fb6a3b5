"""Findings and orders, with the database's part in their machines.

Both were apps of their own before (`integrity`, `rectification`): a database that was made then
has all of this already, under these very names, so for it this migration counts as applied.
"""

import uuid

import django.db.models.deletion
import django_fsm
from django.db import migrations, models

import core.fields

# The moves are generated from the transitions; tests/oversight compares the two.
FINDINGS = """
CREATE SEQUENCE integrity_signal_number;
INSERT INTO integrity_scan (id, position) VALUES (1, -1);

CREATE FUNCTION integrity_signal_moves() RETURNS TABLE (from_state text, to_state text)
LANGUAGE sql IMMUTABLE AS $$
    VALUES
        ('confirmed', 'ordered'),
        ('explained', 'accepted'),
        ('explained', 'confirmed'),
        ('open', 'confirmed'),
        ('open', 'explained'),
        ('ordered', 'put_right')
$$;

CREATE FUNCTION integrity_signal_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state = 'open' THEN RETURN NEW; END IF;
        RAISE EXCEPTION 'a signal cannot begin as %', NEW.state USING ERRCODE = 'TD409';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a signal is never deleted' USING ERRCODE = 'TD403';
    END IF;
    IF OLD.state <> NEW.state AND NOT EXISTS (
        SELECT 1 FROM public.integrity_signal_moves() AS move
        WHERE move.from_state = OLD.state AND move.to_state = NEW.state
    ) THEN
        RAISE EXCEPTION 'a signal cannot go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'TD409';
    END IF;
    IF (OLD.ref, OLD.number, OLD.key, OLD.sign, OLD.subject_kind, OLD.subject, OLD.case_ref,
        OLD.district, OLD.party, OLD.entry_id, OLD.entry_at, OLD.found_at, OLD.rules_version,
        OLD.thresholds, OLD.facts)
       IS DISTINCT FROM
       (NEW.ref, NEW.number, NEW.key, NEW.sign, NEW.subject_kind, NEW.subject, NEW.case_ref,
        NEW.district, NEW.party, NEW.entry_id, NEW.entry_at, NEW.found_at, NEW.rules_version,
        NEW.thresholds, NEW.facts) THEN
        RAISE EXCEPTION 'what a signal found never changes' USING ERRCODE = 'TD403';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER integrity_signal_guard BEFORE INSERT OR UPDATE OR DELETE ON integrity_signal
    FOR EACH ROW EXECUTE FUNCTION integrity_signal_guard();

-- The scan reads the record by time: entries come in its order, so this costs writing next to
-- nothing. Cases at one address are found by its digest.
CREATE INDEX integrity_entry_at ON ledger_entry USING brin (at) WITH (pages_per_range = 16);
CREATE INDEX integrity_case_at_address ON applications_application (address_digest)
    WHERE filed_at IS NOT NULL;
"""

UNDO_FINDINGS = """
DROP INDEX integrity_case_at_address;
DROP INDEX integrity_entry_at;
DROP TRIGGER integrity_signal_guard ON integrity_signal;
DROP FUNCTION integrity_signal_guard;
DROP FUNCTION integrity_signal_moves;
DELETE FROM integrity_scan;
DROP SEQUENCE integrity_signal_number;
"""

ORDERS = """
CREATE SEQUENCE rectification_order_number;

CREATE FUNCTION rectification_order_moves() RETURNS TABLE (from_state text, to_state text)
LANGUAGE sql IMMUTABLE AS $$
    VALUES
        ('answered', 'closed'),
        ('answered', 'escalated'),
        ('answered', 'issued'),
        ('escalated', 'answered'),
        ('issued', 'answered'),
        ('issued', 'escalated')
$$;

CREATE FUNCTION rectification_order_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an order is never deleted' USING ERRCODE = 'TD403';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'issued' THEN
            RAISE EXCEPTION 'an order cannot begin as %', NEW.state USING ERRCODE = 'TD409';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.ref, NEW.number, NEW.party, NEW.district, NEW.subject_kind, NEW.text, NEW.clause,
        NEW.days, NEW.issued_at)
        IS DISTINCT FROM (OLD.ref, OLD.number, OLD.party, OLD.district, OLD.subject_kind,
        OLD.text, OLD.clause, OLD.days, OLD.issued_at)
        OR NEW.subject_ref IS DISTINCT FROM OLD.subject_ref THEN
        RAISE EXCEPTION 'what was ordered is never changed' USING ERRCODE = 'TD403';
    END IF;
    IF NEW.state <> OLD.state AND NOT EXISTS (
        SELECT 1 FROM rectification_order_moves() AS move
        WHERE move.from_state = OLD.state AND move.to_state = NEW.state
    ) THEN
        RAISE EXCEPTION 'an order cannot go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'TD409';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER rectification_order_guard BEFORE INSERT OR UPDATE OR DELETE ON rectification_order
    FOR EACH ROW EXECUTE FUNCTION rectification_order_guard();
"""

UNDO_ORDERS = """
DROP TRIGGER rectification_order_guard ON rectification_order;
DROP FUNCTION rectification_order_guard;
DROP FUNCTION rectification_order_moves;
DROP SEQUENCE rectification_order_number;
"""


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("integrity", "0001_initial"),
        ("integrity", "0002_guards"),
        ("rectification", "0001_initial"),
        ("rectification", "0002_guards"),
    ]

    dependencies = [("ledger", "0002_append_only"), ("applications", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name='Scan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.BigIntegerField(default=-1)),
                ('latest_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'integrity_scan',
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='scan_is_one_row')],
            },
        ),
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('number', models.CharField(max_length=24, unique=True)),
                ('key', models.CharField(max_length=160, unique=True)),
                ('detector', models.CharField(db_column='sign', max_length=40)),
                ('subject_kind', models.CharField(choices=[('case', 'Case'), ('address', 'Address'), ('account', 'Account'), ('bureau', 'Bureau'), ('period', 'Period')], max_length=8)),
                ('subject', models.CharField(max_length=64)),
                ('case_ref', models.UUIDField(null=True)),
                ('district', models.CharField(max_length=12)),
                ('party', models.CharField(max_length=24)),
                ('entry_id', models.BigIntegerField()),
                ('entry_at', models.DateTimeField()),
                ('found_at', models.DateTimeField()),
                ('rules_version', models.CharField(max_length=40)),
                ('thresholds', models.JSONField(default=dict)),
                ('facts', models.JSONField(default=dict)),
                ('state', django_fsm.FSMField(choices=[('open', 'Open'), ('explained', 'Explained'), ('accepted', 'Explanation accepted'), ('confirmed', 'Confirmed'), ('ordered', 'Ordered to be put right'), ('put_right', 'Put right')], default='open', max_length=10, protected=True)),
                ('explanation', core.fields.EncryptedTextField(blank=True)),
                ('decision', core.fields.EncryptedTextField(blank=True)),
                ('explained_at', models.DateTimeField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('order_ref', models.UUIDField(null=True, unique=True)),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'db_table': 'integrity_signal',
                'indexes': [models.Index(fields=['district', '-id'], name='signal_by_district'), models.Index(fields=['party', 'district', '-id'], name='signal_by_party'), models.Index(fields=['detector', 'entry_at'], name='signal_recent'), models.Index(fields=['case_ref'], name='signal_by_case')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('explained_at__isnull', True), ('explanation', '')), models.Q(('explained_at__isnull', False), models.Q(('explanation', ''), _negated=True)), _connector='OR'), name='signal_explained_in_words'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['explained', 'accepted']), _negated=True), ('explained_at__isnull', False), _connector='OR'), name='signal_explained_with_instant'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('state__in', ['open', 'explained'])), models.Q(models.Q(('state__in', ['open', 'explained']), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='signal_decided_with_instant'), models.CheckConstraint(condition=models.Q(models.Q(('order_ref__isnull', False), ('state__in', ['ordered', 'put_right'])), models.Q(models.Q(('state__in', ['ordered', 'put_right']), _negated=True), ('order_ref__isnull', True)), _connector='OR'), name='signal_ordered_with_order'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('state__in', ['accepted', 'put_right'])), models.Q(models.Q(('state__in', ['accepted', 'put_right']), _negated=True), ('ended_at__isnull', True)), _connector='OR'), name='signal_ended_with_instant'), models.CheckConstraint(condition=models.Q(models.Q(('party', ''), _negated=True), models.Q(('district', ''), _negated=True), models.Q(('subject', ''), _negated=True)), name='signal_of_something_to_somebody')],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('entry_id', models.BigIntegerField()),
                ('finding', models.ForeignKey(db_column='signal_id', on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='oversight.finding')),
            ],
            options={
                'db_table': 'integrity_evidence',
                'indexes': [models.Index(fields=['entry_id'], name='evidence_by_entry')],
                'constraints': [models.UniqueConstraint(fields=('finding', 'entry_id'), name='evidence_once_a_signal')],
            },
        ),
        migrations.CreateModel(
            name='RectificationOrder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('number', models.CharField(max_length=24, unique=True)),
                ('party', models.CharField(max_length=24)),
                ('district', models.CharField(max_length=12)),
                ('subject_kind', models.CharField(blank=True, choices=[('case', 'Case'), ('permit', 'Permit'), ('signal', 'Finding')], default='', max_length=8)),
                ('subject_ref', models.UUIDField(null=True)),
                ('text', core.fields.EncryptedTextField()),
                ('clause', models.CharField(blank=True, max_length=200)),
                ('days', models.PositiveSmallIntegerField()),
                ('state', django_fsm.FSMField(choices=[('issued', 'To be put right'), ('answered', 'Answered'), ('escalated', 'With the lead agency'), ('closed', 'Put right, closed')], default='issued', max_length=10, protected=True)),
                ('issued_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(null=True)),
                ('escalated_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'db_table': 'rectification_order',
                'indexes': [models.Index(condition=models.Q(('state__in', ['answered', 'escalated', 'issued'])), fields=['party', 'district', 'id'], name='order_open'), models.Index(fields=['district', '-id'], name='order_by_district'), models.Index(fields=['subject_ref'], name='order_by_subject')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', False), ('state__in', ['answered', 'closed'])), models.Q(('answered_at__isnull', True), ('state__in', ['issued', 'escalated'])), _connector='OR'), name='order_answered_with_instant'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('state', 'closed')), models.Q(models.Q(('state', 'closed'), _negated=True), ('closed_at__isnull', True)), _connector='OR'), name='order_closed_with_instant'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'escalated'), _negated=True), ('escalated_at__isnull', False), _connector='OR'), name='order_escalated_with_instant'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'issued'), _negated=True), ('escalated_at__isnull', True), _connector='OR'), name='order_stays_with_lead_agency'), models.CheckConstraint(condition=models.Q(models.Q(('subject_kind', ''), ('subject_ref__isnull', True)), models.Q(('subject_kind__in', ['case', 'permit', 'signal']), ('subject_ref__isnull', False)), _connector='OR'), name='order_subject_named'), models.CheckConstraint(condition=models.Q(('days__gte', 1), models.Q(('party', ''), _negated=True), models.Q(('district', ''), _negated=True), models.Q(('text', ''), _negated=True)), name='order_asks_something_of_somebody')],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.PositiveIntegerField()),
                ('action', models.CharField(choices=[('issue', 'issue'), ('answer', 'answer'), ('return', 'return'), ('close', 'close'), ('escalate', 'escalate')], max_length=8)),
                ('text', core.fields.EncryptedTextField(blank=True)),
                ('at', models.DateTimeField()),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='oversight.rectificationorder')),
            ],
            options={
                'db_table': 'rectification_statement',
                'constraints': [models.UniqueConstraint(fields=('order', 'seq'), name='statement_once_a_step'), models.CheckConstraint(condition=models.Q(('action__in', ['answer', 'return', 'close', 'escalate'])), name='statement_of_a_step')],
            },
        ),
        migrations.RunSQL(FINDINGS, UNDO_FINDINGS),
        migrations.RunSQL(ORDERS, UNDO_ORDERS),
    ]
