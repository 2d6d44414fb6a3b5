"""The role of the city's price authority, and the kind of its office."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0019_office_of_a_district'),
    ]

    operations = [
        migrations.AlterField(
            model_name='organisation',
            name='kind',
            field=models.CharField(choices=[('supplier', 'Supply company'), ('office', 'Office of the supply company'), ('hall', 'Service hall'), ('bureau', 'Bureau'), ('digital', 'Government service and digital bureau'), ('regulator', 'Regulator'), ('lead_agency', 'Lead agency'), ('district', 'District government'), ('price_authority', 'Price authority'), ('system', 'Connected system')], max_length=20, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='rolegrant',
            name='role',
            field=models.CharField(choices=[('applicant', 'Applicant'), ('clerk', 'Counter clerk'), ('manager', 'Customer manager'), ('project', 'Project manager'), ('supply_lead', 'Supply company lead'), ('officer', 'Bureau officer'), ('bureau_lead', 'Bureau lead'), ('hall_clerk', 'Service hall clerk'), ('digital', 'Government service and digital bureau'), ('regulator', 'Regulator'), ('lead_agency', 'Lead agency'), ('district_lead', 'District lead'), ('price_authority', 'Price authority'), ('machine', 'Machine client'), ('administrator', 'Administrator'), ('other_city', 'Office of another city'), ('consulted', 'Asked for an opinion'), ('system', 'System')], max_length=20, verbose_name='role'),
        ),
    ]
