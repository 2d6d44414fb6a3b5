"""Working group, grid projects, training and good practice."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('publishing', '0011_news'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='publication',
            name='publication_kind_known',
        ),
        migrations.AlterField(
            model_name='draft',
            name='kind',
            field=models.CharField(choices=[('fees', 'Fee catalogue'), ('payees', 'Payees'), ('prices', 'Price policies'), ('capacity', 'Open capacity'), ('areas', 'Areas of the map'), ('points', 'Connection points'), ('rental', 'Temporary supply for rent'), ('outages', 'Earlier outages'), ('customers', 'Customers served'), ('roads', 'Roads that may not be dug'), ('policies', 'Approval policy documents'), ('news', 'News and explanations'), ('group', 'Working group'), ('projects', 'Grid projects'), ('training', 'Training and promotion'), ('practices', 'Good practice')], max_length=12),
        ),
        migrations.AlterField(
            model_name='publication',
            name='kind',
            field=models.CharField(choices=[('fees', 'Fee catalogue'), ('payees', 'Payees'), ('prices', 'Price policies'), ('capacity', 'Open capacity'), ('areas', 'Areas of the map'), ('points', 'Connection points'), ('rental', 'Temporary supply for rent'), ('outages', 'Earlier outages'), ('customers', 'Customers served'), ('roads', 'Roads that may not be dug'), ('policies', 'Approval policy documents'), ('news', 'News and explanations'), ('group', 'Working group'), ('projects', 'Grid projects'), ('training', 'Training and promotion'), ('practices', 'Good practice')], max_length=12),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['fees', 'payees', 'prices', 'capacity', 'areas', 'points', 'rental', 'outages', 'customers', 'roads', 'policies', 'news', 'group', 'projects', 'training', 'practices'])), name='publication_kind_known'),
        ),
    ]
