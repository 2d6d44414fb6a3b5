"""Advice before application; what was asked about stays, and an answer is given once."""

import approvals.advice.workflow
import approvals.seam
import core.fields
import django_fsm
import rules.names
import uuid
from django.db import migrations, models


GUARDS = """
CREATE FUNCTION advice_guard() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an advice is never deleted' USING ERRCODE = 'TD403';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'asked' THEN
            RAISE EXCEPTION 'an advice cannot begin as %', NEW.state USING ERRCODE = 'TD409';
        END IF;
        RETURN NEW;
    END IF;
    -- What was said is erased with the person of its case, which the owner does.
    IF OLD.state <> 'asked' AND NOT pg_has_role(
        current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE'
    ) THEN
        RAISE EXCEPTION 'an advice that has ended never changes' USING ERRCODE = 'TD403';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER advice_guard BEFORE INSERT OR UPDATE OR DELETE ON approvals_advice
    FOR EACH ROW EXECUTE FUNCTION advice_guard();

-- Beside erase_case, as the packages of a case.
CREATE FUNCTION advice_erased() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE approvals_advice SET question = '', words = '', route = '[]', contractor = ''
        WHERE case_ref = NEW.ref;
    RETURN NULL;
END $$;
CREATE TRIGGER advice_erased AFTER UPDATE OF id_number ON applications_application FOR EACH ROW
    WHEN (OLD.id_number <> '' AND NEW.id_number = '' AND OLD.ended_at IS NOT NULL)
    EXECUTE FUNCTION advice_erased();
"""
UNGUARD = """
DROP TRIGGER advice_erased ON applications_application;
DROP FUNCTION advice_erased();
DROP TRIGGER advice_guard ON approvals_advice;
DROP FUNCTION advice_guard();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('approvals', '0015_roads'),
    ]

    operations = [
        migrations.CreateModel(
            name='Advice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('case_ref', models.UUIDField()),
                ('application', models.CharField(max_length=40)),
                ('district', models.CharField(max_length=12)),
                ('statutory_district', models.CharField(blank=True, max_length=12)),
                ('permit', models.CharField(choices=[(rules.names.Permit['PLANNING'], rules.names.Permit['PLANNING']), (rules.names.Permit['CONSTRUCTION'], rules.names.Permit['CONSTRUCTION']), (rules.names.Permit['ROAD_OCCUPATION'], rules.names.Permit['ROAD_OCCUPATION']), (rules.names.Permit['MUNICIPAL_OCCUPATION'], rules.names.Permit['MUNICIPAL_OCCUPATION']), (rules.names.Permit['MUNICIPAL_EXCAVATION'], rules.names.Permit['MUNICIPAL_EXCAVATION']), (rules.names.Permit['HIGHWAY_EXCAVATION'], rules.names.Permit['HIGHWAY_EXCAVATION']), (rules.names.Permit['GREENING'], rules.names.Permit['GREENING'])], max_length=24)),
                ('bureau', models.CharField(max_length=24)),
                ('level', models.CharField(choices=[('city', "The city's office"), ('district', "The district's own office")], max_length=8)),
                ('state', django_fsm.FSMField(choices=[('new', 'To be asked for'), ('asked', 'Waits for the bureau'), ('answered', 'Answered'), ('withdrawn', 'Request withdrawn'), ('lapsed', 'Lapsed: the line went on without it')], default='new', max_length=10, protected=True)),
                ('question', core.fields.EncryptedTextField(blank=True)),
                ('words', core.fields.EncryptedTextField(blank=True)),
                ('verdict', models.CharField(blank=True, choices=[('no_objection', 'No objection'), ('with_changes', 'Possible with changes'), ('other_route', 'Another route is advised')], max_length=12)),
                ('works', models.JSONField(null=True)),
                ('route', models.JSONField(default=list)),
                ('begins_on', models.DateField(null=True)),
                ('ends_on', models.DateField(null=True)),
                ('contractor', models.CharField(blank=True, max_length=120)),
                ('sha256', models.CharField(max_length=64)),
                ('asked_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=0)),
            ],
            options={
                'indexes': [models.Index(fields=['case_ref', '-id'], name='advice_of_case'), models.Index(condition=models.Q(('state', 'asked')), fields=['bureau', 'asked_at', 'id'], name='advice_waits'), models.Index(condition=models.Q(('state', 'asked')), fields=['bureau', 'id'], name='advice_to_do'), models.Index(condition=models.Q(('state', 'answered')), fields=['bureau', '-ended_at', '-id'], name='advice_answered'), models.Index(fields=['bureau', '-id'], name='advice_by_bureau'), models.Index(fields=['district', '-id'], name='advice_by_district')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'asked')), fields=('case_ref', 'permit'), name='one_advice_waits'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('state', 'asked'), ('verdict', '')), models.Q(('ended_at__gte', models.F('asked_at')), ('state', 'answered'), models.Q(('verdict', ''), _negated=True)), models.Q(('ended_at__gte', models.F('asked_at')), ('state__in', ['withdrawn', 'lapsed']), ('verdict', '')), _connector='OR'), name='advice_ended_whole'), models.CheckConstraint(condition=models.Q(('level__in', ['city', 'district'])), name='advice_of_an_office')],
            },
            bases=(approvals.seam.OfCase, approvals.advice.workflow.AdviceMachine, django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.RunSQL(GUARDS, UNGUARD),
    ]
