"""Complaints about interruptions of supply, with their moves and what erases them; orders may be about
one; and they are late by a list of their own, as complaints about charges are."""

import uuid
from typing import Final

import core.fields
import django.db.models.deletion
import django_fsm
import oversight.interruptions.workflow
from django.db import migrations, models

# The moves are generated from the transitions; tests/oversight compares the two.
GUARD: Final = """
CREATE SEQUENCE oversight_interruption_number;
CREATE FUNCTION interruption_moves() RETURNS TABLE (from_state text, to_state text)
LANGUAGE sql IMMUTABLE AS $$
    VALUES ('open', 'dismissed'), ('open', 'upheld'), ('open', 'withdrawn'), ('upheld', 'ordered')
$$;
CREATE FUNCTION interruption_guard() RETURNS trigger LANGUAGE plpgsql AS $$
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
    -- Its words may be erased, which the owner does; of an upheld one the order is named once.
    IF NOT pg_has_role(
        current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE'
    ) AND (OLD.state <> 'open' AND (OLD.state, NEW.state) <> ('upheld', 'ordered')
        OR OLD.ended_at IS NOT NULL
            AND (NEW.ended_at, NEW.reasons, NEW.clause, NEW.explanation, NEW.restored_at)
            IS DISTINCT FROM
            (OLD.ended_at, OLD.reasons, OLD.clause, OLD.explanation, OLD.restored_at)
        OR OLD.power_on AND NOT NEW.power_on
        OR OLD.restored_at IS NOT NULL AND NEW.restored_at IS DISTINCT FROM OLD.restored_at
        OR OLD.explained_at IS NOT NULL AND (NEW.explained_at, NEW.explanation)
            IS DISTINCT FROM (OLD.explained_at, OLD.explanation)
    ) THEN
        RAISE EXCEPTION 'what was said of a complaint, and one that has ended, never changes'
            USING ERRCODE = 'TD403';
    END IF;
    IF NEW.state <> OLD.state AND NOT EXISTS (
        SELECT 1 FROM interruption_moves() AS move
        WHERE move.from_state = OLD.state AND move.to_state = NEW.state
    ) THEN
        RAISE EXCEPTION 'a complaint cannot go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'TD409';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER interruption_guard BEFORE INSERT OR UPDATE OR DELETE
    ON oversight_interruptioncomplaint FOR EACH ROW EXECUTE FUNCTION interruption_guard();

-- As erase_referral: whole, of what has ended, by the record. Returns the names of files to delete.
CREATE FUNCTION erase_interruption(erased uuid) RETURNS SETOF text LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE oversight_interruptioncomplaint SET enterprise = '', address = '', customer_number = '',
        text = '', explanation = '', reasons = '', phone = '', phone_digest = NULL,
        version = version + 1
        WHERE ref = erased AND state <> 'open' AND EXISTS (
            SELECT 1 FROM ledger_entry e
            WHERE e.case_ref = erased AND e.type = 'interruption.erased');
    IF NOT FOUND THEN
        RAISE EXCEPTION 'only a complaint that has ended is erased, by the record'
            USING ERRCODE = 'TD403';
    END IF;
    UPDATE documents_document SET original_name = '', erased_at = city_now()
        WHERE case_ref = erased AND erased_at IS NULL;
    DELETE FROM ledger_salt s USING ledger_entry e
        WHERE e.salt_ref = s.ref AND e.case_ref = erased AND e.type <> 'interruption.erased';
    RETURN QUERY SELECT d.stored_name::text FROM documents_document d WHERE d.case_ref = erased;
END $$;
"""
UNGUARD: Final = """
DROP FUNCTION erase_interruption(uuid);
DROP TRIGGER interruption_guard ON oversight_interruptioncomplaint;
DROP FUNCTION interruption_guard();
DROP FUNCTION interruption_moves();
DROP SEQUENCE oversight_interruption_number;
"""
KEEP: Final = """
CREATE OR REPLACE FUNCTION late_keep(ids bigint[]) RETURNS void LANGUAGE sql AS $$
    DELETE FROM oversight_lateparty WHERE clock_id = ANY (ids);
    INSERT INTO oversight_lateparty (clock_id, party, district, breached_at, now)
    SELECT c.id, s.party, c.district, c.breached_at, bool_or(s.now)
    FROM late_stays(ids) s JOIN deadlines_clock c ON c.id = s.clock
    WHERE c.kind NOT IN ({apart}) GROUP BY c.id, s.party;
$$;
"""
BEFORE: Final = "'rectification', 'check', 'complaint'"


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0020_price_authority'),
        ('deadlines', '0016_interruption'),
        ('oversight', '0008_complaints_apart'),
    ]

    operations = [
        migrations.CreateModel(
            name='InterruptionComplaint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('number', models.CharField(max_length=20, unique=True)),
                ('phone', core.fields.EncryptedTextField(blank=True)),
                ('phone_digest', models.BinaryField(max_length=32, null=True)),
                ('language', models.CharField(choices=[('zh-hans', 'Chinese'), ('en', 'English')], default='zh-hans', max_length=10)),
                ('district', models.CharField(max_length=12)),
                ('rules_version', models.CharField(max_length=40)),
                ('enterprise', core.fields.EncryptedTextField()),
                ('address', core.fields.EncryptedTextField()),
                ('customer_number', core.fields.EncryptedTextField(blank=True)),
                ('outage', models.CharField(blank=True, max_length=40)),
                ('began_at', models.DateTimeField()),
                ('restored_at', models.DateTimeField(null=True)),
                ('power_on', models.BooleanField()),
                ('text', core.fields.EncryptedTextField()),
                ('explanation', core.fields.EncryptedTextField(blank=True)),
                ('reasons', core.fields.EncryptedTextField(blank=True)),
                ('clause', models.CharField(blank=True, max_length=300)),
                ('state', django_fsm.FSMField(choices=[('open', 'With the regulator'), ('upheld', 'Complaint upheld'), ('ordered', 'Upheld, and ordered to be put right'), ('dismissed', 'Complaint dismissed'), ('withdrawn', 'Complaint withdrawn')], default='open', max_length=9, protected=True)),
                ('made_at', models.DateTimeField()),
                ('explained_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('order_ref', models.UUIDField(null=True, unique=True)),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            bases=(oversight.interruptions.workflow.InterruptionMachine, django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.RemoveConstraint(
            model_name='rectificationorder',
            name='order_subject_named',
        ),
        migrations.AlterField(
            model_name='rectificationorder',
            name='subject_kind',
            field=models.CharField(blank=True, choices=[('case', 'Case'), ('permit', 'Permit'), ('signal', 'Finding'), ('interruption', 'Interruption')], default='', max_length=12),
        ),
        migrations.AddConstraint(
            model_name='rectificationorder',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('subject_kind', ''), ('subject_ref__isnull', True)), models.Q(('subject_kind__in', ['case', 'permit', 'signal', 'interruption']), ('subject_ref__isnull', False)), _connector='OR'), name='order_subject_named'),
        ),
        migrations.AddField(
            model_name='interruptioncomplaint',
            name='party',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='interruption_complaints', to='accounts.party'),
        ),
        migrations.AddIndex(
            model_name='interruptioncomplaint',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['district', 'power_on', 'id'], name='interruption_open'),
        ),
        migrations.AddIndex(
            model_name='interruptioncomplaint',
            index=models.Index(fields=['state', '-id'], name='interruption_by_state'),
        ),
        migrations.AddIndex(
            model_name='interruptioncomplaint',
            index=models.Index(fields=['district', '-id'], name='interruption_by_district'),
        ),
        migrations.AddIndex(
            model_name='interruptioncomplaint',
            index=models.Index(fields=['party', '-id'], name='interruption_of_party'),
        ),
        migrations.AddIndex(
            model_name='interruptioncomplaint',
            index=models.Index(condition=models.Q(('phone_digest__isnull', False)), fields=['phone_digest'], name='interruption_of_phone'),
        ),
        migrations.AddIndex(
            model_name='interruptioncomplaint',
            index=models.Index(condition=models.Q(models.Q(('state', 'open'), _negated=True), models.Q(('text', ''), _negated=True)), fields=['ended_at'], name='interruption_to_erase'),
        ),
        migrations.AddConstraint(
            model_name='interruptioncomplaint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('clause', ''), ('ended_at__isnull', True), ('reasons', ''), ('state', 'open')), models.Q(('clause', ''), ('ended_at__isnull', False), ('reasons', ''), ('state', 'withdrawn')), models.Q(('ended_at__isnull', False), ('state__in', ['upheld', 'ordered', 'dismissed']), models.Q(models.Q(('reasons', ''), _negated=True), ('text', ''), _connector='OR')), _connector='OR'), name='interruption_decided_with_reasons'),
        ),
        migrations.AddConstraint(
            model_name='interruptioncomplaint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('explained_at__isnull', True), ('explanation', '')), models.Q(('explained_at__isnull', False), models.Q(models.Q(('explanation', ''), _negated=True), ('text', ''), _connector='OR')), _connector='OR'), name='interruption_explained_in_words'),
        ),
        migrations.AddConstraint(
            model_name='interruptioncomplaint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('order_ref__isnull', False), ('state', 'ordered')), models.Q(models.Q(('state', 'ordered'), _negated=True), ('order_ref__isnull', True)), _connector='OR'), name='interruption_ordered_with_order'),
        ),
        migrations.AddConstraint(
            model_name='interruptioncomplaint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('power_on', False), ('restored_at__isnull', True)), models.Q(('power_on', True), ('restored_at__gt', models.F('began_at'))), _connector='OR'), name='interruption_ends_after_it_began'),
        ),
        migrations.AddConstraint(
            model_name='interruptioncomplaint',
            constraint=models.CheckConstraint(condition=models.Q(('phone', ''), ('phone_digest__isnull', False), _connector='XOR'), name='interruption_phone_is_found'),
        ),
        migrations.RunSQL(GUARD, UNGUARD),
        migrations.RunSQL(
            KEEP.format(apart=f"{BEFORE}, 'interruption'"), KEEP.format(apart=BEFORE)
        ),
    ]
