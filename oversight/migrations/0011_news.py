"""News and explanations, as published rows."""

import django.db.models.deletion
from django.db import migrations, models


GUARDS = """
CREATE TRIGGER oversight_newsitem_keep BEFORE UPDATE OR DELETE ON oversight_newsitem
    FOR EACH ROW EXECUTE FUNCTION grid_keep_row();
CREATE TRIGGER oversight_newsitem_keep_all BEFORE TRUNCATE ON oversight_newsitem
    FOR EACH STATEMENT EXECUTE FUNCTION grid_keep_all();
"""
UNGUARD = """
DROP TRIGGER oversight_newsitem_keep_all ON oversight_newsitem;
DROP TRIGGER oversight_newsitem_keep ON oversight_newsitem;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('oversight', '0010_orderly'),
        ('publishing', '0011_news'),
        # What is published stays.
        ('grid', '0002_keep'),
    ]

    operations = [
        migrations.CreateModel(
            name='NewsItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=300)),
                ('code', models.CharField(max_length=40)),
                ('publisher', models.CharField(max_length=60)),
                ('title', models.CharField(max_length=120)),
                ('body', models.TextField()),
                ('policy', models.CharField(blank=True, max_length=80)),
                ('announced_at', models.DateTimeField()),
                ('publication', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='publishing.publication')),
                ('replaced_in', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='publishing.publication')),
            ],
            options={
                'ordering': ('-announced_at', '-id'),
                'indexes': [models.Index(fields=['-announced_at', '-id'], name='news_order'), models.Index(fields=['code', 'id'], name='news_versions')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('replaced_in__isnull', True)), fields=('code',), name='one_standing_news'), models.CheckConstraint(condition=models.Q(('code__regex', '^[0-9A-Za-z-]+$')), name='news_has_address'), models.CheckConstraint(condition=models.Q(models.Q(('publisher', ''), _negated=True), models.Q(('title', ''), _negated=True), models.Q(('body', ''), _negated=True), models.Q(('source', ''), _negated=True)), name='news_says_whose_and_what')],
            },
        ),
        migrations.RunSQL(GUARDS, UNGUARD),
    ]
