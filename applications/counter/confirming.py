"""What the customer of a counter confirms by a code: exactly one act, in its words, about what it
is about as it stands now."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import codes
from accounts.models import User
from accounts.parties import PhoneCode
from applications.codes import issue
from applications.contracts.text import contract_text
from applications.models import Application, act_named
from applications.plans.actions import line_data
from applications.plans.queries import lines_of
from applications.states import LOW
from core.bodies import read
from core.fields import blind_index
from core.identifiers import is_mobile
from core.problems import FieldError, Invalid, Text
from ledger.record import text_of
from notifications.texts import both

DECISION: Final = PhoneCode.Purpose.DECISION
SIGN: Final = "sign_contract"
GO: Final = "go_to_counter"
#: What is decided about the supply plan.
OF_PLAN: Final = ("confirm_plan", SIGN)
#: What the customer is told that the code does.
WORDS: Final[dict[str, Text]] = {
    "confirm_plan": gettext_lazy("agree to the supply plan"),
    SIGN: gettext_lazy("sign the supply contract"),
    "correct_identity": gettext_lazy("ask that name and number be corrected"),
    "withdraw": gettext_lazy("withdraw the application"),
    GO: gettext_lazy("go on with the application at this counter"),
}
NOT_AGREED: Final = gettext_lazy("ask for another supply plan")


def decision_of(case: Application, act: str, said: Mapping[str, Any]) -> str:
    """The digest of what is decided, keyed: of another plan, text or answer it is another one.

    Args:
        said: the values of the act's body. A contract is its text, whatever is said with it.
    """
    about: Any = ""
    if act == SIGN and case.kind in LOW:
        about = contract_text(case)
    elif act in OF_PLAN:
        about = [case.plan_summary, *(line_data(line) for line in lines_of(case))]
    values = {} if act == SIGN else dict(said)
    whole = {"case": str(case.ref), "act": act, "about": about, "said": values}
    return blind_index(text_of(whole), "customer decision").hex()


def words_of(act: str, said: Mapping[str, Any]) -> Text:
    return NOT_AGREED if act == "confirm_plan" and not said["agree"] else WORDS[act]


def said_in(case: Application, act: str, body: Any) -> dict[str, Any]:
    """The values of the body of an act that the customer of a counter decides.

    Raises:
        Invalid: no such act, or refused values.
    """
    if act not in case.signed_for() or act not in WORDS or act == GO:
        reason = _("This is nothing that the customer of a counter confirms.")
        raise Invalid([FieldError("/action", reason)])
    return read(act_named(act).body, body, thing=case)


def send(case: Application, act: str, body: Any, *, client: str) -> None:
    """Send the customer a code for a decision; the message says which, and in which case.

    Args:
        client: whoever asks, for the limits.

    Raises:
        Invalid: no such decision, or the case's phone takes no SMS.
        TooMany, Busy: no code can be sent now.
    """
    send_decision(case, act, said_in(case, act, body), client=client)


def send_decision(case: Application, act: str, said: Mapping[str, Any], *, client: str) -> None:
    """As `send`, of values that are read already."""
    if not is_mobile(case.phone):
        reason = _("The phone of this case takes no SMS: the customer signs on paper.")
        raise Invalid([FieldError("/action", reason)])
    issue(
        client,
        case.phone,
        purpose=DECISION,
        signs=decision_of(case, act, said),
        context={"number": case.number, "decision": both(partial(str, words_of(act, said)))},
        language=User.Language.ZH,
    )


def shown_for(case: Application, act: str, said: Mapping[str, Any]) -> bool:
    """Whether the customer's phone has just shown itself for a decision."""
    return codes.taken_for(DECISION, decision_of(case, act, said))
