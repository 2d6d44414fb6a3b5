"""What a message says, put together when it is shown, in the language of who reads it.

A message is stored as what happened (`kind`, `context`). Apps add the kinds of their own with
`register`, and where a message leads with `register_link`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from core.problems import Text
from notifications.models import Message
from rules.files import Words

Context = Mapping[str, Any]
LinkOf = Callable[[int, Context], str]


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as a person reads it; `url` is empty where it leads nowhere."""

    title: str
    body: str
    url: str


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a kind; `%(name)s` stands for a value of the context.

    `outcomes` has other words for a `state` of the context in which the same step can end.
    """

    title: Text
    body: Text
    outcomes: Mapping[str, tuple[Text, Text]] | None = None


ANYTHING = Wording(
    _("Case %(number)s has moved on"),
    _("Something has been recorded in your case. The case page shows what, when and by whom."),
)

BACK_TO_YOU = _("Read the findings on the case page, mend what they name and report once more.")

_wordings: dict[str, Wording] = {
    "case.submitted": Wording(
        _("Case %(number)s has been filed"),
        _("The application was filed for you at a counter. Its clock runs from now on."),
    ),
    "case.supplement_requested": Wording(
        _("Case %(number)s: something is missing"),
        _("The supply company has named, once and completely, what it needs. Please add it."),
    ),
    "case.supplement_supplied": Wording(
        _("Case %(number)s: the supplement is in"),
        _("What was missing has been added. The case is with the supply company again."),
    ),
    "case.accepted": Wording(
        _("Case %(number)s has been accepted"),
        _("Your application is complete. For low voltage, the contract is the next step."),
    ),
    "case.plan_replied": Wording(
        _("Case %(number)s: the supply plan is here"),
        _("Please read the plan and confirm it, or say why you do not agree."),
    ),
    "case.design_reviewed": Wording(
        _("Case %(number)s: the design needs changes"),
        BACK_TO_YOU,
        {
            "design_passed": (
                _("Case %(number)s: the design has passed"),
                _("The supply company now applies for the permits of the line."),
            )
        },
    ),
    "case.contract_signed": Wording(
        _("Case %(number)s: the contract is signed"),
        _("Nothing more is asked of you at the moment."),
    ),
    "case.line_works_posted": Wording(
        _("Case %(number)s: the permits are under way"),
        _("The supply company has applied for every permit of the line at once."),
    ),
    "case.line_works_changed": Wording(
        _("Case %(number)s: the line has been changed"),
        _("A permit was refused. The changed line went to the bureaus that it concerns."),
    ),
    "case.permits_joined": Wording(
        _("Case %(number)s: the permits are complete"),
        _("Every bureau has decided. The works can start."),
        {
            "replanning": (
                _("Case %(number)s: a permit was refused"),
                _("The supply company changes the line. Permits that it does not touch stay."),
            )
        },
    ),
    "case.works_started": Wording(
        _("Case %(number)s: the works have started"),
        _("The case page shows how far they are."),
    ),
    "case.inspected": Wording(
        _("Case %(number)s: the inspection found faults"),
        BACK_TO_YOU,
        {
            "inspected": (
                _("Case %(number)s: the inspection has passed"),
                _("Go on with the works and report when they are complete."),
            )
        },
    ),
    "case.completion_inspected": Wording(
        _("Case %(number)s: the completion inspection found faults"),
        BACK_TO_YOU,
        {
            "completion_passed": (
                _("Case %(number)s: the completion inspection has passed"),
                _("The contract is the next step: please sign it."),
            )
        },
    ),
    "case.energised": Wording(
        _("Case %(number)s: you have electricity"),
        _("The meter is in place and the supply is on. Please tell us how it went."),
    ),
    "case.withdrawn": Wording(
        _("Case %(number)s has been withdrawn"),
        _("Filing again for the same address continues its clock."),
    ),
    "permit.supplement_requested": Wording(
        _("Case %(number)s: a bureau asks for a supplement"),
        _("The bureau has named everything that it needs. It asks only once."),
    ),
    "permit.granted": Wording(
        _("Case %(number)s: a permit was granted"), _("The permit page shows its conditions.")
    ),
    "permit.refused": Wording(
        _("Case %(number)s: a permit was refused"),
        _("The permit page shows the reason and the clause."),
    ),
}
_links: dict[str, LinkOf] = {}


def both(say: Callable[[], str]) -> dict[str, str]:
    """Return what is said in each language, to be kept in a message's context.

    The message shows the one of its reader.
    """
    found = {}
    for key, language in (("zh", "zh-hans"), ("en", "en")):
        with override(language):
            found[key] = say()
    return found


def register(kind: str, wording: Wording) -> None:
    """Says what messages of a kind are to say."""
    _wordings[kind] = wording


def register_link(subject_kind: str, link_of: LinkOf) -> None:
    """Says where messages about a kind of subject lead.

    Args:
        link_of: takes the subject's id and the message's context.
    """
    _links[subject_kind] = link_of


def shown(message: Message) -> Shown:
    """The message in the active language. A kind without words of its own says so plainly."""
    wording = _wordings.get(message.kind, ANYTHING)
    outcome = (wording.outcomes or {}).get(str(message.context.get("state", "")))
    title, body = outcome or (wording.title, wording.body)
    link = _links.get(message.subject_kind)
    return Shown(
        title=_filled(title, message.context),
        body=_filled(body, message.context),
        url=link(message.subject_id, message.context) if link else "",
    )


def _filled(text: Text, context: Context) -> str:
    """The text with its values; a value that is missing is a dash, never an error page."""
    return str(text) % _Values((name, _said(value)) for name, value in context.items())


def _said(value: Any) -> Any:
    """A value that is kept in both languages, in the reader's."""
    return str(Words(**value)) if isinstance(value, dict) and {*value} == {"zh", "en"} else value


class _Values(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "–"
