import re
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import override

from accounts.models import User
from core.events import catalogue
from notifications.texts import Wording, as_one, places_in
from rules.delivery import Channel


class Command(BaseCommand):
    help = "Lists the texts of SMS as a vendor must approve them: name, Alibaba's form, Tencent's."

    def handle(self, *args: Any, **options: Any) -> None:
        for language in User.Language.values:
            with override(language):
                for wording in wordings():
                    text = as_one(wording)
                    self.stdout.write(f"{wording.name}.{language}")
                    self.stdout.write(f"    aliyun   {aliyun(text)}")
                    self.stdout.write(f"    tencent  {tencent(text)}")


def wordings() -> Iterator[Wording]:
    """Of every event whose message goes out by SMS."""
    for event in catalogue():
        said = event.message
        if said is not None and Channel.SMS in said.channels:
            yield Wording(event.type, said.title, said.body)
            for name, (title, body) in {**said.outcomes, **said.variants}.items():
                yield Wording(f"{event.type}.{name}", title, body)


def aliyun(text: str) -> str:
    return re.sub(r"%\((\w+)\)s", r"${\1}", text)


def tencent(text: str) -> str:
    """Numbered in their order; each stands once in the values."""
    numbers = {name: number for number, name in enumerate(places_in(text), 1)}
    return re.sub(r"%\((\w+)\)s", lambda found: f"{{{numbers[found[1]]}}}", text)
