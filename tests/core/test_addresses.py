"""The tag `url`: ids are filled into an address that is put together once, and everything is refused as before."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django.template import Context, Template
from django.test.utils import override_script_prefix
from django.urls import NoReverseMatch, reverse

from core.templatetags import addresses

pytestmark = pytest.mark.urls("sped.urls_district")
STUDENT, GOAL = uuid4(), uuid4()


def address(words, **values):
    return Template(f"{{% url {words} %}}").render(Context(values))


@pytest.mark.parametrize("prefix", ["/", "/d/larkspur/", "/d/lark%20spur/family/"])
def test_address_is_that_of_reverse(prefix):
    with override_script_prefix(prefix):
        assert address("'casefile:caseload'") == reverse("casefile:caseload")
        assert address("'casefile:student' one", one=STUDENT) == reverse("casefile:student", args=[STUDENT])
        assert address("'progress:goal' one two", one=STUDENT, two=GOAL) == reverse(
            "progress:goal", args=[STUDENT, GOAL]
        )
        assert address("'casefile:student' student_id=one", one=STUDENT) == reverse(
            "casefile:student", args=[STUDENT]
        )
        assert address("'casefile:student' one", one=str(STUDENT)) == reverse(
            "casefile:student", args=[STUDENT]
        )


def test_address_is_put_together_once_for_all_students():
    addresses.shape.cache_clear()

    for one in (STUDENT, GOAL, UUID(int=0)):
        assert str(one) in address("'casefile:student' one", one=one)

    assert addresses.shape.cache_info().misses == 1


@pytest.mark.parametrize(
    "words", ["'casefile:student' nobody", "'casefile:student'", "'casefile:caseload' one", "'casefile:none'"]
)
def test_address_that_does_not_exist_is_refused(words):
    with pytest.raises(NoReverseMatch):
        address(words, one=STUDENT)


def test_address_kept_under_a_name_may_be_missing():
    source = (
        "{% url 'casefile:none' as there %}[{{ there }}]{% url 'casefile:caseload' as there %}[{{ there }}]"
    )
    assert Template(source).render(Context()) == f"[][{reverse('casefile:caseload')}]"
