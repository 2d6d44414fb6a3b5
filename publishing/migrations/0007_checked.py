"""A draft of some tables is offered, and published by a second person; what was published before
stays as it is."""

import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import F, Q

CHECKED = Q(kind__in=["fees", "payees"])

GUARD = """
CREATE FUNCTION grid_draft_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.offered_at IS NOT NULL AND
        (NEW.text, NEW.format, NEW.file_name, NEW.source, NEW.note, NEW.whole) IS DISTINCT FROM
        (OLD.text, OLD.format, OLD.file_name, OLD.source, OLD.note, OLD.whole)
    THEN
        RAISE EXCEPTION 'what is offered stays as it is' USING ERRCODE = 'TD403';
    END IF;
    IF EXISTS (SELECT FROM grid_publication
        WHERE id = NEW.publication_id AND prepared_by_id <> NEW.by_id)
    THEN
        RAISE EXCEPTION 'whoever made a draft prepared its publication' USING ERRCODE = 'TD403';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER grid_draft_guard
    BEFORE UPDATE OF text, format, file_name, source, note, whole, publication_id ON grid_draft
    FOR EACH ROW EXECUTE FUNCTION grid_draft_guard();
"""
UNGUARD = """
DROP TRIGGER grid_draft_guard ON grid_draft;
DROP FUNCTION grid_draft_guard();
"""


def person() -> models.Field:
    return models.ForeignKey(
        blank=True,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
    )


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("publishing", "0006_payees"),
    ]

    operations = [
        migrations.AddField("publication", "prepared_by", person()),
        migrations.AddField("publication", "checked_by", person()),
        migrations.AddField("draft", "offered_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("draft", "offers", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("draft", "given_back", models.CharField(blank=True, default="", max_length=500), preserve_default=False),
        migrations.AddField("draft", "given_back_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("draft", "given_back_by", person()),
        migrations.AddIndex(
            "draft",
            models.Index(
                fields=["kind", "id"],
                name="draft_to_check",
                condition=Q(publication__isnull=True, offered_at__isnull=False),
            ),
        ),
        migrations.AddConstraint(
            "draft",
            models.CheckConstraint(
                condition=Q(offered_at__isnull=True) | CHECKED & Q(offers__gt=0),
                name="draft_offered_to_be_checked",
            ),
        ),
        migrations.AddConstraint(
            "draft",
            models.CheckConstraint(
                condition=Q(given_back="", given_back_by__isnull=True, given_back_at__isnull=True)
                | ~Q(given_back="")
                & ~Q(given_back_by=F("by"))
                & Q(given_back_by__isnull=False, given_back_at__isnull=False)
                & Q(offered_at__isnull=True),
                name="draft_given_back_by_another",
            ),
        ),
        AddConstraintNotValid(
            "draft",
            models.CheckConstraint(
                condition=Q(publication__isnull=True) | ~CHECKED | Q(offered_at__isnull=False),
                name="draft_published_was_offered",
            ),
        ),
        AddConstraintNotValid(
            "publication",
            models.CheckConstraint(
                condition=~CHECKED
                | Q(prepared_by__isnull=False, checked_by__isnull=False)
                & ~Q(prepared_by=F("checked_by")),
                name="publication_checked_by_another",
            ),
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
