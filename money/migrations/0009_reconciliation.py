"""The bills of a provider's days, and what of them differs from ours."""

import core.fields
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


GUARD = """
CREATE FUNCTION difference_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a difference is never deleted' USING ERRCODE = 'TD403';
    END IF;
    IF TG_OP = 'INSERT' AND NEW.state <> 'open' THEN
        RAISE EXCEPTION 'a difference cannot begin as %', NEW.state USING ERRCODE = 'TD409';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.state <> 'open' THEN
        RAISE EXCEPTION 'a difference that has ended never changes' USING ERRCODE = 'TD403';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER difference_guard BEFORE INSERT OR UPDATE OR DELETE ON money_difference
    FOR EACH ROW EXECUTE FUNCTION difference_guard();
"""
UNGUARD = """
DROP TRIGGER difference_guard ON money_difference;
DROP FUNCTION difference_guard();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('money', '0008_complaint'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Bill',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(max_length=20)),
                ('day', models.DateField()),
                ('state', models.CharField(choices=[('waiting', 'Not there yet'), ('fetched', 'Fetched'), ('wrong', 'Refused: it disagrees with itself'), ('none', 'None came')], default='waiting', max_length=8)),
                ('digest', models.CharField(blank=True, max_length=64)),
                ('tries', models.PositiveIntegerField(default=0)),
                ('due_at', models.DateTimeField(null=True)),
                ('imported_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='bill_due'), models.Index(fields=['-day', '-id'], name='bill_newest')],
                'constraints': [models.UniqueConstraint(fields=('provider', 'day'), name='bill_of_a_day'), models.CheckConstraint(condition=models.Q(models.Q(('imported_at__isnull', False), ('state', 'fetched'), models.Q(('digest', ''), _negated=True)), models.Q(models.Q(('state', 'fetched'), _negated=True), ('digest', ''), ('imported_at__isnull', True)), _connector='OR'), name='bill_fetched_with_digest')],
            },
        ),
        migrations.CreateModel(
            name='BillEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.CharField(max_length=64)),
                ('refund', models.CharField(blank=True, max_length=64)),
                ('transaction', models.CharField(max_length=64)),
                ('amount_fen', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('bill', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='money.bill')),
            ],
            options={
                'indexes': [models.Index(fields=['order'], name='bill_entry_of_order')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount_fen__gte', 0), models.Q(('order', ''), _negated=True)), name='bill_entry_has_amount')],
            },
        ),
        migrations.CreateModel(
            name='Difference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('kind', models.CharField(choices=[('theirs', 'Only with the provider'), ('ours', 'Only here'), ('amount', 'Another amount'), ('state', 'Another state'), ('bill', 'The bill is refused'), ('changed', 'The bill was changed afterwards')], max_length=8)),
                ('district', models.CharField(blank=True, max_length=12)),
                ('order', models.CharField(blank=True, max_length=64)),
                ('refund', models.CharField(blank=True, max_length=64)),
                ('transaction', models.CharField(blank=True, max_length=64)),
                ('theirs_fen', models.BigIntegerField(null=True)),
                ('ours_fen', models.BigIntegerField(null=True)),
                ('ours_state', models.CharField(blank=True, max_length=20)),
                ('said', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('open', 'Open'), ('explained', 'Explained'), ('agreed', 'Agrees by now')], default='open', max_length=9)),
                ('found_at', models.DateTimeField()),
                ('words', core.fields.EncryptedTextField(blank=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('bill', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='differences', to='money.bill')),
                ('explained_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['state', '-id'], name='difference_by_state'), models.Index(fields=['kind', '-id'], name='difference_by_kind'), models.Index(fields=['district', '-id'], name='difference_by_district')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('explained_by__isnull', True), ('state', 'open'), ('words', '')), models.Q(('ended_at__isnull', False), ('explained_by__isnull', False), ('state', 'explained'), models.Q(('words', ''), _negated=True)), models.Q(('ended_at__isnull', False), ('explained_by__isnull', True), ('state', 'agreed'), ('words', '')), _connector='OR'), name='difference_ended_as_said'), models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('bill', 'kind', 'order', 'refund', 'transaction'), name='difference_once')],
            },
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
