"""The register of roads that may not be dug, the approvals by which one is dug all the same, and the
roads that a package names."""

import django.db.models.deletion
from django.db import migrations, models


GUARDS = """
CREATE TRIGGER approvals_road_keep BEFORE UPDATE OR DELETE ON approvals_road
    FOR EACH ROW EXECUTE FUNCTION grid_keep_row();
CREATE TRIGGER approvals_road_keep_all BEFORE TRUNCATE ON approvals_road
    FOR EACH STATEMENT EXECUTE FUNCTION grid_keep_all();

CREATE TRIGGER permit_stays_not_dug BEFORE UPDATE ON approvals_permit FOR EACH ROW
    WHEN (OLD.decided_at IS NOT NULL AND OLD.not_dug IS DISTINCT FROM NEW.not_dug)
    EXECUTE FUNCTION kept_as_written();

CREATE TRIGGER road_approval_stays BEFORE UPDATE ON approvals_roadapproval FOR EACH ROW
    EXECUTE FUNCTION kept_as_written();
-- It goes with the file of a package that was not sent, and with the person of an ended case.
CREATE FUNCTION road_approval_of_draft() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    IF pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE')
        OR EXISTS (SELECT 1 FROM documents_document d JOIN approvals_package p
            ON d.subject_kind = 'package' AND p.id = d.subject_id
            WHERE d.id = OLD.document_id AND p.sent_at IS NULL) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'what was handed in stays' USING ERRCODE = 'TD403';
END $$;
CREATE TRIGGER road_approval_of_draft BEFORE DELETE ON approvals_roadapproval
    FOR EACH ROW EXECUTE FUNCTION road_approval_of_draft();

CREATE OR REPLACE FUNCTION packages_erased() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE approvals_package SET route = '[]', roads = '[]', contractor = '', contact = '', phone = ''
        WHERE case_ref = NEW.ref;
    -- Which roads the line digs says where it leads.
    DELETE FROM approvals_roadapproval a USING documents_document d
        WHERE d.id = a.document_id AND d.case_ref = NEW.ref;
    RETURN NULL;
END $$;
"""
UNGUARD = """
CREATE OR REPLACE FUNCTION packages_erased() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE approvals_package SET route = '[]', contractor = '', contact = '', phone = ''
        WHERE case_ref = NEW.ref;
    RETURN NULL;
END $$;
DROP TRIGGER road_approval_of_draft ON approvals_roadapproval;
DROP FUNCTION road_approval_of_draft();
DROP TRIGGER road_approval_stays ON approvals_roadapproval;
DROP TRIGGER permit_stays_not_dug ON approvals_permit;
DROP TRIGGER approvals_road_keep_all ON approvals_road;
DROP TRIGGER approvals_road_keep ON approvals_road;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0017_codes_of_decisions'),
        ('approvals', '0014_package'),
        ('documents', '0008_scan_and_uploads'),
        ('publishing', '0002_roads'),
        # What is published stays.
        ('grid', '0002_keep'),
        ('core', '0003_kept_as_written'),
    ]

    operations = [
        migrations.CreateModel(
            name='Road',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=300)),
                ('number', models.CharField(max_length=40)),
                ('district', models.CharField(max_length=12)),
                ('name', models.CharField(max_length=80)),
                ('section', models.CharField(max_length=300)),
                ('cause', models.CharField(choices=[('new', 'Newly built, widened or rebuilt'), ('overhauled', 'Overhauled')], max_length=10)),
                ('since', models.DateField()),
                ('route', models.JSONField(default=list)),
                ('basis', models.CharField(max_length=300)),
            ],
            options={
                'ordering': ('district', 'name', 'id'),
            },
        ),
        migrations.CreateModel(
            name='RoadApproval',
            fields=[
                ('document', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='road_approval', serialize=False, to='documents.document')),
                ('roads', models.JSONField()),
                ('number', models.CharField(max_length=80)),
                ('government', models.CharField(max_length=80)),
                ('approved_on', models.DateField()),
            ],
        ),
        migrations.AddField(
            model_name='package',
            name='roads',
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.AddField(
            model_name='permit',
            name='not_dug',
            field=models.TextField(db_default='', default=''),
        ),
        migrations.AddConstraint(
            model_name='permit',
            constraint=models.CheckConstraint(condition=models.Q(('not_dug', ''), ('decided_at__isnull', False), _connector='OR'), name='permit_not_dug_of_a_decision'),
        ),
        migrations.AddField(
            model_name='road',
            name='publication',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='publishing.publication'),
        ),
        migrations.AddField(
            model_name='road',
            name='replaced_in',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='publishing.publication'),
        ),
        migrations.AddConstraint(
            model_name='roadapproval',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('number', ''), _negated=True), models.Q(('government', ''), _negated=True), models.Q(('roads', []), _negated=True)), name='road_approval_says_which_and_whose'),
        ),
        migrations.AddIndex(
            model_name='road',
            index=models.Index(condition=models.Q(('replaced_in__isnull', True)), fields=['district', 'name', 'id'], name='road_order'),
        ),
        migrations.AddConstraint(
            model_name='road',
            constraint=models.UniqueConstraint(condition=models.Q(('replaced_in__isnull', True)), fields=('number',), name='one_standing_road'),
        ),
        migrations.AddConstraint(
            model_name='road',
            constraint=models.CheckConstraint(condition=models.Q(('cause__in', ['new', 'overhauled'])), name='road_cause_known'),
        ),
        migrations.AddConstraint(
            model_name='road',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('section', ''), _negated=True), models.Q(('basis', ''), _negated=True), models.Q(('source', ''), _negated=True)), name='road_says_what_and_why'),
        ),
        migrations.RunSQL(GUARDS, UNGUARD),
    ]
