from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("deadlines", "0008_open_targets")]

    operations = [
        migrations.AlterField(
            "clock",
            "kind",
            models.CharField(
                choices=[
                    ("whole_process", "Whole Process"),
                    ("handling", "Handling"),
                    ("intake", "Intake"),
                    ("review", "Review"),
                    ("instant", "Instant"),
                    ("set", "Set"),
                    ("rectification", "Rectification"),
                    ("follow_up", "Follow Up"),
                ],
                max_length=14,
            ),
        )
    ]
