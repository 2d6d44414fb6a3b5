"""What is published of outages are rows of the time before they were recorded here."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("reliability", "0004_short_notice")]

    operations = [migrations.RenameModel("Outage", "OutageRow")]
