"""Electronic contracts: the text as it was signed, and the PDF that is kept of it."""

import core.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

KEEP = """
CREATE TRIGGER contract_stays_kept BEFORE UPDATE ON applications_contract FOR EACH ROW
    WHEN (OLD.kept_at IS NOT NULL)
    EXECUTE FUNCTION kept_as_written();
"""
RELEASE = "DROP TRIGGER contract_stays_kept ON applications_contract;"


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0018_follow_up'),
        ('core', '0003_kept_as_written'),
        ('documents', '0003_handed_in_by_a_party'),
    ]

    operations = [
        migrations.CreateModel(
            name='Contract',
            fields=[
                ('application', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='contract', serialize=False, to='applications.application')),
                ('text', core.fields.EncryptedTextField()),
                ('digest', models.CharField(max_length=64)),
                ('consent', models.CharField(choices=[('session', 'Confirmed by whoever was signed in'), ('code', "Confirmed by a code sent to the applicant's phone")], max_length=8)),
                ('signed_at', models.DateTimeField()),
                ('tries', models.PositiveIntegerField(default=0)),
                ('due_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), null=True)),
                ('trouble', models.CharField(blank=True, choices=[('', ''), ('seal', "The supply company's seal cannot be used at the moment."), ('time', 'The time stamp service does not answer, or not rightly.'), ('failed', 'The PDF could not be made.')], default='', max_length=8)),
                ('sealed_by', models.CharField(blank=True, default='', max_length=200)),
                ('stamped_at', models.DateTimeField(null=True)),
                ('kept_at', models.DateTimeField(null=True)),
                ('document', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.document')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('kept_at', None)), fields=['due_at'], name='contract_to_keep')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('document', None), ('due_at__isnull', False), ('kept_at', None)), models.Q(('document__isnull', False), ('due_at', None), ('kept_at__isnull', False), ('trouble', '')), _connector='OR'), name='contract_kept_with_its_file'), models.CheckConstraint(condition=models.Q(('consent__in', ['session', 'code'])), name='contract_of_known_consent')],
            },
        ),
        migrations.RunSQL(KEEP, RELEASE),
    ]
