"""What is passed on to another city: the tables, their moves as the machine has them, erasing."""

import core.clock
import core.fields
import django.db.models.deletion
import django_fsm
import uuid
from django.db import migrations, models


GUARD = """
CREATE SEQUENCE applications_referral_number;

-- The moves are generated from the transitions; tests/applications compares the two.
CREATE FUNCTION referral_moves() RETURNS TABLE (from_state text, to_state text)
LANGUAGE sql IMMUTABLE AS $$
    VALUES ('sent', 'opened'), ('sent', 'withdrawn'), ('opened', 'acknowledged'),
        ('opened', 'declined'), ('opened', 'withdrawn')
$$;

CREATE FUNCTION referral_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a referral is never deleted' USING ERRCODE = 'TD403';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'sent' THEN
            RAISE EXCEPTION 'a referral cannot begin as %', NEW.state USING ERRCODE = 'TD409';
        END IF;
        RETURN NEW;
    END IF;
    -- It is erased by the owner of the table alone (erase_referral).
    IF OLD.ended_at IS NOT NULL AND NOT pg_has_role(
        current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE'
    ) THEN
        RAISE EXCEPTION 'a referral that has ended never changes' USING ERRCODE = 'TD403';
    END IF;
    IF NEW.state <> OLD.state AND NOT EXISTS (
        SELECT 1 FROM referral_moves() AS move
        WHERE move.from_state = OLD.state AND move.to_state = NEW.state
    ) THEN
        RAISE EXCEPTION 'a referral cannot go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'TD409';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER referral_guard BEFORE INSERT OR UPDATE OR DELETE ON applications_referral
    FOR EACH ROW EXECUTE FUNCTION referral_guard();

-- As erase_case: whole, of what has ended, by the record. Returns the names of files to delete.
CREATE FUNCTION erase_referral(erased uuid) RETURNS SETOF text LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE applications_referral SET content = '', phone_digest = '', reason = '', reference = '',
        erased_at = city_now(), version = version + 1
        WHERE ref = erased AND ended_at IS NOT NULL AND erased_at IS NULL AND EXISTS (
            SELECT 1 FROM ledger_entry e
            WHERE e.case_ref = erased AND e.type = 'referral.erased');
    IF NOT FOUND THEN
        RAISE EXCEPTION 'only an ended referral is erased, by the record' USING ERRCODE = 'TD403';
    END IF;
    UPDATE documents_document SET original_name = '', erased_at = city_now()
        WHERE case_ref = erased AND erased_at IS NULL;
    DELETE FROM ledger_salt s USING ledger_entry e
        WHERE e.salt_ref = s.ref AND e.case_ref = erased AND e.type <> 'referral.erased';
    RETURN QUERY SELECT d.stored_name::text FROM documents_document d WHERE d.case_ref = erased;
END $$;
"""
UNGUARD = """
DROP FUNCTION erase_referral(uuid);
DROP TRIGGER referral_guard ON applications_referral;
DROP FUNCTION referral_guard();
DROP FUNCTION referral_moves();
DROP SEQUENCE applications_referral_number;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0015_codes_of_referrals'),
        ('applications', '0021_licence_fetches'),
    ]

    operations = [
        migrations.CreateModel(
            name='RegisteredOffice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('city_zh', models.CharField(max_length=60)),
                ('city_en', models.CharField(max_length=60)),
                ('name_zh', models.CharField(max_length=120)),
                ('name_en', models.CharField(max_length=120)),
                ('telephone', models.CharField(max_length=30)),
                ('mobile', core.fields.EncryptedTextField()),
                ('email', core.fields.EncryptedTextField(blank=True)),
                ('added_at', models.DateTimeField(db_default=core.clock.CityNow(), editable=False)),
                ('ended_at', models.DateTimeField(null=True)),
                ('party', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='registered_office', to='accounts.party')),
            ],
        ),
        migrations.CreateModel(
            name='Referral',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('number', models.CharField(max_length=20, unique=True)),
                ('state', django_fsm.FSMField(choices=[('sent', 'Sent, not opened yet'), ('opened', "Opened by the other city's office"), ('acknowledged', "Taken in by the other city's office"), ('declined', "Declined by the other city's office"), ('withdrawn', 'Taken back by the customer')], default='sent', max_length=12, protected=True)),
                ('content', core.fields.EncryptedTextField(blank=True)),
                ('phone_digest', models.BinaryField(max_length=32)),
                ('language', models.CharField(choices=[('zh-hans', 'Chinese'), ('en', 'English')], default='zh-hans', max_length=10)),
                ('consent', models.CharField(choices=[('code', "By a code to the customer's phone"), ('paper', 'By a signed paper')], max_length=5)),
                ('link', models.CharField(max_length=64, unique=True)),
                ('site', models.CharField(max_length=200)),
                ('sent_at', models.DateTimeField()),
                ('opened_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('remind_at', models.DateTimeField(null=True)),
                ('reminded_at', models.DateTimeField(null=True)),
                ('reference', models.CharField(blank=True, max_length=60)),
                ('reason', core.fields.EncryptedTextField(blank=True)),
                ('erased_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('counter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='applications.registeredoffice')),
            ],
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.AddConstraint(
            model_name='registeredoffice',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('city_zh', 'name_zh'), name='registered_office_once'),
        ),
        migrations.AddIndex(
            model_name='referral',
            index=models.Index(fields=['counter', '-id'], name='referral_of_counter'),
        ),
        migrations.AddIndex(
            model_name='referral',
            index=models.Index(condition=models.Q(('remind_at__isnull', False)), fields=['counter', 'remind_at', 'id'], name='referral_open'),
        ),
        migrations.AddIndex(
            model_name='referral',
            index=models.Index(condition=models.Q(('remind_at__isnull', False)), fields=['remind_at'], name='referral_to_remind'),
        ),
        migrations.AddIndex(
            model_name='referral',
            index=models.Index(condition=models.Q(('ended_at__isnull', False), ('erased_at__isnull', True)), fields=['ended_at'], name='referral_to_erase'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('state__in', ['sent', 'opened']), ('remind_at__isnull', False)), models.Q(('ended_at__isnull', False), ('state__in', ['acknowledged', 'declined', 'withdrawn']), ('remind_at__isnull', True)), _connector='OR'), name='referral_reminded_until_it_ends'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'sent'), ('opened_at__isnull', False), _connector='XOR'), ('state', 'withdrawn'), _connector='OR'), name='referral_opened_with_instant'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('content', ''), ('ended_at__isnull', False), ('erased_at__isnull', False), ('reason', '')), models.Q(('erased_at__isnull', True), models.Q(('content', ''), _negated=True)), _connector='OR'), name='referral_erased_whole'),
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
