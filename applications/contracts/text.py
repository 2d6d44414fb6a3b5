"""The text of a case's contract: the city's wording, filled in from the case and its rules.

The same case, wording and translations give the same bytes, so that their digest can be shown,
signed and recorded. The identity number stands masked: the document handed in has it whole.
"""

import json
from typing import Any, Final

from django.utils import translation

from applications.models import Application
from applications.states import LOW
from applications.wording import kind_words, place_words, voltage_words
from core.fields import text_digest
from core.templatetags.city import figure, masked_id, masked_name
from ledger.record import text_of
from rules.city import city
from rules.contract import contract_template
from rules.files import Words

FORMAT: Final = "tongdian-contract/1"
LANGUAGES: Final = ("zh", "zh-hans"), ("en", "en")


def is_electronic(case: Application) -> bool:
    """Whether the contract is signed here: at low voltage, except at a counter where the customer
    has not confirmed it by a code: there it is signed on paper (plan 3(2)1)."""
    online = case.channel == Application.Channel.ONLINE
    return case.kind in LOW and (online or "sign_contract" in case.confirmed)


def contract_text(case: Application) -> str:
    """Return the contract of a low-voltage case as canonical JSON, each text in both languages."""
    template = contract_template()
    said = {name: _said(case, language) for name, language in LANGUAGES}

    def both(words: Words) -> dict[str, str]:
        return {name: getattr(words, name).format(**said[name]) for name, _language in LANGUAGES}

    return text_of(
        {
            "format": FORMAT,
            "template": template.version,
            "number": case.number,
            "title": both(template.title),
            "binding": both(template.binding),
            "parts": [
                {
                    "title": both(part.title),
                    "clauses": [both(each.text) for each in part.clauses if each.is_for(case.kind)],
                }
                for part in template.parts
            ],
        }
    )


def name_in(case: Application) -> str:
    """At a counter a clerk reads it, and the customer signs by name on the paper."""
    name = case.applicant_name
    return name if case.channel == Application.Channel.ONLINE else masked_name(name)


def _said(case: Application, language: str) -> dict[str, str]:
    """What `rules.contract.FIELDS` stand for, in a language."""
    with translation.override(language):
        colon, comma = (": ", ", ") if language == "en" else (" ", "，")
        return {
            "supplier": str(city().supplier),
            "applicant": name_in(case),
            "party": case.get_applicant_type_display(),
            "identity": masked_id(case.id_number),
            "number": case.number,
            "place": place_words(case, line=True),
            "voltage": voltage_words(case),
            "sources": str(case.sources),
            "capacity": figure(case.capacity_kw),
            "kind": kind_words(case.kind),
            "purpose": case.get_purpose_display(),
            "hotlines": comma.join(f"{each.name}{colon}{each.number}" for each in city().hotlines),
            "rules": case.rules_version,
        }


def template_of(text: str) -> str:
    """The version of the wording that a text was made of."""
    return str(json.loads(text)["template"])


def reading(text: str) -> dict[str, Any]:
    """A contract as a page shows it: in the reader's language, and under a translation the Chinese
    that binds."""
    read = json.loads(text)
    language = "en" if (translation.get_language() or "").startswith("en") else "zh"

    def one(pair: dict[str, str]) -> dict[str, str]:
        return {"text": pair[language], "binding": pair["zh"] if language == "en" else ""}

    return {
        "title": one(read["title"]),
        "binding": read["binding"][language],
        "template": read["template"],
        "digest": text_digest(text),
        "parts": [
            {
                "title": one(part["title"]),
                "clauses": [one(clause) for clause in part["clauses"]],
            }
            for part in read["parts"]
        ],
    }
