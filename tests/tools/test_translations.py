"""What `manage.py messages` finds in code and catalogues."""

from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command, get_commands
from pytest_django import Settings

from tools.translations import catalogues, sources
from tools.translations.sources import Message

PO = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

msgid "One"
msgstr "一"

msgid "%(count)d day"
msgid_plural "%(count)d days"
msgstr[0] "%(count)d 天"

msgid "Hello %(name)s"
msgstr "你好"

msgid "Empty"
msgstr ""

#, fuzzy
msgid "Guessed"
msgstr "猜"
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Path:
    """A small site with one app, one template and one catalogue."""
    (tmp_path / "shop").mkdir()
    (tmp_path / "templates").mkdir()
    folder = tmp_path / "locale/shop/zh_Hans/LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(PO, encoding="utf-8")
    settings.BASE_DIR = tmp_path
    settings.LOCALE_PATHS = [tmp_path / "locale/shop"]
    # Django looks for commands once, in all apps; afterwards there is one app only.
    get_commands()
    config = type("Config", (), {"path": str(tmp_path / "shop"), "label": "shop"})
    monkeypatch.setattr(apps, "get_app_configs", lambda: [config])
    return tmp_path


def test_texts_of_python_are_found_with_context_and_plural(site: Path) -> None:
    (site / "shop/views.py").write_text(
        "_('One')\nngettext('%(count)d day', '%(count)d days', n)\n"
        "pgettext('verb', 'Open')\nnot_a_text('x')\n_(variable)\n"
    )
    assert sources.messages() == [
        Message(None, "One", None, "shop/views.py:1"),
        Message(None, "%(count)d day", "%(count)d days", "shop/views.py:2"),
        Message("verb", "Open", None, "shop/views.py:3"),
    ]


def test_texts_of_templates_are_found_whatever_their_indentation(site: Path) -> None:
    (site / "templates/page.html").write_text(
        "{% load i18n %}\n<p>\n      {% translate 'One' %}\n  it's {{ x|default:_('Two') }}\n"
        "{% blocktranslate trimmed with n=name %}\n   Hello\n   {{ n }}\n{% endblocktranslate %}\n"
        "{% blocktranslate count d=d %}{{ d }} day{% plural %}{{ d }} days{% endblocktranslate %}\n"
    )
    assert [(message.text, message.plural) for message in sources.messages()] == [
        ("One", None),
        ("Two", None),
        ("Hello %(n)s", None),
        ("%(d)s day", "%(d)s days"),
    ]


def test_missing_unused_fuzzy_empty_and_unlike_are_told_apart(site: Path) -> None:
    (site / "shop/views.py").write_text("_('One')\n_('Nowhere')\n_('Nowhere')\n")
    found = sources.messages()
    merged = catalogues.merge(catalogues.files())
    assert [gap.text for gap in catalogues.missing(found, merged)] == ["Nowhere"]
    po = "locale/shop/zh_Hans/LC_MESSAGES/django.po"
    assert merged.faults == [
        f"unlike    {po}: 'Hello %(name)s' has other placeholders in Chinese",
        f"empty     {po}: 'Empty'",
        f"fuzzy     {po}: 'Guessed'",
    ]
    assert f"unused    {po}: 'Guessed'" in catalogues.unused(found, merged)


def test_chinese_in_code_and_templates_is_found_but_not_in_comments(site: Path) -> None:
    (site / "shop/views.py").write_text("x = '通电'\n# 通电\n", encoding="utf-8")
    (site / "templates/page.html").write_text("<p>\n通电</p>\n", encoding="utf-8")
    assert sources.stray_chinese() == ["shop/views.py:1", "templates/page.html:2"]


def test_compiling_makes_the_check_pass_and_a_change_makes_it_fail(site: Path) -> None:
    po = catalogues.files()[0]
    clean = PO.split('msgid "Hello', maxsplit=1)[0]
    po.write_text(clean, encoding="utf-8")
    call_command("messages", stdout=StringIO())
    call_command("messages", "--check", stdout=StringIO())
    po.write_text(clean.replace("一", "壹"), encoding="utf-8")
    out = StringIO()
    with pytest.raises(CommandError, match="1 faults in the translations"):
        call_command("messages", "--check", stdout=out)
    assert out.getvalue().startswith("behind    ")
