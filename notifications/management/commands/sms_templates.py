import re
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.models import User
from notifications import registry
from notifications.texts import places_in
from rules.delivery import Channel


class Command(BaseCommand):
    help = (
        "Lists the texts of SMS as a vendor must approve them: name, Alibaba's form, Tencent's. "
        "With --missing, those for which the providers have no template, of WeChat too."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--missing", action="store_true")

    def handle(self, *args: Any, missing: bool = False, **options: Any) -> None:
        if missing:
            for channel in (Channel.SMS, Channel.WECHAT):
                for name in registry.missing(channel):
                    self.stdout.write(f"{channel.value}  {name}")
            return
        for language in User.Language.values:
            for name, text in registry.texts_of(Channel.SMS, language).items():
                self.stdout.write(name)
                self.stdout.write(f"    aliyun   {aliyun(text)}")
                self.stdout.write(f"    tencent  {tencent(text)}")


def aliyun(text: str) -> str:
    return re.sub(r"%\((\w+)\)s", r"${\1}", text)


def tencent(text: str) -> str:
    """Numbered in their order; each stands once in the values."""
    numbers = {name: number for number, name in enumerate(places_in(text), 1)}
    return re.sub(r"%\((\w+)\)s", lambda found: f"{{{numbers[found[1]]}}}", text)
