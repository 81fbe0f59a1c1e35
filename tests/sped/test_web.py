"""The running server: what every answer carries, and what the harness can do with it."""

import urllib.error
import urllib.request

import pytest


def fetch(url, **headers):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=60) as response:
            return response.status, response.headers, response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


@pytest.mark.parametrize("path", ["/accounts/login/", "/nowhere/", "/static/nowhere.css"])
def test_every_answer_forbids_inline_code_and_framing(server, path):
    _, headers, _ = fetch(server.page(path))

    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "unsafe" not in policy
    assert headers["X-Frame-Options"] == "DENY" or "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_unknown_host_is_refused(server):
    status, _, body = fetch(server.page("/accounts/login/"), Host="evil.example.org")

    assert status == 400
    assert b"evil" not in body


def test_static_file_is_served_whole_and_not_modified_the_second_time(server):
    status, headers, body = fetch(server.page("/static/app.css"))
    assert status == 200 and len(body) > 1000 and headers["Content-Type"].startswith("text/css")

    again, _, _ = fetch(server.page("/static/app.css"), **{"If-Modified-Since": headers["Last-Modified"]})

    assert again == 304


def test_server_does_not_name_itself(server):
    _, headers, _ = fetch(server.page("/accounts/login/"))

    assert "Server" not in headers
