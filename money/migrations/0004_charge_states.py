"""A charge is a machine: entered, paid, refunded, or taken back."""

import uuid

import core.fields
import django_fsm
from django.db import migrations, models

PARTS = """
UPDATE applications_charge SET ref = gen_random_uuid(),
    state = CASE WHEN amount_yuan > 0 THEN 'due' ELSE 'nothing' END;
"""
GUARD = """
-- The moves are generated from the transitions; tests/money compares the two.
CREATE FUNCTION charge_moves() RETURNS TABLE (from_state text, to_state text)
LANGUAGE sql IMMUTABLE AS $$
    VALUES ('due', 'withdrawn'), ('nothing', 'withdrawn'), ('due', 'paid'), ('paid', 'refunded')
$$;

CREATE FUNCTION charge_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a charge is never deleted' USING ERRCODE = 'TD403';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> (CASE WHEN NEW.amount_yuan > 0 THEN 'due' ELSE 'nothing' END) THEN
            RAISE EXCEPTION 'a charge cannot begin as %', NEW.state USING ERRCODE = 'TD409';
        END IF;
        RETURN NEW;
    END IF;
    -- Its words are erased with those of its case, which the owner does.
    IF OLD.ended_at IS NOT NULL AND NOT pg_has_role(
        current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE'
    ) THEN
        RAISE EXCEPTION 'a charge that has ended never changes' USING ERRCODE = 'TD403';
    END IF;
    IF NEW.state <> OLD.state AND NOT EXISTS (
        SELECT 1 FROM charge_moves() AS move
        WHERE move.from_state = OLD.state AND move.to_state = NEW.state
    ) THEN
        RAISE EXCEPTION 'a charge cannot go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'TD409';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER charge_guard BEFORE INSERT OR UPDATE OR DELETE ON applications_charge
    FOR EACH ROW EXECUTE FUNCTION charge_guard();

-- Beside erase_case, which empties the case itself, by the record.
CREATE FUNCTION erase_charges() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE applications_charge SET words = '' WHERE application_id = NEW.id AND words <> '';
    RETURN NULL;
END $$;
CREATE TRIGGER charges_erased AFTER UPDATE OF id_number ON applications_application
    FOR EACH ROW WHEN (OLD.id_number <> '' AND NEW.id_number = '')
    EXECUTE FUNCTION erase_charges();
"""
UNGUARD = """
DROP TRIGGER charges_erased ON applications_application;
DROP FUNCTION erase_charges();
DROP TRIGGER charge_guard ON applications_charge;
DROP FUNCTION charge_guard();
DROP FUNCTION charge_moves();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('money', '0003_payees'),
    ]

    operations = [
        migrations.AddField(
            model_name='charge',
            name='state',
            field=django_fsm.FSMField(choices=[('new', 'To be entered'), ('due', 'To be paid'), ('nothing', 'Nothing to pay'), ('paid', 'Paid'), ('refunded', 'Paid and refunded'), ('withdrawn', 'Taken back')], default='new', max_length=12, protected=True),
        ),
        migrations.AddField(
            model_name='charge',
            name='words',
            field=core.fields.EncryptedTextField(blank=True, default=''),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='charge',
            name='paid_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='charge',
            name='ended_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='charge',
            name='version',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='charge',
            name='ref',
            field=models.UUIDField(default=uuid.uuid4, null=True),
        ),
        migrations.RunSQL(PARTS, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name='charge',
            name='ref',
            field=models.UUIDField(default=uuid.uuid4, unique=True),
        ),
        migrations.AddConstraint(
            model_name='charge',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['paid', 'refunded']), ('amount_yuan__gt', 0), ('paid_at__isnull', False)), models.Q(models.Q(('state__in', ['paid', 'refunded']), _negated=True), ('paid_at__isnull', True)), _connector='OR'), name='charge_paid_with_instant'),
        ),
        migrations.AddConstraint(
            model_name='charge',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['withdrawn', 'refunded']), ('ended_at__isnull', False)), models.Q(models.Q(('state__in', ['withdrawn', 'refunded']), _negated=True), ('ended_at__isnull', True)), _connector='OR'), name='charge_ended_with_instant'),
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
