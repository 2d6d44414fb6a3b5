"""The policy documents of the offices of bureaus."""

import django.db.models.deletion
from django.db import migrations, models


GUARDS = """
CREATE TRIGGER approvals_policydocument_keep BEFORE UPDATE OR DELETE ON approvals_policydocument
    FOR EACH ROW EXECUTE FUNCTION grid_keep_row();
CREATE TRIGGER approvals_policydocument_keep_all BEFORE TRUNCATE ON approvals_policydocument
    FOR EACH STATEMENT EXECUTE FUNCTION grid_keep_all();
"""
UNGUARD = """
DROP TRIGGER approvals_policydocument_keep_all ON approvals_policydocument;
DROP TRIGGER approvals_policydocument_keep ON approvals_policydocument;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('approvals', '0019_done_late_there'),
        ('publishing', '0010_policies'),
        # What is published stays.
        ('grid', '0002_keep'),
    ]

    operations = [
        migrations.CreateModel(
            name='PolicyDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=300)),
                ('from_date', models.DateField()),
                ('until_date', models.DateField(blank=True, null=True)),
                ('number', models.CharField(max_length=80)),
                ('title', models.CharField(max_length=200)),
                ('office', models.CharField(max_length=60)),
                ('permits', models.CharField(blank=True, max_length=300)),
                ('kinds', models.CharField(blank=True, max_length=200)),
                ('about', models.CharField(max_length=500)),
                ('link', models.CharField(max_length=500)),
                ('replaced_by', models.CharField(blank=True, max_length=80)),
                ('note', models.CharField(blank=True, max_length=500)),
                ('publication', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='publishing.publication')),
                ('replaced_in', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='publishing.publication')),
            ],
            options={
                'ordering': ('office', '-from_date', '-id'),
                'indexes': [models.Index(condition=models.Q(('replaced_in__isnull', True)), fields=['office', '-from_date', '-id'], name='policy_order')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('replaced_in__isnull', True)), fields=('number',), name='one_standing_policy'), models.CheckConstraint(condition=models.Q(('until_date__isnull', True), ('until_date__gte', models.F('from_date')), _connector='OR'), name='policy_from_before_until'), models.CheckConstraint(condition=models.Q(models.Q(('number', ''), _negated=True), models.Q(('title', ''), _negated=True), models.Q(('office', ''), _negated=True), models.Q(('about', ''), _negated=True), models.Q(('source', ''), _negated=True), models.Q(models.Q(('permits', ''), _negated=True), models.Q(('kinds', ''), _negated=True), _connector='OR')), name='policy_says_whose_and_of_what'), models.CheckConstraint(condition=models.Q(('link__startswith', 'https://'), ('link__startswith', 'http://'), _connector='OR'), name='policy_links_to_a_page'), models.CheckConstraint(condition=models.Q(('replaced_by', ''), models.Q(('until_date__isnull', False), models.Q(('replaced_by', models.F('number')), _negated=True)), _connector='OR'), name='policy_replaced_has_ended')],
            },
        ),
        migrations.RunSQL(GUARDS, UNGUARD),
    ]
