"""The application package of a line; what was sent stays, what was prepared goes with its files."""

import core.clock
import core.fields
import django.db.models.deletion
import uuid
from django.db import migrations, models

GUARDS = """
CREATE TRIGGER package_stays_sent BEFORE UPDATE ON approvals_package FOR EACH ROW
    WHEN (OLD.sent_at IS NOT NULL)
    EXECUTE FUNCTION kept_as_written();

-- Only a package that was not sent is thrown away, or has its files changed.
CREATE FUNCTION package_of_draft() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
DECLARE
    package bigint;
BEGIN
    package := CASE WHEN TG_TABLE_NAME = 'approvals_package' THEN (to_jsonb(OLD) ->> 'id')::bigint
        WHEN TG_OP = 'INSERT' THEN (to_jsonb(NEW) ->> 'package_id')::bigint
        ELSE (to_jsonb(OLD) ->> 'package_id')::bigint END;
    IF EXISTS (SELECT 1 FROM approvals_package p WHERE p.id = package AND p.sent_at IS NOT NULL) THEN
        RAISE EXCEPTION 'what was sent stays' USING ERRCODE = 'TD403';
    END IF;
    RETURN CASE WHEN TG_OP = 'INSERT' THEN NEW ELSE OLD END;
END $$;
CREATE TRIGGER package_of_draft BEFORE DELETE ON approvals_package
    FOR EACH ROW EXECUTE FUNCTION package_of_draft();
CREATE TRIGGER attachment_of_draft BEFORE INSERT OR DELETE ON approvals_attachment
    FOR EACH ROW EXECUTE FUNCTION package_of_draft();

CREATE OR REPLACE FUNCTION document_of_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.subject_kind = 'supplement_item' AND EXISTS (
        SELECT 1 FROM approvals_supplementitem i
        WHERE i.id = OLD.subject_id AND i.supplied_at IS NULL) THEN
        RETURN OLD;
    END IF;
    IF OLD.subject_kind = 'package' THEN
        IF EXISTS (SELECT 1 FROM approvals_package p
                WHERE p.id = OLD.subject_id AND p.sent_at IS NOT NULL)
            OR NOT EXISTS (SELECT 1 FROM approvals_package p WHERE p.id = OLD.subject_id)
            OR EXISTS (SELECT 1 FROM approvals_attachment t WHERE t.document_id = OLD.id) THEN
            RAISE EXCEPTION 'only the files of a draft are deleted' USING ERRCODE = 'TD403';
        END IF;
    ELSIF OLD.subject_kind <> 'application'
        OR EXISTS (SELECT 1 FROM applications_application a WHERE a.id = OLD.subject_id)
        OR NOT EXISTS (SELECT 1 FROM applications_draft d WHERE d.id = OLD.subject_id) THEN
        RAISE EXCEPTION 'only the files of a draft are deleted' USING ERRCODE = 'TD403';
    END IF;
    RETURN OLD;
END $$;

-- erase_case empties the number of an ended case, which nobody else can: where its line leads, and
-- whom to ask who builds it, goes at the same moment.
CREATE FUNCTION packages_erased() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE approvals_package SET route = '[]', contractor = '', contact = '', phone = ''
        WHERE case_ref = NEW.ref;
    RETURN NULL;
END $$;
CREATE TRIGGER packages_erased AFTER UPDATE OF id_number ON applications_application FOR EACH ROW
    WHEN (OLD.id_number <> '' AND NEW.id_number = '' AND OLD.ended_at IS NOT NULL)
    EXECUTE FUNCTION packages_erased();
"""
UNGUARD = """
DROP TRIGGER packages_erased ON applications_application;
DROP FUNCTION packages_erased();
CREATE OR REPLACE FUNCTION document_of_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.subject_kind = 'supplement_item' AND EXISTS (
        SELECT 1 FROM approvals_supplementitem i
        WHERE i.id = OLD.subject_id AND i.supplied_at IS NULL) THEN
        RETURN OLD;
    END IF;
    IF OLD.subject_kind <> 'application'
        OR EXISTS (SELECT 1 FROM applications_application a WHERE a.id = OLD.subject_id)
        OR NOT EXISTS (SELECT 1 FROM applications_draft d WHERE d.id = OLD.subject_id) THEN
        RAISE EXCEPTION 'only the files of a draft are deleted' USING ERRCODE = 'TD403';
    END IF;
    RETURN OLD;
END $$;
DROP TRIGGER attachment_of_draft ON approvals_attachment;
DROP TRIGGER package_of_draft ON approvals_package;
DROP FUNCTION package_of_draft();
DROP TRIGGER package_stays_sent ON approvals_package;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('approvals', '0013_decision'),
        ('documents', '0008_scan_and_uploads'),
        # What is deleted, and erased, with a draft and a case.
        ('applications', '0041_passed'),
        ('core', '0003_kept_as_written'),
    ]

    operations = [
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='documents.document')),
            ],
        ),
        migrations.CreateModel(
            name='Package',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('case_ref', models.UUIDField()),
                ('district', models.CharField(max_length=12)),
                ('works', models.JSONField(null=True)),
                ('route', models.JSONField(default=list)),
                ('begins_on', models.DateField(null=True)),
                ('ends_on', models.DateField(null=True)),
                ('contractor', models.CharField(blank=True, max_length=120)),
                ('contact', core.fields.EncryptedTextField(blank=True)),
                ('phone', core.fields.EncryptedTextField(blank=True)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ("changed_role", models.CharField(blank=True, max_length=20)),
                ('changed_at', models.DateTimeField(db_default=core.clock.CityNow(), editable=False)),
                ('sent_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=0)),
                ('files', models.ManyToManyField(related_name='+', through='approvals.Attachment', to='documents.document')),
                ('round', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='package', to='approvals.round')),
            ],
        ),
        migrations.AddField(
            model_name='attachment',
            name='package',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='approvals.package'),
        ),
        migrations.AddIndex(
            model_name='package',
            index=models.Index(fields=['case_ref', '-id'], name='package_of_case'),
        ),
        migrations.AddConstraint(
            model_name='package',
            constraint=models.UniqueConstraint(condition=models.Q(('sent_at', None)), fields=('case_ref',), name='one_package_is_prepared'),
        ),
        migrations.AddConstraint(
            model_name='package',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('round', None), ('sent_at', None), ('sha256', '')), models.Q(('round__isnull', False), ('sent_at__isnull', False), models.Q(('sha256', ''), _negated=True)), _connector='OR'), name='package_sent_whole'),
        ),
        migrations.AddConstraint(
            model_name='package',
            constraint=models.CheckConstraint(condition=models.Q(('begins_on', None), ('ends_on', None), ('ends_on__gte', models.F('begins_on')), _connector='OR'), name='package_schedule_forward'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.UniqueConstraint(fields=('package', 'document'), name='attached_once'),
        ),
        migrations.RunSQL(GUARDS, UNGUARD),
    ]
