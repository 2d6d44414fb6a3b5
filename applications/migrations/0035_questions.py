"""Questions without a case: a number and a topic of their own, who asked, and erasing them."""

from typing import Final

import django.db.models.deletion
from django.db import migrations, models

import core.fields

NUMBERS: Final = """
CREATE SEQUENCE applications_enquiry_number;
UPDATE applications_enquiry q SET number = a.number
    FROM applications_application a WHERE a.id = q.application_id;
"""
ERASE: Final = """
-- As erase_case, by the record, of what was asked without a case and is answered.
CREATE FUNCTION erase_enquiry(erased uuid) RETURNS void LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE applications_enquiry SET text = '', answer_text = '', phone = '', phone_digest = NULL,
        version = version + 1
        WHERE ref = erased AND application_id IS NULL AND state = 'answered' AND EXISTS (
            SELECT 1 FROM ledger_entry e
            WHERE e.case_ref = erased AND e.type = 'enquiry.erased');
    IF NOT FOUND THEN
        RAISE EXCEPTION 'only an answered question without a case is erased, by the record'
            USING ERRCODE = 'TD403';
    END IF;
    DELETE FROM ledger_salt s USING ledger_entry e
        WHERE e.salt_ref = s.ref AND e.case_ref = erased AND e.type <> 'enquiry.erased';
END $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0017_codes_of_decisions'),
        ('applications', '0034_materials'),
    ]

    operations = [
        migrations.AddField(
            model_name='enquiry',
            name='language',
            field=models.CharField(choices=[('zh-hans', 'Chinese'), ('en', 'English')], default='zh-hans', max_length=10),
        ),
        migrations.AddField(
            model_name='enquiry',
            name='number',
            field=models.CharField(default='', max_length=20),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='enquiry',
            name='office',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation'),
        ),
        migrations.AddField(
            model_name='enquiry',
            name='party',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='enquiries', to='accounts.party'),
        ),
        migrations.AddField(
            model_name='enquiry',
            name='phone',
            field=core.fields.EncryptedTextField(blank=True),
        ),
        migrations.AddField(
            model_name='enquiry',
            name='phone_digest',
            field=models.BinaryField(max_length=32, null=True),
        ),
        migrations.AddField(
            model_name='enquiry',
            name='topic',
            field=models.CharField(blank=True, choices=[('applying', 'Applying, and the documents for it'), ('time', 'How long it takes'), ('cost', 'Fees and costs'), ('connection', 'Capacity, lines and permits'), ('meter', 'Meter, contract and the name on it'), ('other', 'Something else')], max_length=10),
        ),
        migrations.AlterField(
            model_name='enquiry',
            name='application',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='enquiries', to='applications.application'),
        ),
        migrations.RunSQL(NUMBERS, "DROP SEQUENCE applications_enquiry_number"),
        migrations.AddIndex(
            model_name='enquiry',
            index=models.Index(condition=models.Q(('phone_digest__isnull', False)), fields=['phone_digest'], name='enquiry_of_phone'),
        ),
        migrations.AddIndex(
            model_name='enquiry',
            index=models.Index(condition=models.Q(('application__isnull', True), ('state', 'answered'), models.Q(('text', ''), _negated=True)), fields=['answered_at'], name='enquiry_to_erase'),
        ),
        migrations.AddConstraint(
            model_name='enquiry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('application__isnull', False), ('office', None), ('party', None), ('phone', ''), ('topic', '')), models.Q(('application__isnull', True), models.Q(('topic', ''), _negated=True), models.Q(('party__isnull', False), ('office__isnull', False), _connector='XOR')), _connector='OR'), name='enquiry_of_a_case_or_of_somebody'),
        ),
        migrations.AddConstraint(
            model_name='enquiry',
            constraint=models.CheckConstraint(condition=models.Q(('phone', ''), ('phone_digest__isnull', False), _connector='XOR'), name='enquiry_phone_is_found'),
        ),
        migrations.AddConstraint(
            model_name='enquiry',
            constraint=models.UniqueConstraint(condition=models.Q(('application__isnull', True)), fields=('number',), name='enquiry_has_its_number'),
        ),
        migrations.RunSQL(ERASE, "DROP FUNCTION erase_enquiry(uuid)"),
    ]
