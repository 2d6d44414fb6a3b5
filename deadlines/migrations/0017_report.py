from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('deadlines', '0016_interruption'),
    ]

    operations = [
        migrations.AlterField(
            model_name='clock',
            name='kind',
            field=models.CharField(choices=[('whole_process', 'Whole Process'), ('handling', 'Handling'), ('intake', 'Intake'), ('review', 'Review'), ('instant', 'Instant'), ('set', 'Set'), ('rectification', 'Rectification'), ('follow_up', 'Follow Up'), ('enquiry', 'Enquiry'), ('step', 'Step'), ('check', 'Check'), ('complaint', 'Complaint'), ('interruption', 'Interruption'), ('report', 'Report')], max_length=14),
        ),
    ]
