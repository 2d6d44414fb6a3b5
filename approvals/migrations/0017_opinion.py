"""Opinions of somebody outside; what came of one is written once, and its words go with the case's
person."""

import core.fields
import django.db.models.deletion
import django_fsm
import uuid
from django.db import migrations, models

GUARDS = """
CREATE TRIGGER opinion_stays BEFORE UPDATE ON approvals_opinion FOR EACH ROW
    WHEN (OLD.state <> 'asked' AND
        (OLD.state, OLD.position, OLD.words, OLD.answered_at, OLD.withdrawn_at, OLD.opened_at,
            OLD.reminded_at)
        IS DISTINCT FROM
        (NEW.state, NEW.position, NEW.words, NEW.answered_at, NEW.withdrawn_at, NEW.opened_at,
            NEW.reminded_at))
    EXECUTE FUNCTION kept_as_written();

-- erase_case empties the number of an ended case, which nobody else can: who was asked about its
-- permits, what, and in which words, goes at the same moment.
CREATE FUNCTION opinions_erased() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE approvals_opinion SET name = '', phone = '', question = '', words = ''
        WHERE permit_id IN (SELECT id FROM approvals_permit WHERE case_ref = NEW.ref);
    RETURN NULL;
END $$;
CREATE TRIGGER opinions_erased AFTER UPDATE OF id_number ON applications_application FOR EACH ROW
    WHEN (OLD.id_number <> '' AND NEW.id_number = '' AND OLD.ended_at IS NOT NULL)
    EXECUTE FUNCTION opinions_erased();
"""
UNGUARD = """
DROP TRIGGER opinions_erased ON applications_application;
DROP FUNCTION opinions_erased();
DROP TRIGGER opinion_stays ON approvals_opinion;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0018_codes_of_opinions'),
        ('approvals', '0016_advice'),
        # What is erased with a case.
        ('applications', '0041_passed'),
        ('core', '0003_kept_as_written'),
    ]

    operations = [
        migrations.CreateModel(
            name='Opinion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('state', django_fsm.FSMField(choices=[('new', 'To be asked for'), ('asked', 'Opinion asked for'), ('answered', 'Opinion given'), ('withdrawn', 'Request for an opinion withdrawn')], default='new', max_length=9, protected=True)),
                ('name', core.fields.EncryptedTextField(blank=True)),
                ('phone', core.fields.EncryptedTextField(blank=True)),
                ('question', core.fields.EncryptedTextField(blank=True)),
                ('parts', models.JSONField(default=list)),
                ('files', models.JSONField(default=list)),
                ('link', models.CharField(max_length=64, unique=True)),
                ('asked_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('reminded_at', models.DateTimeField(null=True)),
                ('opened_at', models.DateTimeField(null=True)),
                ('position', models.CharField(blank=True, choices=[('favourable', 'Favourable'), ('unfavourable', 'Unfavourable'), ('no_view', 'No view')], max_length=12)),
                ('words', core.fields.EncryptedTextField(blank=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=0)),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.party')),
                ('permit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='opinions', to='approvals.permit')),
            ],
            options={
                'ordering': ('id',),
                'indexes': [models.Index(condition=models.Q(('phone', ''), _negated=True), fields=['expires_at'], name='opinion_with_a_phone')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('answered_at', None), ('position', ''), ('state', 'asked'), ('withdrawn_at', None)), models.Q(('answered_at__isnull', False), ('state', 'answered'), ('withdrawn_at', None), ('position__in', ['favourable', 'unfavourable', 'no_view'])), models.Q(('answered_at', None), ('position', ''), ('state', 'withdrawn'), ('withdrawn_at__isnull', False)), _connector='OR'), name='opinion_in_one_state'), models.CheckConstraint(condition=models.Q(('state', 'asked'), ('phone', ''), _connector='OR'), name='opinion_ends_without_phone'), models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('asked_at'))), name='opinion_has_time')],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.RunSQL(GUARDS, UNGUARD),
    ]
