"""A refusal keeps the navigation for members of the district, and tells others nothing of it."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest


def words(html: str) -> str:
    main = re.search(r"<main.*?</main>", html, re.DOTALL)
    assert main
    return re.sub(r'<dd class="num">.*?</dd>', "", main[0])


@pytest.mark.parametrize("path", ["/nowhere/", "/students/00000000-0000-7000-8000-000000000000/"])
def test_a_member_keeps_the_navigation_when_nothing_is_found(cast, path):
    response = cast.casey.client().get(cast.casey.url(path))
    html = response.content.decode()

    assert response.status_code == 404
    assert '<nav class="rail' in html
    assert cast.casey.url("/caseload/") in html
    assert f'class="btn btn-primary" href="{cast.casey.url("/")}"' in html


def test_a_member_keeps_the_navigation_when_a_right_is_missing(cast):
    response = cast.casey.client().get(cast.casey.url("/people/"))

    assert response.status_code == 403
    assert '<nav class="rail' in response.content.decode()


def test_what_is_not_there_and_what_is_not_shared_read_the_same(cast):
    client = cast.omar.client()
    hidden = client.get(cast.omar.url(f"/students/{cast.student.id}/"))
    absent = client.get(cast.omar.url(f"/students/{uuid4()}/"))

    assert words(hidden.content.decode()) == words(absent.content.decode())
    assert cast.student.name not in hidden.content.decode()


def test_somebody_of_another_district_gets_no_navigation_of_this_one(cast):
    response = cast.otto.client().get(cast.casey.url("/caseload/"))
    html = response.content.decode()

    assert response.status_code == 404
    assert '<nav class="rail' not in html
    assert cast.district.name not in html


def test_a_region_that_is_refused_comes_without_the_shell(cast):
    response = cast.casey.client().get(
        cast.casey.url(f"/students/{uuid4()}/"), headers={"X-Live": "1", "HX-Request": "true"}
    )

    assert response.status_code == 404
    assert '<nav class="rail' not in response.content.decode()
