"""How a form is answered: shown, saved, or shown again with what was typed and why it was refused."""

import pytest
from django import forms
from django.test import RequestFactory

from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.http import form_page

HERE = "components/form_fields.html"


class NameForm(forms.Form):
    name = forms.CharField(max_length=5)


def answer(save, sent=None):
    requests = RequestFactory()
    request = requests.get("/") if sent is None else requests.post("/", sent)
    form = NameForm(request.POST or None)
    return form, form_page(request, form, lambda: save(**form.cleaned_data), HERE)


def refuse(error):
    def save(**_given):
        raise error

    return save


def test_form_is_shown_and_nothing_is_saved():
    form, response = answer(refuse(AssertionError()))

    assert response.status_code == 200 and not form.errors
    assert response["Cache-Control"] == "no-store"


def test_form_that_holds_is_saved_and_leads_on():
    _form, response = answer(lambda name: f"/{name}/", {"name": "Ada"})

    assert (response.status_code, response["Location"]) == (303, "/Ada/")


def test_form_that_does_not_hold_is_not_saved():
    form, response = answer(refuse(AssertionError()), {"name": "far too long"})

    assert response.status_code == 422 and "name" in form.errors
    assert "far too long" in response.content.decode()


@pytest.mark.parametrize(
    ("error", "status", "place"),
    [(Invalid(fields={"name": ["Taken."]}), 422, "name"), (Conflict("Somebody was first."), 409, "__all__")],
)
def test_refusal_stands_beside_what_was_typed(error, status, place):
    form, response = answer(refuse(error), {"name": "Ada"})

    assert response.status_code == status and place in form.errors
    assert "Ada" in response.content.decode()


@pytest.mark.parametrize("error", [NotFound, NotAllowed])
def test_what_is_not_there_or_not_allowed_has_a_page_of_its_own(error):
    with pytest.raises(error):
        answer(refuse(error), {"name": "Ada"})
