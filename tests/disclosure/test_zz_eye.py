import pytest
from tests import servers
pytestmark = [pytest.mark.browser]
def test_eye(with_people, committed_db, chromium):
    from accounts.models import User
    from tests.applications.timings.figures import a_quarter
    people = {u.username: u for u in User.objects.all()}
    print(a_quarter(people))
    names = {"main": "/disclosure/statistics/", "lv": "/disclosure/statistics/?kind=lv_small&district=510302", "bad": "/disclosure/statistics/?period=1999", "rel": "/disclosure/statistics/2026-03/1/", "index": "/disclosure/"}
    with servers.pages() as site:
        for lang in ("zh-hans", "en"):
            for width in (390, 1280):
                ctx = chromium.new_context(viewport={"width": width, "height": 900}, base_url=site)
                ctx.add_cookies([{"name": "django_language", "value": lang, "url": site}])
                page = ctx.new_page()
                for name, path in names.items():
                    r = page.goto(path); print(name, r.status)
                    page.screenshot(path=f"/tmp/me/eye/{name}-{lang}-{width}.png", full_page=True)
                ctx.close()
