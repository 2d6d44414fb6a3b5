"""The saved filters above a list: to open one, and to save those that are chosen."""

from typing import Any

from django import template

from desk.saved import outlived, shown_on

register = template.Library()


@register.inclusion_tag("components/saved_filters.html", takes_context=True)
def saved_filters(context: dict[str, Any]) -> dict[str, Any]:
    """Nothing on a page that is no list of `desk.lists`. Context: `form`, the list's filters."""
    request, form = context["request"], context["form"]
    filters = shown_on(request)
    if filters is None:
        return {}
    chosen = form.kept()
    return {
        "list": request.resolver_match.view_name,
        "path": request.path,
        "filters": filters,
        "chosen": chosen,
        "to_save": chosen and all(one.query != chosen for one in filters),
        "outlived": next((one.name for one in filters if outlived(one, form)), ""),
    }
