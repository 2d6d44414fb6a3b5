"""The role of the city's price authority."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('desk', '0004_role_of_the_consulted'),
    ]

    operations = [
        migrations.AlterField(
            model_name='savedfilter',
            name='role',
            field=models.CharField(blank=True, choices=[('applicant', 'Applicant'), ('clerk', 'Counter clerk'), ('manager', 'Customer manager'), ('project', 'Project manager'), ('supply_lead', 'Supply company lead'), ('officer', 'Bureau officer'), ('bureau_lead', 'Bureau lead'), ('hall_clerk', 'Service hall clerk'), ('digital', 'Government service and digital bureau'), ('regulator', 'Regulator'), ('lead_agency', 'Lead agency'), ('district_lead', 'District lead'), ('price_authority', 'Price authority'), ('machine', 'Machine client'), ('administrator', 'Administrator'), ('other_city', 'Office of another city'), ('consulted', 'Asked for an opinion'), ('system', 'System')], max_length=20),
        ),
    ]
