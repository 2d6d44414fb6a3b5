"""A low rating is followed up: the tables, and their moves as the machine has them."""

import uuid
from typing import Final

import django.db.models.deletion
import django_fsm
from django.db import migrations, models
from django.db.models import Q

import core.fields

# The moves are generated from the transitions; tests/applications compares the two.
GUARD: Final = """
CREATE FUNCTION follow_up_moves() RETURNS TABLE (from_state text, to_state text)
LANGUAGE sql IMMUTABLE AS $$
    VALUES ('open', 'closed')
$$;

CREATE FUNCTION follow_up_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a follow-up is never deleted' USING ERRCODE = 'TD403';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'open' THEN
            RAISE EXCEPTION 'a follow-up cannot begin as %', NEW.state USING ERRCODE = 'TD409';
        END IF;
        RETURN NEW;
    END IF;
    -- Its words may be erased with those of its case, which the owner does.
    IF OLD.state = 'closed' AND NOT pg_has_role(
        current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE'
    ) THEN
        RAISE EXCEPTION 'a closed follow-up never changes' USING ERRCODE = 'TD403';
    END IF;
    IF NEW.state <> OLD.state AND NOT EXISTS (
        SELECT 1 FROM follow_up_moves() AS move
        WHERE move.from_state = OLD.state AND move.to_state = NEW.state
    ) THEN
        RAISE EXCEPTION 'a follow-up cannot go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'TD409';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER follow_up_guard BEFORE INSERT OR UPDATE OR DELETE ON applications_followup
    FOR EACH ROW EXECUTE FUNCTION follow_up_guard();
"""
UNGUARD: Final = """
DROP TRIGGER follow_up_guard ON applications_followup;
DROP FUNCTION follow_up_guard();
DROP FUNCTION follow_up_moves();
"""
ID: Final = models.BigAutoField(
    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
)


class Migration(migrations.Migration):
    dependencies = [("applications", "0017_going_online")]

    operations = [
        migrations.CreateModel(
            "FollowUp",
            [
                ("id", ID.clone()),
                ("ref", models.UUIDField(default=uuid.uuid4, unique=True)),
                (
                    "stage",
                    models.CharField(
                        choices=[("acceptance", "Acceptance"), ("end", "End")], max_length=10
                    ),
                ),
                ("district", models.CharField(max_length=12)),
                ("rules_version", models.CharField(max_length=40)),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[("open", "Open"), ("closed", "Applicant spoken to, closed")],
                        default="open",
                        max_length=6,
                        protected=True,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("said", core.fields.EncryptedTextField(blank=True)),
                ("done", core.fields.EncryptedTextField(blank=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "application",
                    models.ForeignKey(
                        "applications.application",
                        django.db.models.deletion.PROTECT,
                        related_name="follow_ups",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["application", "stage"], name="follow_up_of_a_rating"
                    ),
                    models.CheckConstraint(
                        condition=Q(state="open", closed_at__isnull=True, said="", done="")
                        | Q(state="closed", closed_at__isnull=False)
                        & (~Q(said="") & ~Q(done="") | Q(said="", done="")),
                        name="follow_up_closed_in_words",
                    ),
                ],
                "indexes": [
                    models.Index(
                        fields=["district", "id"],
                        condition=Q(state="open"),
                        name="follow_up_open",
                    ),
                    models.Index(fields=["district", "-id"], name="follow_up_by_district"),
                ],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            "Attempt",
            [
                ("id", ID.clone()),
                ("seq", models.PositiveIntegerField()),
                ("text", core.fields.EncryptedTextField()),
                ("at", models.DateTimeField()),
                (
                    "follow_up",
                    models.ForeignKey(
                        "applications.followup",
                        django.db.models.deletion.PROTECT,
                        related_name="attempts",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["follow_up", "seq"], name="attempt_once_a_step"
                    )
                ]
            },
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
