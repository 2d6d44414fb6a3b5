"""Which of our texts a vendor has approved under which of its own numbers, and by which names the
vendor knows what fills them in.

Vendors in mainland China send approved texts only. The operator's file (JSON) maps the names that
`manage.py sms_templates` lists to the vendor's number, or to `{"id", "variables", ...}`. It is held
to our texts at the start (`notifications.registry`).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from rules.delivery import Channel

#: Providers that send approved texts alone, and the variable that names their file.
FILES: Final = {
    (Channel.SMS, "aliyun"): "PORTAL_SMS_TEMPLATES",
    (Channel.SMS, "tencent"): "PORTAL_SMS_TEMPLATES",
    (Channel.WECHAT, "subscription"): "PORTAL_WECHAT_MESSAGES_TEMPLATES",
    (Channel.WECHAT, "template"): "PORTAL_WECHAT_MESSAGES_TEMPLATES",
}


@dataclass(frozen=True, slots=True)
class Template:
    """An approved text.

    Attributes:
        id: the vendor's number.
        variables: by the vendor's name, ours; None where the file says nothing of them, and they
            are called as ours are.
        page: where WeChat leads from the message; empty: nowhere.
        once: each sending needs a grant of the person (a one-time subscription).
    """

    id: str
    variables: Mapping[str, str] | None = None
    page: str = ""
    once: bool = True

    def filled(self, values: Mapping[str, str]) -> dict[str, str]:
        """What is sent, by the vendor's names."""
        if self.variables is None:
            return dict(values)
        return {theirs: values[ours] for theirs, ours in self.variables.items()}


def needs_templates(channel: str, provider: str) -> bool:
    return (Channel(channel), provider) in FILES


def load(channel: str = Channel.SMS, provider: str = "aliyun") -> dict[str, Template]:
    """The templates of a provider by the names of our texts, each with its language.

    Raises:
        ImproperlyConfigured: the file is not named, cannot be read, or says something else.
    """
    variable = FILES[Channel(channel), provider]
    by_channel = {
        Channel.SMS: settings.SMS_TEMPLATES,
        Channel.WECHAT: settings.WECHAT_MESSAGES["templates"],
    }
    path = by_channel[Channel(channel)]
    if not path:
        raise ImproperlyConfigured(f"This vendor needs {variable}, a file.")
    try:
        text = Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise ImproperlyConfigured(f"{variable}: {path} cannot be read.") from error
    return _parsed(text, f"{variable}: {path}")


@lru_cache(maxsize=8)
def _parsed(text: str, where: str) -> dict[str, Template]:
    try:
        read = json.loads(text)
    except ValueError as error:
        raise ImproperlyConfigured(f"{where} cannot be read.") from error
    if not isinstance(read, dict):
        raise ImproperlyConfigured(f"{where} maps no names to numbers.")
    return {name: _template(said, f"{where}: {name}") for name, said in read.items()}


def _template(said: Any, where: str) -> Template:
    if isinstance(said, str):
        said = {"id": said}
    kinds: dict[str, Any] = {"id": str, "variables": (dict, list), "page": str, "once": bool}
    if not isinstance(said, dict) or "id" not in said or not set(said) <= set(kinds):
        raise ImproperlyConfigured(f"{where} is no number, and no table with id.")
    for name, value in said.items():
        if not isinstance(value, kinds[name]):
            raise ImproperlyConfigured(f"{where}: {name} is of the wrong kind.")
    variables = said.get("variables")
    if isinstance(variables, list):
        variables = {each: each for each in variables if isinstance(each, str)}
    if variables and not all(isinstance(each, str) for each in variables.values()):
        raise ImproperlyConfigured(f"{where}: variables are no names.")
    return Template(said["id"], variables, said.get("page", ""), said.get("once", True))
