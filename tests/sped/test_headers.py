"""What every answer carries (R29). Every route with every actor is looked at by tests/reliability/test_addresses.py."""

import re

import pytest
from django.test import Client
from django.urls import path

from tests.headers import lacking

CODES = {
    "bad_request": ("get", "/?q=%00", 400),
    "refused": ("get", "/d/larkspur/people/", 403),
    "nothing": ("get", "/d/larkspur/nowhere/", 404),
    "nothing outside": ("get", "/nowhere/", 404),
    "wrong method": ("post", "/d/larkspur/caseload/", 405),
    "wrong method of the API": ("delete", "/api/v1/students/", 405),
    "unreadable": ("patch", "/api/v1/students/", 405),
    "not ready": ("get", "/readyz", 503),
}


def break_down(request):
    raise RuntimeError("a defect")


def be_away(request):
    from core.middleware import Unavailable

    raise Unavailable


urlpatterns = [path("broken/", break_down), path("away/", be_away)]
handler500 = "sped.errors.server_error"


@pytest.mark.parametrize("what", CODES)
def test_refusals_carry_the_same_headers_as_pages(cast, what):
    method, address, status = CODES[what]

    answer = getattr(cast.casey.client(), method)(address)

    assert answer.status_code == status
    assert lacking(answer) == []


@pytest.mark.urls("tests.sped.test_headers")
@pytest.mark.parametrize(("address", "status"), [("/broken/", 500), ("/away/", 503)])
def test_defects_and_absences_carry_the_same_headers_as_pages(db, address, status):
    answer = Client(raise_request_exception=False).get(address)

    assert answer.status_code == status
    assert lacking(answer) == []


def test_unknown_host_carries_the_same_headers_as_pages(db):
    answer = Client().get("/accounts/login/", headers={"Host": "evil.example.org"})

    assert answer.status_code == 400
    assert lacking(answer) == []


def test_who_waited_too_long_gets_the_same_headers_as_pages(db, rf):
    from django.core.handlers.base import BaseHandler

    handler = BaseHandler()
    handler.load_middleware()
    request = rf.get("/")
    request.has_waited_too_long = True

    answer = handler.get_response(request)

    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    assert lacking(answer) == []


def test_scripts_of_a_page_run_by_a_nonce_that_is_never_the_same(cast):
    client = cast.casey.client()
    seen = set()
    for _ in range(3):
        answer = client.get("/d/larkspur/caseload/")
        named = re.search(r"script-src 'nonce-([A-Za-z0-9+/=]{22,})'(;|$)", answer["Content-Security-Policy"])
        assert named
        scripts = re.findall(r"<script[^>]*>", answer.content.decode())
        assert scripts and all(f'nonce="{named[1]}"' in script for script in scripts)
        seen.add(named[1])

    assert len(seen) == 3


def test_files_of_the_front_end_may_be_kept_but_records_may_not(server):
    from tests.sped.test_web import fetch

    assert "no-store" not in fetch(server.page("/static/app.css"))[1]["Cache-Control"]
    assert fetch(server.page("/accounts/login/"))[1]["Cache-Control"]


def test_signing_out_clears_what_the_browser_keeps(cast):
    client = cast.casey.client()
    assert "Clear-Site-Data" not in client.get("/d/larkspur/caseload/")

    answer = client.post("/accounts/logout/")

    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get("/d/larkspur/caseload/").status_code == 302


def test_production_insists_on_tls_for_a_year():
    import os
    import subprocess
    import sys

    from scripts.lint import PRODUCTION

    script = (
        "from sped import settings as s; print(s.SECURE_HSTS_SECONDS >= 31536000, s.SECURE_HSTS_INCLUDE_SUBDOMAINS,"
        " s.SECURE_SSL_REDIRECT, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, **PRODUCTION, "ENV_FILE": "none"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.split() == ["True"] * 5
