"""For what each question of the application is asked, and by which rules."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

from core.clock import city_now, local_date
from core.problems import Text
from rules import registry


@dataclass(frozen=True, slots=True)
class Help:
    """`rules` are the keys of those that make the answer needed."""

    why: Text
    rules: tuple[str, ...]

    @property
    def clauses(self) -> list[str]:
        """Of the rules as they hold today in the city as a whole, each once."""
        policy = registry.current().in_force(on=local_date(city_now()))
        return list(dict.fromkeys(str(policy.value(key).clause) for key in self.rules))


#: By the code of the question (`applications.questions.QUESTIONS`).
HELP: Final = {
    "purpose": Help(
        _("It decides how long it may take, what it costs and which documents are asked for."),
        ("limit.residential.whole_process", "three_zero.customers"),
    ),
    "type": Help(
        _(
            "A person shows an identity document, a company its licence. Small and micro "
            "enterprises are connected free of charge."
        ),
        ("documents.lv_small.application", "three_zero.customers"),
    ),
    "applicant": Help(
        _(
            "They are compared with the document that you hand in. Staff see them half covered; "
            "whoever must see them in full says why, on record."
        ),
        ("documents.residential.application",),
    ),
    "district": Help(
        _(
            "The supply company's people of that district work on your case, by the limits that "
            "hold there."
        ),
        ("three_zero.kw",),
    ),
    "address": Help(
        _("The meter comes to this address, and the property document has to name it."),
        ("documents.residential.application",),
    ),
    "capacity": Help(
        _(
            "By it the rules decide whether you are connected at low voltage, free of charge, or "
            "need a transformer of your own."
        ),
        ("three_zero.kw", "three_zero.voltage"),
    ),
    "voltage": Help(
        _(
            "With a transformer of your own there are a supply plan, works of your own and an "
            "inspection; from a public transformer there are none."
        ),
        ("limit.lv_other.handling", "documents.hv_single.completion_inspection"),
    ),
    "sources": Help(
        _(
            "With two supplies the design is reviewed, and the works are inspected before they "
            "are covered up: it may take longer."
        ),
        ("limit.hv_dual.handling", "documents.hv_dual.design_review"),
    ),
}
