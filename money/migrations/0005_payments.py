"""Payments of charges by way of a payment provider, and refunds of them."""

import core.fields
import django.db.models.deletion
import django_fsm
import money.payments.workflow
import uuid
from django.db import migrations, models

GUARD = """
CREATE SEQUENCE money_payment_number AS bigint;

-- The moves are generated from the transitions; tests/money compares the two.
CREATE FUNCTION payment_moves() RETURNS TABLE (from_state text, to_state text)
LANGUAGE sql IMMUTABLE AS $$
    VALUES ('open', 'received'), ('open', 'surplus'), ('questioned', 'received'),
        ('questioned', 'surplus'), ('closed', 'surplus'), ('open', 'questioned'),
        ('closed', 'questioned'), ('open', 'closed'), ('questioned', 'closed'),
        ('surplus', 'received'), ('received', 'refunded'), ('surplus', 'refunded')
$$;
CREATE FUNCTION refund_moves() RETURNS TABLE (from_state text, to_state text)
LANGUAGE sql IMMUTABLE AS $$
    VALUES ('asked', 'done'), ('failed', 'done'), ('asked', 'failed'), ('asked', 'closed'),
        ('failed', 'closed'), ('failed', 'asked')
$$;

CREATE FUNCTION payment_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a payment is never deleted' USING ERRCODE = 'TD403';
    END IF;
    IF TG_OP = 'INSERT' THEN
        -- What comes once more was never ordered.
        IF NEW.state <> (CASE WHEN NEW.repeats_id IS NULL THEN 'open' ELSE 'surplus' END) THEN
            RAISE EXCEPTION 'a payment cannot begin as %', NEW.state USING ERRCODE = 'TD409';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.transaction <> '' AND NEW.transaction <> OLD.transaction THEN
        RAISE EXCEPTION 'what was received never changes' USING ERRCODE = 'TD403';
    END IF;
    IF NEW.state <> OLD.state AND NOT EXISTS (
        SELECT 1 FROM payment_moves() AS move
        WHERE move.from_state = OLD.state AND move.to_state = NEW.state
    ) THEN
        RAISE EXCEPTION 'a payment cannot go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'TD409';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payment_guard BEFORE INSERT OR UPDATE OR DELETE ON money_payment
    FOR EACH ROW EXECUTE FUNCTION payment_guard();

-- The payment's row is held, so that two refunds of it are counted one after the other.
CREATE FUNCTION refund_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    paid bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a refund is never deleted' USING ERRCODE = 'TD403';
    END IF;
    IF TG_OP = 'INSERT' AND NEW.state <> 'asked' THEN
        RAISE EXCEPTION 'a refund cannot begin as %', NEW.state USING ERRCODE = 'TD409';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.state <> OLD.state AND NOT EXISTS (
        SELECT 1 FROM refund_moves() AS move
        WHERE move.from_state = OLD.state AND move.to_state = NEW.state
    ) THEN
        RAISE EXCEPTION 'a refund cannot go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'TD409';
    END IF;
    IF TG_OP = 'INSERT' THEN
        SELECT amount_fen INTO paid FROM money_payment WHERE id = NEW.payment_id FOR UPDATE;
        IF NEW.amount_fen + (
            SELECT coalesce(sum(amount_fen), 0) FROM money_refund
            WHERE payment_id = NEW.payment_id AND state <> 'closed'
        ) > paid THEN
            RAISE EXCEPTION 'more would be refunded than was paid' USING ERRCODE = 'TD409';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER refund_guard BEFORE INSERT OR UPDATE OR DELETE ON money_refund
    FOR EACH ROW EXECUTE FUNCTION refund_guard();

-- Beside erase_case, which empties the case itself, by the record.
CREATE FUNCTION erase_payments() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE money_payment SET words = '' WHERE application_id = NEW.id AND words <> '';
    UPDATE money_refund SET words = '' WHERE application_id = NEW.id AND words <> '';
    RETURN NULL;
END $$;
CREATE TRIGGER payments_erased AFTER UPDATE OF id_number ON applications_application
    FOR EACH ROW WHEN (OLD.id_number <> '' AND NEW.id_number = '')
    EXECUTE FUNCTION erase_payments();
"""
UNGUARD = """
DROP TRIGGER payments_erased ON applications_application;
DROP FUNCTION erase_payments();
DROP TRIGGER refund_guard ON money_refund;
DROP FUNCTION refund_guard();
DROP TRIGGER payment_guard ON money_payment;
DROP FUNCTION payment_guard();
DROP FUNCTION refund_moves();
DROP FUNCTION payment_moves();
DROP SEQUENCE money_payment_number;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0045_point_erased'),
        ('money', '0004_charge_states'),
    ]

    operations = [
        migrations.CreateModel(
            name='Payment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('district', models.CharField(max_length=12)),
                ('number', models.CharField(max_length=32, unique=True)),
                ('provider', models.CharField(max_length=20)),
                ('merchant', models.CharField(max_length=64)),
                ('amount_fen', models.BigIntegerField()),
                ('state', django_fsm.FSMField(choices=[('new', 'To be ordered'), ('open', 'Waiting for the payment'), ('received', 'Received'), ('questioned', 'Not as ordered, to be looked at'), ('surplus', 'Received, to be dealt with'), ('refunded', 'Refunded'), ('closed', 'Closed without payment')], default='new', max_length=12, protected=True)),
                ('transaction', models.CharField(blank=True, max_length=64)),
                ('questioned', models.CharField(blank=True, choices=[('amount', 'another amount'), ('currency', 'another currency'), ('merchant', 'another payee account'), ('transaction', 'no number of the transaction')], max_length=12)),
                ('words', core.fields.EncryptedTextField(blank=True)),
                ('ordered_at', models.DateTimeField(null=True)),
                ('expires_at', models.DateTimeField(null=True)),
                ('received_at', models.DateTimeField(null=True)),
                ('paid_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ask_at', models.DateTimeField(null=True)),
                ('asked', models.PositiveSmallIntegerField(default=0)),
                ('version', models.PositiveIntegerField(default=0)),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='applications.application')),
                ('charge', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='money.charge')),
                ('repeats', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='repeated', to='money.payment')),
            ],
            bases=(money.payments.workflow.PaymentMachine, django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name='Refund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('district', models.CharField(max_length=12)),
                ('number', models.CharField(max_length=32, unique=True)),
                ('amount_fen', models.BigIntegerField()),
                ('state', django_fsm.FSMField(choices=[('new', 'To be asked for'), ('asked', 'On its way'), ('done', 'Refunded'), ('failed', 'Failed'), ('closed', 'Closed without refund')], default='new', max_length=12, protected=True)),
                ('words', core.fields.EncryptedTextField(blank=True)),
                ('said', models.CharField(blank=True, max_length=40)),
                ('asked_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('ask_at', models.DateTimeField(null=True)),
                ('asked', models.PositiveSmallIntegerField(default=0)),
                ('version', models.PositiveIntegerField(default=0)),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='applications.application')),
                ('payment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='money.payment')),
            ],
            bases=(money.payments.workflow.RefundMachine, django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(fields=['charge', 'id'], name='payment_of_charge'),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['ask_at', 'id'], name='payment_ask'),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(condition=models.Q(('state__in', ['questioned', 'surplus'])), fields=['-id'], name='payment_to_do'),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(condition=models.Q(('state__in', ['questioned', 'surplus'])), fields=['district', '-id'], name='payment_to_do_in_district'),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(fields=['district', '-id'], name='payment_of_district'),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(fields=['state', '-id'], name='payment_of_state'),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(fields=['district', 'state', '-id'], name='payment_of_district_state'),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(fields=['provider', 'received_at'], name='payment_received'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('charge',), name='payment_open_once'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'received')), fields=('charge',), name='payment_received_once'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.UniqueConstraint(condition=models.Q(('transaction', ''), _negated=True), fields=('provider', 'transaction'), name='payment_of_a_transaction_once'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(('amount_fen__gt', 0)), name='payment_of_some_fen'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['received', 'surplus', 'refunded']), ('received_at__isnull', False), models.Q(('transaction', ''), _negated=True)), models.Q(models.Q(('state__in', ['received', 'surplus', 'refunded']), _negated=True), ('received_at__isnull', True), ('transaction', '')), _connector='OR'), name='payment_received_with_transaction'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'questioned'), models.Q(('questioned', ''), _negated=True)), models.Q(models.Q(('state__in', ['questioned', 'closed']), _negated=True), ('questioned', '')), ('state', 'closed'), _connector='OR'), name='payment_questioned_with_what'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'open'), ('ask_at__isnull', False)), models.Q(models.Q(('state', 'open'), _negated=True), ('ask_at__isnull', True)), _connector='OR'), name='payment_asked_while_open'),
        ),
        migrations.AddIndex(
            model_name='refund',
            index=models.Index(fields=['payment', 'id'], name='refund_of_payment'),
        ),
        migrations.AddIndex(
            model_name='refund',
            index=models.Index(condition=models.Q(('state', 'asked')), fields=['ask_at', 'id'], name='refund_ask'),
        ),
        migrations.AddIndex(
            model_name='refund',
            index=models.Index(condition=models.Q(('state', 'failed')), fields=['-id'], name='refund_failed'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('amount_fen__gt', 0)), name='refund_of_some_fen'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('state__in', ['done', 'closed'])), models.Q(models.Q(('state__in', ['done', 'closed']), _negated=True), ('ended_at__isnull', True)), _connector='OR'), name='refund_ended_with_instant'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ask_at__isnull', False), ('state', 'asked')), models.Q(models.Q(('state', 'asked'), _negated=True), ('ask_at__isnull', True)), _connector='OR'), name='refund_asked_while_on_its_way'),
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
