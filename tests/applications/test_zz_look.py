"""Temporary: screenshots."""
import os
from datetime import timedelta
import pytest
from playwright.sync_api import Browser
from tests import servers


@pytest.mark.browser
def test_look(committed_db: str, chromium: Browser) -> None:
    from accounts.models import User
    from core import demonstration
    from core.clock import CITY, city_now
    from deadlines.sweep import sweep
    from django.utils import timezone
    from ledger.actions import move_clock, open_city
    from datetime import datetime
    from rules.names import Kind
    from applications.states import State
    from tests import builders as b
    from tests.people import open_demonstration
    from applications.line_works import works_of
    from approvals.models import Permit
    from grid.models import FeeItem

    def clock(text: str) -> None:
        move_clock(offset=datetime.fromisoformat(text).replace(tzinfo=CITY) - timezone.now())

    people = open_demonstration()
    clock("2026-11-02T09:00")
    old = b.case_at(people, Kind.HV_DUAL, State.PERMITS)
    home = b.case_at(people, Kind.RESIDENTIAL, State.ENERGISED)
    b.filed(people, Kind.LV_OTHER)
    clock("2026-11-16T09:00")
    b.filed(people, Kind.LV_SMALL)
    b.case_at(people, Kind.HV_SINGLE, State.PLAN_REPLIED)
    clock("2026-11-19T10:12")
    b.filed(people, Kind.RESIDENTIAL)
    b.case_at(people, Kind.LV_SMALL, State.CONTRACTED)
    b.case_at(people, Kind.RESIDENTIAL, State.PERMITS_GRANTED)
    clock("2026-11-20T10:12")
    rep = b.case_at(people, Kind.HV_SINGLE, State.REPLANNING)
    plan = b.case_at(people, Kind.HV_SINGLE, State.ACCEPTED)
    plan2 = b.case_at(people, Kind.HV_SINGLE, State.PLAN_CONFIRMED)
    dual = b.case_at(people, Kind.HV_DUAL, State.DESIGN_SUBMITTED)
    sub = b.filed(people, Kind.LV_OTHER)
    line = b.case_at(people, Kind.LV_SMALL, State.CONTRACTED)
    b.post_works(people, line, {**b.FOUR_REVIEWS, "length_m": 300, "road": "municipal", "excavation_m": 40})
    clock("2026-11-23T14:20")
    sweep()
    permit = Permit.objects.filter(case_ref=old.ref).first()
    cperm = Permit.objects.filter(case_ref=line.ref, state="awaiting_commitment").first()
    with servers.city(committed_db) as address:
        for who, pages in {
            "manager": {
                "queue": "/work/", "queue-filter": "/work/?holder=government", "queue-none": "/work/?state=inspected",
                "case-hv": f"/work/cases/{old.number}/", "case-lv": f"/work/cases/{line.number}/",
                "case-plan": f"/work/cases/{plan.number}/",
                "step-plan": f"/work/cases/{plan.number}/reply_plan/",
                "step-supp": f"/work/cases/{sub.number}/request_supplement/",
                "step-design": f"/work/cases/{dual.number}/review_design/",
                "lines": f"/work/cases/{plan2.number}/line-works/",
                "change": f"/work/cases/{rep.number}/line-works/",
                "charge": f"/work/cases/{plan2.number}/charge/",
                "permit": f"/work/permits/{cperm.pk}/",
            },
            "regulator": {
                "late": "/oversight/", "late-none": "/oversight/?party=transport",
                "o-case": f"/oversight/cases/{old.number}/", "o-permit": f"/oversight/permits/{permit.pk}/",
            },
        }.items():
            if os.environ.get("ONLY_WHO") and who != os.environ["ONLY_WHO"]:
                continue
            for width in (1280, 390):
                for lang in ("zh-hans", "en"):
                    context = chromium.new_context(base_url=address, viewport={"width": width, "height": 1100})
                    context.set_default_timeout(15000)
                    page = context.new_page()
                    from tests.people import browser
                    sid = browser(people[who]).cookies["sessionid"].value
                    context.add_cookies([{"name": "sessionid", "value": sid, "url": address}])
                    context.add_cookies([{"name": "django_language", "value": lang, "url": address}])
                    for name, url in pages.items():
                        if os.environ.get("ONLY") and name not in os.environ["ONLY"].split(","):
                            continue
                        answer = page.goto(url)
                        if lang == "en" or width == 390:
                            from axe_playwright_python.sync_playwright import Axe
                            found = Axe().run(page)
                            for v in found.response["violations"]:
                                print("AXE", name, width, lang, v["id"], v["help"], [n["html"][:120] for n in v["nodes"]][:3])
                        page.screenshot(path=f"/tmp/h8shots/{name}-{width}-{lang[:2]}.png", full_page=True); page.screenshot(path=f"/tmp/h8shots/top-{name}-{width}-{lang[:2]}.png")
                        if name == "lines":
                            for f, v in {"length_m": "800", "excavation_m": "60", "investment_yuan": "2000000"}.items():
                                page.fill(f"[name={f}]", v)
                            page.check("[name=in_planned_area]"); page.check("[name=along_municipal_road_or_duct]")
                            page.check("[name=road][value=municipal]"); page.check("[name=occupies_road]")
                            page.click("button[name=do]")
                            page.screenshot(path=f"/tmp/h8shots/preview-{width}-{lang[:2]}.png", full_page=True)
                        if name == "step-supp":
                            page.click("main form button[type=submit]")
                            page.screenshot(path=f"/tmp/h8shots/supp-refused-{width}-{lang[:2]}.png", full_page=True)
                    context.close()
