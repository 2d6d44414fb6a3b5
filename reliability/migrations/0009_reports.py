"""Reports from the public, with their moves, and who reported them erased by the record."""

import core.fields
import django.contrib.postgres.fields
import django.db.models.deletion
import django_fsm
import reliability.reports.workflow
import uuid
from django.db import migrations, models


# The moves are generated from the transitions; tests/reliability compares the two.
GUARD = """
CREATE FUNCTION report_moves() RETURNS TABLE (from_state text, to_state text)
LANGUAGE sql IMMUTABLE AS $$
    VALUES ('open', 'taken_on'), ('open', 'closed'), ('taken_on', 'open'), ('taken_on', 'closed')
$$;
CREATE FUNCTION report_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a report is never deleted' USING ERRCODE = 'TD403';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'open' THEN
            RAISE EXCEPTION 'a report cannot begin as %', NEW.state USING ERRCODE = 'TD409';
        END IF;
        RETURN NEW;
    END IF;
    -- What came of one never changes; which outage it was may be known later, and the owner of the
    -- table alone erases it (erase_report).
    IF OLD.state = 'closed' AND (
        NEW.office, NEW.state, NEW.outcome, NEW.taken_on_at, NEW.closed_at, NEW.answer,
        NEW.referred_to, NEW.penalty_by, NEW.penalty_clause, NEW.penalty_yuan, NEW.joined_to_id
    ) IS DISTINCT FROM (
        OLD.office, OLD.state, OLD.outcome, OLD.taken_on_at, OLD.closed_at, OLD.answer,
        OLD.referred_to, OLD.penalty_by, OLD.penalty_clause, OLD.penalty_yuan, OLD.joined_to_id
    ) AND NOT pg_has_role(
        current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE'
    ) THEN
        RAISE EXCEPTION 'what came of a report never changes' USING ERRCODE = 'TD403';
    END IF;
    IF NEW.state <> OLD.state AND NOT EXISTS (
        SELECT 1 FROM report_moves() AS move
        WHERE move.from_state = OLD.state AND move.to_state = NEW.state
    ) THEN
        RAISE EXCEPTION 'a report cannot go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'TD409';
    END IF;
    -- It is answered with one of its kind that stands by itself and waits for its answer.
    IF NEW.joined_to_id IS DISTINCT FROM OLD.joined_to_id AND NOT EXISTS (
        SELECT 1 FROM reliability_report head WHERE head.id = NEW.joined_to_id
        AND head.state IN ('open', 'taken_on') AND head.joined_to_id IS NULL
        AND (head.kind, head.district) = (NEW.kind, NEW.district)
    ) THEN
        RAISE EXCEPTION 'a report is joined to an open one of its kind and district'
            USING ERRCODE = 'TD409';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER report_guard BEFORE INSERT OR UPDATE OR DELETE ON reliability_report
    FOR EACH ROW EXECUTE FUNCTION report_guard();

-- As erase_case, by the record, of what is closed. Returns the names of files to delete.
CREATE FUNCTION erase_report(erased uuid) RETURNS SETOF text LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE reliability_report SET place = '', street = '', longitude = NULL, latitude = NULL,
        point = '', text = '', answer = '', phone = '', phone_digest = NULL, version = version + 1
        WHERE ref = erased AND state = 'closed' AND EXISTS (
            SELECT 1 FROM ledger_entry e
            WHERE e.case_ref = erased AND e.type = 'report.erased');
    IF NOT FOUND THEN
        RAISE EXCEPTION 'only a closed report is erased, by the record' USING ERRCODE = 'TD403';
    END IF;
    UPDATE reliability_reportnote n SET text = '' FROM reliability_report r
        WHERE n.report_id = r.id AND r.ref = erased;
    UPDATE documents_document SET original_name = '', erased_at = city_now()
        WHERE case_ref = erased AND erased_at IS NULL;
    DELETE FROM ledger_salt s USING ledger_entry e
        WHERE e.salt_ref = s.ref AND e.case_ref = erased AND e.type <> 'report.erased';
    RETURN QUERY SELECT d.stored_name::text FROM documents_document d WHERE d.case_ref = erased;
END $$;
"""
UNGUARD = """
DROP FUNCTION erase_report(uuid);
DROP TRIGGER report_guard ON reliability_report;
DROP FUNCTION report_guard();
DROP FUNCTION report_moves();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0020_price_authority'),
        ('reliability', '0008_counting'),
    ]

    operations = [
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('number', models.CharField(max_length=20, unique=True)),
                ('kind', models.CharField(choices=[('power_out', 'The power is out'), ('digging', 'Dangerous digging or works near power lines'), ('illegal', 'Illegal use of power or illegal works')], max_length=12)),
                ('where', models.CharField(blank=True, choices=[('site', 'A building site'), ('road', 'A road or pavement'), ('elsewhere', 'Another place')], max_length=12)),
                ('district', models.CharField(max_length=12)),
                ('place', core.fields.EncryptedTextField()),
                ('street', models.CharField(blank=True, max_length=60)),
                ('longitude', models.DecimalField(decimal_places=6, max_digits=9, null=True)),
                ('latitude', models.DecimalField(decimal_places=6, max_digits=9, null=True)),
                ('point', core.fields.EncryptedTextField(blank=True)),
                ('seen_at', models.DateTimeField()),
                ('text', core.fields.EncryptedTextField()),
                ('phone', core.fields.EncryptedTextField(blank=True)),
                ('phone_digest', models.BinaryField(max_length=32, null=True)),
                ('language', models.CharField(choices=[('zh-hans', 'Chinese'), ('en', 'English')], default='zh-hans', max_length=10)),
                ('office', models.CharField(max_length=20)),
                ('heard_by', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), blank=True, default=list, size=None)),
                ('rules_version', models.CharField(max_length=40)),
                ('state', django_fsm.FSMField(choices=[('open', 'Reported'), ('taken_on', 'Being looked into'), ('closed', 'Report closed')], default='open', max_length=8, protected=True)),
                ('outcome', models.CharField(blank=True, choices=[('confirmed', 'Confirmed'), ('not_confirmed', 'Not confirmed'), ('referred', 'Referred to another authority'), ('joined', 'Joined to another report')], max_length=13)),
                ('reported_at', models.DateTimeField()),
                ('taken_on_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('answer', core.fields.EncryptedTextField(blank=True)),
                ('referred_to', models.CharField(blank=True, max_length=300)),
                ('penalty_by', models.CharField(blank=True, max_length=300)),
                ('penalty_clause', models.CharField(blank=True, max_length=300)),
                ('penalty_yuan', models.DecimalField(decimal_places=2, max_digits=12, null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('joined_to', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='joined', to='reliability.report')),
                ('outage', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='reliability.outage')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='accounts.party')),
            ],
            bases=(reliability.reports.workflow.ReportMachine, django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name='ReportNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.PositiveIntegerField()),
                ('at', models.DateTimeField()),
                ('role', models.CharField(max_length=20)),
                ('office', models.CharField(max_length=20)),
                ('text', core.fields.EncryptedTextField()),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='reliability.report')),
            ],
        ),
        migrations.AddIndex(
            model_name='report',
            index=models.Index(condition=models.Q(('state__in', ['open', 'taken_on'])), fields=['office', 'district', 'id'], name='report_open'),
        ),
        migrations.AddIndex(
            model_name='report',
            index=models.Index(fields=['office', 'district', '-id'], name='report_of_office'),
        ),
        migrations.AddIndex(
            model_name='report',
            index=models.Index(fields=['district', '-id'], name='report_by_district'),
        ),
        migrations.AddIndex(
            model_name='report',
            index=models.Index(condition=models.Q(('state__in', ['open', 'taken_on'])), fields=['kind', 'district', 'id'], name='report_alike'),
        ),
        migrations.AddIndex(
            model_name='report',
            index=models.Index(fields=['party', '-id'], name='report_of_party'),
        ),
        migrations.AddIndex(
            model_name='report',
            index=models.Index(condition=models.Q(('phone_digest__isnull', False)), fields=['phone_digest'], name='report_of_phone'),
        ),
        migrations.AddIndex(
            model_name='report',
            index=models.Index(condition=models.Q(('state', 'closed'), models.Q(('text', ''), _negated=True)), fields=['closed_at'], name='report_to_erase'),
        ),
        migrations.AddIndex(
            model_name='report',
            index=models.Index(fields=['reported_at'], name='report_by_time'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('closed_at', None), ('outcome', ''), ('state', 'open'), ('taken_on_at', None)), models.Q(('answer', ''), ('closed_at', None), ('outcome', ''), ('state', 'taken_on'), ('taken_on_at__isnull', False)), models.Q(('closed_at__isnull', False), ('state', 'closed'), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='report_closed_with_outcome'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'closed'), _negated=True), models.Q(('answer', ''), ('outcome', 'joined')), models.Q(models.Q(('outcome', 'joined'), _negated=True), models.Q(models.Q(('answer', ''), _negated=True), ('text', ''), _connector='OR')), _connector='OR'), name='report_answered_in_words'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('joined_to__isnull', False), ('joined_to__lt', models.F('id')), ('outcome', 'joined')), models.Q(models.Q(('outcome', 'joined'), _negated=True), ('joined_to', None)), _connector='OR'), name='report_joined_to_an_older_one'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'referred'), models.Q(('referred_to', ''), _negated=True)), models.Q(models.Q(('outcome', 'referred'), _negated=True), ('referred_to', '')), _connector='OR'), name='report_referred_to_somebody'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('penalty_by', ''), ('penalty_clause', ''), ('penalty_yuan', None)), models.Q(('outcome', 'confirmed'), models.Q(('penalty_by', ''), _negated=True), models.Q(('penalty_clause', ''), _negated=True), models.Q(('penalty_yuan', None), ('penalty_yuan__gt', 0), _connector='OR')), _connector='OR'), name='report_penalty_says_by_whom'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'power_out'), ('where', '')), models.Q(('kind__in', ['digging', 'illegal']), ('where__in', ['site', 'road', 'elsewhere'])), _connector='OR'), name='report_words_known'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('latitude', None), ('longitude', None)), models.Q(('latitude__range', (3, 54)), ('longitude__range', (73, 136))), _connector='OR'), name='report_lies_in_china'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(('phone', ''), ('phone_digest__isnull', False), _connector='XOR'), name='report_phone_is_found'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('number', ''), _negated=True), models.Q(('office', ''), _negated=True), ('seen_at__lte', models.F('reported_at'))), name='report_seen_before_it_came'),
        ),
        migrations.AddConstraint(
            model_name='reportnote',
            constraint=models.UniqueConstraint(fields=('report', 'seq'), name='report_note_once'),
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
