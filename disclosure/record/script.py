"""The words of the check of receipts, which runs in the reader's browser (assets/js/record/)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from core.events import catalogue
from core.templatetags.city import pick
from rules.city import city

Words = dict[str, Any]

#: The receipt beside what this site publishes now.
PUBLISHED = {
    "same": _(
        "The record published now, {size} entries, begins with the one in the receipt "
        "and has the entry at the same place."
    ),
    "lost": _(
        "The record of the receipt ended with a declared gap at {size} entries; the one that "
        "goes on after it does not have the entry. The receipt stays valid."
    ),
    "since": _("The record published now, {size} entries, has the entry at place {index}."),
    "not_yet": _("The record published now does not have the entry yet."),
    "unreachable": _(
        "What this site publishes now could not be read, so the receipt was not compared "
        "with it. Try again later."
    ),
    "shorter": _("The record published now is shorter than the one in the receipt."),
    "other": _("The record published now is another one than that in the receipt."),
    "absent": _("The record published now has another entry at this place."),
    "origin": _("The record published now has another name than that in the receipt."),
    "signature": _("The record published now is not signed by a key of the record."),
    "tiles": _("The files of the record published now do not fit together."),
}

#: The steps of `receipt.mjs`: as each reads when it holds, when not, when it is not checked.
STEPS = {
    "form": (
        _("The file is a complete receipt."),
        _("The file is no receipt, or it was cut off or damaged."),
        "",
    ),
    "keys": (
        _("Its keys are those that this site publishes, or were introduced by them."),
        _("Its keys are not those of this record, or one was slipped in."),
        "",
    ),
    "entry": (
        _("It contains one entry of the record, written as entries are."),
        _("The entry in it was changed: no entry of the record is written like this."),
        "",
    ),
    "number": (
        _("Its number is that of the entry."),
        _("Its number is not that of the entry."),
        "",
    ),
    "opening": (
        _("The details in it are those that the entry was sealed over."),
        _("The details in it were changed: the entry was sealed over others."),
        _("It contains no details of the step; the rest is checked all the same."),
    ),
    "promise": (
        _("The portal promised, by its receipt key, that this very entry enters the record."),
        _("The portal's promise does not belong to this entry, or its signature is false."),
        "",
    ),
    "checkpoint": (
        _("The state of the record in it was signed by the key of the record."),
        _("The state of the record in it is not signed by the key of the record."),
        _("It was given before the entry was in the record, so there is no proof in it yet."),
    ),
    "inclusion": (
        _("The entry is in that record, at its place."),
        _("The entry is not in that record, or not at this place."),
        _("Without the proof there is no place in the record to check."),
    ),
}

CALL = _(
    "Keep the file and the paper. Get the receipt anew from the page of your case; "
    "if it differs again, call one of the hotlines at the foot of this page."
)
COMPLAIN = _(
    "Keep the file: it is evidence. Call the regulator's hotline at the foot of this page "
    "and hand the file over."
)
#: Every outcome of a check: tone of its panel, title, what it means, what to do next.
VERDICTS = {
    "recorded": (
        "",
        _("The receipt holds"),
        _("What it says was recorded, and has not been changed since."),
        "",
    ),
    "other_document": (
        "problem",
        _("The receipt holds, but a file is none of its documents"),
        "",
        _("The list below names the file that was not handed in with this step."),
    ),
    "promised": (
        "waiting",
        _("The promise holds; the proof is still to come"),
        _("The portal signed that this entry enters the record."),
        _(
            "Get the receipt anew from the page of your case: after two minutes at most "
            "it contains the proof."
        ),
    ),
    "promise_kept": (
        "",
        _("The promise was kept"),
        "",
        _("Get the receipt anew from the page of your case: then you hold the proof yourself."),
    ),
    "fails": ("problem", _("The receipt does not hold"), "", CALL),
    "contradicted": (
        "problem",
        _("The record published now contradicts this receipt"),
        "",
        COMPLAIN,
    ),
    "lost": (
        "problem",
        _("The receipt holds, and the record that goes on has lost its entry"),
        "",
        COMPLAIN,
    ),
    "kept": ("", _("The checkpoint that you kept still holds"), "", ""),
    "kept_bad": ("problem", _("The checkpoint that you kept does not hold"), "", COMPLAIN),
    "kept_none": ("waiting", _("The checkpoint could not be compared"), "", ""),
    "printed": ("", _("The record has this entry"), "", ""),
    "printed_bad": ("problem", _("The record does not have this entry"), "", CALL),
    "printed_none": ("waiting", _("The code alone does not show it yet"), "", ""),
}

TEXTS: Words = {
    "busy": _("Checking on this device …"),
    "done": _("Checked. The result is below."),
    "instant": _("{weekday} {day} {month} {year}, {time}"),
    "lines_title": _("Point by point"),
    "states": {
        "ok": _("Holds."),
        "bad": _("Does not hold."),
        "none": _("Not checked."),
        "left": _("Not reached."),
    },
    # The receipt, and a checkpoint that somebody kept, beside what this site publishes now.
    "published": PUBLISHED,
    "kept": PUBLISHED
    | {
        "ok": _("The first {old} entries of the record are still the same; it has {size} now."),
        "shorter": _("The record published now is shorter than your checkpoint."),
        "other": _(
            "The record published now does not begin with that of your checkpoint: "
            "the past was changed."
        ),
        "signature": _("It is not signed by a key of this record."),
        "unreachable": _(
            "What this site publishes now could not be read, so there is nothing to compare "
            "with. Try again later."
        ),
    },
    "documents": {
        "same": _("{name} is, to the last byte, the document handed in as: {requirement}."),
        "other": _("{name} is none of the documents that this receipt lists."),
        "unlisted": _("{name}: this receipt lists no documents to compare with."),
        "left": _("{name} is compared only with a receipt that holds."),
        "too_large": _("{name} is too large to be compared here."),
    },
    "printed": {
        "found": _(
            "Place {index}, in the record of {size} entries published and signed now. "
            "Compare the lines below with the paper."
        ),
        "absent": _("The paper names a place in the record, and no such entry is there."),
        "not_yet": _(
            "When this was printed, the entry was not in the record yet, and it cannot be "
            "found there now. Choose the receipt's file above: it contains the portal's "
            "signed promise."
        ),
        "unreadable": {
            "title": _("The code could not be read"),
            "text": _("Scan it again, or choose the receipt's file above."),
        },
    },
    "unreadable": {
        "damaged": _("The PDF is damaged: the receipt inside it cannot be taken out."),
        "several": _("The PDF contains several receipts that differ."),
        "old-browser": _(
            "This browser cannot open the PDF. Choose the JSON file of the receipt instead, "
            "or use a newer browser."
        ),
    },
    "facts_title": _("What the entry says"),
    "facts": {
        "what": _("Step"),
        "when": _("Recorded at"),
        "who": _("By whom"),
        "number": _("Receipt"),
        "place": _("Place in the record"),
        "leaf": _("Hash of the entry"),
    },
    "place": _("{index} (counted from 0), in a record of {size} entries"),
    "no_place": _("not yet"),
    "sealed": _("Details that the entry was sealed over"),
    "sealed_text": _(
        "The record has only a seal over these details; they stand in your receipt alone."
    ),
    "printed_not_checked": _(
        "What was checked is the data inside the PDF, not the text printed on it. "
        "Compare the lines below with the printed ones."
    ),
    "keys_unknown": _(
        "This site has not published its keys yet, so the receipt was checked with the keys "
        "in itself."
    ),
    "nothing_to_check": {
        "title": _("There is no receipt among these files"),
        "text": _(
            "Choose the file whose name ends with receipt.json, or the receipt as PDF; "
            "documents can be added to it."
        ),
    },
}


def events() -> dict[str, str]:
    """By type of the entry, or by `type>state` where the words differ."""
    plain = {event.type: str(event.words) for event in catalogue()}
    return plain | {
        f"{event.type}>{state}": str(words)
        for event in catalogue()
        for state, words in event.outcomes.items()
    }


def words() -> Words:
    """Every text that the script draws; places in braces are filled there."""
    return TEXTS | {
        "steps": {
            step: {"ok": ok, "bad": bad, "none": none, "left": ok}
            for step, (ok, bad, none) in STEPS.items()
        },
        "verdicts": {
            verdict: {"tone": tone, "title": title, "text": text, "next": advice}
            for verdict, (tone, title, text, advice) in VERDICTS.items()
        },
        "events": events(),
        "roles": {role.value: role.label for role in Role},
        "requirements": {code: pick(name) for code, name in city().requirement_names.items()},
    }
