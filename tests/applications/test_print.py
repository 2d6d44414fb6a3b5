"""What a person takes to a counter: the page of a case prints on one sheet of A4."""

import re
import subprocess
from pathlib import Path

from django.conf import settings

from accounts.models import User
from applications.workflow import State
from rules.names import Kind
from tests.applications.pages import of
from tests.builders import Ready

STYLE = Path(settings.BASE_DIR, "static/css/tongdian.css")
STYLESHEET = re.compile(r'<link[^>]*rel="stylesheet"[^>]*>')
CHROMIUM = "/usr/bin/chromium"


def sheets(page: str, folder: Path) -> int:
    """Count the pages of a page as Chromium prints it."""
    html, pdf = folder / "page.html", folder / "page.pdf"
    html.write_text(STYLESHEET.sub(f'<link rel="stylesheet" href="{STYLE.as_uri()}">', page))
    subprocess.run(
        [
            CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
            f"--user-data-dir={folder}/profile", f"--print-to-pdf={pdf}", html.as_uri(),
        ],
        check=True,
        capture_output=True,
        timeout=60,
    )  # fmt: skip
    return len(re.findall(rb"/Type\s*/Page\b", pdf.read_bytes()))


def test_a_factory_case_prints_on_one_sheet(
    people: dict[str, User], ready: Ready, tmp_path: Path
) -> None:
    for state in (State.PERMITS, State.ENERGISED):
        case = ready(Kind.HV_DUAL, state)
        page = of(people, "factory").get(f"/account/cases/{case.number}/").content.decode()
        assert (state, sheets(page, tmp_path)) == (state, 1)
