import getpass
import os
from pathlib import Path
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import actions
from core.problems import Problem


class Command(BaseCommand):
    help = (
        "Makes the first administrator of a real database. The password is asked for on the "
        "terminal, or read from the file that PASSWORD_FILE names."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        try:
            actions.check_no_administrator()
            password = _password()
            validate_password(password)
            actions.make_first_person(username=username, password=password)
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        except Problem as problem:
            reasons = "\n".join(str(error.reason) for error in problem.errors)
            raise CommandError(reasons or str(problem.detail)) from problem
        self.stdout.write(f"{username} is administrator. Sign in and set up the second factor.")


def _password() -> str:
    if path := os.environ.get("PASSWORD_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").rstrip("\r\n")
        except OSError as error:
            raise CommandError(f"PASSWORD_FILE cannot be read: {error}") from error
    first = getpass.getpass("Password: ")
    if first != getpass.getpass("The same again: "):
        raise CommandError("The two passwords differ. Nothing has been made.")
    return first
