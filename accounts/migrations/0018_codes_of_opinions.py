"""Codes by which an opinion is given; the role of who gives it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0017_codes_of_decisions'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='phonecode',
            name='code_of_known_purpose',
        ),
        migrations.RemoveConstraint(
            model_name='phonecode',
            name='code_signs_a_text',
        ),
        migrations.AlterField(
            model_name='phonecode',
            name='purpose',
            field=models.CharField(choices=[('visit', 'To apply without an account'), ('password', 'To set a new password'), ('progress', 'To see all of a case'), ('contract', 'To sign a contract'), ('sign_in', 'To sign in'), ('consent', 'To agree that data are passed on'), ('office', 'To open what was passed on'), ('phone', 'To correct a phone number'), ('mandate', 'To let an account act'), ('offer', 'To take what is offered'), ('close', 'To close an account'), ('decision', 'To confirm a decision at a counter'), ('opinion', 'To give an opinion')], default='visit', max_length=10),
        ),
        migrations.AlterField(
            model_name='rolegrant',
            name='role',
            field=models.CharField(choices=[('applicant', 'Applicant'), ('clerk', 'Counter clerk'), ('manager', 'Customer manager'), ('project', 'Project manager'), ('supply_lead', 'Supply company lead'), ('officer', 'Bureau officer'), ('bureau_lead', 'Bureau lead'), ('hall_clerk', 'Service hall clerk'), ('digital', 'Government service and digital bureau'), ('regulator', 'Regulator'), ('lead_agency', 'Lead agency'), ('district_lead', 'District lead'), ('machine', 'Machine client'), ('administrator', 'Administrator'), ('other_city', 'Office of another city'), ('consulted', 'Asked for an opinion'), ('system', 'System')], max_length=20, verbose_name='role'),
        ),
        migrations.AddConstraint(
            model_name='phonecode',
            constraint=models.CheckConstraint(condition=models.Q(('purpose__in', ['visit', 'password', 'progress', 'contract', 'sign_in', 'consent', 'office', 'phone', 'mandate', 'offer', 'close', 'decision', 'opinion'])), name='code_of_known_purpose'),
        ),
        migrations.AddConstraint(
            model_name='phonecode',
            constraint=models.CheckConstraint(condition=models.Q(('purpose__in', ['contract', 'consent', 'phone', 'decision', 'opinion']), ('signs', ''), _connector='XOR'), name='code_signs_a_text'),
        ),
    ]
