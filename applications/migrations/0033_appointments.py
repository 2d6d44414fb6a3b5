"""Appointments on site and blocked times: the tables, their moves as the machine has them, and that
their words go with the person of their case."""

import applications.appointments.models
import core.fields
import django.contrib.postgres.constraints
import django.db.models.deletion
import django_fsm
import uuid
from django.conf import settings
from django.db import migrations, models

GUARD = """
-- The moves are generated from the transitions; tests/applications compares the two.
CREATE FUNCTION appointment_moves() RETURNS TABLE (from_state text, to_state text)
LANGUAGE sql IMMUTABLE AS $$
    VALUES ('booked', 'held'), ('booked', 'not_held'), ('booked', 'cancelled')
$$;

CREATE FUNCTION appointment_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an appointment is never deleted' USING ERRCODE = 'TD403';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'booked' THEN
            RAISE EXCEPTION 'an appointment cannot begin as %', NEW.state USING ERRCODE = 'TD409';
        END IF;
        RETURN NEW;
    END IF;
    -- Its words are erased with those of its case, which the owner does.
    IF OLD.ended_at IS NOT NULL AND NOT pg_has_role(
        current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE'
    ) THEN
        RAISE EXCEPTION 'an appointment that has ended never changes' USING ERRCODE = 'TD403';
    END IF;
    IF NEW.state <> OLD.state AND NOT EXISTS (
        SELECT 1 FROM appointment_moves() AS move
        WHERE move.from_state = OLD.state AND move.to_state = NEW.state
    ) THEN
        RAISE EXCEPTION 'an appointment cannot go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'TD409';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER appointment_guard BEFORE INSERT OR UPDATE OR DELETE ON applications_appointment
    FOR EACH ROW EXECUTE FUNCTION appointment_guard();

-- Beside erase_case, which empties the case itself, by the record.
CREATE FUNCTION erase_appointments() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE applications_appointment SET remark = '', words = '' WHERE application_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER appointments_erased AFTER UPDATE OF id_number ON applications_application
    FOR EACH ROW WHEN (OLD.id_number <> '' AND NEW.id_number = '')
    EXECUTE FUNCTION erase_appointments();
"""
UNGUARD = """
DROP TRIGGER appointments_erased ON applications_application;
DROP FUNCTION erase_appointments();
DROP TRIGGER appointment_guard ON applications_appointment;
DROP FUNCTION appointment_guard();
DROP FUNCTION appointment_moves();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0032_plans'),
        # The extension that an exclusion by person needs.
        ('grid', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Appointment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('purpose', models.CharField(choices=[('survey', 'Survey on site'), ('inspection', 'Inspection during the works'), ('completion', 'Completion inspection'), ('contract', 'Signing of the supply contract')], max_length=12)),
                ('begins_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('state', django_fsm.FSMField(choices=[('new', 'To be booked'), ('booked', 'Booked'), ('held', 'Took place'), ('not_held', 'Did not take place'), ('cancelled', 'Cancelled')], default='new', max_length=10, protected=True)),
                ('booked_by', models.CharField(choices=[('applicant', 'Applicant'), ('supplier', 'Supply company')], max_length=12)),
                ('remark', core.fields.EncryptedTextField(blank=True)),
                ('words', core.fields.EncryptedTextField(blank=True)),
                ('sequence', models.PositiveIntegerField(default=0)),
                ('changed_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('remind_at', models.DateTimeField(null=True)),
                ('reminded_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=0)),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='applications.application')),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['application', '-id'], name='appointment_of_case'), models.Index(fields=['staff', 'begins_at', 'id'], name='appointment_of_staff'), models.Index(condition=models.Q(('remind_at__isnull', False)), fields=['remind_at'], name='appointment_to_remind')],
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('state', 'booked')), expressions=[('staff', '='), (applications.appointments.models.Instants('begins_at', 'ends_at'), '&&')], name='appointment_at_one_place'), models.UniqueConstraint(condition=models.Q(('state', 'booked')), fields=('application', 'purpose'), name='appointment_booked_once'), models.CheckConstraint(condition=models.Q(('begins_at__lt', models.F('ends_at'))), name='appointment_begins_before_it_ends'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('state', 'booked')), models.Q(('state__in', ['held', 'not_held', 'cancelled']), ('ended_at__isnull', False), ('remind_at__isnull', True)), _connector='OR'), name='appointment_ended_with_instant')],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name='BlockedTime',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('begins_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='blocked_times', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['user', 'begins_at', 'id'], name='blocked_of_user')],
                'constraints': [models.CheckConstraint(condition=models.Q(('begins_at__lt', models.F('ends_at'))), name='blocked_begins_before_it_ends')],
            },
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
