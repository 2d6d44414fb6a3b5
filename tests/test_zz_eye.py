import pytest
from pathlib import Path
from tests.reliability.outages import *
from tests import servers
pytestmark=[pytest.mark.django_db]
def test_pages(people):
    from django.test import Client
    from tests.people import browser, api
    p=grid(people); one=announced(p,20); two=reported(p); three=do(reported(p, elements=["P-2"]),"restore",p)
    b=browser(p)
    for a in ["/work/outages/","/work/outages/?show=planned","/work/outages/?show=past","/work/outages/new/",f"/work/outages/{one.number}/",f"/work/outages/{two.number}/",f"/work/outages/{one.number}/change/",f"/work/outages/{two.number}/estimate/"]:
        r=b.get(a); print(a,r.status_code); assert r.status_code==200
    c=Client()
    for a in ["/disclosure/outages/","/disclosure/outages/?show=planned","/disclosure/outages/?q=五星",f"/disclosure/outages/{one.number}/",f"/disclosure/outages/{two.number}/",f"/disclosure/outages/{one.number}.ics","/disclosure/outages.ics","/disclosure/outages.atom","/disclosure/outages.csv","/disclosure/outages/earlier/","/api/v1/disclosure/outages/",f"/api/v1/disclosure/outages/{one.number}/","/api/v1/disclosure/outages/earlier/","/api/v1/disclosure/outages.csv"]:
        r=c.get(a); print(a,r.status_code); assert r.status_code==200,a
    print(c.get("/disclosure/outages.atom").content.decode()); print(c.get("/disclosure/outages.ics").content.decode());print(c.get("/disclosure/outages.csv").content.decode())
    r=c.post("/disclosure/outages/customer/",{"customer_number":"M-3"}); assert r.status_code==200; assert two.number in r.content.decode()
    r=c.post("/api/v1/disclosure/outages/customer/",{"customer_number":"M-1"},content_type="application/json"); print(r.json()); assert len(r.json())==2
    x=api(p); r=x.post("/api/v1/outages/",plan(30,elements=["P-2"])); print(r.status_code,r.json())
    r=x.post("/api/v1/outages/",plan(3,elements=["P-2"])); print(r.status_code,r.json())
