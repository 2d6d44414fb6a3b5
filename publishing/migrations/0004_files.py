"""A draft knows of which format its file was, and may undo a publication."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('publishing', '0003_more_tables'),
    ]

    operations = [
        migrations.AddField(
            model_name='draft',
            name='format',
            field=models.CharField(choices=[('csv', 'CSV'), ('xlsx', 'XLSX'), ('geojson', 'GeoJSON')], default='csv', max_length=8),
        ),
        migrations.AddField(
            model_name='draft',
            name='undoes',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='publishing.publication'),
        ),
        migrations.AddField(
            model_name='publication',
            name='undoes',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='publishing.publication'),
        ),
    ]
