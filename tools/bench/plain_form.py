"""The smallest filing that Django makes: a model, its form, a view and the row as a page."""

from typing import Any, Final

from django import forms
from django.db import connections, models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template import engines

PAGE: Final = """<!DOCTYPE html><html lang="en"><title>Filing</title><main>
{% if form %}<form method="post">{% csrf_token %}{{ form.as_div }}<button>Send</button></form>
{% else %}{% for name, value in row.items %}<p>{{ name }}: {{ value }}</p>{% endfor %}{% endif %}
</main></html>"""


class Filing(models.Model):
    purpose = models.CharField(max_length=20)
    applicant_type = models.CharField(max_length=20)
    applicant_name = models.CharField(max_length=100)
    id_number = models.CharField(max_length=40)
    phone = models.CharField(max_length=30)
    district = models.CharField(max_length=20)
    address_line = models.CharField(max_length=200)
    capacity_kw = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        app_label = "bench"
        managed = False


FilingForm = forms.modelform_factory(Filing, fields="__all__")


def make_table() -> None:
    """As the owner; the web role writes it."""
    from portal.places import WEB_ROLE

    owner = connections["owner"]
    with owner.schema_editor() as editor:
        editor.create_model(Filing)
    with owner.cursor() as cursor:
        cursor.execute(f"GRANT ALL ON {Filing._meta.db_table} TO {WEB_ROLE}")
        cursor.execute(f"GRANT ALL ON SEQUENCE {Filing._meta.db_table}_id_seq TO {WEB_ROLE}")
    owner.close()


def filing(request: HttpRequest) -> HttpResponse:
    form = FilingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect("filed-plainly", form.save().pk)
    return page(request, {"form": form})


def filed(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Filing, pk=pk)
    return page(request, {"row": forms.model_to_dict(row)})


def page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    return HttpResponse(engines["django"].from_string(PAGE).render(context, request))
