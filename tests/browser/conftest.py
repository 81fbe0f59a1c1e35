"""The demonstration district, committed, and a look at a page by axe."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from accounts.models import Organization, Person
from core.tenant import organization
from students.models import Student
from tests.conftest import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# What is in order stays in the page: to tell of it costs more than to find it.
VIOLATIONS = """
async (rules) => (await axe.run(document, {resultTypes: ["violations"], ...(rules && {runOnly: rules})})).violations
  .flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.html}`))
"""


class Demo:
    """The demonstration district as tests ask for it."""

    def __init__(self) -> None:
        self.district = Organization.objects.get(slug="larkspur")

    def person(self, given: str) -> Person:
        """Somebody of the cast."""
        return Person.objects.get(given_name=given)

    def student(self, family: str) -> Any:
        """One student's id."""
        with organization(self.district.id):
            return Student.objects.get(family_name=family).id

    def url(self, path: str) -> str:
        """A page of the district."""
        return f"/d/larkspur{path}"


@pytest.fixture
def demo(demonstration: None) -> Demo:
    """The demonstration districts, as `make run` loads them."""
    return Demo()


@pytest.fixture
def barriers() -> Callable[..., list[str]]:
    """What axe finds wrong on a page, by every rule but the experimental ones, or by those that are named."""
    source = AXE.read_text()

    def look(page: Any, rules: Sequence[str] | None = None) -> list[str]:
        if page.evaluate("typeof axe") == "undefined":
            page.evaluate(source)
        return list(page.evaluate(VIOLATIONS, rules))

    return look
