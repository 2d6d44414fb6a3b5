"""Commitments kept with their permits, checked once, and the one move of a decided permit."""

import core.fields
import django.db.models.deletion
import django_fsm
import uuid
from django.db import migrations, models

MOVES = """
CREATE OR REPLACE FUNCTION approvals_permit_moves() RETURNS TABLE (from_state text, to_state text)
LANGUAGE sql IMMUTABLE AS $$
    VALUES
        ('accepted', 'granted'),
        ('accepted', 'refused'),
        ('accepted', 'suspended'),
        ('accepted', 'withdrawn'),
        ('awaiting_commitment', 'granted'),
        ('awaiting_commitment', 'withdrawn'),
        ('awaiting_supplement', 'received'),
        ('awaiting_supplement', 'withdrawn'),
{revoked}        ('received', 'accepted'),
        ('received', 'awaiting_supplement'),
        ('received', 'granted'),
        ('received', 'refused'),
        ('received', 'withdrawn'),
        ('suspended', 'accepted'),
        ('suspended', 'withdrawn')
$$;
"""
STAYS = """
DROP TRIGGER permit_stays_as_decided ON approvals_permit;
CREATE TRIGGER permit_stays_as_decided BEFORE UPDATE ON approvals_permit FOR EACH ROW
    WHEN (OLD.decided_at IS NOT NULL AND
        ({old}, OLD.accepted_at, OLD.deemed_accepted, OLD.decided_at, OLD.conditions,
         OLD.reason, OLD.refusal_clause, OLD.supplements_asked, OLD.supplement_items)
        IS DISTINCT FROM
        (NEW.state, NEW.accepted_at, NEW.deemed_accepted, NEW.decided_at, NEW.conditions,
         NEW.reason, NEW.refusal_clause, NEW.supplements_asked, NEW.supplement_items))
    EXECUTE FUNCTION kept_as_written();
"""
#: What is revoked was granted before.
REVOCABLE = (
    "CASE WHEN OLD.state = 'granted' AND NEW.state = 'revoked' THEN NEW.state ELSE OLD.state END"
)
GUARDS = """
CREATE TRIGGER permit_stays_revoked BEFORE UPDATE ON approvals_permit FOR EACH ROW
    WHEN (OLD.revoked_at IS NOT NULL AND OLD.revoked_at IS DISTINCT FROM NEW.revoked_at)
    EXECUTE FUNCTION kept_as_written();
CREATE TRIGGER commitment_stays_checked BEFORE UPDATE ON approvals_commitment FOR EACH ROW
    WHEN (OLD.checked_at IS NOT NULL AND
        (OLD.checked_at, OLD.kept, OLD.findings)
        IS DISTINCT FROM
        (NEW.checked_at, NEW.kept, NEW.findings))
    EXECUTE FUNCTION kept_as_written();
CREATE TRIGGER commitment_stays_revoked BEFORE UPDATE ON approvals_commitment FOR EACH ROW
    WHEN (OLD.revoked_at IS NOT NULL AND
        (OLD.revoked_at, OLD.reason, OLD.clause, OLD.barred_until)
        IS DISTINCT FROM
        (NEW.revoked_at, NEW.reason, NEW.clause, NEW.barred_until))
    EXECUTE FUNCTION kept_as_written();
"""
RELEASE = """
DROP TRIGGER commitment_stays_revoked ON approvals_commitment;
DROP TRIGGER commitment_stays_checked ON approvals_commitment;
DROP TRIGGER permit_stays_revoked ON approvals_permit;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('approvals', '0008_chase'),
    ]

    operations = [
        migrations.RunSQL(
            MOVES.format(revoked="        ('granted', 'revoked'),\n"), MOVES.format(revoked="")
        ),
        migrations.RunSQL(STAYS.format(old=REVOCABLE), STAYS.format(old="OLD.state")),
        migrations.CreateModel(
            name='Commitment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('bureau', models.CharField(max_length=24)),
                ('district', models.CharField(max_length=12)),
                ('rules_version', models.CharField(max_length=40)),
                ('conditions', models.JSONField(default=list)),
                ('responsible', core.fields.EncryptedTextField(blank=True)),
                ('position', core.fields.EncryptedTextField(blank=True)),
                ('digest', models.CharField(max_length=64)),
                ('signed_at', models.DateTimeField()),
                ('selected', models.BooleanField(default=False)),
                ('checked_at', models.DateTimeField(null=True)),
                ('kept', models.BooleanField(null=True)),
                ('findings', models.TextField(blank=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('reason', models.TextField(blank=True)),
                ('clause', models.TextField(blank=True)),
                ('barred_until', models.DateField(null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='permit',
            name='permit_decided_with_instant',
        ),
        migrations.RemoveConstraint(
            model_name='permit',
            name='permit_carried_over_granted',
        ),
        migrations.AddField(
            model_name='permit',
            name='revoked_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name='permit',
            name='state',
            field=django_fsm.FSMField(choices=[('received', 'Received'), ('awaiting_supplement', 'Waiting for missing papers'), ('accepted', 'Accepted'), ('suspended', 'Suspended by law'), ('awaiting_commitment', 'Waiting for the commitment'), ('granted', 'Granted'), ('refused', 'Refused'), ('revoked', 'Revoked'), ('withdrawn', 'Withdrawn')], default='received', max_length=20, protected=True),
        ),
        migrations.AddConstraint(
            model_name='permit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', False), ('state__in', ['granted', 'refused', 'revoked'])), models.Q(models.Q(('state__in', ['granted', 'refused', 'revoked']), _negated=True), ('decided_at__isnull', True)), _connector='OR'), name='permit_decided_with_instant'),
        ),
        migrations.AddConstraint(
            model_name='permit',
            constraint=models.CheckConstraint(condition=models.Q(('carried_from__isnull', True), ('state__in', ['granted', 'revoked']), _connector='OR'), name='permit_carried_over_granted'),
        ),
        migrations.AddConstraint(
            model_name='permit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('revoked_at__isnull', False), ('state', 'revoked')), models.Q(models.Q(('state', 'revoked'), _negated=True), ('revoked_at__isnull', True)), _connector='OR'), name='permit_revoked_with_instant'),
        ),
        migrations.AddField(
            model_name='commitment',
            name='permit',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='commitment', to='approvals.permit'),
        ),
        migrations.AddIndex(
            model_name='commitment',
            index=models.Index(condition=models.Q(('checked_at__isnull', True), ('selected', True)), fields=['bureau', 'district', 'id'], name='commitment_to_check'),
        ),
        migrations.AddIndex(
            model_name='commitment',
            index=models.Index(fields=['-checked_at', '-id'], name='commitment_checked'),
        ),
        migrations.AddIndex(
            model_name='commitment',
            index=models.Index(condition=models.Q(('kept', False)), fields=['bureau', '-checked_at', '-id'], name='commitment_broken_bureau'),
        ),
        migrations.AddIndex(
            model_name='commitment',
            index=models.Index(condition=models.Q(('kept', False)), fields=['district', '-checked_at', '-id'], name='commitment_broken_place'),
        ),
        migrations.AddIndex(
            model_name='commitment',
            index=models.Index(condition=models.Q(('revoked_at__isnull', False)), fields=['bureau', 'barred_until'], name='commitment_revoked'),
        ),
        migrations.AddConstraint(
            model_name='commitment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('checked_at__isnull', True), ('findings', ''), ('kept__isnull', True)), models.Q(('checked_at__gte', models.F('signed_at')), ('kept__isnull', False), models.Q(('findings', ''), _negated=True)), _connector='OR'), name='commitment_checked_with_findings'),
        ),
        migrations.AddConstraint(
            model_name='commitment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('barred_until', None), ('clause', ''), ('reason', ''), ('revoked_at__isnull', True)), models.Q(('kept', False), ('revoked_at__gte', models.F('checked_at')), models.Q(('reason', ''), _negated=True), models.Q(('clause', ''), _negated=True)), _connector='OR'), name='commitment_revoked_after_its_check'),
        ),
        migrations.RunSQL(GUARDS, RELEASE),
    ]
