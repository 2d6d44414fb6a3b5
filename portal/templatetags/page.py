from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils.html import format_html, format_html_join, json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.roles import Role
from rules.city import Hotline, city

register = template.Library()

SELECTED: Final = SafeString(" selected")
GROUP: Final = '<optgroup label="{}">\n{}\n</optgroup>'


@register.filter
def language_tag(code: str) -> str:
    """As BCP 47 writes it: zh-hans → zh-Hans."""
    main, _sep, script = code.partition("-")
    return f"{main}-{script.title()}" if script else main


@register.filter
def role_name(code: str) -> str:
    return str(Role(code).label) if code in Role.values else code


@register.filter
def read_instant(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None


@register.filter
def as_options(groups: Iterable[tuple[Any, Iterable[Mapping[str, Any]], Any]]) -> SafeString:
    """The options of a select: a city has hundreds of towns, and a template takes ten times as long
    with each."""

    def drawn(options: Iterable[Mapping[str, Any]]) -> SafeString:
        rows = (
            (one["value"], SELECTED if one["selected"] else "", one["label"]) for one in options
        )
        return format_html_join("\n", '<option value="{}"{}>{}</option>', rows)

    return format_html_join(
        "\n",
        "{}",
        (
            [format_html(GROUP, name, drawn(options)) if name else drawn(options)]
            for name, options, _index in groups
        ),
    )


@register.simple_tag
def words_for_scripts() -> SafeString:
    words = {
        "characterCount": {
            "charactersUnderLimit": {
                "one": _("%{count} character left"),
                "other": _("%{count} characters left"),
            },
            "charactersAtLimit": _("No characters left"),
            "charactersOverLimit": {
                "one": _("%{count} character too many"),
                "other": _("%{count} characters too many"),
            },
        },
        "fileUpload": {
            "chooseFilesButton": _("Choose a file"),
            "dropInstruction": _("or drop it here"),
            "noFileChosen": _("No file chosen"),
            "multipleFilesChosen": {
                "one": _("%{count} file chosen"),
                "other": _("%{count} files chosen"),
            },
            "enteredDropZone": _("Over the drop zone"),
            "leftDropZone": _("Left the drop zone"),
        },
        "passwordInput": {
            "showPassword": _("Show"),
            "hidePassword": _("Hide"),
            "showPasswordAriaLabel": _("Show password"),
            "hidePasswordAriaLabel": _("Hide password"),
            "passwordShownAnnouncement": _("Your password is visible"),
            "passwordHiddenAnnouncement": _("Your password is hidden"),
        },
    }
    return json_script(words, "td-words")


@dataclass(frozen=True)
class FoundError:
    text: str
    href: str = ""
    clause: str = ""


@register.simple_tag
def collect_errors(
    form: forms.BaseForm | None = None,
    several: Iterable[forms.BaseForm] | None = None,
    errors: Iterable[Any] | None = None,
) -> list[FoundError]:
    """Every error of the page in reading order, each with the place that mends it.

    `errors`: objects or mappings with `text` and perhaps `href`, `clause`.
    """
    found: list[FoundError] = []
    for one in filter(None, [form, *(several or [])]):
        found += [FoundError(str(text)) for text in one.non_field_errors()]
        for field in one:
            # The focus goes to the first radio button, checkbox or date part.
            several_controls = isinstance(
                field.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple
            )
            focus = f"{field.auto_id}_0" if several_controls else field.id_for_label
            found += [FoundError(text, f"#{focus or field.auto_id}") for text in _errors(field)]
    for error in errors or []:
        read = error.get if isinstance(error, dict) else partial(getattr, error)
        text, reason, href, clause = (
            str(read(name, "") or "") for name in ("text", "reason", "href", "clause")
        )
        found.append(FoundError(text or reason or str(error), href, clause))
    return found


def _errors(field: BoundField) -> list[str]:
    """Django's "this field is required" is replaced by one that names the field and the verb."""
    data = field.errors.as_data()
    plain = field.field.error_messages.get("required")
    return [
        _missing(field) if error.code == "required" and error.message == plain else str(text)
        for error, text in zip(data, field.errors, strict=True)
    ]


def _missing(field: BoundField) -> str:
    if isinstance(field.field.widget, forms.FileInput):
        return _("Upload: {label}").format(label=field.label)
    if hasattr(field.field, "choices"):
        return _("Choose: {label}").format(label=field.label)
    if isinstance(field.field.widget, forms.CheckboxInput):
        return _("Tick: {label}").format(label=field.label)
    return _("Enter: {label}").format(label=field.label)


@dataclass(frozen=True)
class FieldParts:
    group: bool
    role_group: bool
    single_checkbox: bool
    password: bool
    file: bool
    counter: int | None
    optional: bool
    named_above: bool
    described_by: str
    errors: list[str]


@register.simple_tag
def field_parts(field: BoundField) -> FieldParts:
    widget = field.field.widget
    single = isinstance(widget, forms.CheckboxInput)
    area = isinstance(widget, forms.Textarea)
    described = [f"{field.auto_id}_helptext"] if field.help_text else []
    described += [f"{field.auto_id}_error"] if field.errors else []
    return FieldParts(
        group=field.use_fieldset,
        role_group=isinstance(widget, forms.SelectDateWidget),
        single_checkbox=single,
        password=isinstance(widget, forms.PasswordInput),
        file=isinstance(widget, forms.FileInput),
        counter=getattr(field.field, "max_length", None) if area else None,
        optional=not field.field.required and not single,
        named_above=getattr(field.form, "named_above", False),
        described_by=" ".join(described),
        errors=_errors(field),
    )


@register.simple_tag
def hotlines() -> tuple[Hotline, ...]:
    """From the city's file: an error page can draw them too."""
    return city().hotlines
