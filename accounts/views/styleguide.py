"""The page that shows what pages are made of."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.actors import is_staff_somewhere, own_id
from core.errors import NotAllowed


@require_safe
@login_required
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component in every state, for staff of any district."""
    if not is_staff_somewhere(own_id(request)):
        raise NotAllowed
    return render(request, "styleguide.html")
