"""What the reviewer answered at each point, written with the decision and never after; and the
papers of granted permits, of which those of before get theirs too."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models
from django.db.models import Q

from approvals.papers.models import number_for

GUARDS = """
CREATE TRIGGER permit_stays_reviewed BEFORE UPDATE ON approvals_permit FOR EACH ROW
    WHEN (OLD.decided_at IS NOT NULL AND
        OLD.review_points IS DISTINCT FROM NEW.review_points)
    EXECUTE FUNCTION kept_as_written();
CREATE TRIGGER permit_paper_stays_kept BEFORE UPDATE ON approvals_permitpaper FOR EACH ROW
    WHEN (OLD.kept_at IS NOT NULL)
    EXECUTE FUNCTION kept_as_written();
"""
RELEASE = """
DROP TRIGGER permit_stays_reviewed ON approvals_permit;
DROP TRIGGER permit_paper_stays_kept ON approvals_permitpaper;
"""
TROUBLE = [
    ("", ""),
    ("seal", "The seal cannot be used at the moment."),
    ("time", "The time stamp service does not answer, or not rightly."),
    ("failed", "The PDF could not be made."),
]


def begin_papers(apps, schema_editor):
    # The owner's connection: the web role's would wait for this very migration.
    alias = schema_editor.connection.alias
    permits = apps.get_model("approvals", "Permit").objects.using(alias)
    papers = apps.get_model("approvals", "PermitPaper").objects.using(alias)
    granted = permits.filter(state="granted", carried_from=None).only("permit", "decided_at")
    rows = (
        papers.model(permit=permit, number=number_for(permit.permit, permit.decided_at))
        for permit in granted.iterator()
    )
    papers.bulk_create(rows, batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [("approvals", "0012_watched"), ("documents", "0008_scan_and_uploads")]

    operations = [
        migrations.AddField("permit", "review_points", models.JSONField(default=list)),
        migrations.AddConstraint(
            "permit",
            models.CheckConstraint(
                condition=Q(review_points=[]) | Q(decided_at__isnull=False),
                name="permit_review_of_a_decision",
            ),
        ),
        migrations.CreateModel(
            name="PermitPaper",
            fields=[
                ("tries", models.PositiveIntegerField(default=0)),
                (
                    "due_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), null=True
                    ),
                ),
                ("sealed_by", models.CharField(blank=True, default="", max_length=200)),
                ("stamped_at", models.DateTimeField(null=True)),
                ("kept_at", models.DateTimeField(null=True)),
                (
                    "permit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="paper",
                        serialize=False,
                        to="approvals.permit",
                    ),
                ),
                ("number", models.CharField(max_length=40, unique=True)),
                (
                    "trouble",
                    models.CharField(blank=True, choices=TROUBLE, default="", max_length=8),
                ),
                (
                    "document",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.document",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=Q(kept_at=None), fields=["due_at"], name="permit_paper_to_keep"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(kept_at=None, document=None, due_at__isnull=False)
                        | Q(
                            kept_at__isnull=False, document__isnull=False, due_at=None, trouble=""
                        ),
                        name="permit_paper_kept_with_its_file",
                    )
                ],
            },
        ),
        migrations.RunSQL(GUARDS, RELEASE),
        migrations.RunPython(begin_papers, migrations.RunPython.noop),
    ]
