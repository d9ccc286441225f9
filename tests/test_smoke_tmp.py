import pytest
from tests import factories as f
from taskflow.workflows.catalog import FLOWS
CASES=[(n,s) for n,fl in FLOWS.items() for s in fl.states]
@pytest.mark.parametrize(("n","s"),CASES)
def test_w(county,n,s):
    r=f.walk(f.STARTS[n](),s)
    assert r.state==s
def test_real(real_db):
    from taskflow import db
    with db.transaction():
        f.task()
def test_client(client):
    print(client("officer-1").get("/").status)
