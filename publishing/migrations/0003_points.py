"""One published table more: the connection points of customers."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('publishing', '0002_roads'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='publication',
            name='publication_kind_known',
        ),
        migrations.AlterField(
            model_name='draft',
            name='kind',
            field=models.CharField(choices=[('fees', 'Fee catalogue'), ('capacity', 'Open capacity'), ('points', 'Connection points'), ('outages', 'Outages'), ('customers', 'Customers served'), ('roads', 'Roads that may not be dug')], max_length=12),
        ),
        migrations.AlterField(
            model_name='publication',
            name='kind',
            field=models.CharField(choices=[('fees', 'Fee catalogue'), ('capacity', 'Open capacity'), ('points', 'Connection points'), ('outages', 'Outages'), ('customers', 'Customers served'), ('roads', 'Roads that may not be dug')], max_length=12),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['fees', 'capacity', 'points', 'outages', 'customers', 'roads'])), name='publication_kind_known'),
        ),
    ]
