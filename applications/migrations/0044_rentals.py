"""Rentals of units of temporary supply: the table, its moves as the machine has them, and that its
words go with the person of their case."""

import applications.rentals.models
import core.fields
import django.contrib.postgres.constraints
import django.db.models.deletion
import django_fsm
import uuid
from django.db import migrations, models


GUARD = """
-- The moves are generated from the transitions; tests/applications compares the two.
CREATE FUNCTION rental_moves() RETURNS TABLE (from_state text, to_state text)
LANGUAGE sql IMMUTABLE AS $$
    VALUES ('asked', 'confirmed'), ('asked', 'declined'), ('asked', 'cancelled'),
        ('confirmed', 'handed_over'), ('confirmed', 'cancelled'), ('handed_over', 'returned')
$$;

CREATE FUNCTION rental_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a rental is never deleted' USING ERRCODE = 'TD403';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'asked' THEN
            RAISE EXCEPTION 'a rental cannot begin as %', NEW.state USING ERRCODE = 'TD409';
        END IF;
        RETURN NEW;
    END IF;
    -- Its words are erased with those of its case, which the owner does.
    IF OLD.ended_at IS NOT NULL AND NOT pg_has_role(
        current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE'
    ) THEN
        RAISE EXCEPTION 'a rental that has ended never changes' USING ERRCODE = 'TD403';
    END IF;
    IF NEW.state <> OLD.state AND NOT EXISTS (
        SELECT 1 FROM rental_moves() AS move
        WHERE move.from_state = OLD.state AND move.to_state = NEW.state
    ) THEN
        RAISE EXCEPTION 'a rental cannot go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'TD409';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER rental_guard BEFORE INSERT OR UPDATE OR DELETE ON applications_rental
    FOR EACH ROW EXECUTE FUNCTION rental_guard();

-- Beside erase_case, which empties the case itself, by the record.
CREATE FUNCTION erase_rentals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE applications_rental SET words = '', condition_out = '', condition_back = ''
        WHERE application_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER rentals_erased AFTER UPDATE OF id_number ON applications_application
    FOR EACH ROW WHEN (OLD.id_number <> '' AND NEW.id_number = '')
    EXECUTE FUNCTION erase_rentals();
"""
UNGUARD = """
DROP TRIGGER rentals_erased ON applications_application;
DROP FUNCTION erase_rentals();
DROP TRIGGER rental_guard ON applications_rental;
DROP FUNCTION rental_guard();
DROP FUNCTION rental_moves();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0043_supply_place'),
        ('grid', '0005_rental'),
    ]

    operations = [
        migrations.CreateModel(
            name='Rental',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('district', models.CharField(max_length=12)),
                ('code', models.CharField(max_length=32)),
                ('from_day', models.DateField()),
                ('until_day', models.DateField()),
                ('state', django_fsm.FSMField(choices=[('new', 'To be asked for'), ('asked', 'Asked for'), ('confirmed', 'Confirmed'), ('handed_over', 'Handed over'), ('returned', 'Returned'), ('declined', 'Not rented'), ('cancelled', 'Cancelled')], default='new', max_length=12, protected=True)),
                ('words', core.fields.EncryptedTextField(blank=True)),
                ('condition_out', core.fields.EncryptedTextField(blank=True)),
                ('condition_back', core.fields.EncryptedTextField(blank=True)),
                ('damaged', models.BooleanField(null=True)),
                ('asked_at', models.DateTimeField()),
                ('handed_over_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('due_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=0)),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rentals', to='applications.application')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='grid.rentalunit')),
            ],
            options={
                'indexes': [models.Index(fields=['application', '-id'], name='rental_of_case'), models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at', 'id'], name='rental_due'), models.Index(condition=models.Q(('due_at__isnull', False)), fields=['district', 'due_at', 'id'], name='rental_due_in_district')],
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('state__in', ['asked', 'confirmed', 'handed_over'])), expressions=[('code', '='), (applications.rentals.models.DayRange('from_day', 'until_day'), '&&')], name='rental_of_one_at_a_time'), models.UniqueConstraint(condition=models.Q(('state', 'handed_over')), fields=('code',), name='rental_out_once'), models.CheckConstraint(condition=models.Q(('from_day__lt', models.F('until_day'))), name='rental_of_some_days'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['asked', 'confirmed', 'handed_over']), ('due_at__isnull', False), ('ended_at__isnull', True)), models.Q(models.Q(('state__in', ['asked', 'confirmed', 'handed_over']), _negated=True), ('due_at__isnull', True), ('ended_at__isnull', False)), _connector='OR'), name='rental_ended_with_instant'), models.CheckConstraint(condition=models.Q(models.Q(('handed_over_at__isnull', False), ('state__in', ['handed_over', 'returned'])), models.Q(models.Q(('state__in', ['handed_over', 'returned']), _negated=True), ('handed_over_at__isnull', True)), _connector='OR'), name='rental_handed_over_with_instant'), models.CheckConstraint(condition=models.Q(models.Q(('damaged__isnull', False), ('state', 'returned')), models.Q(models.Q(('state', 'returned'), _negated=True), ('damaged__isnull', True)), _connector='OR'), name='rental_returned_damaged_or_not')],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
