"""The styleguide: every component, for staff only."""

import re

import pytest

from tests.conftest import ROOT

COMPONENTS = {path.name for path in (ROOT / "templates" / "components").glob("*.html")}


@pytest.mark.usefixtures("keeps_contexts")
def test_styleguide_draws_every_component_and_says_how_each_is_used(cast):
    answer = cast.casey.client().get("/styleguide/")

    drawn = {template.name.removeprefix("components/") for template in answer.templates if template.name}
    told = set(
        re.findall(r"(?:components/)?(\w+\.html)", "".join(re.findall(r"<code.*?</code>", answer.text)))
    )
    assert COMPONENTS - drawn == set()
    assert COMPONENTS - told == set()


def test_styleguide_is_for_staff(cast):
    assert cast.mina.client().get("/styleguide/").status_code == 403
    assert cast.pat.client().get("/styleguide/").status_code == 200
