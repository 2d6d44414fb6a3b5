"""Entering the external line: fill in, see what the rules answer, then apply for all at once.

Every field of the contract is on the form, grouped, each with what it decides."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import person
from applications import line_works
from applications.actions import CASES
from applications.header import header
from applications.models import Application, act_named
from applications.packages import actions as packages
from applications.permits import decided
from applications.queries import case_for
from applications.states import State
from applications.work.reading import papers_for
from applications.work.views import answer, case_page, desk, form_page, why_not_now
from approvals.commitments.pages import barred_words
from approvals.commitments.queries import barred_bureaus
from approvals.packages.reading import package_words
from core.form_token import form_token, posted
from core.forms import BodyForm, NumberField
from core.problems import FieldError, Invalid
from core.templatetags.city import figure
from core.widgets import HintedRadios
from rules.city import city
from rules.names import Permit
from rules.works import FLAGS, Works
from workflow.pages import OVERTAKEN, take

#: A lazy text; Django's stubs have another name for its type.
Text = Any

TEMPLATE = "work/line_works.html"

#: Permits that take the way of a commitment where the line is short; the applicant may choose
#: ordinary review instead.
BY_COMMITMENT = (
    Permit.ROAD_OCCUPATION, Permit.MUNICIPAL_OCCUPATION, Permit.MUNICIPAL_EXCAVATION,
    Permit.HIGHWAY_EXCAVATION, Permit.GREENING,
)  # fmt: skip
GROUPS: tuple[tuple[Text, tuple[str, ...]], ...] = (
    (_("The line"), ("voltage_kv", "length_m", "investment_yuan")),
    (
        _("Plans and approvals"),
        (
            "in_planned_area", "along_municipal_road_or_duct", "in_adopted_plan",
            "start_report_approved",
        ),
    ),
    (
        _("Roads"),
        (
            "road", "highway_class", "excavation_m", "existing_road", "occupies_road",
            "crosses_road",
        ),
    ),
    (_("Trees and green space"), ("greening",)),
    (_("The applicant's choice"), ("choose_review",)),
)  # fmt: skip


def amount(label: Text, hint: Text, *, needed: bool = True) -> NumberField:
    return NumberField(
        label=label,
        help_text=hint,
        required=needed,
        min_value=Decimal(0),
        max_digits=14,
        decimal_places=2,
        widget=forms.TextInput(attrs={"class": "td-input--width-10", "inputmode": "decimal"}),
    )


def flag(label: Text, hint: Text) -> forms.BooleanField:
    return forms.BooleanField(label=label, help_text=hint, required=False)


class WorksForm(BodyForm):
    """The declared works. Whether they go together, `rules.works.Works` says."""

    external = forms.ChoiceField(
        label=_("Does the connection need an external line?"),
        choices=(("yes", _("Yes")), ("no", _("No, nothing is built outside"))),
        widget=HintedRadios(
            hints={"no": _("Then no permit is needed and nothing else is filled in.")}
        ),
        initial="yes",
    )
    voltage_kv = amount(
        _("Rated voltage in kV"),
        _("From 35 kV a district may have shorter limits."),
        needed=False,
    )
    length_m = amount(
        _("Length in metres"),
        _("Decides between exemption, commitment and review."),
    )
    excavation_m = amount(
        _("Road dug, in metres"),
        _("Only what is dug of roads. Trenches off the road do not count; 0 where no road is dug."),
    )
    investment_yuan = amount(
        _("Investment in the line, in yuan"),
        _("Decides whether a construction permit is needed."),
    )
    in_planned_area = flag(
        _("Inside the planned area of a city or town"), _("For the construction permit.")
    )
    along_municipal_road_or_duct = flag(
        _("Along municipal roads or in their common ducts"),
        _("Utility tunnels and shared overhead lines included."),
    )
    in_adopted_plan = flag(
        _("In an adopted plan of power facilities"),
        _("A plan lawfully taken into the plan of city and countryside."),
    )
    start_report_approved = flag(
        _("The report on the start of works is approved"),
        _("Then no construction permit is needed."),
    )
    road = forms.ChoiceField(
        label=_("Road that is touched"),
        choices=(
            ("none", _("None")),
            ("municipal", _("A municipal road")),
            ("highway", _("A highway")),
        ),
        widget=forms.RadioSelect,
    )
    highway_class = forms.ChoiceField(
        label=_("Class of the highway"),
        help_text=_(
            "Of crossings, the limit of 4 working days covers ordinary trunk highways only; "
            "of digging, all but expressways."
        ),
        choices=(
            ("", _("Not a highway")),
            ("ordinary_trunk", _("Ordinary trunk highway")),
            ("expressway", _("Expressway")),
            ("other", _("Another highway")),
        ),
        required=False,
    )
    existing_road = flag(
        _("The line runs in existing roads"),
        _("Then planning decides on the spot, without land papers."),
    )
    occupies_road = flag(_("The works occupy a road"), _("Also only for some hours."))
    crosses_road = flag(_("The line crosses a road"), _("Above or below."))
    greening = forms.ChoiceField(
        label=_("Greenery that is moved"),
        choices=(
            ("none", _("None")),
            ("ordinary", _("Ordinary trees or green space")),
            ("ancient", _("Ancient or notable trees")),
        ),
        widget=HintedRadios(hints={"ancient": _("Outside the plan's limit: by its own law.")}),
    )
    choose_review = forms.MultipleChoiceField(
        label=_("Ordinary review instead of a commitment"),
        help_text=_(
            "Short lines need only a commitment here. Tick where the applicant does not want it."
        ),
        choices=lambda: [(code.value, str(city().permit(code).name)) for code in BY_COMMITMENT],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    lead = _(
        "Declare the line as it will be built. The rules answer for all seven permits at once; "
        "you see the answer before anything is sent."
    )

    def __init__(
        self,
        case: Application,
        data: Mapping[str, Any] | None = None,
        *,
        before: Works | None = None,
    ) -> None:
        super().__init__(data)
        self.case = case
        self.initial = declared(before) if before else {"road": "none", "greening": "none"}
        if data is not None and data.get("external") == "no":
            for name in (name for __, names in GROUPS for name in names):
                self.fields[name].required = False

    @property
    def barred(self) -> list[str]:
        """Of the bureaus that take no commitment at present."""
        return barred_words(barred_bureaus())

    @property
    def groups(self) -> list[tuple[Text, list[BoundField]]]:
        return [(title, [self[name] for name in names]) for title, names in GROUPS]

    def body(self) -> dict[str, Any]:
        values = self.cleaned_data
        if values["external"] == "no":
            return {"none": True}
        numbers = ("voltage_kv", "length_m", "excavation_m", "investment_yuan")
        return {
            "voltage": self.case.voltage,
            **{name: str(values[name]) for name in numbers if values[name] is not None},
            **{name: values[name] for name in FLAGS},
            "road": values["road"],
            "greening": values["greening"],
            "choose_review": sorted(values["choose_review"]),
            **({"highway_class": values["highway_class"]} if values["highway_class"] else {}),
        }


def declared(works: Works) -> dict[str, Any]:
    if works.none:
        return {"external": "no", "road": "none", "greening": "none"}
    plain = {
        name: getattr(works, name) for names in (group for _t, group in GROUPS) for name in names
    }
    return {**plain, "external": "yes", "choose_review": sorted(works.choose_review)}


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def page(request: HttpRequest, number: str) -> HttpResponse:
    """The form of the line, its preview, and the posting; which of them the button says. What was
    declared is kept with the package, and `?check` looks at it again."""
    case = case_for(number, person(request))
    action = packages.entering(case)
    do = request.POST.get("do")
    # A second click comes when the case has moved on: it is answered like the first.
    if do == "post" and (said := request.POST.get("action")):
        action = said if said == "change_line_works" else "post_line_works"
    label = str(act_named(action).label)
    about: dict[str, Any] = {
        "template": TEMPLATE,
        "action": action,
        "papers": papers_for(case, action),
    }
    if request.method != "POST":
        if closed := why_not_now(case, action, person(request)):
            return case_page(request, case, closed)
        before = declared_before(case)
        if before and "check" in request.GET:
            return looked_at(request, case, WorksForm(case, declared(before)), label, about)
        form = WorksForm(case, posted(request), before=before)
        return form_page(request, case, form, label, **about)
    form = WorksForm(case, request.POST)
    if do == "post":
        return answer(
            request,
            case,
            form,
            label,
            lambda: take(request, CASES, case, action, with_package(request, case, form)),
            **about,
        )
    # Going back to change something is no refusal.
    if do == "edit":
        return form_page(request, case, form, label, **about)
    return looked_at(request, case, form, label, about)


def declared_before(case: Application) -> Works | None:
    """What the form begins with: the draft, or the line whose permit was refused."""
    works = packages.declared(packages.prepared(case))
    if works is None and case.state == State.REPLANNING:
        works = line_works.newest_round(case).works
    return works


def with_package(request: HttpRequest, case: Application, form: WorksForm) -> dict[str, Any]:
    """The body of the line with the package that the page showed.

    Raises:
        Invalid: permits are asked for and no package was looked at.
    """
    body, sha256 = form.body(), request.POST.get("package", "")
    if sha256:
        return body | {"package": sha256}
    if line_works.decide(body=body, application=case).live:
        reason = _("Look at what is needed, and at the package that goes with it, before you send.")
        raise Invalid([FieldError("/package", reason)])
    return body


def looked_at(
    request: HttpRequest, case: Application, form: WorksForm, label: str, about: dict[str, Any]
) -> HttpResponse:
    """What the rules answer, and what goes to the bureaus, before anything is sent."""
    if not form.is_valid():
        return form_page(request, case, form, label, **about)
    try:
        found = line_works.decide(body=form.body(), application=case)
        if request.method == "POST":
            packages.save_works(application=case, works=found.works, by=person(request))
    except Invalid as invalid:
        form.refused(invalid)
        return form_page(request, case, form, label, **about)
    except OVERTAKEN as problem:
        return case_page(request, CASES.read_anew(case), problem)
    lines, seen = decided(found), packages.shown(case)
    context = {
        "case": case,
        "header": header(case, person(request)),
        "form": form,
        "action": about["action"],
        "form_token": form_token(request, case.version),
        "needed": [line for line in lines if line.tone],
        "others": [line for line in lines if not line.tone],
        "kept": sum(line.carried_over for line in lines),
        "declared": declared_rows(form),
        "package": package_words(seen, found.works, found.policy),
        "missing": seen.missing,
        "sha256": seen.package.digest(),
    }
    return render(request, "work/line_works_check.html", context)


def declared_rows(form: WorksForm) -> list[dict[str, Any]]:
    if form.cleaned_data["external"] == "no":
        return [row_of(form, "external")]
    names = [field.name for _title, fields in form.groups for field in fields]
    return [
        row_of(form, name) for name in names if form.cleaned_data[name] not in (None, "", [], False)
    ]


def row_of(form: WorksForm, name: str) -> dict[str, Any]:
    field, value = form.fields[name], form.cleaned_data[name]
    names = {str(code): str(label) for code, label in getattr(field, "choices", ())}
    if isinstance(value, list):
        return {"key": field.label, "lines": [names[code] for code in value]}
    if value is True:
        return {"key": field.label, "value": gettext("Yes")}
    if isinstance(value, Decimal):
        return {"key": field.label, "value": figure(value)}
    return {"key": field.label, "value": names.get(str(value), str(value))}
