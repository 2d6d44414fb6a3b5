"""Orders of materials and meters: the table, their moves as the machine has them, and that numbers of
meters go with the person of their case."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django_fsm
import uuid
from django.db import migrations, models

GUARD = """
-- The moves are generated from the transitions; tests/applications compares the two.
CREATE FUNCTION material_moves() RETURNS TABLE (from_state text, to_state text)
LANGUAGE sql IMMUTABLE AS $$
    VALUES ('ordered', 'acknowledged'), ('ordered', 'dispatched'), ('ordered', 'delivered'),
        ('ordered', 'refused'), ('ordered', 'cancelled'),
        ('acknowledged', 'dispatched'), ('acknowledged', 'delivered'), ('acknowledged', 'refused'),
        ('acknowledged', 'cancelled'), ('dispatched', 'delivered'), ('dispatched', 'refused'),
        ('cancelled', 'delivered')
$$;

CREATE FUNCTION material_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an order of materials is never deleted' USING ERRCODE = 'TD403';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'ordered' THEN
            RAISE EXCEPTION 'an order of materials cannot begin as %', NEW.state
                USING ERRCODE = 'TD409';
        END IF;
        RETURN NEW;
    END IF;
    -- Numbers of meters are erased with their case, which the owner does.
    IF OLD.state IN ('delivered', 'refused') AND NOT pg_has_role(
        current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE'
    ) THEN
        RAISE EXCEPTION 'an order that has ended never changes' USING ERRCODE = 'TD403';
    END IF;
    IF NEW.state <> OLD.state AND NOT EXISTS (
        SELECT 1 FROM material_moves() AS move
        WHERE move.from_state = OLD.state AND move.to_state = NEW.state
    ) THEN
        RAISE EXCEPTION 'an order of materials cannot go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'TD409';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER material_guard BEFORE INSERT OR UPDATE OR DELETE ON applications_materialorder
    FOR EACH ROW EXECUTE FUNCTION material_guard();

-- Beside erase_case, which empties the case itself, by the record.
CREATE FUNCTION erase_material_meters() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE applications_materialorder SET meter_numbers = '{}'
    WHERE application_id = NEW.id AND meter_numbers <> '{}';
    RETURN NULL;
END $$;
CREATE TRIGGER material_meters_erased AFTER UPDATE OF id_number ON applications_application
    FOR EACH ROW WHEN (OLD.id_number <> '' AND NEW.id_number = '')
    EXECUTE FUNCTION erase_material_meters();
"""
UNGUARD = """
DROP TRIGGER material_meters_erased ON applications_application;
DROP FUNCTION erase_material_meters();
DROP TRIGGER material_guard ON applications_materialorder;
DROP FUNCTION material_guard();
DROP FUNCTION material_moves();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0033_appointments'),
    ]

    operations = [
        migrations.CreateModel(
            name='MaterialOrder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('district', models.CharField(max_length=12)),
                ('item', models.CharField(max_length=40)),
                ('meter', models.BooleanField()),
                ('quantity', models.DecimalField(decimal_places=2, max_digits=12)),
                ('state', django_fsm.FSMField(choices=[('new', 'To be ordered'), ('ordered', 'Ordered'), ('acknowledged', 'Taken on'), ('dispatched', 'On the way'), ('delivered', 'Delivered'), ('refused', 'Not to be had'), ('cancelled', 'Cancelled')], default='new', max_length=12, protected=True)),
                ('ordered_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('late_at', models.DateTimeField(null=True)),
                ('meter_numbers', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('version', models.PositiveIntegerField(default=0)),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='material_orders', to='applications.application')),
                ('line', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='applications.planline')),
            ],
            options={
                'indexes': [models.Index(fields=['application', '-id'], name='material_of_case'), models.Index(condition=models.Q(('state', 'ordered')), fields=['ordered_at'], name='material_not_taken_on'), models.Index(condition=models.Q(('state__in', ['ordered', 'acknowledged', 'dispatched']), ('late_at__isnull', False)), fields=['district', 'late_at', 'id'], name='material_late'), django.contrib.postgres.indexes.GinIndex(condition=models.Q(('meter_numbers', []), _negated=True), fields=['meter_numbers'], name='material_meters')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['ordered', 'acknowledged', 'dispatched'])), fields=('application', 'item', 'line'), name='material_open_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='material_of_some_quantity'), models.CheckConstraint(condition=models.Q(('meter_numbers', []), models.Q(('meter', True), ('state', 'delivered')), _connector='OR'), name='material_numbers_of_delivered_meters'), models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), models.Q(('state', 'refused'), _negated=True)), models.Q(models.Q(('reason', ''), _negated=True), ('state', 'refused')), _connector='OR'), name='material_refused_with_reason')],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
