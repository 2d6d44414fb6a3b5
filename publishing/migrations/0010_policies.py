"""The published table of approval policy documents."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('publishing', '0009_outages'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='publication',
            name='publication_kind_known',
        ),
        migrations.AlterField(
            model_name='draft',
            name='kind',
            field=models.CharField(choices=[('fees', 'Fee catalogue'), ('payees', 'Payees'), ('prices', 'Price policies'), ('capacity', 'Open capacity'), ('areas', 'Areas of the map'), ('points', 'Connection points'), ('rental', 'Temporary supply for rent'), ('outages', 'Earlier outages'), ('customers', 'Customers served'), ('roads', 'Roads that may not be dug'), ('policies', 'Approval policy documents')], max_length=12),
        ),
        migrations.AlterField(
            model_name='publication',
            name='kind',
            field=models.CharField(choices=[('fees', 'Fee catalogue'), ('payees', 'Payees'), ('prices', 'Price policies'), ('capacity', 'Open capacity'), ('areas', 'Areas of the map'), ('points', 'Connection points'), ('rental', 'Temporary supply for rent'), ('outages', 'Earlier outages'), ('customers', 'Customers served'), ('roads', 'Roads that may not be dug'), ('policies', 'Approval policy documents')], max_length=12),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['fees', 'payees', 'prices', 'capacity', 'areas', 'points', 'rental', 'outages', 'customers', 'roads', 'policies'])), name='publication_kind_known'),
        ),
    ]
