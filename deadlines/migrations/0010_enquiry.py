from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("deadlines", "0009_follow_up")]

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
                    ("enquiry", "Enquiry"),
                ],
                max_length=14,
            ),
        )
    ]
