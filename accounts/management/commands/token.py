from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import actions
from accounts.models import User
from core.demonstration import is_demonstration


class Command(BaseCommand):
    help = "Prints a bearer token of a person of a demonstration. Refused in a real database."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        if not is_demonstration():
            raise CommandError("This is not a demonstration: tokens are asked for with a password.")
        user = User.objects.filter(username=User.normalise(username), is_active=True).first()
        if user is None:
            raise CommandError(f"There is no open account {username}.")
        token, _row = actions.issue_token(
            user=user, life=actions.TOKEN_LIFE, second_factor=False, label="manage.py token"
        )
        self.stdout.write(token)
