from pathlib import Path
from typing import Any

from django.conf import settings
from django.forms.renderers import TemplatesSetting

_BUILT_IN = "django/forms/widgets/"
_OURS = Path(settings.BASE_DIR) / "templates" / "forms" / "widgets"


class Renderer(TemplatesSetting):
    """A control that Django names `django/forms/widgets/x.html` is drawn by `forms/widgets/x.html`
    where that exists, so that no form needs classes in Python."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"

    def get_template(self, template_name: str) -> Any:
        name = template_name.removeprefix(_BUILT_IN)
        if name != template_name and (_OURS / name).is_file():
            template_name = f"forms/widgets/{name}"
        return super().get_template(template_name)
