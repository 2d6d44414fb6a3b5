"""One published table more: the roads that may not be dug."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('publishing', '0001_initial'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='publication',
            name='publication_kind_known',
        ),
        migrations.AlterField(
            model_name='draft',
            name='kind',
            field=models.CharField(choices=[('fees', 'Fee catalogue'), ('capacity', 'Open capacity'), ('outages', 'Outages'), ('customers', 'Customers served'), ('roads', 'Roads that may not be dug')], max_length=12),
        ),
        migrations.AlterField(
            model_name='publication',
            name='kind',
            field=models.CharField(choices=[('fees', 'Fee catalogue'), ('capacity', 'Open capacity'), ('outages', 'Outages'), ('customers', 'Customers served'), ('roads', 'Roads that may not be dug')], max_length=12),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['fees', 'capacity', 'outages', 'customers', 'roads'])), name='publication_kind_known'),
        ),
    ]
