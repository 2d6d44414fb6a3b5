"""What is kept of people, what for, by what right, until when, and who sees it: the words of two
tables on the page of one's own data."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.personal import KEPT, kept_words
from rules.limits import Keeping
from rules.limits import limits as rules_of_limits
from rules.registry import policy


def kept_table() -> dict[str, Any]:
    """What for and until when; the clauses are those of the Personal Information Protection Law."""
    kept = rules_of_limits().days
    days, parts, offered = kept[Keeping.DRAFTS], kept[Keeping.UPLOADS], kept[Keeping.OFFERS]
    rules = policy()  # one reading of the clock for the whole table
    nothing_set = _("No period is set in the city's rules yet: until one is, nothing is erased")
    contract = _("Contract and duty by law (PIPL 13(1)2 and 3): no consent is needed")
    rows = [
        [
            _("Account, phone and mailbox"),
            _("To let you in and to tell you of each step"),
            _("Contract (PIPL 13(1)2)"),
            _("As long as the account exists; a phone without an account as long as its cases"),
        ],
        [
            _(
                "Links with identity services, name and number that one has confirmed, and when "
                "you agreed"
            ),
            _("To let you in, to fill in your application, and to know that it is you"),
            _("Your consent (PIPL 13(1)1), for a face check a separate one (PIPL 29)"),
            _(
                "Until you end it; without an account no longer than its applications. When you "
                "agreed stays"
            ),
        ],
        [
            _("Who acts for whom"),
            _("So that everybody acts only as far as was agreed, and it stays known who did"),
            _("Contract (PIPL 13(1)2)"),
            ngettext(
                "As long as the account exists; the phone of whom you asked %(days)d day at most",
                "As long as the account exists; the phone of whom you asked %(days)d days at most",
                2 * offered,
            )
            % {"days": 2 * offered},
        ],
        [
            _("Drafts with their files"),
            _("So that you can go on where you stopped"),
            _("At your wish, before a contract (PIPL 13(1)2)"),
            ngettext(
                "%(days)d day after your last change, or until you throw it away",
                "%(days)d days after your last change, or until you throw it away",
                days,
            )
            % {"days": days},
        ],
        [
            _("Files that have not come in whole"),
            _("So that they go on after a cut connection"),
            _("At your wish, before a contract (PIPL 13(1)2)"),
            ngettext(
                "%(days)d day after the last part of it came",
                "%(days)d days after the last part of it came",
                parts,
            )
            % {"days": parts},
        ],
        [
            _(
                "Applications with documents, the route of the line, appointments, rented units, "
                "inspections, photos of the site, the meter, messages, calls, answers to plans "
                "and ratings"
            ),
            _("To connect you, and to decide the permits that this needs"),
            contract,
            kept_words(
                rules,
                "case.retention.days",
                _("%(days)d days after the end of the case (%(clause)s); then they are erased"),
                nothing_set,
            ),
        ],
        [
            _("Proposed corrections of name and number, with their documents"),
            _("To compare them with the document, and to show what came of them"),
            _("Your right to have it corrected (PIPL 46)"),
            _("Name and number until it is decided; the rest as the application"),
        ],
        [
            _("That you had a licence fetched, for which application, and your consent to it"),
            _("So that it can be shown that you agreed, and what came of it"),
            _("Consent (PIPL 13(1)1, 23 and 29)"),
            _("It stays, without name and number; the licence goes with its application"),
        ],
        [
            _("Applications for another city that a counter passed on"),
            _("To pass them on, and to show you what became of them"),
            _("Your separate consent (PIPL 23)"),
            kept_words(
                rules,
                "referral.retention.days",
                _("%(days)d days after the end (%(clause)s); then they are erased"),
                nothing_set,
            ),
        ],
        [
            _("Questions that you asked without a case, their answers, and the phone for them"),
            _("To answer you"),
            _("At your wish, before a contract (PIPL 13(1)2)"),
            kept_words(
                rules,
                "enquiry.retention.days",
                _("%(days)d days after the answer, or until you close the account (%(clause)s)"),
                _("Until you close the account; no other period is set in the city's rules yet"),
            ),
        ],
        *(kept.told(rules) for kept in KEPT),
        [
            _("What you reported of outages and works, your photos, and the phone for it"),
            _("To look into it, and to answer you; only who does that sees who you are"),
            _("Duty by law (PIPL 13(1)3)"),
            kept_words(
                rules,
                "report.retention.days",
                _("%(days)d days after the answer, or until you close the account (%(clause)s)"),
                _("Until you close the account; no other period is set in the city's rules yet"),
            ),
        ],
        [
            _("Name and position of whoever is responsible for a commitment to a bureau"),
            _("So that the bureau knows who sees to the conditions"),
            _("Duty by law (PIPL 13(1)3)"),
            _("As the application that it belongs to"),
        ],
        [
            _("Of which outages you want word, and over which channel of what"),
            _("To tell you of outages, and of nothing that you do not want"),
            _("Your consent (PIPL 13(1)1)"),
            ngettext(
                "%(days)d day after you stopped it, or until you close the account",
                "%(days)d days after you stopped it, or until you close the account",
                kept[Keeping.FOLLOWINGS],
            )
            % {"days": kept[Keeping.FOLLOWINGS]},
        ],
        [
            _("Record of every step, and of who looked"),
            _("So that everybody can check what was done, when and by which role"),
            _("Duty by law (PIPL 13(1)3)"),
            _("It stays. What is public of it holds no name, number, phone or address"),
        ],
    ]
    return {
        "caption": _("What it is kept for, and until when"),
        "columns": [
            {"label": _("What")},
            {"label": _("What for")},
            {"label": _("By what right")},
            {"label": _("Until when")},
        ],
        "rows": rows,
        "stack": True,
    }


def seen_by_table() -> dict[str, Any]:
    return {
        "caption": _("Who else sees it"),
        "columns": [{"label": _("Who")}, {"label": _("What")}],
        "rows": [
            [
                _("Supply company of your district, and the counter or hall that you went to"),
                _(
                    "Address, load and documents; name, number and phone masked, in full only for "
                    "a reason that you read with the application"
                ),
            ],
            [
                _("Supply company of the district that you named in a question without a case"),
                _("The question; not who asked"),
            ],
            [
                _("Bureaus that decide a permit for your line"),
                _(
                    "Address and route of the line, and of your documents those that the permit "
                    "asks for: none of who you are; your name masked"
                ),
            ],
            [
                _("Whoever such a bureau asks for an opinion, without an account"),
                _(
                    "The street and the plan of the line, without the house, and what of the "
                    "works the bureau chooses; nothing of who you are"
                ),
            ],
            [
                _("Regulator, lead agency, digital bureau, district government"),
                _("The application with its documents; name, number and phone masked"),
            ],
            [
                _("Identity service, where you sign in or are checked by one"),
                _("That you come from here, and when; nothing of your application"),
            ],
            [
                _("Licence library, where you agree that something is fetched there"),
                _("What the consent names: name and number, of a property its address"),
            ],
            [
                _("Whoever acts for you, by your mandate and as long as it holds"),
                _("The applications that it is for, in full; with “Everything” this copy as well"),
            ],
            [
                _("Carrier of messages, where one goes to your phone or mailbox"),
                _("That address, and the text of the message"),
            ],
        ],
        "stack": True,
    }
