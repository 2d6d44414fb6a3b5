"""News and explanations, checked by a second person of the same publisher."""

from django.conf import settings
import django.contrib.postgres.fields
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('publishing', '0010_policies'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='draft',
            name='draft_offered_to_be_checked',
        ),
        migrations.RemoveConstraint(
            model_name='draft',
            name='draft_published_was_offered',
        ),
        migrations.RemoveConstraint(
            model_name='publication',
            name='publication_checked_by_another',
        ),
        migrations.RemoveConstraint(
            model_name='publication',
            name='publication_kind_known',
        ),
        migrations.AddField(
            model_name='draft',
            name='share',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, size=None),
        ),
        migrations.AlterField(
            model_name='draft',
            name='kind',
            field=models.CharField(choices=[('fees', 'Fee catalogue'), ('payees', 'Payees'), ('prices', 'Price policies'), ('capacity', 'Open capacity'), ('areas', 'Areas of the map'), ('points', 'Connection points'), ('rental', 'Temporary supply for rent'), ('outages', 'Earlier outages'), ('customers', 'Customers served'), ('roads', 'Roads that may not be dug'), ('policies', 'Approval policy documents'), ('news', 'News and explanations')], max_length=12),
        ),
        migrations.AlterField(
            model_name='publication',
            name='kind',
            field=models.CharField(choices=[('fees', 'Fee catalogue'), ('payees', 'Payees'), ('prices', 'Price policies'), ('capacity', 'Open capacity'), ('areas', 'Areas of the map'), ('points', 'Connection points'), ('rental', 'Temporary supply for rent'), ('outages', 'Earlier outages'), ('customers', 'Customers served'), ('roads', 'Roads that may not be dug'), ('policies', 'Approval policy documents'), ('news', 'News and explanations')], max_length=12),
        ),
        migrations.AddConstraint(
            model_name='draft',
            constraint=models.CheckConstraint(condition=models.Q(('offered_at__isnull', True), models.Q(('kind__in', ['fees', 'payees', 'news']), ('offers__gt', 0)), _connector='OR'), name='draft_offered_to_be_checked'),
        ),
        # Not asked of what was published before it was checked (migration 0007).
        AddConstraintNotValid(
            model_name='draft',
            constraint=models.CheckConstraint(condition=models.Q(('publication__isnull', True), models.Q(('kind__in', ['fees', 'payees', 'news']), _negated=True), ('offered_at__isnull', False), _connector='OR'), name='draft_published_was_offered'),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['fees', 'payees', 'prices', 'capacity', 'areas', 'points', 'rental', 'outages', 'customers', 'roads', 'policies', 'news'])), name='publication_kind_known'),
        ),
        # Not asked of what was published before it was checked (migration 0007).
        AddConstraintNotValid(
            model_name='publication',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['fees', 'payees', 'news']), _negated=True), models.Q(('checked_by__isnull', False), ('prepared_by__isnull', False), models.Q(('prepared_by', models.F('checked_by')), _negated=True)), _connector='OR'), name='publication_checked_by_another'),
        ),
    ]
