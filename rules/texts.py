"""Words that the rules carry in both languages, because they are law and not interface."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import get_language


@dataclass(frozen=True, slots=True)
class Words:
    """A text in Chinese and in English; as a string, the one of the active language."""

    zh: str
    en: str

    def __str__(self) -> str:
        language = get_language() if settings.configured else None
        return self.en if (language or "").startswith("en") else self.zh


@dataclass(frozen=True, slots=True)
class Clause(Words):
    """A short citation, such as `方案三(一)2(1)` and `Plan 3(1)2(1)`."""

    __str__ = Words.__str__


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value was read: its title and, where there is one, its address."""

    title: Words
    url: str = ""

    def __str__(self) -> str:
        return str(self.title)
